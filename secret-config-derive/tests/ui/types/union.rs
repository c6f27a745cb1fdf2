use secret_config::SecretConfig;

#[derive(SecretConfig)]
union AppConfig {
    port: u16,
}

fn main() {}
