//! [`Diff`]: what two environments have in common, field by field. Values are compared by a keyed hash that never leaves
//! this process, and nothing of them is told but whether they are the same.

#[cfg(feature = "aws")]
mod described;
mod html;
mod text;

#[cfg(feature = "aws")]
pub use described::diff_with_descriptions;

use super::sight::{Seen, Sight, Status, View};
use crate::SecretConfig;
use crate::error::LoadError;
#[cfg(feature = "cli")]
use crate::error::Problem;
use crate::explanation::Layer;
use crate::loader::Loader;
use crate::tree::Fingerprint;
use futures_util::future::try_join;
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::hash::RandomState;

/// What two environments of a config have in common, field by field. Made by [`diff`].
///
/// `Display` is a table for people, [`html`](Self::html) a page, and it serializes to JSON:
///
/// ```json
/// {
///   "version": 1,
///   "config": "AppConfig",
///   "one": "dev",
///   "other": "prod",
///   "is_same": false,
///   "rows": [
///     {
///       "field": "stripe_key",
///       "is_secret": true,
///       "comparison": "missing-in-other",
///       "one": {"status": "ok", "store": "ssm", "name": "/orders/dev/stripe_key", "version": "3", "..": ".."},
///       "other": {"status": "missing", "store": "ssm", "name": "/orders/prod/stripe_key", "..": ".."},
///       "notes": ["parameter type: SecureString in dev, String in prod"]
///     }
///   ],
///   "not_described": [
///     {"environment": "prod", "store": "Parameter Store", "reason": "access denied", "next_step": "allow .."}
///   ]
/// }
/// ```
///
/// `one` and `other` of a row are a [`Sight`] each; what is absent is left out. `not_described` is there after a
/// [`diff_with_descriptions`] that was refused some. Further keys may come in the same version.
#[derive(Debug, Clone)]
pub struct Diff {
    config: &'static str,
    one: String,
    other: String,
    rows: Vec<DiffRow>,
    not_described: Vec<NotDescribed>,
}

/// Why tier and KMS key of what one store has in one environment are not compared.
#[derive(Debug, Clone, Serialize)]
struct NotDescribed {
    environment: String,
    store: &'static str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<String>,
}

/// One field in both environments.
#[derive(Debug, Clone, Serialize)]
pub struct DiffRow {
    field: String,
    is_secret: bool,
    comparison: Comparison,
    one: Sight,
    other: Sight,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// How one field of two environments compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Comparison {
    /// Both have the same value, or neither has one and the struct's own stands in.
    Same,
    /// Both have a value, and not the same. One of them may be the struct's default, if no store is asked for the field.
    Different,
    /// The other environment has it, this one lacks it.
    MissingInOne,
    /// The first environment has it, the other one lacks it.
    MissingInOther,
    /// The struct needs it, and both lack it.
    MissingInBoth,
    /// No layer has it here, and no store is asked for it: a variable may supply it where the program runs.
    Unset,
    /// The other environment's config has no such field: no such entry, no such section, a condition that does not hold.
    OnlyInOne,
    /// The first environment's config has no such field.
    OnlyInOther,
    /// Something kept one of them from being read.
    Unknown,
}

