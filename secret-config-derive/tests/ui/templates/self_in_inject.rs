use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(inject("password", ssm = "/orders/{self.}"))]
    sources: Vec<String>,
}

fn main() {}
