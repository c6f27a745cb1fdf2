//! Name templates: `"/orders/{env}/{path:kebab-case}"`, parsed, and filled in as far as the macro knows the values.

use crate::case::Rule;
use crate::words;

/// What may stand in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variable {
    Env,
    Prefix,
    Path,
    Field,
    Parent,
}

/// The template of a store where neither the field nor a struct gives one.
pub(crate) const DEFAULT_NAME: &str = "{prefix}/{path}";

/// All variables: what a name may use.
pub(crate) const IN_NAMES: &[Variable] =
    &[Variable::Env, Variable::Prefix, Variable::Path, Variable::Field, Variable::Parent];

/// What `prefix` and `files` may use.
pub(crate) const ENV_ONLY: &[Variable] = &[Variable::Env];

const VARIABLES: [(&str, Variable); 5] = [
    ("env", Variable::Env),
    ("prefix", Variable::Prefix),
    ("path", Variable::Path),
    ("field", Variable::Field),
    ("parent", Variable::Parent),
];

/// A template whose braces are right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable { variable: Variable, case: Option<Rule>, written: String },
}

/// A name with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled(pub(crate) Vec<Part>);

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Known(String),
    /// At least one character that only a load knows, as the template spells it.
    Unknown(String),
}

impl Template {
    /// The template, or everything that is wrong with it.
    pub(crate) fn parse(text: &str, allowed: &[Variable]) -> Result<Self, Vec<String>> {
        let mut pieces = Vec::new();
        let mut problems = Vec::new();
        let mut rest = text;
        while let Some(brace) = rest.find(['{', '}']) {
            let (before, from_brace) = rest.split_at(brace);
            pieces.push(Piece::Text(before.to_owned()));
            let inside = match from_brace.strip_prefix('{') {
                Some(inside) => inside,
                None => {
                    problems.push(format!("`}}` without a `{{` in \"{text}\""));
                    break;
                }
            };
            let Some(end) = inside.find(['{', '}']).filter(|end| inside[*end..].starts_with('}')) else {
                problems.push(format!("`{{` without a `}}` in \"{text}\""));
                break;
            };
            match variable(&inside[..end], allowed) {
                Ok(piece) => pieces.push(piece),
                Err(problem) => problems.push(problem),
            }
            rest = &inside[end + 1..];
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        if problems.is_empty() { Ok(Self(pieces)) } else { Err(problems) }
    }

    pub(crate) fn uses(&self, wanted: Variable) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Variable { variable, .. } if *variable == wanted))
    }

    /// The name, with the values that `value` knows.
    pub(crate) fn fill(&self, value: impl Fn(Variable) -> Option<Filled>) -> Filled {
        let mut filled = Filled(Vec::new());
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_known(text),
                Piece::Variable { variable, case, written } => match value(*variable) {
                    Some(parts) => filled.append(parts, *case),
                    None => filled.0.push(Part::Unknown(written.clone())),
                },
            }
        }
        filled
    }
}

fn variable(inside: &str, allowed: &[Variable]) -> Result<Piece, String> {
    let (name, case) = match inside.split_once(':') {
        Some((name, case)) => (name, Some(Rule::parse(case)?)),
        None => (inside, None),
    };
    let known: Vec<&str> =
        VARIABLES.iter().filter(|(_, variable)| allowed.contains(variable)).map(|(name, _)| *name).collect();
    if name.is_empty() {
        return Err(format!("empty braces name no variable: write one of {}", braced(&known)));
    }
    match VARIABLES.iter().find(|(known, _)| *known == name) {
        Some((_, variable)) if allowed.contains(variable) => {
            Ok(Piece::Variable { variable: *variable, case, written: format!("{{{inside}}}") })
        }
        Some(_) => Err(format!("`{{{name}}}` cannot stand here, only {} can", braced(&known))),
        None => Err(match words::nearest(name, &known) {
            Some(known) => format!("unknown variable `{{{name}}}`: did you mean `{{{known}}}`?"),
            None => format!("unknown variable `{{{name}}}`; there are {}", braced(&known)),
        }),
    }
}

fn braced(names: &[&str]) -> String {
    let braced: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
    words::listed(&braced.iter().map(String::as_str).collect::<Vec<_>>())
}

