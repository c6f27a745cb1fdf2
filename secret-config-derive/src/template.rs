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
    Entry,
    /// `{self.id}`: the value of a field beside the one that is looked up.
    Sibling,
    /// `{root.a.b}`: any configured value.
    Configured,
}

/// The template of a store where neither the field nor a struct gives one.
pub(crate) const DEFAULT_NAME: &str = "{prefix}/{path}";

/// All variables: what a name may use.
pub(crate) const IN_NAMES: &[Variable] = &[
    Variable::Env,
    Variable::Prefix,
    Variable::Path,
    Variable::Field,
    Variable::Parent,
    Variable::Entry,
    Variable::Sibling,
    Variable::Configured,
];

/// What `prefix` and `files` may use.
pub(crate) const ENV_ONLY: &[Variable] = &[Variable::Env];

const VARIABLES: [(&str, Variable); 8] = [
    ("env", Variable::Env),
    ("prefix", Variable::Prefix),
    ("path", Variable::Path),
    ("field", Variable::Field),
    ("parent", Variable::Parent),
    ("entry", Variable::Entry),
    ("self", Variable::Sibling),
    ("root", Variable::Configured),
];

/// A template whose braces are right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `of` is what stands after the dot.
    Variable {
        variable: Variable,
        of: Option<String>,
        case: Option<Rule>,
        written: String,
    },
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
        self.any(|variable| variable == wanted)
    }

    /// Whether one of the variables is as wanted.
    pub(crate) fn any(&self, wanted: impl Fn(Variable) -> bool) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Variable { variable, .. } if wanted(*variable)))
    }

    /// The fields that `{self.x}` names.
    pub(crate) fn siblings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Variable { variable: Variable::Sibling, of: Some(name), .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// The template as text, with the key of each field that `{self.x}` names.
    pub(crate) fn with_keys(&self, key: impl Fn(&str) -> String) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable { variable: Variable::Sibling, of: Some(name), written, .. } => {
                let case = written.find(':').map_or("}", |colon| &written[colon..]);
                format!("{{self.{}{case}", key(name))
            }
            Piece::Variable { written, .. } => written.clone(),
        };
        self.0.iter().map(text).collect()
    }

    /// The name, with the values that `value` knows.
    pub(crate) fn fill(&self, value: impl Fn(Variable) -> Option<Filled>) -> Filled {
        let mut filled = Filled(Vec::new());
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_known(text),
                Piece::Variable { variable, case, written, .. } => match value(*variable) {
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
    let known: Vec<(&str, Variable)> =
        VARIABLES.iter().filter(|(_, variable)| allowed.contains(variable)).copied().collect();
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    if name.is_empty() {
        return Err(format!("empty braces name no variable: write one of {}", braced(&known)));
    }
    let (first, of) = match name.split_once('.') {
        Some((first, of)) => (first, Some(of)),
        None => (name, None),
    };
    let found = VARIABLES.iter().find(|(known, variable)| *known == first && (of.is_none() || variable.has_dot()));
    match found {
        Some((_, variable)) if allowed.contains(variable) => {
            if variable.has_dot() {
                after_the_dot(*variable, name, of.unwrap_or_default())?;
            }
            let of = of.map(str::to_owned);
            Ok(Piece::Variable { variable: *variable, of, case, written: format!("{{{inside}}}") })
        }
        Some(_) => Err(format!("`{{{name}}}` cannot stand here, only {} can", braced(&known))),
        None => Err(match words::nearest(first, &names) {
            Some(near) if known.iter().any(|(name, variable)| *name == near && variable.has_dot()) => {
                format!("unknown variable `{{{name}}}`: did you mean `{{{near}.{}}}`?", of.unwrap_or("x"))
            }
            Some(near) => format!("unknown variable `{{{name}}}`: did you mean `{{{near}}}`?"),
            None => format!("unknown variable `{{{name}}}`; there are {}", braced(&known)),
        }),
    }
}

/// What `{self.x}` and `{root.x.y}` name, as far as it can be judged without the fields.
fn after_the_dot(variable: Variable, name: &str, of: &str) -> Result<(), String> {
    match variable {
        Variable::Sibling if of.is_empty() => {
            Err(format!("`{{{name}}}` names no field: write one after the dot, as `{{self.id}}`"))
        }
        Variable::Sibling if of.contains('.') => {
            Err(format!("`{{{name}}}` names more than a field beside this one: from the root it is `{{root.{of}}}`"))
        }
        Variable::Configured if of.split('.').any(str::is_empty) => {
            Err(format!("`{{{name}}}` names no value: write the keys from the root, as `{{root.database.host}}`"))
        }
        _ => Ok(()),
    }
}

impl Variable {
    /// Whether a name follows after a dot.
    fn has_dot(self) -> bool {
        matches!(self, Self::Sibling | Self::Configured)
    }
}

fn braced(variables: &[(&str, Variable)]) -> String {
    let dot = |variable: &Variable| if variable.has_dot() { ".x" } else { "" };
    let braced: Vec<String> = variables.iter().map(|(name, variable)| format!("{{{name}{}}}", dot(variable))).collect();
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

    /// The name with one character in place of what is unknown: for questions about its punctuation.
    pub(crate) fn shape(&self) -> String {
        let shape = |part: &Part| match part {
            Part::Known(text) => text.clone(),
            Part::Unknown(_) => "?".to_owned(),
        };
        self.0.iter().map(shape).collect()
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

    /// Whether the beginning is `{self.x}` or `{root.a.b}`.
    pub(crate) fn begins_with_a_configured_value(&self) -> bool {
        let is_configured = |text: &str| text.starts_with("{self.") || text.starts_with("{root.");
        matches!(self.0.first(), Some(Part::Unknown(text)) if is_configured(text))
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
            _ => None,
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
    fn siblings_are_named_by_their_keys() {
        let text = "{root.a.b}/{self.user_id:kebab-case}/{self.user_id}/{env}";
        let template = Template::parse(text, IN_NAMES).unwrap_or(Template(Vec::new()));
        assert_eq!(template.siblings().collect::<Vec<_>>(), ["user_id", "user_id"]);
        assert_eq!(template.with_keys(str::to_owned), text);
        let renamed = template.with_keys(|_| "userId".to_owned());
        assert_eq!(renamed, "{root.a.b}/{self.userId:kebab-case}/{self.userId}/{env}");
    }

    #[test]
    fn what_follows_the_dot_is_judged() {
        for text in ["{self}", "{self.}", "{self.a.b}", "{root}", "{root.a..b}", "{env.x}", "{entry.x}"] {
            assert_eq!(problems(text).len(), 1, "{text}");
        }
        assert_eq!(problems("{slef.id}"), ["unknown variable `{slef.id}`: did you mean `{self.id}`?"]);
        assert_eq!(problems("{entri}"), ["unknown variable `{entri}`: did you mean `{entry}`?"]);
        assert_eq!(filled("{prefix}/{self.id:kebab-case}"), "orders/{env}/{self.id:kebab-case}");
    }

    #[test]
    fn a_place_allows_only_its_own_variables() {
        let template = Template::parse("{path}", ENV_ONLY);
        assert_eq!(template, Err(vec!["`{path}` cannot stand here, only `{env}` can".to_owned()]));
    }
}
