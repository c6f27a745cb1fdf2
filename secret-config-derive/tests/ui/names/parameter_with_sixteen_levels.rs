use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(prefix = "orders")]
struct AppConfig {
    #[config(ssm = "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p")]
    port: u16,
}

fn main() {}
