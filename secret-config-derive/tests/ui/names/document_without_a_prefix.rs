use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS", document(ssm = "{prefix}/db"))]
struct AppConfig {
    host: String,
}

fn main() {}
