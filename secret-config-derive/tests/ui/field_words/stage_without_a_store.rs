use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(stage = "AWSPREVIOUS")]
    port: u16,
}

fn main() {}
