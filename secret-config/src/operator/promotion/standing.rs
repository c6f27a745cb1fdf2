//! What stands in the places of single fields, before anything is written there: for `set`, and for fields that are named
//! though nothing is missing of them.

use super::no_place::NoPlace;
use super::places;
use super::{Creation, Part, Promotion, Scope, read, words};
use crate::SecretConfig;
use crate::assemble::entry;
use crate::error::{LoadError, Problem};
use crate::key::Key;
use crate::loader::Loader;
use crate::path::Path;
use crate::plan::Request;
use crate::source::describe::{Described, describe};
use crate::source::writes::{Stores, is_without_value};
use crate::source::{Payload, SourceError, SourceErrorKind};
use crate::tree::Value;

/// What becomes of a value that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is left as it is.
    Keep,
    /// A new version takes its place.
    Replace,
}

impl<T: SecretConfig> Loader<T> {
    /// The places in the stores of these fields, by their paths as reports show them, and whether each has a value: for `set`,
    /// and for what another environment has and this one has too. Nothing else of the load is asked.
    ///
    /// With [`Existing::Keep`] what has a value is among [`Promotion::kept`], and with [`Existing::Replace`] among the
    /// [`creations`](Promotion::creations): give [`WriteOptions::overwrite`](super::WriteOptions::overwrite) to the write then. What
    /// the caller may not read counts as absent: the write keeps it unless told.
    ///
    /// # Errors
    ///
    /// If there is no such environment, no store is asked for such a field, or the stores cannot be asked at all.
    pub async fn standing<F: Into<String>>(
        self,
        fields: impl IntoIterator<Item = F>,
        existing: Existing,
    ) -> Result<Promotion, LoadError> {
        let fields: Vec<String> = fields.into_iter().map(Into::into).collect();
        let way = self.way();
        let (environment, creations) = self.places_of(&fields)?;
        let requests: Vec<Request> = creations.iter().map(Creation::request).collect();
        let found = read(&Stores::new(&way, way.deadline), &requests.iter().collect::<Vec<_>>()).await;
        let mut problems: Vec<Problem> = Vec::new();
        let mut plan = Promotion::new(T::SPEC.type_name, environment.clone(), Scope::Named, way);
        for (mut creation, request) in creations.into_iter().zip(&requests) {
            let outcome = found.iter().find(|(of, _)| *of == request).map(|(_, outcome)| outcome);
            match outcome {
                Some(Err(error)) if !says_where_it_stands(error) => {
                    let problem = words::unread(request, error);
                    problems.push(creation.fields().fold(problem, Problem::field));
                    continue;
                }
                Some(outcome) => creation.stands_as(outcome),
                None => {}
            }
            let (there, absent) = creation.parts.iter().cloned().partition(|part| part.has_value);
            match existing {
                Existing::Replace => plan.creations.push(creation),
                Existing::Keep => {
                    plan.kept.extend(creation.with(there));
                    plan.creations.extend(creation.with(absent));
                }
            }
        }
        match problems.as_slice() {
            [] => {
                plan.look_for_keys().await;
                Ok(plan)
            }
            _ => Err(LoadError::new(T::SPEC.type_name, Some(environment), problems)),
        }
    }

    /// The places of these fields, with nothing but their parts.
    pub(super) fn places_of(self, fields: &[String]) -> Result<(String, Vec<Creation>), LoadError> {
        let (environment, plan) = self.whole_plan()?;
        let mut creations = places::all(T::SPEC, &plan);
        let problems: Vec<_> = fields
            .iter()
            .filter_map(|field| Some(words::no_place(field, &NoPlace::of(T::SPEC, &plan, &environment, field)?)))
            .collect();
        if !problems.is_empty() {
            return Err(LoadError::new(T::SPEC.type_name, Some(environment), problems));
        }
        let paths: Vec<Path> = fields.iter().map(|field| Path::parse(field)).collect();
        let is_named = |field: &String| {
            let path = Path::parse(field);
            paths.iter().any(|named| named.keys() == path.keys())
        };
        for creation in &mut creations {
            creation.parts.retain(|part| part.fields.iter().any(is_named));
            creation.parts.iter_mut().for_each(|part| part.is_needed = true);
        }
        creations.retain(|creation| !creation.parts.is_empty());
        Ok((environment, creations))
    }

    /// Which of these fields cannot be written to, and why. Nothing is asked.
    #[cfg(feature = "cli")]
    pub(crate) fn without_place(self, fields: &[String]) -> Result<Vec<(String, NoPlace)>, LoadError> {
        let (environment, plan) = self.whole_plan()?;
        let of = |field: &String| Some((field.clone(), NoPlace::of(T::SPEC, &plan, &environment, field)?));
        Ok(fields.iter().filter_map(of).collect())
    }
}

impl Promotion {
    /// Asks with which keys the SecureStrings are encrypted that are to have a new version. Whoever may not ask has to say it.
    pub(super) async fn look_for_keys(&mut self) {
        let keyless = self.creations.iter().filter(|creation| creation.needs_kms_key());
        let arns = keyless.filter_map(|creation| creation.arn.clone()).collect();
        let Described { descriptions, .. } = describe(&self.way, &arns).await;
        for creation in &mut self.creations {
            let description = creation.arn.as_ref().and_then(|arn| descriptions.get(arn));
            creation.kms_key = description.and_then(|description| description.kms_key.clone());
        }
    }
}

/// Whether the answer, though it is no value, leaves it to the write to find out.
fn says_where_it_stands(error: &SourceError) -> bool {
    matches!(error.kind, SourceErrorKind::NotFound | SourceErrorKind::Denied | SourceErrorKind::Undecryptable)
}

impl Creation {
    fn request(&self) -> Request {
        Request { source: self.source, key: Key::new(&self.name) }
    }

    /// The same place with these parts, if there are any.
    fn with(&self, parts: Vec<Part>) -> Option<Self> {
        (!parts.is_empty()).then(|| Self { parts, ..self.clone() })
    }

    /// Takes over what a store answered.
    fn stands_as(&mut self, outcome: &Result<Payload, SourceError>) {
        self.note(outcome);
        let document = outcome.as_ref().ok().and_then(places::read);
        for part in &mut self.parts {
            part.has_value = match (outcome, &part.key) {
                // What cannot be decrypted is there.
                (Err(error), None) => error.kind == SourceErrorKind::Undecryptable,
                (Err(_), Some(_)) => false,
                (Ok(_), None) => true,
                (Ok(_), Some(key)) => document.as_ref().is_some_and(|document| {
                    let keys = [key.as_str()].into_iter().chain(part.aliases.iter().copied());
                    keys.filter_map(|key| entry(document, key)).any(|node| !matches!(node.value, Value::Null))
                }),
            };
        }
    }

    /// That it is there, and as what.
    pub(super) fn note(&mut self, outcome: &Result<Payload, SourceError>) {
        self.exists = outcome
            .as_ref()
            .map_or_else(|error| is_without_value(error) || error.kind == SourceErrorKind::Undecryptable, |_| true);
        let Ok(payload) = outcome else { return };
        self.version.clone_from(&payload.provenance.version);
        self.parameter = payload.provenance.parameter;
        self.arn.clone_from(&payload.provenance.arn);
    }
}
