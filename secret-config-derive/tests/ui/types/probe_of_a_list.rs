use secret_config::{Secret, SecretConfig};

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(nested, probe)]
    providers: Option<Vec<Provider>>,
}

#[derive(SecretConfig)]
struct Provider {
    #[secret]
    client_secret: Secret<String>,
}

fn main() {}
