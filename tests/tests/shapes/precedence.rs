//! `files_over_env`: for applications that put their files above variables.

use super::*;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP", files_over_env)]
struct Vaultwarden {
    domain: String,
    #[config(default = 80)]
    port: u16,
    #[config(ssm)]
    org: Option<String>,
    #[secret]
    admin_token: Secret<String>,
    #[secret]
    push_key: Option<Secret<u16>>,
    #[config(nested, default)]
    mirrors: Vec<Mirror>,
}

#[derive(Debug, SecretConfig)]
struct Mirror {
    url: String,
    #[secret(ssm = "{prefix}/mirror/{entry}")]
    token: Secret<String>,
}

const LAYERS: &str = "domain = 'file'\norg = 'file'\n[[mirrors]]\nurl = 'file'\n[[mirrors]]\nurl = 'file'";
const VARIABLES: [(&str, &str); 4] =
    [("APP_DOMAIN", "variable"), ("APP_PORT", "1"), ("APP_ORG", "variable"), ("APP__MIRRORS__0__TOKEN", "variable")];

cases! {
    files_win_over_variables_and_so_over_the_stores(emulator) {
        for (leaf, value) in [("org", "store"), ("admin_token", "store"), ("mirror/1", "store")] {
            emulator.put_parameter(&emulator.parameter(leaf), SecureString, value).await;
        }
        let directory = secret_config_tests::table::directory(LAYERS);
        let loader = || loader::<Vaultwarden>(&emulator).root(directory.path()).env_vars(VARIABLES);
        let config = loader().load().await.unwrap();
        assert_eq!((config.domain.as_str(), config.port, config.org.as_deref()), ("file", 1, Some("file")));
        let mirrors: Vec<_> = config.mirrors.iter().map(|mirror| (mirror.url.as_str(), text(&mirror.token))).collect();
        assert_eq!(mirrors, [("file", "variable"), ("file", "store")]);
        assert_eq!((text(&config.admin_token), config.push_key.is_none()), ("store", true));
        assert_calls(&emulator, &[("GetParameters", 1)]);

        let config = loader().set("domain", "set").set("mirrors[0].url", "set").load().await.unwrap();
        assert_eq!((config.domain.as_str(), config.mirrors[0].url.as_str(), config.mirrors[1].url.as_str()), ("set", "set", "file"));
    }

    what_is_missing_or_wrong_is_told_as_ever(emulator) {
        emulator.put_parameter(&emulator.parameter("push_key"), SecureString, "hunter2").await;
        emulator.put_parameter(&emulator.parameter("mirror/1"), SecureString, "m").await;
        let directory = secret_config_tests::table::directory(LAYERS);
        let result = loader::<Vaultwarden>(&emulator).root(directory.path()).env_vars(VARIABLES).load().await;
        assert_problems(result, &[(Missing, "admin_token"), (WrongType, "push_key")]);
    }

    a_denied_one_is_told [not on moto: "it judges no permissions"] (emulator) {
        emulator.as_fake().unwrap().deny("ssm:GetParameters", emulator.parameter("admin_token"));
        assert_problems(load::<Vaultwarden>(&emulator, "domain = 'x'").await, &[(Denied, "admin_token")]);
    }

    a_secret_in_a_file_is_refused_all_the_same(emulator) {
        let result = load::<Vaultwarden>(&emulator, "domain = 'x'\nadmin_token = 'hunter2'").await;
        assert_problems(result, &[(RefusedSecret, "admin_token")]);
    }
}
