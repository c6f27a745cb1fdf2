//! An app from dev to prod, with no AWS account: `cargo run --example quickstart`.
//!
//! `cargo run --example quickstart -- --real dev` uses the real chain of region and credentials instead, and reads the
//! names below from your account.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use secret_config::testing::{Call, FakeAws, Parameter};
use secret_config::{LoadError, Secret, SecretConfig};
use std::fmt::{self, Write};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use url::Url;

/// Everything the orders service needs to start.
#[derive(Debug, SecretConfig)]
#[config(
    prefix = "orders/{env}",
    environments = ["dev", "staging", "prod"],
    offline = ["local"],
    env_prefix = "ORDERS",
)]
#[allow(dead_code, reason = "this service prints its config, and serves nothing")]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,

    #[config(nested)]
    database: Database,

    /// Parameter Store, SecureString `/orders/{env}/stripe_key`.
    #[secret]
    stripe_key: Secret<String>,

    /// A parameter of another team, written in full.
    #[secret(ssm = "/shared/{env}/sentry-dsn")]
    sentry_dsn: Option<Secret<Url>>,

    /// Not a secret, but kept in Parameter Store (StringList).
    #[config(ssm)]
    allowed_origins: Vec<String>,
}

/// One Secrets Manager document, fetched once: each field is the key of its own name.
#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
#[allow(dead_code, reason = "this service prints its config, and serves nothing")]
struct Database {
    host: String,
    port: u16,
    username: String,
    #[secret]
    password: Secret<String>,
    #[config(key = "dbname")]
    database_name: String,
    #[config(local, default = 10)]
    max_connections: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => tour().await,
        ["--real", environment] => {
            let _printing = tracing_subscriber::registry().with(Origins).set_default();
            let config = AppConfig::load(*environment).await?;
            show(environment, &config);
            Ok(())
        }
        _ => Err("usage: quickstart [--real ENVIRONMENT]".into()),
    }
}

/// Both environments, from a server in this process that stands in for AWS; then four mistakes.
async fn tour() -> Result<(), Box<dyn std::error::Error>> {
    let aws = FakeAws::start().await?;
    for environment in ["dev", "prod"] {
        seed(&aws, environment);
    }
    println!("The same program in two environments; only the name changes.");
    for environment in ["dev", "prod"] {
        aws.reset_calls();
        println!("\n== AppConfig::load(\"{environment}\"), and where each value came from");
        let config = load(&aws, environment).await?;
        show(environment, &config);
        let calls = aws.calls();
        let actions: Vec<_> = calls.iter().map(Call::action).collect();
        println!("\n{} calls, one round trip: {}", calls.len(), actions.join(", "));
    }

    println!("\n== Four mistakes, one report\n");
    aws.remove_parameter("/orders/prod/allowed_origins"); // nobody created it
    aws.put_secret(
        "orders/prod/db",
        r#"{"host":"db.prod","port":5432,"username":"orders","passwd":"pr0d","dbname":"orders"}"#,
    );
    aws.deny("ssm:GetParameters", "/orders/prod/stripe_key");
    let mistaken = AppConfig::loader("prod").aws(&aws.sdk_config()).root(root()).env_vars([("ORDERS_PORT", "80a")]);
    match mistaken.load().await {
        Ok(_) => Err("the load should have failed".into()),
        Err(report) => {
            println!("{report}");
            Ok(())
        }
    }
}

/// A load with everything a test would give it. In your program this is `AppConfig::load(environment)`.
async fn load(aws: &FakeAws, environment: &str) -> Result<AppConfig, LoadError> {
    let _printing = tracing_subscriber::registry().with(Origins).set_default();
    let variables = [("ORDERS_DATABASE_MAX_CONNECTIONS", "50")];
    AppConfig::loader(environment).aws(&aws.sdk_config()).root(root()).env_vars(variables).load().await
}

/// Where `config/default.toml` and `config/prod.toml` are.
fn root() -> &'static str {
    env!("CARGO_MANIFEST_DIR")
}

/// What `aws ssm put-parameter` and `aws secretsmanager create-secret` would have done.
fn seed(aws: &FakeAws, environment: &str) {
    let parameter = |name: &str| format!("/orders/{environment}/{name}");
    aws.put_parameter(&parameter("stripe_key"), Parameter::secure_string(format!("sk_{environment}_51H")));
    aws.put_parameter(
        &parameter("allowed_origins"),
        Parameter::string_list("https://shop.example,https://admin.example"),
    );
    let document = format!(
        r#"{{"engine":"postgres","host":"db.{environment}.example","port":5432,"username":"orders","password":"pw-{environment}","dbname":"orders"}}"#
    );
    aws.put_secret(&format!("orders/{environment}/db"), &document);
    if environment == "prod" {
        let dsn = Parameter::secure_string("https://key@sentry.example/1");
        aws.put_parameter("/shared/prod/sentry-dsn", dsn);
    }
}

fn show(environment: &str, config: &AppConfig) {
    // A secret leaves its wrapper with `expose_secret()`, in the call that uses it, and nowhere else.
    println!("\n{environment}: {config:#?}");
}

/// Prints what the load traces: for each field, where its value came from. Your program's own subscriber does as well.
struct Origins;

impl<S: Subscriber> Layer<S> for Origins {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        #[derive(Default)]
        struct Words {
            field: String,
            origin: String,
        }

        impl Visit for Words {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                match field.name() {
                    "field" => drop(write!(self.field, "{value:?}")),
                    "origin" => drop(write!(self.origin, "{value:?}")),
                    _ => {}
                }
            }
        }

        if event.metadata().target() == "secret_config" {
            let mut words = Words::default();
            event.record(&mut words);
            if !words.origin.is_empty() {
                println!("{:<26} {}", words.field, words.origin.trim_matches('"'));
            }
        }
    }
}
