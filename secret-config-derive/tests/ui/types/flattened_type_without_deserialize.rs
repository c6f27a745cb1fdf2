use secret_config::SecretConfig;

#[derive(SecretConfig)]
struct AppConfig {
    #[config(flatten)]
    rest: Rest,
}

struct Rest;

fn main() {}
