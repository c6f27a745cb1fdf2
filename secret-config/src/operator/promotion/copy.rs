//! Values that one environment has, to be written to another: those that are named, and those that the struct shares.

use super::no_place::NoPlace;
use super::{NewValue, Part, Promotion, Values, document, places, read, words};
use crate::SecretConfig;
use crate::error::LoadError;
use crate::loader::Loader;
use crate::plan::Request;
use crate::source::writes::Stores;
use crate::source::{Body, Payload, SourceErrorKind};
use crate::spec::Field;
use crate::tree::Value;

impl<T: SecretConfig> Loader<T> {
    /// Reads these fields from the stores, to write them to another environment: by their paths as reports show them. Only
    /// what is named is read.
    ///
    /// # Errors
    ///
    /// Every problem at once: of a field that no store is asked for, and of a value that cannot be had.
    pub async fn copy<F: Into<String>>(self, fields: impl IntoIterator<Item = F>) -> Result<Values, LoadError> {
        let fields: Vec<String> = fields.into_iter().map(Into::into).collect();
        self.copied(&fields, Absent::Problem).await
    }

    /// Reads the fields that `promotion` lacks and the struct marks as shared (`#[config(shared)]`), but for those that are
    /// `given`. What is not here either is left out, and nothing else is read.
    ///
    /// # Errors
    ///
    /// Every value that is here, as far as can be seen, and cannot be had.
    pub async fn copy_shared(
        self,
        promotion: &Promotion,
        is_given: impl Fn(&str) -> bool,
    ) -> Result<Values, LoadError> {
        let is_given = |part: &Part| part.fields.iter().any(|field| is_given(field));
        let parts = promotion.creations.iter().flat_map(|creation| &creation.parts);
        let parts = parts.filter(|part| part.is_shared && !part.has_value && !is_given(part));
        let fields: Vec<String> = parts.flat_map(|part| part.fields.clone()).collect();
        match fields.as_slice() {
            [] => Ok(Values::new()),
            fields => self.copied(fields, Absent::LeftOut).await,
        }
    }

    async fn copied(self, fields: &[String], absent: Absent) -> Result<Values, LoadError> {
        let (config, way) = (T::SPEC.type_name, self.way());
        let (environment, plan) = self.whole_plan()?;
        let (mut values, mut problems) = (Values::new(), Vec::new());
        let mut sought = Vec::new();
        for field in fields {
            match places::candidates(T::SPEC, &plan, field) {
                Some(candidates) => sought.push((field, candidates)),
                None if absent == Absent::LeftOut => {}
                None => {
                    let why = NoPlace::of(T::SPEC, &plan, &environment, field);
                    problems.extend(why.map(|why| words::no_place(field, &why)));
                }
            }
        }
        let mut requests: Vec<&Request> = Vec::new();
        for (request, ..) in sought.iter().flat_map(|(_, candidates)| candidates) {
            if !requests.contains(request) {
                requests.push(request);
            }
        }
        let found = read(&Stores::new(&way, way.deadline), &requests).await;
        for (field, candidates) in sought {
            let mut outcomes = candidates.iter().map(|(request, key, field)| {
                let outcome = found.iter().find(|(of, _)| of == request).map(|(_, outcome)| outcome);
                (*request, outcome.map(|outcome| outcome.as_ref().map(|payload| value(payload, *key, field))))
            });
            let first = outcomes.find(|(_, outcome)| match outcome {
                Some(Ok(value)) => value.is_some(),
                Some(Err(error)) => error.kind != SourceErrorKind::NotFound,
                None => true,
            });
            match first {
                Some((_, Some(Ok(Some(value))))) => {
                    values.insert(field, NewValue { copied_from: Some(environment.clone()), ..value });
                }
                Some((request, Some(Err(error)))) => problems.push(words::unread(request, error).field(field)),
                Some((request, _)) => problems.push(words::not_copied(request).field(field)),
                None if absent == Absent::LeftOut => {}
                None => problems.push(words::nothing_to_copy(&candidates).field(field)),
            }
        }
        match problems.as_slice() {
            [] => Ok(values),
            _ => Err(LoadError::new(config, Some(environment), problems)),
        }
    }
}

/// What to say of a value that is to be copied, and is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    Problem,
    LeftOut,
}

/// The value of a field as it can be written again.
fn value(payload: &Payload, key: Option<&str>, field: &Field) -> Option<NewValue> {
    if let Some(key) = key {
        let document = places::read(payload)?;
        let keys = [key].into_iter().chain(field.aliases.iter().copied());
        let mut nodes = keys.filter_map(|key| crate::assemble::entry(&document, key));
        let node = nodes.find(|node| !matches!(node.value, Value::Null))?;
        return Some(match &node.value {
            Value::Text(text) => NewValue::text(text.to_string()),
            _ => NewValue::json(std::mem::take(&mut *document::rendered(node))),
        });
    }
    let value = match &payload.body {
        Body::Text(text) | Body::List(text) => NewValue::text(text.to_string()),
        Body::Bytes(bytes) => NewValue::bytes(bytes.to_vec()),
        Body::Level(_) => return None,
    };
    Some(NewValue { parameter: payload.provenance.parameter, ..value })
}
