use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders/{self.id}")]
struct AppConfig {
    id: String,
}

fn main() {}
