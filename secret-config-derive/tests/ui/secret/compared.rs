use secret_config::Secret;

fn main() {
    let same = Secret::new(7_u64) == Secret::new(7_u64);
    let sorted = Secret::new(String::from("a")) < Secret::new(String::from("b"));
    let with_text = Secret::new(String::from("a")) == "a";
}
