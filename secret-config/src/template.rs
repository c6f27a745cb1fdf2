//! Name templates: `"{prefix}/{path:kebab-case}"` to `"orders/prod/database/max-conns"`. Pure text.
//!
//! The derive has checked them; what is left to happen here is the filling in.

use crate::path::Step;

/// What fills the variables of a template.
pub(crate) struct Variables<'a> {
    /// `{env}`
    pub(crate) environment: &'a str,
    /// `{prefix}`, already expanded.
    pub(crate) prefix: Option<&'a str>,
    /// The steps from the root: `{path}`, its last part `{field}`, the part before `{parent}`, the entry `{entry}`.
    pub(crate) path: &'a [Step],
    /// `{self.x}` and `{root.a.b}`, by their names.
    pub(crate) configured: &'a dyn Fn(&str) -> Configured,
}

/// A configured value, as a name may use it.
pub(crate) enum Configured {
    Text(String),
    /// No layer has one.
    Nothing,
    /// There is one, but not for a name; why not.
    Unfit(&'static str),
}

impl Variables<'_> {
    /// The environment alone, as for files and the prefix.
    pub(crate) fn of_environment(environment: &str) -> Variables<'_> {
        Variables { environment, prefix: None, path: &[], configured: &|_| Configured::Unfit("it is not known here") }
    }
}

/// Why a template cannot be filled in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TemplateError {
    /// No such variable, or a case filter that does not exist.
    Unknown(String),
    /// A variable that nothing fills here, such as `{prefix}` without a prefix.
    Absent(String),
    /// A configured value that no layer has: nothing is looked up then.
    Unset(String),
    /// A configured value that cannot stand in a name.
    Unfit(String, &'static str),
    /// A brace without its partner.
    Unbalanced,
    /// Nothing is left when all is filled in.
    Empty,
}

/// Fills in `template`.
pub(crate) fn expand(template: &str, variables: &Variables<'_>) -> Result<String, TemplateError> {
    let mut expanded = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(start) = rest.find(['{', '}']) {
        let (before, from_brace) = rest.split_at(start);
        let inside = from_brace.strip_prefix('{').ok_or(TemplateError::Unbalanced)?;
        let (variable, after) = inside.split_once('}').ok_or(TemplateError::Unbalanced)?;
        expanded.push_str(before);
        fill(variable, variables, &mut expanded)?;
        rest = after;
    }
    expanded.push_str(rest);
    if expanded.is_empty() { Err(TemplateError::Empty) } else { Ok(expanded) }
}

fn fill<'a>(variable: &str, variables: &Variables<'a>, expanded: &mut String) -> Result<(), TemplateError> {
    let (name, filter) = variable.split_once(':').map_or((variable, None), |(name, filter)| (name, Some(filter)));
    let case = match filter {
        Some(filter) => Case::named(filter).ok_or_else(|| TemplateError::Unknown(variable.to_owned()))?,
        None => Case::AsWritten,
    };
    let (path, last) = (variables.path, variables.path.len().saturating_sub(1));
    let texts = |steps: &'a [Step]| steps.iter().map(Step::text).collect();
    let configured;
    let parts: Vec<&str> = match name {
        "env" => vec![variables.environment],
        "prefix" => variables.prefix.into_iter().collect(),
        "path" => texts(path),
        "field" => texts(&path[last..]),
        "parent" => texts(&path[..last]),
        "entry" => path.iter().rfind(|step| step.is_entry()).map(Step::text).into_iter().collect(),
        _ if name.starts_with("self.") || name.starts_with("root.") => match (variables.configured)(name) {
            Configured::Text(text) => {
                configured = text;
                vec![configured.as_str()]
            }
            Configured::Nothing => return Err(TemplateError::Unset(name.to_owned())),
            Configured::Unfit(reason) => return Err(TemplateError::Unfit(name.to_owned(), reason)),
        },
        _ => return Err(TemplateError::Unknown(variable.to_owned())),
    };
    if parts.is_empty() || parts.iter().all(|part| part.is_empty()) {
        return Err(TemplateError::Absent(name.to_owned()));
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            expanded.push('/');
        }
        // A prefix has levels of its own.
        for (level, text) in part.split('/').enumerate() {
            if level > 0 {
                expanded.push('/');
            }
            case.apply(text, expanded);
        }
    }
    Ok(())
}

