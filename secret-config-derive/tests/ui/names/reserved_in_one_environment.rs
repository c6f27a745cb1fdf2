use secret_config::SecretConfig;

#[derive(SecretConfig)]
#[config(environments = ["dev", "ssm-test"])]
struct AppConfig {
    #[config(ssm = "/{env}/port")]
    port: u16,
}

fn main() {}