/// Compares two environments of one config, which are looked up at the same time.
///
/// Each loader is given what its environment needs: region, credentials, files. Values that come from defaults, files and
/// variables count as well. As [`check`](Loader::check), it needs no more permissions than the loads, and shows no value.
///
/// ```
/// use secret_config::operator::{self, Comparison};
/// use secret_config::source::{Memory, Payload};
/// use secret_config::{Secret, SecretConfig};
///
/// #[derive(SecretConfig)]
/// struct AppConfig {
///     #[secret(source = "vault", name = "orders/{env}/token")]
///     token: Secret<String>,
///     #[secret(source = "vault", name = "orders/{env}/pin")]
///     pin: Secret<u16>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), secret_config::LoadError> {
/// let vault = || {
///     Memory::new()
///         .with("orders/dev/token", Payload::text("hunter2"))
///         .with("orders/prod/token", Payload::text("hunter3"))
///         .with("orders/dev/pin", Payload::text("1234"))
/// };
/// let (dev, prod) = (AppConfig::loader("dev"), AppConfig::loader("prod"));
/// let diff = operator::diff(dev.source("vault", vault()), prod.source("vault", vault())).await?;
/// let seen: Vec<_> = diff.rows().iter().map(|row| (row.field(), row.comparison())).collect();
/// assert_eq!(seen, [("token", Comparison::Different), ("pin", Comparison::MissingInOther)]);
/// assert_eq!(diff.missing_in_other().count(), 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If one of them could not be looked at, as with [`check`](Loader::check).
pub fn diff<T: SecretConfig>(one: Loader<T>, other: Loader<T>) -> impl Future<Output = Result<Diff, LoadError>> + Send {
    let key = RandomState::new();
    async move {
        let (one, other) = try_join(one.observe(key.clone()), other.observe(key)).await?;
        Ok(Diff::new(View::new(one)?, View::new(other)?))
    }
}

impl Diff {
    fn new(one: View, other: View) -> Self {
        let names = (one.environment.as_str(), other.environment.as_str());
        let rows = paired([&one, &other]).into_iter().map(|field| DiffRow::new(field, names)).collect();
        Self { config: one.config, rows, not_described: Vec::new(), one: one.environment, other: other.environment }
    }

    /// The config's type.
    pub fn config(&self) -> &'static str {
        self.config
    }

    /// The names of the two environments.
    pub fn environments(&self) -> [&str; 2] {
        [&self.one, &self.other]
    }

    /// A row for each field that either environment knows of, in the order of the structs.
    pub fn rows(&self) -> &[DiffRow] {
        &self.rows
    }

    /// Whether all values are the same. What is [unset](Comparison::Unset) in both does not count.
    pub fn is_same(&self) -> bool {
        self.rows.iter().all(|row| matches!(row.comparison, Comparison::Same | Comparison::Unset))
    }

    /// What the stores of the other environment lack: all that the first one has there, and all that the struct needs.
    /// This is what a deployment must not go without; an `Option` or a default may stand in for some of it.
    pub fn missing_in_other(&self) -> impl Iterator<Item = &DiffRow> {
        self.rows.iter().filter(|row| {
            let is_missing = matches!(row.comparison, Comparison::MissingInOther | Comparison::MissingInBoth);
            is_missing && row.other.is_looked_up()
        })
    }

    /// The environments' names, each with what is wrong there.
    #[cfg(feature = "cli")]
    pub(crate) fn problems_mut(&mut self) -> [(&str, Vec<&mut Problem>); 2] {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for row in &mut self.rows {
            one.extend(row.one.problem.as_mut());
            other.extend(row.other.problem.as_mut());
        }
        [(&self.one, one), (&self.other, other)]
    }

    fn count(&self, comparison: Comparison) -> usize {
        self.rows.iter().filter(|row| row.comparison == comparison).count()
    }

    /// How a comparison is called here, with the environments' names.
    fn word(&self, comparison: Comparison) -> String {
        let Self { one, other, .. } = self;
        match comparison {
            Comparison::Same => "same".to_owned(),
            Comparison::Different => "different".to_owned(),
            Comparison::MissingInOne => format!("missing in {one}"),
            Comparison::MissingInOther => format!("missing in {other}"),
            Comparison::MissingInBoth => "missing in both".to_owned(),
            Comparison::Unset => "unset".to_owned(),
            Comparison::OnlyInOne => format!("only in {one}"),
            Comparison::OnlyInOther => format!("only in {other}"),
            Comparison::Unknown => "unknown".to_owned(),
        }
    }

    /// All comparisons that there are, the ones to look at first.
    fn counts(&self) -> Vec<(Comparison, usize)> {
        use Comparison::{
            Different, MissingInBoth, MissingInOne, MissingInOther, OnlyInOne, OnlyInOther, Same, Unknown, Unset,
        };
        let all =
            [MissingInBoth, MissingInOther, MissingInOne, Unknown, OnlyInOne, OnlyInOther, Different, Unset, Same];
        all.into_iter().map(|comparison| (comparison, self.count(comparison))).filter(|(_, count)| *count > 0).collect()
    }
}

