//! IAM policies as a test hands them over, and what they allow. Written from the language's reference, and knowing nothing
//! of the policies that this crate makes, so that one can prove the other.

use super::policy::wildcard_matches;
use serde_json::{Map, Value};
use std::fmt;

/// An IAM policy, for [`FakeAws::attach_policy`](super::FakeAws::attach_policy), or to be asked what it allows.
///
/// It reads the language of identity-based policies: `Allow` and `Deny`, lists of actions and resources with wildcards, the
/// conditions `StringEquals` and `StringLike`, and the variables `${*}`, `${?}` and `${$}`. What it does not know it
/// refuses, rather than to judge wrongly.
///
/// ```
/// use secret_config::testing::AccessPolicy;
///
/// # fn main() -> Result<(), secret_config::testing::InvalidAccessPolicy> {
/// let policy = AccessPolicy::parse(
///     r#"{
///         "Version": "2012-10-17",
///         "Statement": {
///             "Effect": "Allow",
///             "Action": "secretsmanager:GetSecretValue",
///             "Resource": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-??????"
///         }
///     }"#,
/// )?;
/// let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/db-AbCdEf";
/// assert!(policy.allows("secretsmanager:GetSecretValue", secret, &[]));
/// assert!(!policy.allows("secretsmanager:PutSecretValue", secret, &[]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct AccessPolicy {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone)]
struct Statement {
    effect: Effect,
    actions: Vec<String>,
    resources: Vec<Pattern>,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

#[derive(Debug, Clone)]
struct Condition {
    key: String,
    values: Vec<Pattern>,
}

/// How the values of a condition are read.
#[derive(Debug, Clone, Copy)]
enum Operator {
    Equals,
    Like,
}

/// A text of a policy: letters that stand for themselves, and wildcards.
#[derive(Debug, Clone)]
struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Letter(char),
    One,
    Any,
}

/// Why a text is no policy that [`AccessPolicy`] can judge by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAccessPolicy(String);

impl fmt::Display for InvalidAccessPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for InvalidAccessPolicy {}

type Parsed<T> = Result<T, InvalidAccessPolicy>;

fn invalid<T>(message: impl Into<String>) -> Parsed<T> {
    Err(InvalidAccessPolicy(message.into()))
}

impl AccessPolicy {
    /// Reads the JSON of a policy.
    ///
    /// # Errors
    ///
    /// If it is none, or has something that is not known here.
    pub fn parse(json: &str) -> Result<Self, InvalidAccessPolicy> {
        let document: Value = serde_json::from_str(json).map_err(|error| InvalidAccessPolicy(error.to_string()))?;
        let document = fields(&document, &["Version", "Id", "Statement"])?;
        if document.get("Version") != Some(&Value::from("2012-10-17")) {
            return invalid("`Version` is not 2012-10-17, without which there are no policy variables");
        }
        let statements = match document.get("Statement") {
            Some(Value::Array(statements)) if !statements.is_empty() => statements.iter().map(statement).collect(),
            Some(one @ Value::Object(_)) => statement(one).map(|one| vec![one]),
            _ => invalid("there is no `Statement`"),
        };
        let statements: Vec<(Option<String>, Statement)> = statements?;
        let mut sids: Vec<_> = statements.iter().filter_map(|(sid, _)| sid.as_ref()).collect();
        sids.sort_unstable();
        if sids.windows(2).any(|pair| pair[0] == pair[1]) {
            return invalid("a `Sid` stands there twice");
        }
        Ok(Self { statements: statements.into_iter().map(|(_, statement)| statement).collect() })
    }

    /// Whether it allows an action on a resource, which is an ARN, or `*` for actions that know none. `context` has the
    /// condition keys of the request, such as `kms:ViaService`.
    pub fn allows(&self, action: &str, resource: &str, context: &[(&str, &str)]) -> bool {
        let decisions: Vec<_> = self.decisions(action, resource, context).collect();
        decisions.contains(&Effect::Allow) && !decisions.contains(&Effect::Deny)
    }

    /// The effects of the statements that speak of the request.
    pub(super) fn decisions<'a>(
        &'a self,
        action: &'a str,
        resource: &'a str,
        context: &'a [(&'a str, &'a str)],
    ) -> impl Iterator<Item = Effect> + 'a {
        let speaks_of_it = move |statement: &&Statement| {
            // IAM compares actions and the names of condition keys without regard to case, resources with.
            let is_action = |pattern: &String| wildcard_matches(pattern, &action.to_ascii_lowercase());
            let is_met = |condition: &Condition| {
                let given = context.iter().find(|(key, _)| key.eq_ignore_ascii_case(&condition.key));
                given.is_some_and(|(_, value)| condition.values.iter().any(|wanted| wanted.matches(value)))
            };
            statement.actions.iter().any(is_action)
                && statement.resources.iter().any(|pattern| pattern.matches(resource))
                && statement.conditions.iter().all(is_met)
        };
        self.statements.iter().filter(speaks_of_it).map(|statement| statement.effect)
    }
}

