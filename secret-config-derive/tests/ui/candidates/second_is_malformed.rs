use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm = ["/a", "/b c"])]
    port: u16,
}

fn main() {}
