use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(env = "PORT")]
    port: u16,
    #[config(env = ["ADMIN_PORT", "PORT"])]
    admin_port: u16,
}

fn main() {}
