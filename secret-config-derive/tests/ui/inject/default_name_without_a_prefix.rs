use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS")]
struct AppConfig {
    #[config(inject("a", ssm))]
    sources: Vec<String>,
}

fn main() {}