fn statement(value: &Value) -> Parsed<(Option<String>, Statement)> {
    let statement = fields(value, &["Sid", "Effect", "Action", "Resource", "Condition"])?;
    let effect = match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return invalid("`Effect` is neither Allow nor Deny"),
    };
    let sid = match statement.get("Sid") {
        None => None,
        Some(Value::String(sid)) if sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Some(sid.clone()),
        Some(_) => return invalid("a `Sid` is letters and digits"),
    };
    let mut actions = texts(statement.get("Action"), "Action")?;
    for action in &mut actions {
        if action != "*" && !action.contains(':') {
            return invalid(format!("`{action}` is no action"));
        }
        action.make_ascii_lowercase();
    }
    let resources = texts(statement.get("Resource"), "Resource")?;
    if let Some(resource) = resources.iter().find(|resource| *resource != "*" && resource.split(':').count() < 6) {
        return invalid(format!("`{resource}` is no ARN"));
    }
    let resources = resources.iter().map(|resource| Pattern::parse(resource, Operator::Like)).collect::<Parsed<_>>()?;
    let mut conditions = Vec::new();
    for (operator, keys) in object(statement.get("Condition"))? {
        let operator = match operator.as_str() {
            "StringEquals" => Operator::Equals,
            "StringLike" => Operator::Like,
            _ => return invalid(format!("the condition `{operator}` is not known here")),
        };
        for (key, values) in object(Some(keys))? {
            let values = texts(Some(values), key)?;
            let values = values.iter().map(|value| Pattern::parse(value, operator)).collect::<Parsed<_>>()?;
            conditions.push(Condition { key: key.clone(), values });
        }
    }
    Ok((sid, Statement { effect, actions, resources, conditions }))
}

/// The object's fields, which are all among these.
fn fields<'a>(value: &'a Value, known: &[&str]) -> Parsed<&'a Map<String, Value>> {
    let Value::Object(fields) = value else { return invalid("a policy and its statements are objects") };
    match fields.keys().find(|key| !known.contains(&key.as_str())) {
        Some(unknown) => invalid(format!("`{unknown}` is not known here")),
        None => Ok(fields),
    }
}

fn object(value: Option<&Value>) -> Parsed<Vec<(&String, &Value)>> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::Object(fields)) => Ok(fields.iter().collect()),
        Some(_) => invalid("conditions are objects"),
    }
}

