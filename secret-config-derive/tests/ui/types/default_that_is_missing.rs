use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(default)]
    address: std::net::IpAddr,
}

fn main() {}