impl Filled {
    /// A name that is known as a whole.
    pub(crate) fn known(text: impl Into<String>) -> Self {
        Self(vec![Part::Known(text.into())])
    }

    /// The name as a person would write it: what is unknown stays in braces.
    pub(crate) fn shown(&self) -> String {
        let shown = |part: &Part| match part {
            Part::Known(text) | Part::Unknown(text) => text.clone(),
        };
        self.0.iter().map(shown).collect()
    }

    /// The known parts.
    pub(crate) fn texts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Known(text) => Some(text.as_str()),
            Part::Unknown(_) => None,
        })
    }

    /// What is known of the beginning.
    pub(crate) fn start(&self) -> &str {
        match self.0.first() {
            Some(Part::Known(text)) => text,
            _ => "",
        }
    }

    /// What is known of the end.
    pub(crate) fn end(&self) -> &str {
        match self.0.last() {
            Some(Part::Known(text)) => text,
            _ => "",
        }
    }

    /// The least number of characters that the name will have.
    pub(crate) fn least_length(&self) -> usize {
        let length = |part: &Part| match part {
            Part::Known(text) => text.chars().count(),
            Part::Unknown(_) => 1,
        };
        self.0.iter().map(length).sum()
    }

    // Known parts never stand side by side: what spans two pieces of the template is seen as one text.
    fn push_known(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Part::Known(known)) => known.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push(Part::Known(text.to_owned())),
        }
    }

    fn append(&mut self, other: Self, case: Option<Rule>) {
        for part in other.0 {
            match part {
                Part::Known(text) => self.push_known(&case.map_or_else(|| text.clone(), |case| in_case(case, &text))),
                Part::Unknown(_) => self.0.push(part),
            }
        }
    }
}

/// The case of a path is the case of each of its segments.
fn in_case(case: Rule, path: &str) -> String {
    path.split('/').map(|segment| case.apply(segment)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        Template::parse(text, IN_NAMES).err().unwrap_or_default()
    }

    fn filled(text: &str) -> String {
        let value = |variable| match variable {
            Variable::Env => Some(Filled::known("prod")),
            Variable::Prefix => Some(Filled(vec![Part::Known("orders/".into()), Part::Unknown("{env}".into())])),
            Variable::Field => Some(Filled::known("stripe_key")),
            Variable::Path | Variable::Parent => None,
        };
        Template::parse(text, IN_NAMES)
            .map_or_else(|problems| problems.join("; "), |template| template.fill(value).shown())
    }

    #[test]
    fn variables_are_filled_and_unknown_ones_stay() {
        assert_eq!(filled("/shared/{env}/sentry-dsn"), "/shared/prod/sentry-dsn");
        assert_eq!(filled("{prefix}/{path:kebab-case}"), "orders/{env}/{path:kebab-case}");
        assert_eq!(filled("{env:UPPERCASE}/{field:kebab-case}"), "PROD/stripe-key");
        assert_eq!(filled(""), "");
    }

    #[test]
    fn known_texts_that_meet_are_one() {
        let template =
            Template::parse("a/{env}/b", IN_NAMES).map(|template| template.fill(|_| Some(Filled::known("/x"))));
        assert_eq!(template, Ok(Filled::known("a//x/b")));
    }

    #[test]
    fn every_problem_of_the_braces_is_told() {
        assert_eq!(problems("a/{evn}"), ["unknown variable `{evn}`: did you mean `{env}`?"]);
        assert_eq!(problems("{env"), ["`{` without a `}` in \"{env\""]);
        assert_eq!(problems("{env{path}"), ["`{` without a `}` in \"{env{path}\""]);
        assert_eq!(problems("env}"), ["`}` without a `{` in \"env}\""]);
        assert_eq!(problems("{}").len(), 1);
        assert_eq!(problems("{path:kebab}"), ["unknown case `kebab`: did you mean `kebab-case`?"]);
        assert_eq!(problems("{envv}/{fields}").len(), 2);
    }

    #[test]
    fn a_place_allows_only_its_own_variables() {
        let template = Template::parse("{path}", ENV_ONLY);
        assert_eq!(template, Err(vec!["`{path}` cannot stand here, only `{env}` can".to_owned()]));
    }
}
