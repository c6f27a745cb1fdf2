use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(alias = ["", "p"])]
    port: u16,
}

fn main() {}
