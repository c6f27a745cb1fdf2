use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm = "/db", key = "")]
    name: String,
}

fn main() {}
