use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(nested, default = vec![])]
    providers: Vec<Provider>,
}

#[derive(SecretConfig)]
struct Provider {
    #[secret]
    client_secret: Option<Secret<String>>,
}

fn main() {}
