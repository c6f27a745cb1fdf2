use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(rename_all = "kebab_case")]
struct AppConfig {
    port: u16,
}

fn main() {}
