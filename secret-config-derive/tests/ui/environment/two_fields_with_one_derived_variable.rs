use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(env_prefix = "ORDERS")]
struct AppConfig {
    max_conns: u16,
    #[config(rename = "max-conns")]
    limit: u16,
}

fn main() {}
