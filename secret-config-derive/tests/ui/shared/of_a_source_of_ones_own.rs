use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}")]
struct AppConfig {
    #[config(source = "vault", name = "kv/port", shared)]
    port: u16,
}

fn main() {}
