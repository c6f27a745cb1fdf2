//! A service that starts with the standard chain of its process, and prints the report if it cannot. The tests run it in
//! environments of their own making, which a test cannot give itself.

use secret_config::{Secret, SecretConfig};
use std::process::ExitCode;

#[derive(Debug, SecretConfig)]
#[config(prefix = "start/{env}")]
struct AppConfig {
    #[secret]
    token: Secret<String>,
    #[secret(secretsmanager)]
    key: Secret<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match AppConfig::load_from("APP_ENV").await {
        Ok(config) => {
            println!("{config:?} {} {}", config.token.expose_secret().len(), config.key.expose_secret().len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
