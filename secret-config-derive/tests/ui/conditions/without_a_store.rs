use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    enabled: bool,
    #[config(when = "enabled")]
    port: Option<u16>,
}

fn main() {}
