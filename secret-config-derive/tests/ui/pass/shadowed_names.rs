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
struct Condition;
struct Literal;
struct Injection;
trait Nested {}
trait Flatten {}
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
    #[config(ssm = "/x", when(__a = 3))]
    __d: ::std::option::Option<u16>,
    #[config(inject("a", ssm = "/a"))]
    __value: ::std::vec::Vec<u16>,
    #[config(flatten)]
    rest: ::std::collections::BTreeMap<::std::string::String, u16>,
    #[config(nested, probe)]
    database: ::std::option::Option<Database>,
}

#[derive(SecretConfig)]
struct Database {
    host: ::std::string::String,
}

fn main() {}