impl DiffRow {
    fn new(field: Paired<2>, names: (&str, &str)) -> Self {
        let Paired { field, is_secret, sights: [one, other] } = field;
        let comparison = compare(&one, &other);
        let notes = notes(is_secret, comparison, (&one, &other), names);
        Self { field, is_secret, comparison, one, other, notes }
    }

    /// The field, as a dotted path from the root.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Whether the field says that it is a secret.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// How the two compare.
    pub fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// What was seen in the first environment.
    pub fn one(&self) -> &Sight {
        &self.one
    }

    /// What was seen in the other environment.
    pub fn other(&self) -> &Sight {
        &self.other
    }

    /// Whether a secret has the same value in two places.
    fn is_shared_secret(&self) -> bool {
        let is_same = self.is_secret && self.comparison == Comparison::Same;
        is_same && shared(&self.one, &self.other) == Some(Shared::Value)
    }

    /// What else differs, or should: the store, the type of the parameter, its tier and the KMS key if they were asked for;
    /// one secret for both.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// One field in several environments.
pub(super) struct Paired<const N: usize> {
    pub(super) field: String,
    pub(super) is_secret: bool,
    pub(super) sights: [Sight; N],
}

/// The fields of two environments, each once, in an order that is that of both.
pub(super) fn paired<const N: usize>(views: [&View; N]) -> Vec<Paired<N>> {
    let known: [HashMap<&str, &Seen>; N] =
        views.map(|view| view.fields.iter().map(|seen| (seen.field.as_str(), seen)).collect());
    let pair = |field: &str| {
        let of_it = known.each_ref().map(|known| known.get(field).copied());
        Paired {
            field: field.to_owned(),
            is_secret: of_it.iter().flatten().any(|seen| seen.is_secret),
            sights: of_it.map(|seen| seen.map_or_else(Sight::absent, |seen| seen.sight.clone())),
        }
    };
    merged(&views.map(|view| view.fields.iter().map(|seen| seen.field.as_str()).collect()))
        .into_iter()
        .map(pair)
        .collect()
}

/// All names of all lists: what only a later one has stands behind what stands before it there.
pub(super) fn merged<'a>(lists: &[Vec<&'a str>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for list in lists {
        let mut place = 0;
        for name in list {
            match names.iter().position(|known| known == name) {
                Some(known) => place = known + 1,
                None => {
                    names.insert(place, name);
                    place += 1;
                }
            }
        }
    }
    names
}

/// What a field comes to, for comparing.
enum Value {
    Of(Fingerprint),
    /// The struct's own.
    Default,
    Missing,
    Unset,
    Unknown,
    Absent,
}

fn value(sight: &Sight) -> Value {
    match (sight.status, sight.origin.as_ref().and_then(|origin| origin.fingerprint)) {
        // It may be of the wrong type; it is there, and can be compared.
        (Status::Ok | Status::WrongType | Status::Malformed, Some(fingerprint)) => Value::Of(fingerprint),
        (Status::Defaulted, _) => Value::Default,
        (Status::Missing, _) => Value::Missing,
        (Status::Unset, _) => Value::Unset,
        (Status::Absent, _) => Value::Absent,
        _ => Value::Unknown,
    }
}

