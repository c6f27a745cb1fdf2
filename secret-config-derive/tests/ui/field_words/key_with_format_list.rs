use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm = "/db", key = "hosts", format = "list")]
    hosts: Vec<String>,
}

fn main() {}
