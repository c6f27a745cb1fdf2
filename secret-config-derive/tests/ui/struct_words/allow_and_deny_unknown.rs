use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(allow_unknown)]
#[serde(deny_unknown_fields)]
struct AppConfig {
    port: u16,
}

fn main() {}
