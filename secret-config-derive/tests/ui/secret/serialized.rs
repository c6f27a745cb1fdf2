use secret_config::Secret;

#[derive(serde::Serialize)]
struct AppConfig {
    token: Option<Secret<String>>,
}

fn main() {}