/// A text, or a list of at least one.
fn texts(value: Option<&Value>, what: &str) -> Parsed<Vec<String>> {
    let texts: Option<Vec<String>> = match value {
        Some(Value::String(text)) => Some(vec![text.clone()]),
        Some(Value::Array(texts)) => texts.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    match texts {
        Some(texts) if !texts.is_empty() => Ok(texts),
        _ => invalid(format!("`{what}` is no text or list of texts")),
    }
}

impl Pattern {
    fn parse(text: &str, operator: Operator) -> Parsed<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if let Some(variable) = rest.strip_prefix("${") {
                let Some((name, after)) = variable.split_once('}') else { return invalid("a `${` is not closed") };
                let literal = match name {
                    "*" | "?" | "$" => name.chars().next(),
                    _ => None,
                };
                match literal {
                    Some(letter) => pieces.push(Piece::Letter(letter)),
                    None => return invalid(format!("the variable `{name}` is not known here")),
                }
                rest = after;
                continue;
            }
            pieces.push(match (letter, operator) {
                ('*', Operator::Like) => Piece::Any,
                ('?', Operator::Like) => Piece::One,
                _ => Piece::Letter(letter),
            });
            rest = &rest[letter.len_utf8()..];
        }
        Ok(Self(pieces))
    }

    fn matches(&self, text: &str) -> bool {
        // Most patterns part from the text long before their first wildcard.
        let fixed = self.0.iter().take_while(|piece| matches!(piece, Piece::Letter(_))).count();
        let mut letters = text.chars();
        if !self.0[..fixed].iter().all(|piece| letters.next().is_some_and(|letter| *piece == Piece::Letter(letter))) {
            return false;
        }
        // The ends that are reached with each piece, as a set: no pattern makes it slow.
        let letters: Vec<char> = letters.collect();
        let mut reached = vec![false; letters.len() + 1];
        reached[0] = true;
        for piece in &self.0[fixed..] {
            let mut next = vec![false; letters.len() + 1];
            let mut any = false;
            for at in 0..=letters.len() {
                any |= reached[at];
                next[at] = match piece {
                    Piece::Any => any,
                    Piece::One => at > 0 && reached[at - 1],
                    Piece::Letter(letter) => at > 0 && reached[at - 1] && letters[at - 1] == *letter,
                };
            }
            reached = next;
        }
        reached[letters.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(rest: &str) -> Parsed<AccessPolicy> {
        AccessPolicy::parse(&format!(r#"{{"Version": "2012-10-17", "Statement": [{rest}]}}"#))
    }

    #[test]
    fn a_denial_wins_and_what_nothing_allows_is_denied() {
        let policy = statement(
            r#"{"Effect": "Allow", "Action": ["ssm:Get*"], "Resource": "arn:aws:ssm:*:*:parameter/a/*"},
               {"Effect": "Deny", "Action": "SSM:GetParameters", "Resource": "arn:aws:ssm:*:*:parameter/a/b"}"#,
        )
        .unwrap();
        let allows =
            |action: &str, name: &str| policy.allows(action, &format!("arn:aws:ssm:r:1:parameter/{name}"), &[]);
        assert!(allows("ssm:GetParameters", "a/c") && allows("ssm:getparameter", "a/b"));
        assert!(!allows("ssm:GetParameters", "a/b") && !allows("ssm:GetParameters", "b"));
        assert!(!allows("ssm:PutParameter", "a/c") && !policy.allows("ssm:GetParameters", "*", &[]));
    }

    #[test]
    fn every_condition_has_to_be_met_by_a_key_that_is_there() {
        let policy = statement(
            r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {
                "StringEquals": {"kms:ViaService": ["a", "b*"]}, "StringLike": {"kms:EncryptionContext:X": "x-??"}}}"#,
        )
        .unwrap();
        let allows = |context: &[(&str, &str)]| policy.allows("kms:Decrypt", "arn:aws:kms:r:1:key/k", context);
        assert!(allows(&[("kms:ViaService", "a"), ("kms:EncryptionContext:X", "x-12")]));
        assert!(allows(&[("kms:viaservice", "b*"), ("kms:EncryptionContext:X", "x-12")]));
        assert!(!allows(&[("kms:ViaService", "bc"), ("kms:EncryptionContext:X", "x-12")]), "no wildcard there");
        assert!(!allows(&[("kms:ViaService", "a"), ("kms:EncryptionContext:X", "x-1")]));
        assert!(!allows(&[("kms:ViaService", "a")]) && !allows(&[]));
    }

    #[test]
    fn variables_are_the_letters_they_name() {
        let policy =
            statement(r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:aws:s:r:1:x/${*}/${?}${$}/*"}"#)
                .unwrap();
        assert!(policy.allows("a:b", "arn:aws:s:r:1:x/*/?$/anything", &[]));
        assert!(!policy.allows("a:b", "arn:aws:s:r:1:x/y/?$/anything", &[]));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (rest, expected) in [
            (r#"{"Effect": "Allow", "NotAction": "a:b", "Resource": "*"}"#, "`NotAction` is not known here"),
            (r#"{"Effect": "Allow", "Action": "a:b"}"#, "`Resource` is no text or list of texts"),
            (r#"{"Effect": "Allow", "Action": "a:b", "Resource": []}"#, "`Resource` is no text or list of texts"),
            (r#"{"Effect": "Allow", "Action": "a:b", "Resource": "x"}"#, "`x` is no ARN"),
            (r#"{"Effect": "Maybe", "Action": "a:b", "Resource": "*"}"#, "`Effect` is neither Allow nor Deny"),
            (r#"{"Sid": "a b", "Effect": "Allow", "Action": "a:b", "Resource": "*"}"#, "a `Sid` is letters and digits"),
            (
                r#"{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Bool": {"x": "true"}}}"#,
                "the condition `Bool` is not known here",
            ),
            (
                r#"{"Effect": "Allow", "Action": "a:b", "Resource": "arn:a:b:c:d:${aws:username}"}"#,
                "the variable `aws:username` is not known here",
            ),
        ] {
            assert_eq!(statement(rest).unwrap_err().to_string(), expected);
        }
        assert_eq!(statement("").unwrap_err().to_string(), "there is no `Statement`");
    }
}
