use super::*;
use crate::secret::{Scope, Secret};
use crate::tree::At;
use std::collections::BTreeMap;

fn raw(text: &str, elements: Elements) -> Value {
    Value::Raw(Zeroizing::new(text.to_owned()), elements)
}

fn node(value: Value) -> Node {
    Node::new(value, At::default())
}

fn from_raw<T: de::DeserializeOwned>(text: &str) -> Result<T, String> {
    read(node(raw(text, Elements::Json))).map_err(|error| error.to_string())
}

fn from_json<T: de::DeserializeOwned>(text: &str) -> Result<T, String> {
    let node = json::parse(text, 0).map_err(|syntax| syntax.to_string())?;
    read(node).map_err(|error| error.to_string())
}

#[test]
fn text_stays_what_it_is() {
    for text in ["0123", "true", "\"q\"", "[1,2]", " padded ", "1e5", "", "{\"a\":1}", "null", "a\n"] {
        assert_eq!(from_raw::<String>(text).as_deref(), Ok(text));
        assert_eq!(from_raw::<Option<String>>(text), Ok(Some(text.to_owned())));
    }
}

#[test]
fn only_a_number_type_parses_a_number() {
    assert_eq!(from_raw::<u16>("5432"), Ok(5432));
    assert_eq!(from_json::<u16>("5432"), Ok(5432));
    assert_eq!(from_json::<u16>("\"5432\""), Ok(5432));
    assert_eq!(from_json::<f64>("1e5"), Ok(1e5));
    assert_eq!(from_json::<String>("5432"), Err("expected text, found a number".to_owned()));
    assert_eq!(from_raw::<u16>("70000"), Err("expected u16, found \"70000\"".to_owned()));
    assert_eq!(from_raw::<bool>("yes"), Err("expected `true` or `false`, found \"yes\"".to_owned()));
    assert_eq!((from_raw::<bool>("true"), from_json::<bool>("\"false\"")), (Ok(true), Ok(false)));
    assert_eq!((from_raw::<u16>("80\n"), from_raw::<bool>("true\r\n")), (Ok(80), Ok(true)));
    assert!(from_raw::<u16>(" 80").is_err() && from_raw::<u16>("80\n\n").is_err());
}

#[test]
fn a_number_beyond_its_range_is_not_infinity() {
    assert_eq!(from_raw::<f64>("1e400"), Err("expected f64, found \"1e400\"".to_owned()));
    assert_eq!(from_json::<f32>("-1e39"), Err("expected f32, found \"-1e39\"".to_owned()));
    assert_eq!(
        from_json::<serde_json::Value>("[1e400]"),
        Err("expected a number in range, found one that is not".to_owned())
    );
    assert_eq!((from_raw("inf"), from_raw("-infinity")), (Ok(f64::INFINITY), Ok(f32::NEG_INFINITY)));
    assert_eq!((from_raw("1e-400"), from_json("1e39")), (Ok(0_f64), Ok(1e39)));
}

#[test]
fn the_element_type_decides_what_a_text_is() {
    for text in ["hunter2", "[]", "[1,2]", "a,b", ""] {
        assert_eq!(from_raw::<Vec<u8>>(text).as_deref(), Ok(text.as_bytes()));
    }
    assert_eq!(from_raw::<[u8; 4]>("abcd"), Ok(*b"abcd"));
    assert!(from_raw::<[u8; 4]>("abcde").is_err() && from_raw::<[u8; 4]>("abc").is_err());
    assert_eq!(from_raw::<Vec<String>>("[\"a\",\"b,c\"]"), Ok(vec!["a".to_owned(), "b,c".to_owned()]));
    assert_eq!(from_raw::<Vec<String>>("[]"), Ok(vec![]));
    assert_eq!(from_raw::<Vec<u16>>("[1,\"2\"]"), Ok(vec![1, 2]));
    assert!(from_raw::<Vec<String>>("a,b").is_err());
    let commas = |text| read::<Vec<String>>(node(raw(text, Elements::Commas))).ok();
    assert_eq!(commas("a,b, c,"), Some(vec!["a".into(), "b".into(), " c".into(), String::new()]));
    assert_eq!(commas(""), Some(vec![]));
    assert_eq!(read::<Vec<u16>>(node(raw("1,2", Elements::Commas))).ok(), Some(vec![1, 2]));
    assert_eq!(from_json::<Vec<u8>>("[1,2]"), Ok(vec![1, 2]));
    assert_eq!(from_json::<Secret<Vec<u8>>>("\"ab\"").map(|secret| secret.expose_secret().clone()), Ok(b"ab".to_vec()));
}

#[derive(Debug, PartialEq, serde::Deserialize)]
enum Mode {
    Fast,
    Slow { by: u8 },
}

#[test]
fn maps_structs_and_enums_are_json_in_text() {
    let map = from_raw::<BTreeMap<String, u8>>("{\"a\": 1}");
    assert_eq!(map, Ok(BTreeMap::from([("a".to_owned(), 1)])));
    assert_eq!(from_raw::<Mode>("Fast"), Ok(Mode::Fast));
    assert_eq!(from_raw::<Mode>("{\"Slow\": {\"by\": 2}}"), Ok(Mode::Slow { by: 2 }));
    assert_eq!(from_raw::<Mode>("Fats"), Err("expected `Fast` or `Slow`: did you mean `Fast`?".to_owned()));
}

#[test]
fn a_list_is_not_taken_for_a_struct() {
    #[derive(Debug, serde::Deserialize)]
    struct Pair {
        #[expect(dead_code, reason = "only read")]
        a: u8,
    }
    assert_eq!(from_json::<Pair>("[1]").err().as_deref(), Some("expected a table, found a list"));
}

#[derive(Debug, serde::Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Account {
    name: String,
    pin: Secret<u16>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Login {
    Pin { pin: Secret<u16> },
}

#[test]
fn an_error_inside_a_secret_repeats_nothing() {
    let error = from_json::<Account>("{\"name\": \"a\", \"pin\": \"hunter2\"}").err();
    assert_eq!(error.as_deref(), Some("expected u16"));
    let (result, seen) = Scope::watch(|| from_json::<Login>("{\"pin\": \"hunter2\"}"));
    assert!(seen.any() && !result.unwrap_err().contains("hunter2"));
    let _scope = Scope::enter();
    assert_eq!(from_raw::<u16>("hunter2"), Err("expected u16".to_owned()));
    assert_eq!(from_raw::<std::net::IpAddr>("hunter2"), Err("its type refuses the value".to_owned()));
    assert_eq!(from_raw::<Mode>("hunter2"), Err("expected `Fast` or `Slow`".to_owned()));
    assert_eq!(from_raw::<[u8; 2]>("hunter2"), Err("expected fewer elements".to_owned()));
}

#[test]
fn an_error_names_its_place() {
    let error = read::<BTreeMap<String, Vec<u8>>>(node(raw("{\"a\": [1, 300]}", Elements::Json))).unwrap_err();
    assert_eq!((error.place().as_str(), error.to_string().as_str()), ("a.1", "expected u8, found \"300\""));
}
