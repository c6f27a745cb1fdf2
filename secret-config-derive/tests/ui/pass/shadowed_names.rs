//! A user whose own types and modules have the names that generated code uses, and who has no serde in scope.
#![allow(dead_code)]

use secret_config::SecretConfig;

mod serde {}
mod std {}
mod core {}
mod __rt {}

enum Option {
    Some,
    None,
}
struct Some;
struct None;
struct Result;
struct String;
struct Field;
struct Spec;
struct Assembler;
trait Default {}
trait Into {}
trait AsLeaf {}
trait DeserializeOwned {}

#[derive(SecretConfig)]
struct AppConfig {
    #[config(default = 8080)]
    __a: u16,
    #[config(default)]
    __base: u16,
    #[config(default = "x")]
    __0: ::std::string::String,
    #[config(skip)]
    __b0: u16,
    #[config(nested)]
    database: ::std::option::Option<Database>,
}

#[derive(SecretConfig)]
struct Database {
    host: ::std::string::String,
}

fn main() {}
