use secret_config::Secret;
use std::collections::HashSet;

fn main() {
    let tokens: HashSet<Secret<String>> = HashSet::from(["t0ken".into()]);
}
