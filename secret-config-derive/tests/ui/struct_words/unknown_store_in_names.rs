use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(names(sm = "{path}"))]
struct AppConfig {
    port: u16,
}

fn main() {}
