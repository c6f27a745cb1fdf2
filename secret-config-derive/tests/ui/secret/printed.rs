use secret_config::Secret;

fn main() {
    println!("{}", Secret::new(String::from("hunter2")));
}
