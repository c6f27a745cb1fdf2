//! [`Environment`]: the name of the place a program runs in, checked before it can reach a name or a path.

use std::fmt;

/// The name of an environment, such as `dev` or `prod`: `[A-Za-z0-9][A-Za-z0-9_-]{0,31}`.
///
/// No slash, dot or brace can reach a name in a store or the path of a file. A struct with `environments` takes only
/// those, exactly as they are written there.
///
/// ```
/// use secret_config::Environment;
///
/// assert_eq!(Environment::new("prod")?.as_str(), "prod");
/// assert!(Environment::new("../prod").is_err());
/// # Ok::<(), secret_config::InvalidEnvironment>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Environment(String);

const LONGEST: usize = 32;

impl Environment {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// If it is empty, longer than 32 characters, or has a character that is not allowed.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidEnvironment> {
        let name = name.into();
        let is_allowed =
            |(at, byte): (usize, u8)| byte.is_ascii_alphanumeric() || (at > 0 && (byte == b'-' || byte == b'_'));
        if name.is_empty() {
            return Err(InvalidEnvironment("the environment's name is empty"));
        }
        if name.len() > LONGEST {
            return Err(InvalidEnvironment("the environment's name is longer than 32 characters"));
        }
        if !name.bytes().enumerate().all(is_allowed) {
            return Err(InvalidEnvironment(
                "the environment's name has a character other than letters, digits, `-` and `_`, or begins with one of these two",
            ));
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is wrong with the name of an environment. It does not repeat the name, which may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEnvironment(&'static str);

impl fmt::Display for InvalidEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidEnvironment {}

impl std::str::FromStr for Environment {
    type Err = InvalidEnvironment;

    fn from_str(name: &str) -> Result<Self, InvalidEnvironment> {
        Self::new(name)
    }
}

/// What [`load`](crate::SecretConfig::load) takes: `&str`, `String` or an [`Environment`].
pub trait IntoEnvironment {
    /// The environment, if the name is well-formed.
    ///
    /// # Errors
    ///
    /// As [`Environment::new`].
    fn into_environment(self) -> Result<Environment, InvalidEnvironment>;
}

impl IntoEnvironment for Environment {
    fn into_environment(self) -> Result<Environment, InvalidEnvironment> {
        Ok(self)
    }
}

impl IntoEnvironment for &Environment {
    fn into_environment(self) -> Result<Environment, InvalidEnvironment> {
        Ok(self.clone())
    }
}

impl IntoEnvironment for &str {
    fn into_environment(self) -> Result<Environment, InvalidEnvironment> {
        Environment::new(self)
    }
}

impl IntoEnvironment for String {
    fn into_environment(self) -> Result<Environment, InvalidEnvironment> {
        Environment::new(self)
    }
}

impl IntoEnvironment for &String {
    fn into_environment(self) -> Result<Environment, InvalidEnvironment> {
        Environment::new(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_escapes() {
        for name in ["", "..", "../prod", "a/b", "a.b", "%2f", "a\0", "pröd", "-a", "_a", "{env}", " prod", "prod\n"] {
            assert!(Environment::new(name).is_err(), "{name:?}");
        }
        assert!(Environment::new("x".repeat(33)).is_err());
        for name in ["p", "prod", "prod-eu_2", "1", &"x".repeat(32)] {
            assert_eq!(Environment::new(name).map(|name| name.to_string()).as_deref(), Ok(name));
        }
    }
}
