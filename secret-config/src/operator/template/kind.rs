//! [`Kind`]: how a value is written in a file, as far as the spelling of its type tells.

/// What the spelling of a type tells of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Flag,
    Integer {
        lowest: Option<i64>,
        highest: Option<u64>,
    },
    Fraction,
    Text,
    List(Box<Spelt>),
    Map(Box<Spelt>),
    /// A type of the user's, or one that serde has several ways for.
    Unknown,
}

/// A type as it is spelt: its kind, and whether it is an `Option`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelt {
    pub(super) kind: Kind,
    pub(super) is_optional: bool,
}

impl Spelt {
    pub(super) fn new(spelling: &str) -> Self {
        let (head, arguments) = parts(spelling);
        match (head, arguments.as_slice()) {
            ("Option", [inner]) => Self { is_optional: true, ..Self::new(inner) },
            ("Box" | "Arc" | "Rc" | "Secret", [inner]) | ("Cow", [.., inner]) => Self::new(inner),
            _ => Self { kind: Kind::of(head, &arguments), is_optional: false },
        }
    }
}

impl Kind {
    fn of(head: &str, arguments: &[&str]) -> Self {
        let inner = |argument: &str| Box::new(Spelt::new(argument));
        match (head, arguments) {
            ("bool", []) => Self::Flag,
            ("f32" | "f64", []) => Self::Fraction,
            (
                "String" | "str" | "char" | "PathBuf" | "Path" | "OsString" | "IpAddr" | "Ipv4Addr" | "Ipv6Addr"
                | "SocketAddr" | "SocketAddrV4" | "SocketAddrV6",
                [],
            ) => Self::Text,
            // Bytes have several ways to be written.
            ("Vec" | "[]", ["u8"]) => Self::Unknown,
            ("Vec" | "VecDeque" | "LinkedList" | "HashSet" | "BTreeSet" | "IndexSet" | "[]", [element, ..]) => {
                Self::List(inner(element))
            }
            ("HashMap" | "BTreeMap" | "IndexMap", [_, value, ..]) => Self::Map(inner(value)),
            (number, []) => Self::integer(number),
            _ => Self::Unknown,
        }
    }

    fn integer(name: &str) -> Self {
        let (name, lowest) = match name.strip_prefix("NonZero") {
            Some(name) => (name.to_ascii_lowercase(), Some(1)),
            None => (name.to_owned(), None),
        };
        let highest = match name.as_str() {
            "u8" => Some(u8::MAX.into()),
            "u16" => Some(u16::MAX.into()),
            "u32" => Some(u32::MAX.into()),
            "i8" => Some(127),
            "i16" => Some(32_767),
            "i32" => Some(2_147_483_647),
            // Beyond this, no two readers of JSON agree on a number.
            "u64" | "u128" | "usize" | "i64" | "i128" | "isize" => None,
            _ => return Self::Unknown,
        };
        let of_signed = match name.as_str() {
            "i8" => Some(-128),
            "i16" => Some(-32_768),
            "i32" => Some(-2_147_483_648),
            _ => None,
        };
        let lowest = match name.starts_with('u') {
            true => Some(lowest.unwrap_or(0)),
            false => of_signed,
        };
        Self::Integer { lowest, highest }
    }

    /// The value that `Default::default()` is.
    pub(super) fn empty(&self) -> &'static str {
        match self {
            Self::Flag => "false",
            Self::Integer { lowest: Some(1), .. } => "1",
            Self::Integer { .. } => "0",
            Self::Fraction => "0.0",
            Self::Text | Self::Unknown => "\"\"",
            Self::List(_) => "[]",
            Self::Map(_) => "{}",
        }
    }
}

/// The last name of a type's path, and its arguments: `Vec` and `String` of `std::vec::Vec<String>`.
pub(super) fn parts(spelling: &str) -> (&str, Vec<&str>) {
    let spelling = spelling.trim();
    if let Some(referred) = spelling.strip_prefix('&') {
        let referred = referred.trim_start();
        let behind_lifetime = referred.strip_prefix('\'').and_then(|rest| rest.split_once(' '));
        return parts(behind_lifetime.map_or(referred, |(_, rest)| rest));
    }
    if let Some(inside) = spelling.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return ("[]", vec![inside.split(';').next().unwrap_or(inside).trim()]);
    }
    let (head, arguments) = match spelling.split_once('<') {
        Some((head, rest)) => (head, split(rest.strip_suffix('>').unwrap_or(rest))),
        None => (spelling, Vec::new()),
    };
    let last = head.trim_end_matches(':').rsplit("::").next().unwrap_or(head);
    (last.trim(), arguments)
}

/// The arguments between commas that stand in no brackets of their own.
fn split(arguments: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let is_between = |letter: char| {
        match letter {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    };
    arguments.split(is_between).map(str::trim).filter(|argument| !argument.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(spelling: &str) -> Kind {
        Spelt::new(spelling).kind
    }

    fn one(kind: Kind) -> Box<Spelt> {
        Box::new(Spelt { kind, is_optional: false })
    }

    #[test]
    fn the_spelling_of_a_type_tells_how_it_is_written() {
        assert_eq!(kind("u16"), Kind::Integer { lowest: Some(0), highest: Some(65_535) });
        assert_eq!(kind("std::num::NonZeroU8"), Kind::Integer { lowest: Some(1), highest: Some(255) });
        assert_eq!(kind("NonZeroI8"), Kind::Integer { lowest: Some(-128), highest: Some(127) });
        assert_eq!(kind("Cow<'static, str>"), Kind::Text);
        assert_eq!(kind("&'static str"), Kind::Text);
        assert_eq!(kind("Option<Vec<std::path::PathBuf>>"), Kind::List(one(Kind::Text)));
        assert_eq!(kind("HashMap<String, Vec<f64>>"), Kind::Map(one(Kind::List(one(Kind::Fraction)))));
        assert_eq!(kind("[bool; 3]"), Kind::List(one(Kind::Flag)));
        for unknown in ["Duration", "Vec<u8>", "LogLevel", "(u8, u8)", "Wrapper<u8>"] {
            assert_eq!(kind(unknown), Kind::Unknown, "{unknown}");
        }
        assert!(Spelt::new("Option<Box<u8>>").is_optional);
        assert!(!Spelt::new("Vec<Option<u8>>").is_optional);
    }
}
