//! The answers of the stores, taken apart: whole values, keys of documents, formats.

use crate::fetch::Outcome;
use crate::source::{Body, Payload, Provenance, SourceErrorKind};
use crate::spec::Format;
use crate::text::{Syntax, json};
use crate::tree::{At, Elements, Node, Value};
use zeroize::Zeroizing;

/// The answer to one request, as far as it is not used up.
pub(super) struct Fetched {
    pub(super) outcome: Outcome,
    /// How many fields have not taken it yet: the last one takes the buffer itself.
    pub(super) waiting: usize,
    document: Option<Result<Node, Syntax>>,
}

impl Fetched {
    pub(super) fn new(outcome: Outcome) -> Self {
        Self { outcome, waiting: 0, document: None }
    }

    /// Whether the store has it, with this key if it is a document; or has something to say of it other than that it has not.
    pub(super) fn has(&mut self, key: Option<&str>) -> bool {
        match (&self.outcome, key) {
            (Err(error), _) => error.kind != SourceErrorKind::NotFound,
            (Ok(_), None) => true,
            (Ok(_), Some(key)) => self.document().map_or(true, |document| entry(document, key).is_some()),
        }
    }

    /// Whether the store has said something of it.
    pub(super) fn is_answered(&self) -> bool {
        self.outcome.as_ref().map_or_else(|error| !error.is_too_late(), |_| true)
    }

    pub(super) fn provenance(&self) -> Provenance {
        self.outcome.as_ref().map(|payload| payload.provenance.clone()).unwrap_or_default()
    }

    /// The whole value: a copy, or for the last field that waits for it the buffer itself.
    pub(super) fn take(&mut self) -> Node {
        let payload = match &mut self.outcome {
            Ok(payload) if self.waiting == 0 => std::mem::replace(payload, Payload::text("")),
            Ok(payload) => payload.duplicate(),
            Err(_) => return Node::new(Value::Null, At::STORE),
        };
        Node::new(value(payload.body), At::STORE)
    }

    /// The value as a JSON document, read once for all fields.
    pub(super) fn document(&mut self) -> Result<&Node, &Syntax> {
        if self.document.is_none() {
            self.document = Some(match self.outcome.as_ref().map(|payload| &payload.body) {
                Ok(Body::Text(text) | Body::List(text)) => json::parse_document(text, At::STORE.supplier),
                Ok(Body::Bytes(bytes)) => json::parse_bytes(bytes, At::STORE.supplier),
                Ok(level @ Body::Level(_)) => Ok(Node::new(value(level.clone()), At::STORE)),
                Err(_) => Err(NOTHING),
            });
        }
        match &self.document {
            Some(document) => document.as_ref(),
            None => Err(&NOTHING),
        }
    }
}

fn value(body: Body) -> Value {
    match body {
        Body::Text(text) => Value::Raw(text, Elements::Json),
        Body::List(text) => Value::Raw(text, Elements::Commas),
        Body::Bytes(bytes) => Value::Bytes(bytes),
        Body::Level(entries) => {
            Value::Table(entries.into_iter().map(|(name, body)| (name, Node::new(value(body), At::STORE))).collect())
        }
    }
}

static NOTHING: Syntax = Syntax { line: 1, column: 1, reason: "unexpected end of the document" };

/// A key of the document, dots included; or, with a leading slash, a JSON pointer.
pub(crate) fn entry<'n>(document: &'n Node, key: &str) -> Option<&'n Node> {
    let Some(pointer) = key.strip_prefix('/') else { return document.table().and(document.child(key)) };
    pointer.split('/').try_fold(document, |node, step| node.child(&step.replace("~1", "/").replace("~0", "~")))
}

/// The value in the form that `format` asks for; by default the target type decides.
pub(super) fn formatted(node: Node, format: Option<Format>) -> Result<Node, Syntax> {
    let Node { value, at } = node;
    let value = match (format, value) {
        (Some(Format::Text), Value::Raw(text, _)) => Value::Text(text),
        (Some(Format::List), Value::Raw(text, _) | Value::Text(text)) => Value::Raw(text, Elements::Commas),
        (Some(Format::Json), Value::Raw(text, _) | Value::Text(text)) => {
            json::parse_document(&text, at.supplier)?.value
        }
        (Some(Format::Json), Value::Bytes(bytes)) => json::parse_bytes(&bytes, at.supplier)?.value,
        (Some(Format::Binary), Value::Raw(mut text, _) | Value::Text(mut text)) => {
            Value::Bytes(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
        }
        (_, value) => value,
    };
    Ok(Node::new(value, at))
}
