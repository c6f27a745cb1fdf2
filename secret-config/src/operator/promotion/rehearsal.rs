//! A load with the values that are to be written in the place of the stores' answers: whether each is of its field's type.

use super::content::{Fallible, Given};
use super::values::Content;
use super::{Creation, Values, places};
use crate::SecretConfig;
use crate::error::{LoadError, Problem, ProblemKind};
use crate::fetch::Outcome;
use crate::loader::Loader;
use crate::plan::{Plan, SourceName};
use crate::source::{ParameterKind, Payload, SourceError};
use crate::spec::Spec;

impl<T: SecretConfig> Loader<T> {
    /// Runs the load with these values in the place of what the stores have: whether each is of the type of its field.
    /// Nothing is asked, nothing is written, and fields without a value are passed over.
    ///
    /// ```
    /// use secret_config::operator::{NewValue, Values};
    /// use secret_config::{ProblemKind, SecretConfig};
    ///
    /// #[derive(Debug, SecretConfig)]
    /// #[config(prefix = "orders/{env}")]
    /// struct AppConfig {
    ///     #[config(ssm)]
    ///     port: u16,
    /// }
    ///
    /// let of = |port: &str| Values::new().with("port", NewValue::text(port));
    /// assert!(AppConfig::loader("prod").rehearse(&of("8080")).is_ok());
    /// let error = AppConfig::loader("prod").rehearse(&of("80a")).unwrap_err();
    /// assert_eq!(error.problems()[0].kind(), ProblemKind::WrongType);
    /// ```
    ///
    /// # Errors
    ///
    /// Every value that a load could not read, at once; and if there is no such environment.
    pub fn rehearse(self, values: &Values) -> Result<(), LoadError> {
        let mut unfit = Vec::new();
        let (environment, problems) = self.assemble_from(|spec, plan| outcomes(spec, plan, values, &mut unfit))?;
        let is_of_value = |problem: &Problem| {
            matches!(problem.kind(), ProblemKind::WrongType | ProblemKind::Malformed)
                && problem.fields().iter().any(|field| values.has(field))
        };
        unfit.extend(problems.into_iter().filter(is_of_value));
        match unfit.as_slice() {
            [] => Ok(()),
            _ => Err(LoadError::new(T::SPEC.type_name, Some(environment), unfit)),
        }
    }
}

/// What the stores would answer if they had these values and nothing else.
fn outcomes(spec: &'static Spec, plan: &Plan, values: &Values, unfit: &mut Vec<Problem>) -> Vec<Outcome> {
    let creations = places::all(spec, plan);
    let outcome = |request: &crate::plan::Request| {
        let is_it = |creation: &&Creation| creation.source == request.source && creation.name == request.key.name();
        let creation = creations.iter().find(is_it).ok_or_else(SourceError::not_found)?;
        match creation.given(values).as_slice() {
            [] => Err(SourceError::not_found()),
            given => answer(creation, given).map_err(|problem| {
                unfit.push(*problem);
                SourceError::not_found()
            }),
        }
    };
    plan.requests.iter().map(outcome).collect()
}

fn answer(creation: &Creation, given: &[Given<'_>]) -> Fallible<Payload> {
    let [(part, field, value)] = given else { return Ok(payload(creation.document(given)?)) };
    if part.key.is_some() {
        return Ok(payload(creation.document(given)?));
    }
    if let (Content::Bytes(bytes), SourceName::SecretsManager) = (&value.content, creation.source) {
        return Ok(Payload::bytes(bytes.expose_secret().clone()));
    }
    let is_list = creation.source == SourceName::Ssm && creation.parameter_kind(value) == ParameterKind::StringList;
    let mut text = creation.text(field, value)?;
    Ok(if is_list { Payload::list(std::mem::take(&mut *text)) } else { payload(text) })
}

fn payload(mut text: crate::tree::Text) -> Payload {
    Payload::text(std::mem::take(&mut *text))
}
