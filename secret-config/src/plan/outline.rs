//! The requests of a field before any layer is read: `*` stands in a name for what the layers decide.

use super::{Request, SourceName, route, words};
use crate::environment::Environment;
use crate::error::Problem;
use crate::path::Path;
use crate::spec::{Lookup, Place, Scope, Spec};
use crate::template::{self, Configured, Variables};
use std::borrow::Cow;

/// What stands for the key of an entry, and for a configured value.
pub(crate) const ANY: &str = "*";

/// A request, and the key of the document that answers it.
pub(crate) type Outlined = (Request, Option<Cow<'static, str>>);

/// What names of one environment are made of.
pub(crate) struct Outline<'a> {
    environment: &'a str,
    prefix: Option<String>,
}

impl<'a> Outline<'a> {
    pub(crate) fn new(spec: &Spec, environment: &'a Environment) -> Result<Self, Problem> {
        let environment = environment.as_str();
        let variables = Variables::of_environment(environment);
        let prefix = spec
            .root
            .prefix
            .map(|prefix| template::expand(prefix, &variables).map_err(|error| words::definition(&error, prefix)));
        Ok(Self { environment, prefix: prefix.transpose()? })
    }

    pub(crate) fn prefix(&self) -> Option<&str> {
        self.prefix.as_deref()
    }

    /// The candidates of a lookup in the order in which they win, each with its key of the document. `own` is the path of
    /// the struct, and `path` that of the field or the entry.
    pub(crate) fn requests(
        &self,
        lookup: &Lookup,
        scope: Scope,
        own: &Path,
        path: &Path,
    ) -> Result<Vec<Outlined>, Problem> {
        let Some(first) = lookup.template(scope) else { return Err(words::no_document().field(path)) };
        let path_of_name = if lookup.place == Place::Document { own } else { path };
        let variables = Variables {
            environment: self.environment,
            prefix: self.prefix(),
            path: path_of_name.steps(),
            configured: &|_| Configured::Text(ANY.to_owned()),
        };
        let request = |template: &str| {
            let name = template::expand(template, &variables)
                .map_err(|error| words::definition(&error, template).field(path))?;
            let route = route::Route::of_lookup(lookup, scope, name);
            Ok((route.request, route.json_key))
        };
        [first].into_iter().chain(lookup.others.iter().copied()).map(request).collect()
    }
}

impl SourceName {
    /// The word of the attributes, and of what the tools write.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ssm => "ssm",
            Self::SecretsManager => "secretsmanager",
            Self::File => "file",
            Self::Custom(name) => name,
        }
    }
}