/// serde's case rules, for keys that may be in any case already.
#[derive(Clone, Copy)]
enum Case {
    AsWritten,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    fn apply(self, text: &str, out: &mut String) {
        match self {
            Self::AsWritten => return out.push_str(text),
            Self::Lower => return out.extend(text.chars().map(|letter| letter.to_ascii_lowercase())),
            Self::Upper => return out.extend(text.chars().map(|letter| letter.to_ascii_uppercase())),
            _ => {}
        }
        for (index, word) in words(text).enumerate() {
            let separator = match self {
                Self::Snake | Self::ScreamingSnake => "_",
                Self::Kebab | Self::ScreamingKebab => "-",
                _ => "",
            };
            if index > 0 {
                out.push_str(separator);
            }
            match self {
                Self::ScreamingSnake | Self::ScreamingKebab => out.push_str(&word.to_ascii_uppercase()),
                Self::Pascal => push_capitalized(word, out),
                Self::Camel if index > 0 => push_capitalized(word, out),
                _ => out.push_str(&word.to_ascii_lowercase()),
            }
        }
    }
}

fn push_capitalized(word: &str, out: &mut String) {
    let mut letters = word.chars();
    out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
    out.push_str(&letters.as_str().to_ascii_lowercase());
}

/// `max_conns`, `max-conns`, `maxConns` and `MAX_CONNS` are the same two words.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['_', '-']).flat_map(|chunk| {
        let mut starts = vec![0];
        let mut previous_is_lower = false;
        for (at, letter) in chunk.char_indices() {
            if letter.is_ascii_uppercase() && previous_is_lower {
                starts.push(at);
            }
            previous_is_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        }
        let ends = starts.clone().into_iter().skip(1).chain([chunk.len()]);
        starts.into_iter().zip(ends).map(|(start, end)| &chunk[start..end]).collect::<Vec<_>>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(template: &str) -> Result<String, TemplateError> {
        let path = [Step::from("database"), Step::entry("main"), Step::from("max_conns")];
        let configured = |name: &str| match name {
            "self.id" => Configured::Text("eu/7".to_owned()),
            "self.list" => Configured::Unfit("it is a list"),
            _ => Configured::Nothing,
        };
        let variables =
            Variables { environment: "prod", prefix: Some("orders/prod"), path: &path, configured: &configured };
        expand(template, &variables)
    }

    #[test]
    fn every_variable_is_filled_in() {
        assert_eq!(expanded("{prefix}/{path}").as_deref(), Ok("orders/prod/database/main/max_conns"));
        assert_eq!(expanded("/{env}-x/{parent}/{field}").as_deref(), Ok("/prod-x/database/main/max_conns"));
        assert_eq!(expanded("{entry}.{self.id:UPPERCASE}").as_deref(), Ok("main.EU/7"));
    }

    #[test]
    fn case_filters_are_serdes() {
        for (filter, wanted) in [
            ("lowercase", "max_conns"),
            ("UPPERCASE", "MAX_CONNS"),
            ("PascalCase", "MaxConns"),
            ("camelCase", "maxConns"),
            ("snake_case", "max_conns"),
            ("SCREAMING_SNAKE_CASE", "MAX_CONNS"),
            ("kebab-case", "max-conns"),
            ("SCREAMING-KEBAB-CASE", "MAX-CONNS"),
        ] {
            assert_eq!(expanded(&format!("{{field:{filter}}}")).as_deref(), Ok(wanted));
        }
        assert_eq!(expanded("{prefix:PascalCase}").as_deref(), Ok("Orders/Prod"));
        assert_eq!(words("maxConns2Go-now").collect::<Vec<_>>(), ["max", "Conns2", "Go", "now"]);
    }

    #[test]
    fn what_cannot_be_filled_in_is_told() {
        assert_eq!(expanded("{nvironment}"), Err(TemplateError::Unknown("nvironment".to_owned())));
        assert_eq!(expanded("{field:Kebab}"), Err(TemplateError::Unknown("field:Kebab".to_owned())));
        assert_eq!(expanded("{env"), Err(TemplateError::Unbalanced));
        assert_eq!(expanded("env}"), Err(TemplateError::Unbalanced));
        assert_eq!(expanded(""), Err(TemplateError::Empty));
        assert_eq!(expanded("{root.a.b}"), Err(TemplateError::Unset("root.a.b".to_owned())));
        assert_eq!(expanded("{self.list}"), Err(TemplateError::Unfit("self.list".to_owned(), "it is a list")));
        let bare = Variables { path: &[Step::from("port")], ..Variables::of_environment("prod") };
        assert_eq!(expand("{entry}/x", &bare), Err(TemplateError::Absent("entry".to_owned())));
        assert_eq!(expand("{prefix}/x", &bare), Err(TemplateError::Absent("prefix".to_owned())));
        assert_eq!(expand("{parent}/x", &bare), Err(TemplateError::Absent("parent".to_owned())));
    }
}
