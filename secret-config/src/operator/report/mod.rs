//! [`Report`]: the fields of a config by its environments, as a matrix. Values are compared as a diff does it.

mod html;

use super::check::{Check, CheckRow};
use super::diff::{Comparison, compare, merged};
use super::sight::{Sight, View};
use crate::SecretConfig;
use crate::error::LoadError;
use crate::loader::Loader;
use futures_util::future::try_join_all;
use serde::{Serialize, Serializer};
use std::hash::RandomState;
use std::time::Duration;

/// The fields of a config by its environments: what is there, missing, stale, other than in the first environment, and
/// since when. Made by [`report`].
///
/// [`html`](Self::html) makes a page of it, and it serializes to JSON with `version` 1, `config`, `environments`, and
/// `rows` of `field`, `is_secret` and `cells`: one for each environment, with the words of a [`Sight`], `is_stale`, and
/// but for the first environment the `comparison` with that one.
#[derive(Debug, Clone)]
pub struct Report {
    config: &'static str,
    checks: Vec<Check>,
    rows: Vec<ReportRow>,
}

/// One field in all environments.
#[derive(Debug, Clone, Serialize)]
pub struct ReportRow {
    field: String,
    is_secret: bool,
    cells: Vec<ReportCell>,
}

/// One field in one environment.
#[derive(Debug, Clone, Serialize)]
pub struct ReportCell {
    #[serde(flatten)]
    sight: Sight,
    is_stale: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
}

/// Looks at several environments of one config at the same time. The first one is what the others are compared with.
///
/// Each loader is given what its environment needs. As [`check`](Loader::check), it needs no more permissions than the
/// loads, and shows no value.
///
/// ```
/// use secret_config::operator::{self, Status};
/// use secret_config::source::{Memory, Payload};
/// use secret_config::{Secret, SecretConfig};
///
/// #[derive(SecretConfig)]
/// struct AppConfig {
///     #[secret(source = "vault", name = "orders/{env}/token")]
///     token: Secret<String>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), secret_config::LoadError> {
/// let loader = |environment| {
///     let vault = Memory::new().with("orders/dev/token", Payload::text("hunter2"));
///     AppConfig::loader(environment).source("vault", vault)
/// };
/// let report = operator::report(["dev", "staging", "prod"].map(loader)).await?;
/// let row: Vec<_> = report.rows()[0].cells().iter().map(|cell| cell.sight().status()).collect();
/// assert_eq!(row, [Status::Ok, Status::Missing, Status::Missing]);
/// assert!(report.html().contains("staging"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If one of the environments could not be looked at, as with [`check`](Loader::check).
pub fn report<T: SecretConfig>(
    environments: impl IntoIterator<Item = Loader<T>>,
) -> impl Future<Output = Result<Report, LoadError>> + Send {
    let key = RandomState::new();
    let looks: Vec<_> = environments.into_iter().map(|loader| loader.observe(key.clone())).collect();
    let config = T::SPEC.type_name;
    async move {
        let views = try_join_all(looks).await?.into_iter().map(View::new).collect::<Result<Vec<_>, _>>()?;
        Ok(Report::new(config, views))
    }
}

impl Report {
    fn new(config: &'static str, views: Vec<View>) -> Self {
        let names: Vec<Vec<&str>> =
            views.iter().map(|view| view.fields.iter().map(|seen| seen.field.as_str()).collect()).collect();
        let rows = merged(&names).into_iter().map(|field| ReportRow::new(field, &views)).collect();
        Self { config, rows, checks: views.into_iter().map(Check::new).collect() }
    }

    /// Marks each secret whose version is older than this as stale.
    #[must_use]
    pub fn with_max_age(mut self, age: Duration) -> Self {
        self.checks = self.checks.into_iter().map(|check| check.with_max_age(age)).collect();
        for row in &mut self.rows {
            for (cell, check) in row.cells.iter_mut().zip(&self.checks) {
                let of_field = check.rows().iter().find(|checked| checked.field() == row.field);
                cell.is_stale = of_field.is_some_and(CheckRow::is_stale);
            }
        }
        self
    }

    /// The config's type.
    pub fn config(&self) -> &'static str {
        self.config
    }

    /// The check of each environment, in the order in which they were given.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// A row for each field that any environment knows of, in the order of the structs.
    pub fn rows(&self) -> &[ReportRow] {
        &self.rows
    }
}

impl ReportRow {
    fn new(field: &str, views: &[View]) -> Self {
        let of_it: Vec<_> = views.iter().map(|view| view.fields.iter().find(|seen| seen.field == field)).collect();
        let sights = of_it.iter().map(|seen| seen.map_or_else(Sight::absent, |seen| seen.sight.clone()));
        let sights: Vec<_> = sights.collect();
        let cell = |(index, sight): (usize, &Sight)| ReportCell {
            sight: sight.clone(),
            is_stale: false,
            comparison: sights.first().filter(|_| index > 0).map(|first| compare(first, sight)),
        };
        let cells = sights.iter().enumerate().map(cell).collect();
        Self { field: field.to_owned(), is_secret: of_it.iter().flatten().any(|seen| seen.is_secret), cells }
    }

    /// The field, as a dotted path from the root.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Whether the field says that it is a secret.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// What was seen in each environment.
    pub fn cells(&self) -> &[ReportCell] {
        &self.cells
    }
}

impl ReportCell {
    /// What was seen.
    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Whether it is a secret that is older than [`with_max_age`](Report::with_max_age) allows.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// How the first environment compares with this one. For the first one itself there is none.
    pub fn comparison(&self) -> Option<Comparison> {
        self.comparison
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            version: u32,
            config: &'static str,
            environments: Vec<&'a str>,
            rows: &'a [ReportRow],
        }
        let environments = self.checks.iter().map(Check::environment).collect();
        Document { version: 1, config: self.config, environments, rows: &self.rows }.serialize(serializer)
    }
}
