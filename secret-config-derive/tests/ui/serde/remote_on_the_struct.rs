use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(remote = "Other")]
struct AppConfig {
    port: u16,
}

fn main() {}
