use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(document(ssm = "/db"))]
struct AppConfig {
    #[config(format = "binary")]
    key: Vec<u8>,
}

fn main() {}