pub(super) fn compare(one: &Sight, other: &Sight) -> Comparison {
    let is_looked_up = one.is_looked_up() || other.is_looked_up();
    match (value(one), value(other)) {
        (Value::Of(one), Value::Of(other)) if one == other => Comparison::Same,
        (Value::Of(_), Value::Of(_)) => Comparison::Different,
        (Value::Default, Value::Default) => Comparison::Same,
        (Value::Unset, Value::Unset) => Comparison::Unset,
        (Value::Missing, Value::Missing) => Comparison::MissingInBoth,
        (_, Value::Absent) => Comparison::OnlyInOne,
        (Value::Absent, _) => Comparison::OnlyInOther,
        (Value::Unknown, _) | (_, Value::Unknown) => Comparison::Unknown,
        // What a default is worth is not known, so it is not the same as anything else.
        (Value::Of(_), Value::Default) | (Value::Default, Value::Of(_)) if !is_looked_up => Comparison::Different,
        (Value::Of(_) | Value::Default, Value::Missing | Value::Unset) | (Value::Of(_), Value::Default) => {
            Comparison::MissingInOther
        }
        (Value::Missing | Value::Unset, Value::Of(_) | Value::Default) | (Value::Default, Value::Of(_)) => {
            Comparison::MissingInOne
        }
        (Value::Missing, Value::Unset) | (Value::Unset, Value::Missing) => Comparison::MissingInBoth,
    }
}

fn notes(is_secret: bool, comparison: Comparison, (one, other): (&Sight, &Sight), names: (&str, &str)) -> Vec<String> {
    let mut notes = Vec::new();
    let mut differs = |what: &str, one: Option<&str>, other: Option<&str>| {
        if let (Some(one), Some(other)) = (one, other)
            && one != other
        {
            notes.push(format!("{what}: {one} in {}, {other} in {}", names.0, names.1));
        }
    };
    differs("parameter type", one.parameter_type(), other.parameter_type());
    differs("tier", one.tier(), other.tier());
    differs("KMS key", one.kms_key(), other.kms_key());
    if one.is_found() && other.is_found() {
        differs("source", source(one), source(other));
    }
    if one.is_shared && comparison == Comparison::Different {
        notes.push("the struct says that environments share it".to_owned());
    }
    if is_secret && comparison == Comparison::Same {
        match shared(one, other) {
            Some(Shared::Value) => {
                notes.push(format!("the secret has the same value in {} and {}", names.0, names.1));
            }
            Some(Shared::Place) => notes.push("both read the same secret".to_owned()),
            None => {}
        }
    }
    notes
}

/// What two environments with the same secret share.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    /// The place in the store: most likely on purpose.
    Place,
    /// The value, in two places.
    Value,
}

/// What is shared by two that are the same, unless the struct says that they share it.
pub(super) fn shared(one: &Sight, other: &Sight) -> Option<Shared> {
    if one.is_shared {
        return None;
    }
    let is_remote = |sight: &Sight| sight.origin.as_ref().is_some_and(|origin| origin.layer == Layer::Remote);
    let is_one_place = one.arn().is_some() && one.arn() == other.arn();
    (is_remote(one) && is_remote(other)).then_some(if is_one_place { Shared::Place } else { Shared::Value })
}

/// The store or the layer that the value is from.
fn source(sight: &Sight) -> Option<&str> {
    let layer = sight.origin.as_ref()?.layer;
    Some(match layer {
        Layer::Remote => sight.store().unwrap_or("a store"),
        Layer::Variable => "a variable",
        Layer::File => "a file",
        Layer::Program => "the program",
        Layer::Defaults => "the default",
    })
}

impl Serialize for Diff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            version: u32,
            config: &'static str,
            one: &'a str,
            other: &'a str,
            is_same: bool,
            rows: &'a [DiffRow],
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            not_described: &'a [NotDescribed],
        }
        let Self { config, one, other, rows, not_described } = self;
        let document = Document { version: 1, config, one, other, is_same: self.is_same(), rows, not_described };
        document.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn what_only_one_list_has_stands_where_it_stood_there() {
        assert_eq!(merged(&[vec!["a", "b", "d"], vec!["a", "c", "d", "e"]]), ["a", "c", "b", "d", "e"]);
        assert_eq!(merged(&[vec![], vec!["x", "y"]]), ["x", "y"]);
        assert_eq!(merged(&[vec!["b"], vec!["a", "b"], vec!["b", "c"]]), ["a", "b", "c"]);
    }
}
