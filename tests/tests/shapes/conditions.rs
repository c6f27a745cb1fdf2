//! `when` and `unless`: a value beside a field decides whether it is looked up; then it is required.

use super::*;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP")]
struct Mail {
    #[config(default)]
    enabled: bool,
    #[config(default = "log")]
    transport: String,
    #[config(default)]
    driver: Driver,
    #[config(default = 1)]
    replicas: u16,
    relay: Option<String>,
    #[secret(when = "enabled")]
    password: Option<Secret<String>>,
    #[secret(when(transport = "smtp"))]
    smtp: Option<Secret<String>>,
    #[secret(when(driver = ["ses", "sns"]))]
    aws: Option<Secret<String>>,
    #[secret(when(replicas = [2, 3]), unless = "relay")]
    lock: Option<Secret<String>>,
    #[secret(when = "relay")]
    relay_token: Option<Secret<String>>,
    #[secret(unless(transport = "log"))]
    dkim: Option<Secret<u32>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Driver {
    #[default]
    None,
    Ses,
    Sns {
        topic: String,
    },
}

const ON: &str = "enabled = true\ntransport = 'smtp'\nreplicas = 3\n[driver.sns]\ntopic = 't'";
const ALL: [&str; 6] = ["password", "smtp", "aws", "lock", "relay_token", "dkim"];

impl Mail {
    fn present(&self) -> Vec<&'static str> {
        let is = [&self.password, &self.smtp, &self.aws, &self.lock, &self.relay_token].map(Option::is_some);
        ALL.into_iter()
            .zip(is.into_iter().chain([self.dkim.is_some()]))
            .filter(|(_, is)| *is)
            .map(|(name, _)| name)
            .collect()
    }
}

/// The leaves that the one call asked for.
fn asked(emulator: &secret_config_tests::emulator::Emulator, expected: &[&str]) {
    if let Some(fake) = emulator.as_fake() {
        let calls = fake.calls();
        let reading =
            calls.iter().filter(|call| call.action() == "ssm:GetParameters" || call.action() == "GetParameters");
        let mut asked: Vec<_> = reading.flat_map(|call| call.names().to_vec()).collect();
        asked.sort();
        let mut expected: Vec<_> = expected.iter().map(|leaf| emulator.parameter(leaf)).collect();
        expected.sort();
        assert_eq!(asked, expected);
    }
}

cases! {
    what_no_condition_wants_is_not_looked_up(emulator) {
        for leaf in ALL {
            emulator.put_parameter(&emulator.parameter(leaf), SecureString, "1").await;
        }
        let config: Mail = load(&emulator, "").await.unwrap();
        assert_eq!(config.present(), [""; 0]);
        assert_calls(&emulator, &[]);
    }

    what_a_condition_wants_is_looked_up(emulator) {
        for leaf in ALL {
            emulator.put_parameter(&emulator.parameter(leaf), SecureString, "1").await;
        }
        let config: Mail = load(&emulator, ON).await.unwrap();
        assert_eq!(config.present(), ["password", "smtp", "aws", "lock", "dkim"]);
        assert_calls(&emulator, &[("GetParameters", 1)]);
        asked(&emulator, &["password", "smtp", "aws", "lock", "dkim"]);
    }

    variables_and_the_program_decide_too(emulator) {
        for leaf in ALL {
            emulator.put_parameter(&emulator.parameter(leaf), SecureString, "1").await;
        }
        let variables = [("APP_ENABLED", "false"), ("APP_DRIVER", "ses"), ("APP_REPLICAS", "2")];
        let config: Mail = loader(&emulator).env_vars(variables).set("relay", "r").load().await.unwrap();
        assert_eq!(config.present(), ["aws", "relay_token"]);
        asked(&emulator, &["aws", "relay_token"]);
    }

    what_is_wanted_is_required(emulator) {
        emulator.put_parameter(&emulator.parameter("dkim"), SecureString, "hunter2").await;
        emulator.put_parameter(&emulator.parameter("lock"), SecureString, "l").await;
        assert_problems(load::<Mail>(&emulator, ON).await, &[
            (Missing, "password"), (Missing, "smtp"), (Missing, "aws"), (WrongType, "dkim"),
        ]);
    }

    a_denied_one_is_told [not on moto: "it judges no permissions"] (emulator) {
        emulator.as_fake().unwrap().deny("ssm:GetParameters", emulator.parameter("password"));
        emulator.as_fake().unwrap().deny("ssm:GetParameters", emulator.parameter("smtp"));
        assert_problems(load::<Mail>(&emulator, "enabled = true").await, &[(Denied, "password")]);
    }
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}")]
struct Sections {
    #[config(default)]
    backup: bool,
    #[config(nested)]
    queue: Queue,
    #[config(nested, when = "backup")]
    bucket: Option<Bucket>,
}

