//! The tools for the config of a service: `cargo run -q --example operator -- --emulator check --env prod`.
//!
//! With `--emulator` first, a server in this process stands in for AWS, seeded for dev and for a prod that is not quite
//! ready; without it the real chain of region and credentials counts. `main` of your own program is its last line.

use secret_config::SecretConfig;
use secret_config::cli::{self, Exit};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Loader, Secret};
use std::process::ExitCode;
use url::Url;

/// Everything the orders service needs to start.
#[derive(SecretConfig)]
#[config(
    prefix = "orders/{env}",
    environments = ["dev", "staging", "prod"],
    offline = ["local"],
    env_prefix = "ORDERS",
)]
#[allow(dead_code, reason = "this program has tools, and serves nothing")]
struct AppConfig {
    /// Where the service listens.
    #[config(default = 8080)]
    port: u16,

    #[config(nested)]
    database: Database,

    /// What payments are made with.
    #[secret]
    stripe_key: Secret<String>,

    /// A parameter of another team, written in full.
    #[secret(ssm = "/shared/{env}/sentry-dsn")]
    sentry_dsn: Option<Secret<Url>>,

    /// Who may call from a browser.
    #[config(ssm)]
    allowed_origins: Vec<String>,
}

/// One Secrets Manager document, fetched once: each field is the key of its own name.
#[derive(SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
#[allow(dead_code, reason = "this program has tools, and serves nothing")]
struct Database {
    host: String,
    port: u16,
    username: String,
    #[secret]
    password: Secret<String>,
    #[config(key = "dbname")]
    database_name: String,
    /// How many connections the pool opens at most.
    #[config(local, default = 10)]
    max_connections: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|argument| argument == "--emulator") {
        arguments.remove(1);
        let Ok(aws) = emulator().await else { return Exit::CouldNotRun.into() };
        let sdk_config = aws.sdk_config();
        let prepare = |loader: Loader<AppConfig>| loader.aws(&sdk_config).root(env!("CARGO_MANIFEST_DIR"));
        return cli::run_with(arguments, prepare).await;
    }
    cli::run::<AppConfig>().await
}

/// A server with what dev needs. In prod nobody has made `allowed_origins` yet.
async fn emulator() -> std::io::Result<FakeAws> {
    let aws = FakeAws::start().await?;
    for environment in ["dev", "prod"] {
        let parameter = |name: &str| format!("/orders/{environment}/{name}");
        aws.put_parameter(&parameter("stripe_key"), Parameter::secure_string(format!("sk_{environment}_51H")));
        let document = format!(
            r#"{{"engine":"postgres","host":"db.{environment}.example","port":5432,"username":"orders","password":"pw-{environment}","dbname":"orders"}}"#
        );
        aws.put_secret(&format!("orders/{environment}/db"), &document);
    }
    aws.put_parameter(
        "/orders/dev/allowed_origins",
        Parameter::string_list("https://shop.example,https://admin.example"),
    );
    aws.put_parameter("/shared/prod/sentry-dsn", Parameter::secure_string("https://key@sentry.example/1"));
    Ok(aws)
}
