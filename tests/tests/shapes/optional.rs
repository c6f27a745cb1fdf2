//! `Option` sections: there if a layer has them, or, with `probe`, if the store has.

use super::*;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Service {
    #[config(nested)]
    smtp: Option<Smtp>,
    #[config(nested, probe)]
    tls: Option<Tls>,
}

#[derive(Debug, SecretConfig)]
struct Smtp {
    #[config(default = 25)]
    port: u16,
    #[secret]
    password: Secret<String>,
}

#[derive(Debug, SecretConfig)]
struct Tls {
    #[secret]
    certificate: Secret<String>,
    #[secret]
    key: Secret<String>,
    #[secret]
    renewals: Option<Secret<u8>>,
}

cases! {
    without_a_layer_or_a_store_a_section_is_none(emulator) {
        let config: Service = load(&emulator, "").await.unwrap();
        assert!(config.smtp.is_none() && config.tls.is_none());
        // That of the section with `probe`, in one call; the other costs none.
        assert_calls(&emulator, &[("GetParameters", 1)]);
    }

    a_table_of_a_file_or_a_value_of_the_store_makes_it_some(emulator) {
        for (name, value) in [("smtp/password", "p"), ("tls/certificate", "c"), ("tls/key", "k"), ("tls/renewals", "3")] {
            emulator.put_parameter(&emulator.parameter(name), SecureString, value).await;
        }
        let config: Service = load(&emulator, "[smtp]").await.unwrap();
        let (smtp, tls) = (config.smtp.unwrap(), config.tls.unwrap());
        assert_eq!((smtp.port, text(&smtp.password)), (25, "p"));
        assert_eq!((text(&tls.certificate), text(&tls.key)), ("c", "k"));
        assert_eq!(tls.renewals.map(|renewals| *renewals.expose_secret()), Some(3));
        assert_calls(&emulator, &[("GetParameters", 1)]);
    }

    half_a_section_is_a_problem_that_names_the_other_half(emulator) {
        emulator.put_parameter(&emulator.parameter("tls/key"), SecureString, "k").await;
        assert_problems(load::<Service>(&emulator, "[smtp]").await, &[(Missing, "smtp.password"), (Missing, "tls.certificate")]);
    }

    what_is_only_optional_makes_half_a_section_too(emulator) {
        emulator.put_parameter(&emulator.parameter("tls/renewals"), SecureString, "often").await;
        assert_problems(load::<Service>(&emulator, "").await, &[
            (Missing, "tls.certificate"), (Missing, "tls.key"), (WrongType, "tls.renewals"),
        ]);
    }

    a_denied_section_is_never_none [not on moto: "it judges no permissions"] (emulator) {
        emulator.as_fake().unwrap().deny("ssm:GetParameters", emulator.parameter("tls/key"));
        assert_problems(load::<Service>(&emulator, "").await, &[(Missing, "tls.certificate"), (Denied, "tls.key")]);
    }
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Flat {
    name: String,
    #[config(flatten, probe)]
    tls: Option<Tls>,
}

cases! {
    a_flattened_section_can_be_probed(emulator) {
        let config: Flat = load(&emulator, "name = 'x'").await.unwrap();
        assert!(config.tls.is_none() && config.name == "x");
        emulator.put_parameter(&emulator.parameter("certificate"), SecureString, "c").await;
        emulator.put_parameter(&emulator.parameter("key"), SecureString, "k").await;
        let config: Flat = load(&emulator, "name = 'x'").await.unwrap();
        assert_eq!(config.tls.map(|tls| text(&tls.key).to_owned()).as_deref(), Some("k"));
    }

    a_section_inside_a_probed_one_counts(emulator) {
        #[derive(Debug, SecretConfig)]
        #[config(prefix = "{env}")]
        struct Deep {
            #[config(nested, probe)]
            outer: Option<Outer>,
        }
        #[derive(Debug, SecretConfig)]
        struct Outer {
            #[config(nested)]
            tls: Tls,
            #[config(nested)]
            entries: Option<HashMap<String, Tls>>,
        }
        assert!(load::<Deep>(&emulator, "").await.unwrap().outer.is_none());
        emulator.put_parameter(&emulator.parameter("outer/tls/certificate"), SecureString, "c").await;
        assert_problems(load::<Deep>(&emulator, "").await, &[(Missing, "outer.tls.key")]);
        emulator.put_parameter(&emulator.parameter("outer/tls/key"), SecureString, "k").await;
        let outer = load::<Deep>(&emulator, "").await.unwrap().outer.unwrap();
        assert!(outer.entries.is_none() && text(&outer.tls.key) == "k");
    }
}
