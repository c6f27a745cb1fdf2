//! The AWS JSON 1.1 protocol, as far as both services share it: fields of a request, and refusals.
//!
//! A refusal never repeats a field that can hold a value, though AWS does: what is said here ends up in test output.

use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// What an operation answers.
pub(super) type Outcome = Result<Value, Fault>;

/// A refusal: the HTTP status, the error code and the message.
pub(super) struct Fault {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Fault {
    /// Nearly every refusal of both services has status 400, denials and "not found" among them.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into() }
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    /// A constraint of the service's model, in the words that AWS generates for those.
    pub(super) fn constraint(field: &str, constraint: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value at '{field}' failed to satisfy constraint: Member must {constraint}"
        ))
    }

    pub(super) fn serialization() -> Self {
        Self::new("SerializationException", "the request is not the JSON that this operation takes")
    }

    pub(super) fn body(&self) -> Value {
        json!({ "__type": self.code, "message": self.message })
    }
}

/// A key and a value that a resource is tagged with.
pub(super) type Tag = (String, String);

/// Tags as answers have them.
pub(super) fn rendered_tags(tags: &[Tag]) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// The fields of a request. Asking for one as another type is a `SerializationException`, as on AWS.
pub(super) struct Input(Map<String, Value>);

impl Input {
    pub(super) fn parse(body: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(body).map(Self).map_err(|_| Fault::serialization())
    }

    fn field(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, field: &str) -> Result<Option<&str>, Fault> {
        self.field(field).map(|value| value.as_str().ok_or_else(Fault::serialization)).transpose()
    }

    pub(super) fn required_text(&self, field: &str) -> Result<&str, Fault> {
        self.text(field)?.ok_or_else(|| Fault::constraint(&lower_camel(field), "not be null"))
    }

    pub(super) fn texts(&self, field: &str) -> Result<Option<Vec<&str>>, Fault> {
        let Some(value) = self.field(field) else { return Ok(None) };
        let items = value.as_array().ok_or_else(Fault::serialization)?;
        items.iter().map(|item| item.as_str().ok_or_else(Fault::serialization)).collect::<Result<_, _>>().map(Some)
    }

    /// A list that must be there, with 1 to `most` entries.
    pub(super) fn bounded_texts(&self, field: &str, most: usize) -> Result<Vec<&str>, Fault> {
        let name = lower_camel(field);
        let items = self.texts(field)?.ok_or_else(|| Fault::constraint(&name, "not be null"))?;
        match items.len() {
            0 => Err(Fault::constraint(&name, "have length greater than or equal to 1")),
            count if count > most => {
                Err(Fault::constraint(&name, &format!("have length less than or equal to {most}")))
            }
            _ => Ok(items),
        }
    }

    /// The tags of what is created, as far as both services agree on what can be one.
    pub(super) fn tags(&self) -> Result<Vec<Tag>, Fault> {
        const MOST: usize = 50;
        let Some(value) = self.field("Tags") else { return Ok(Vec::new()) };
        let tags = value.as_array().ok_or_else(Fault::serialization)?.iter().map(|tag| {
            let text = |field: &str| tag.get(field).and_then(Value::as_str).map(str::to_owned);
            text("Key").zip(text("Value")).ok_or_else(Fault::serialization)
        });
        let tags: Vec<Tag> = tags.collect::<Result<_, _>>()?;
        if tags.len() > MOST {
            return Err(Fault::constraint("tags", "have length less than or equal to 50"));
        }
        if tags.iter().any(|(key, value)| !(1..=128).contains(&key.len()) || value.len() > 256) {
            return Err(Fault::constraint("tags", "have keys of 1 to 128 characters, and values of up to 256"));
        }
        if tags.iter().any(|(key, _)| key.to_ascii_lowercase().starts_with("aws:")) {
            return Err(Fault::validation("aws: prefixed tag key names are not allowed for external use."));
        }
        Ok(tags)
    }

    /// The names that a list of parameters is filtered by: the one filter that there is here.
    pub(super) fn filtered_names(&self, most: usize) -> Result<Vec<&str>, Fault> {
        let other = || Fault::new("InvalidFilterKey", "FakeAws serves no filter other than one for equal names");
        let Some(filters) = self.field("ParameterFilters") else { return Err(other()) };
        let [filter] = filters.as_array().ok_or_else(Fault::serialization)?.as_slice() else { return Err(other()) };
        let text = |field: &str| filter.get(field).and_then(Value::as_str);
        if text("Key") != Some("Name") || text("Option").is_some_and(|option| option != "Equals") {
            return Err(other());
        }
        let values = filter.get("Values").and_then(Value::as_array).ok_or_else(Fault::serialization)?;
        if !(1..=most).contains(&values.len()) {
            return Err(Fault::constraint("parameterFilters", &format!("have 1 to {most} values")));
        }
        values.iter().map(|value| value.as_str().ok_or_else(Fault::serialization)).collect()
    }

    pub(super) fn flag(&self, field: &str) -> Result<bool, Fault> {
        self.field(field).map_or(Ok(false), |value| value.as_bool().ok_or_else(Fault::serialization))
    }

    pub(super) fn number(&self, field: &str) -> Result<Option<i64>, Fault> {
        self.field(field).map(|value| value.as_i64().ok_or_else(Fault::serialization)).transpose()
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.field(field).is_some()
    }

    /// The names, ids or path that the request is about, for the list of calls.
    pub(super) fn names(&self) -> Vec<String> {
        let single = ["Name", "SecretId", "Path"].iter().filter_map(|field| self.text(field).ok().flatten());
        let several = ["Names", "SecretIdList"].iter().filter_map(|field| self.texts(field).ok().flatten()).flatten();
        single.chain(several).map(str::to_owned).collect()
    }
}

/// AWS spells fields in its messages with a small first letter.
fn lower_camel(field: &str) -> String {
    let mut letters = field.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Now, as the protocol writes points in time: seconds since 1970 with milliseconds.
pub(super) fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_secs_f64() * 1000.0).round() / 1000.0
}

/// One page of `items` from where `token` says, and the token of the next.
pub(super) fn page<'a, T>(
    items: &'a [T],
    token: Option<&str>,
    size: usize,
) -> Result<(&'a [T], Option<String>), Fault> {
    const TOKEN: &str = "AAEB";
    let invalid = || Fault::new("InvalidNextToken", "The specified token isn't valid.");
    let start = match token {
        None => 0,
        Some(token) => token.strip_prefix(TOKEN).and_then(|start| start.parse().ok()).ok_or_else(invalid)?,
    };
    let rest = items.get(start..).ok_or_else(invalid)?;
    let page = &rest[..size.min(rest.len())];
    let next = (page.len() < rest.len()).then(|| format!("{TOKEN}{}", start + page.len()));
    Ok((page, next))
}
