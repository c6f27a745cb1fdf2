use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(with = "a", deserialize_with = "b")]
    port: u16,
}

fn main() {}
