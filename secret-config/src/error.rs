//! [`LoadError`]: everything that is wrong with a load, in one report that a person can act on.
//!
//! A problem is made of words from the program and of names. A value is in it only where it is plain and came from a
//! file or a variable.

use std::fmt;

/// Everything that is wrong with a load, at once.
///
/// `Display` is a report for people: every problem with its field, what was looked for, and a next step. Programs
/// match on the [`kind`](Problem::kind) of the [`problems`](Self::problems). No value of a secret is in it, in
/// `Display` or `Debug`.
///
/// ```
/// use secret_config::{ProblemKind, SecretConfig};
///
/// #[derive(Debug, SecretConfig)]
/// struct AppConfig {
///     port: u16,
///     host: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let error = AppConfig::loader("dev").set("port", "80a").load().await.unwrap_err();
/// let kinds: Vec<_> = error.problems().iter().map(|problem| problem.kind()).collect();
/// assert_eq!(kinds, [ProblemKind::WrongType, ProblemKind::Missing]);
/// # }
/// ```
#[derive(Clone)]
pub struct LoadError(Box<Report>);

#[derive(Clone)]
struct Report {
    type_name: &'static str,
    environment: Option<String>,
    problems: Vec<Problem>,
}

impl LoadError {
    pub(crate) fn new(type_name: &'static str, environment: Option<String>, problems: Vec<Problem>) -> Self {
        Self(Box::new(Report { type_name, environment, problems }))
    }

    /// Every problem, in the order of the fields. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// The environment that was to be loaded, if its name was well-formed.
    pub fn environment(&self) -> Option<&str> {
        self.0.environment.as_deref()
    }

    fn headline(&self) -> String {
        let Report { type_name, environment, problems } = &*self.0;
        let place = environment.as_ref().map(|name| format!(" for `{name}`")).unwrap_or_default();
        let plural = if problems.len() == 1 { "" } else { "s" };
        format!("cannot load `{type_name}`{place}: {} problem{plural}", problems.len())
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        for (index, problem) in self.0.problems.iter().enumerate() {
            write!(f, "\n\n{:>3}. {}", index + 1, problem.title())?;
            for (label, text) in problem.notes() {
                write!(f, "\n       {label:<11} {text}")?;
            }
        }
        Ok(())
    }
}

/// The report, so that `fn main() -> Result<(), LoadError>` and `unwrap` show it as it is meant to be read.
impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for LoadError {}

/// One thing that is wrong, with one cause and the fields that it concerns.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ProblemKind,
    fields: Vec<String>,
    message: String,
    notes: Vec<(&'static str, String)>,
    help: Option<String>,
}

/// What is wrong, for a program to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// No layer and no store has a value that is needed.
    Missing,
    /// A store refused to let it be read.
    Denied,
    /// It is there, and cannot be decrypted.
    Undecryptable,
    /// The value is not of the field's type.
    WrongType,
    /// A file or a document is not what its format demands.
    Malformed,
    /// The JSON document is there, and lacks the key.
    NoSuchKey,
    /// A file has a key that fits no field.
    UnknownKey,
    /// A variable has the prefix and fits no field.
    UnknownVariable,
    /// A secret stands where none is allowed.
    RefusedSecret,
    /// A store was asked too often, until the deadline.
    Throttled,
    /// A store did not answer.
    Unreachable,
    /// A store refused the question itself.
    Refused,
    /// A store was not asked, since the answer would not stay secret on its way.
    Insecure,
    /// There are no credentials to call AWS with.
    NoCredentials,
    /// No region is configured.
    NoRegion,
    /// The environment's name is malformed, or none of those that exist.
    UnknownEnvironment,
    /// A file is missing, cannot be read, or stands there twice in different formats.
    File,
    /// Something was given twice, in two ways.
    Ambiguous,
    /// A reference in a file is misspelt, or cannot be followed in this environment.
    Reference,
    /// A name in a store cannot be made, or the loader lacks the source that a field names.
    Definition,
}

#[cfg(feature = "operator")]
impl ProblemKind {
    /// How the JSON of all tools spells it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Denied => "denied",
            Self::Undecryptable => "undecryptable",
            Self::WrongType => "wrong-type",
            Self::Malformed => "malformed",
            Self::NoSuchKey => "no-such-key",
            Self::UnknownKey => "unknown-key",
            Self::UnknownVariable => "unknown-variable",
            Self::RefusedSecret => "refused-secret",
            Self::Throttled => "throttled",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Insecure => "insecure",
            Self::NoCredentials => "no-credentials",
            Self::NoRegion => "no-region",
            Self::UnknownEnvironment => "unknown-environment",
            Self::File => "file",
            Self::Ambiguous => "ambiguous",
            Self::Reference => "reference",
            Self::Definition => "definition",
        }
    }
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { kind, fields: Vec::new(), message: printable(message), notes: Vec::new(), help: None }
    }

    #[must_use]
    pub(crate) fn field(mut self, field: impl fmt::Display) -> Self {
        self.add_field(field);
        self
    }

    pub(crate) fn add_field(&mut self, field: impl fmt::Display) {
        self.fields.push(printable(field.to_string()));
    }

    #[must_use]
    pub(crate) fn note(mut self, label: &'static str, text: impl fmt::Display) -> Self {
        self.notes.push((label, printable(text.to_string())));
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(help));
        self
    }

    pub(crate) fn has_note(&self, label: &str) -> bool {
        self.notes.iter().any(|(other, _)| *other == label)
    }

    /// What is wrong, for a program.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The fields it concerns, as dotted paths from the root. Empty if it concerns no field in particular.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// What is wrong, in a few words.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The next step that a person can take.
    pub fn next_step(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The fields and what is wrong with them, in one line.
    pub(crate) fn title(&self) -> String {
        const SHOWN: usize = 8;
        match self.fields.len() {
            0 => self.message.clone(),
            1..=SHOWN => format!("{}: {}", self.fields.join(", "), self.message),
            all => format!("{} and {} more: {}", self.fields[..SHOWN].join(", "), all - SHOWN, self.message),
        }
    }

    /// Where it was looked for, where it came from, and what to do, each behind its label.
    pub(crate) fn notes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let help = self.help.iter().map(|help| ("next step", help.as_str()));
        self.notes.iter().map(|(label, text)| (*label, text.as_str())).chain(help)
    }
}

/// Keys and values of files and variables may hold anything: what would steer a terminal or forge a line of a log is
/// shown escaped.
pub(crate) fn printable(text: impl Into<String>) -> String {
    let text = text.into();
    if !text.contains(char::is_control) {
        return text;
    }
    let escaped = |letter: char| match letter.is_control() {
        true => letter.escape_default().collect::<String>(),
        false => letter.to_string(),
    };
    text.chars().map(escaped).collect()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title())?;
        for (label, text) in self.notes() {
            write!(f, "; {label}: {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

#[cfg(feature = "miette")]
mod diagnostic {
    use super::{LoadError, Problem};
    use miette::Diagnostic;
    use std::fmt::Display;

    /// `Display` is the whole report already, so the problems are not repeated as related diagnostics.
    impl Diagnostic for LoadError {
        fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
            Some(Box::new("secret_config::load"))
        }
    }

    impl Diagnostic for Problem {
        fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
            Some(Box::new(format!("secret_config::{:?}", self.kind)))
        }

        fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
            self.next_step().map(|help| Box::new(help) as Box<dyn Display>)
        }
    }
}
