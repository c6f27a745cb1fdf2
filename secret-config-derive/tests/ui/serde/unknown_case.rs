use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[serde(rename_all = "camelcase")]
struct AppConfig {
    port: u16,
}

fn main() {}
