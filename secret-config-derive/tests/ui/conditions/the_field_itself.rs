use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm, when = "limit")]
    limit: Option<u32>,
}

fn main() {}
