//! What a value of a type may look like, for a person to write another one there.

use super::kind::parts;
use crate::operator::layout::Value;
use crate::operator::manifest::FieldManifest;
use serde_json::{Value as Json, json};

/// What a text may be: anything, so that without quotes it shows nothing.
pub(super) const TEXT: &str = "text";

/// `None` where only the type knows: one of the user's, or one that a function reads.
pub(super) fn of(field: &FieldManifest, value: &Value) -> Option<Json> {
    if value.is_converted { None } else { of_type(field.type_name()) }
}

fn of_type(spelling: &str) -> Option<Json> {
    let (head, arguments) = parts(spelling);
    Some(match (head, arguments.as_slice()) {
        ("Option" | "Box" | "Arc" | "Rc" | "Secret", [inner]) | ("Cow", [.., inner]) => return of_type(inner),
        ("bool", []) => true.into(),
        ("f32" | "f64", []) => 1.5.into(),
        ("String" | "str" | "OsString", []) => TEXT.into(),
        ("char", []) => "x".into(),
        ("PathBuf" | "Path", []) => "/path/to/it".into(),
        ("IpAddr" | "Ipv4Addr", []) => "127.0.0.1".into(),
        ("Ipv6Addr", []) => "::1".into(),
        ("SocketAddr" | "SocketAddrV4", []) => "127.0.0.1:8080".into(),
        ("SocketAddrV6", []) => "[::1]:8080".into(),
        ("Url" | "Uri", []) => "https://example.com".into(),
        ("Uuid", []) => "67e55044-10b1-426f-9247-bb680e5fe0c8".into(),
        // As serde has it.
        ("Duration", []) => json!({ "secs": 5, "nanos": 0 }),
        ("Vec", ["u8"]) => return None,
        ("Vec" | "VecDeque" | "LinkedList" | "HashSet" | "BTreeSet" | "IndexSet", [element, ..]) => {
            match of_type(element)? {
                text if text == TEXT => json!(["one", "two"]),
                element => json!([element]),
            }
        }
        ("HashMap" | "BTreeMap" | "IndexMap", [_, value, ..]) => json!({ "name": of_type(value)? }),
        (number, []) if is_integer(number) => 1.into(),
        _ => return None,
    })
}

fn is_integer(name: &str) -> bool {
    let name = name.strip_prefix("NonZero").map_or_else(|| name.to_owned(), str::to_ascii_lowercase);
    name.strip_prefix(['u', 'i']).is_some_and(|width| matches!(width, "8" | "16" | "32" | "64" | "128" | "size"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_of_the_type() {
        assert_eq!(of_type("Option<std::net::SocketAddr>"), Some("127.0.0.1:8080".into()));
        assert_eq!(of_type("Vec<Option<String>>"), Some(json!(["one", "two"])));
        assert_eq!(of_type("Vec<bool>"), Some(json!([true])));
        assert_eq!(of_type("BTreeMap<String, NonZeroU8>"), Some(json!({ "name": 1 })));
        for unknown in ["LogLevel", "Vec<u8>", "Vec<LogLevel>", "u7", "U8", "[f64; 3]", "(u8, u8)"] {
            assert_eq!(of_type(unknown), None, "{unknown}");
        }
    }
}
