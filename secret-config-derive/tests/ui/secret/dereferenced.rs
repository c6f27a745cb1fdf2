use secret_config::Secret;

fn main() {
    let token: Secret<String> = "t0ken".into();
    let length = token.len();
    let text: &str = &token;
}
