//! Vaultwarden: what the admin page saves in `data/config.json` wins over the variables, which have no common prefix;
//! push and mail want their secrets only where they are switched on.

use crate::{NO_VARIABLES, asked, calls, directory, exposed, problems};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{ProblemKind, Secret, SecretConfig};
use secret_config_tests::policy_proof::prove;

#[derive(Debug, SecretConfig)]
#[config(
    environments = ["prod"],
    offline = ["dev"],
    files = ["data/config.json?"],
    files_over_env,
    allow_unknown, // the admin page saves all that it can edit, and this struct has a part of it
    names(ssm = "/vaultwarden/{env}/{field:SCREAMING_SNAKE_CASE}"),
)]
struct Config {
    #[config(env = "DOMAIN", default = "http://localhost")]
    domain: String,
    #[config(env = "SIGNUPS_ALLOWED", default = true)]
    signups_allowed: bool,

    /// Parameter `/vaultwarden/{env}/DATABASE_URL`.
    #[secret(env = "DATABASE_URL")]
    database_url: Secret<String>,

    /// The admin page may replace it, and saves it in the file.
    #[secret(env = "ADMIN_TOKEN", allow_in_files)]
    admin_token: Option<Secret<String>>,

    #[config(env = "PUSH_ENABLED", default = false)]
    push_enabled: bool,
    /// Where push is enabled, both are required.
    #[secret(env = "PUSH_INSTALLATION_ID", when = "push_enabled")]
    push_installation_id: Option<Secret<String>>,
    #[secret(env = "PUSH_INSTALLATION_KEY", when = "push_enabled")]
    push_installation_key: Option<Secret<String>>,

    #[config(env = "SMTP_HOST")]
    smtp_host: Option<String>,
    #[config(env = "SMTP_PORT", default = 587)]
    smtp_port: u16,
    #[config(env = "SMTP_USERNAME")]
    smtp_username: Option<String>,
    /// A relay that wants no user wants no password.
    #[secret(env = "SMTP_PASSWORD", when = "smtp_username")]
    smtp_password: Option<Secret<String>>,
}

#[tokio::test]
async fn loads_in_dev() {
    let saved = r#"{"signups_allowed": false, "password_iterations": 600000, "admin_token": "changed on the page"}"#;
    let root = directory([("data/config.json", saved)]);
    let variables = [
        ("DATABASE_URL", "data/db.sqlite3"),
        ("ADMIN_TOKEN", "of the first start"),
        ("SIGNUPS_ALLOWED", "true"),
        ("ROCKET_PORT", "8000"),
    ];
    let config = Config::loader("dev").root(root.path()).env_vars(variables).load().await.unwrap();
    assert_eq!((config.domain.as_str(), config.signups_allowed), ("http://localhost", false));
    assert_eq!(config.database_url.expose_secret(), "data/db.sqlite3");
    assert_eq!(exposed(&config.admin_token), Some("changed on the page"));
    assert!(config.push_installation_id.is_none() && config.push_installation_key.is_none());
    assert!(config.smtp_host.is_none() && config.smtp_password.is_none());
}

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    for (name, value) in [
        ("DATABASE_URL", "postgresql://vaultwarden:pw@db/vaultwarden"),
        ("ADMIN_TOKEN", "$argon2id$v=19$m=65540,t=3,p=4$c2FsdA$aGFzaA"),
        ("PUSH_INSTALLATION_ID", "11111111-2222-3333-4444-555555555555"),
        ("PUSH_INSTALLATION_KEY", "k3y"),
        ("SMTP_PASSWORD", "mail"),
    ] {
        aws.put_parameter(&format!("/vaultwarden/prod/{name}"), Parameter::secure_string(value));
    }
    aws
}

#[tokio::test]
async fn loads_in_prod() {
    let aws = seeded().await;
    let root = directory([("data/config.json", r#"{"domain": "https://vault.example.com", "smtp_port": 465}"#)]);
    let variables = [
        ("DOMAIN", "https://old.example.com"),
        ("PUSH_ENABLED", "true"),
        ("SMTP_HOST", "smtp.example.com"),
        ("SMTP_USERNAME", "vaultwarden"),
    ];
    let loader = || Config::loader("prod").root(root.path()).env_vars(variables).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    assert_eq!((config.domain.as_str(), config.signups_allowed), ("https://vault.example.com", true));
    assert_eq!(config.database_url.expose_secret(), "postgresql://vaultwarden:pw@db/vaultwarden");
    assert_eq!(exposed(&config.admin_token), Some("$argon2id$v=19$m=65540,t=3,p=4$c2FsdA$aGFzaA"));
    assert!(config.push_enabled);
    assert_eq!(exposed(&config.push_installation_id), Some("11111111-2222-3333-4444-555555555555"));
    assert_eq!(exposed(&config.push_installation_key), Some("k3y"));
    assert_eq!((config.smtp_host.as_deref(), config.smtp_port), (Some("smtp.example.com"), 465));
    assert_eq!(config.smtp_username.as_deref(), Some("vaultwarden"));
    assert_eq!(exposed(&config.smtp_password), Some("mail"));
    assert_eq!(calls(&aws), [("GetParameters", 1)]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn what_is_switched_off_is_not_asked_for() {
    let aws = seeded().await;
    let root = directory([]);
    let loader = || Config::loader("prod").root(root.path()).env_vars(NO_VARIABLES).aws(&aws.sdk_config());
    let config = loader().load().await.unwrap();
    assert!(config.push_installation_key.is_none() && config.smtp_password.is_none());
    assert_eq!(asked(&aws), ["/vaultwarden/prod/ADMIN_TOKEN", "/vaultwarden/prod/DATABASE_URL"]);
    prove(&aws, loader).await;
}

#[tokio::test]
async fn what_is_switched_on_is_required() {
    let aws = seeded().await;
    aws.remove_parameter("/vaultwarden/prod/PUSH_INSTALLATION_KEY");
    let root = directory([]);
    let variables = [("PUSH_ENABLED", "true")];
    let loader = Config::loader("prod").root(root.path()).env_vars(variables).aws(&aws.sdk_config());
    let error = loader.load().await.unwrap_err();
    assert_eq!(problems(&error), [(ProblemKind::Missing, "push_installation_key".to_owned())]);
}
