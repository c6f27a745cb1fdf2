use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefx = "orders")]
struct AppConfig {
    port: u16,
}

#[derive(SecretConfig)]
struct Outer {
    #[config(nested)]
    inner: AppConfig,
}

fn main() {}
