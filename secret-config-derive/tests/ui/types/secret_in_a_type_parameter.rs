use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig<T: 'static> {
    #[secret]
    token: T,
}

fn main() {}