#[derive(Debug, SecretConfig)]
#[config(when(kind = "sqs"))]
struct Queue {
    #[config(default = "memory")]
    kind: String,
    #[secret]
    key: Option<Secret<String>>,
    #[config(ssm, default = "main")]
    name: String,
}

#[derive(Debug, SecretConfig)]
struct Bucket {
    #[config(default = "eu-west-1")]
    region: String,
    #[secret]
    key: Secret<String>,
    #[secret]
    session: Option<Secret<String>>,
}

cases! {
    a_condition_may_speak_for_a_struct_and_for_a_section(emulator) {
        let config: Sections = load(&emulator, "[bucket]\nregion = 'x'").await.unwrap();
        assert!(config.queue.key.is_none() && config.queue.name == "main");
        assert!(config.bucket.is_none(), "the condition decides, not the table");
        assert_calls(&emulator, &[]);

        for leaf in ["queue/key", "bucket/key"] {
            emulator.put_parameter(&emulator.parameter(leaf), SecureString, "k").await;
        }
        emulator.put_parameter(&emulator.parameter("queue/name"), Plain, "q").await;
        let config: Sections = load(&emulator, "backup = true\nqueue.kind = 'sqs'").await.unwrap();
        assert_eq!((config.queue.key.as_ref().map(text), config.queue.name.as_str()), (Some("k"), "q"));
        let bucket = config.bucket.unwrap();
        assert_eq!((bucket.region.as_str(), text(&bucket.key), bucket.session.is_none()), ("eu-west-1", "k", true));
        assert_calls(&emulator, &[("GetParameters", 1)]);
    }

    a_struct_that_is_switched_off_injects_nothing(emulator) {
        #[derive(Debug, SecretConfig)]
        #[config(prefix = "{env}", when = "enabled")]
        struct Uploads {
            enabled: bool,
            #[config(inject("secret", ssm = "{prefix}/{path}"))]
            bucket: HashMap<String, String>,
        }
        emulator.put_parameter(&emulator.parameter("bucket/secret"), SecureString, "s").await;
        let config: Uploads = load(&emulator, "enabled = false\nbucket.name = 'b'").await.unwrap();
        assert!(!config.enabled && config.bucket.len() == 1);
        let config: Uploads = load(&emulator, "enabled = true\nbucket.name = 'b'").await.unwrap();
        assert_eq!(config.bucket["secret"], "s");
        assert_calls(&emulator, &[("GetParameters", 1)]);
    }

    then_all_of_the_struct_is_required(emulator) {
        assert_problems(load::<Sections>(&emulator, "backup = true\nqueue.kind = 'sqs'").await, &[
            (Missing, "queue.key"), (Missing, "queue.name"), (Missing, "bucket.key"),
        ]);
    }
}

#[tokio::test]
async fn a_field_that_needs_a_value_says_why_it_has_none() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "x")]
    #[allow(dead_code)]
    struct Config {
        #[config(default = false)]
        enabled: bool,
        #[secret(when = "enabled")]
        password: Secret<String>,
    }
    let error = Config::loader("dev").root("no/such").env_vars::<&str, &str>([]).load().await.unwrap_err();
    let problem = &error.problems()[0];
    assert_eq!(problem.message(), "missing, and not looked up because of `when = \"enabled\"`");
}
