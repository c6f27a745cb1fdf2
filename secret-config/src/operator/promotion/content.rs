//! What is written for a creation: its text or document, and the type of its parameter. All of it is in wiped buffers.

use super::values::{Content, generate};
use super::{Creation, NewValue, Part, Values, document, words};
use crate::error::Problem;
use crate::source::ParameterKind;
use crate::text::json;
use crate::tree::{At, Node, Text, Value};
use zeroize::Zeroizing;

/// `Err` is what makes it impossible to write.
pub(super) type Fallible<T> = Result<T, Box<Problem>>;

/// A value with the part that it is for, and the field that it was given for.
pub(super) type Given<'a> = (&'a Part, &'a str, &'a NewValue);

impl Creation {
    /// The values for its parts.
    pub(super) fn given<'a>(&'a self, values: &'a Values) -> Vec<Given<'a>> {
        let of_part =
            |part: &'a Part| part.fields.iter().find_map(|field| Some((part, field.as_str(), values.of(field)?)));
        self.parts.iter().filter_map(of_part).collect()
    }

    /// The type of a new parameter that has a value of its own.
    pub(super) fn parameter_kind(&self, value: &NewValue) -> ParameterKind {
        let is_json = matches!(value.content, Content::Json(_));
        match value.parameter {
            _ if self.is_secret => ParameterKind::SecureString,
            Some(kind) => kind,
            None if !is_json && self.parts.iter().any(Part::is_list) => ParameterKind::StringList,
            None => ParameterKind::String,
        }
    }

    /// The type of a new parameter that is a document.
    pub(super) fn document_kind(&self) -> ParameterKind {
        if self.is_secret { ParameterKind::SecureString } else { ParameterKind::String }
    }

    /// That a list is spelt as this type of parameter has it: with commas, or as JSON. A load would read the other as one odd
    /// element, or not at all.
    pub(super) fn check_list(&self, kind: ParameterKind, value: &str) -> Fallible<()> {
        let parsed = json::parse_document(value, At::STORE.supplier);
        let is_json = parsed.is_ok_and(|node| matches!(node.value, Value::List(_)));
        match kind {
            _ if !self.parts.iter().any(Part::is_list) => Ok(()),
            ParameterKind::StringList if is_json => Err(words::list_as_json(self).into()),
            ParameterKind::String if !is_json => Err(words::list_without_json(self).into()),
            _ => Ok(()),
        }
    }

    /// A document of nothing but these.
    pub(super) fn document(&self, keys: &[Given<'_>]) -> Fallible<Text> {
        let mut document = Node::empty_table();
        for (part, field, value) in keys {
            self.put(&mut document, part, field, value)?;
        }
        Ok(document::rendered(&document))
    }

    /// Puts a value into a document.
    pub(super) fn put(&self, document: &mut Node, part: &Part, field: &str, value: &NewValue) -> Fallible<()> {
        let key = part.key.as_deref().unwrap_or_default();
        let value = match &value.content {
            Content::Json(json) => {
                let parsed = json::parse_document(json.expose_secret(), At::STORE.supplier);
                parsed.map_err(|_| words::no_json(self, field))?.value
            }
            _ => Value::Text(self.text(field, value)?),
        };
        match document::put(document, key, value) {
            true => Ok(()),
            false => Err(words::in_the_way(self, key).into()),
        }
    }

    /// The value as text.
    pub(super) fn text(&self, field: &str, value: &NewValue) -> Fallible<Text> {
        match &value.content {
            Content::Text(text) => Ok(Zeroizing::new(text.expose_secret().clone())),
            Content::Json(json) => match json::parse_document(json.expose_secret(), At::STORE.supplier) {
                Ok(_) => Ok(Zeroizing::new(json.expose_secret().clone())),
                Err(_) => Err(words::no_json(self, field).into()),
            },
            Content::Bytes(_) => Err(words::no_text(self).into()),
            Content::Generated(length) => generate(*length).ok_or_else(|| words::no_randomness(self).into()),
        }
    }
}
