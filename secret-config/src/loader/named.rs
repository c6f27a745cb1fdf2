//! How a load's environment is named, and whether there is one of that name.

use crate::environment::{Environment, InvalidEnvironment};
use crate::error::{Problem, ProblemKind};
use crate::layers::Given;
use crate::spec::Spec;
use crate::suggest::nearest;
use std::ffi::OsString;

/// How the environment is named.
pub(super) enum Named {
    Given(Result<Environment, InvalidEnvironment>),
    ByVariable(String),
}

impl Named {
    /// What the layers are given, with the variable that named the environment: it fits no field, and is no mistake.
    pub(super) fn told_to(self, given: Given) -> Given {
        match self {
            Self::Given(_) => given,
            Self::ByVariable(name) => Given { named_by: Some(name), ..given },
        }
    }

    /// The environment; or its name, if that is well-formed, and what is wrong with it.
    pub(super) fn resolve(
        &self,
        spec: &Spec,
        variables: Option<&[(OsString, OsString)]>,
    ) -> Result<Environment, (Option<String>, Box<Problem>)> {
        let root = &spec.root;
        let names = || root.environments.iter().chain(root.offline).copied();
        let list = || names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let help = || match root.environments {
            [] => "use letters, digits, `-` and `_`, as in `prod`".to_owned(),
            _ => format!("use one of {}", list()),
        };
        let problem = |message: String| Box::new(Problem::new(ProblemKind::UnknownEnvironment, message));
        let named = match self {
            Self::Given(environment) => environment.clone(),
            Self::ByVariable(name) => {
                let value = match variables {
                    Some(given) => {
                        given.iter().find(|(given, _)| given == name.as_str()).map(|(_, value)| value.clone())
                    }
                    None => std::env::var_os(name),
                };
                let value = value.ok_or_else(|| {
                    let help = help().replacen("use", &format!("set {name} to"), 1);
                    (None, Box::new(problem(format!("environment variable {name} is not set")).help(help)))
                })?;
                Environment::new(value.to_string_lossy())
            }
        };
        let environment = named.map_err(|error| (None, Box::new(problem(error.to_string()).help(help()))))?;
        let name = environment.as_str();
        if root.environments.is_empty() || names().any(|known| known == name) {
            return Ok(environment);
        }
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`? There are {}", list()),
            None => help(),
        };
        Err(match self {
            Self::Given(_) => {
                let unknown = problem(format!("there is no environment `{name}`"));
                (Some(name.to_owned()), Box::new(unknown.help(help)))
            }
            // The wrong variable could hold anything, a secret among it.
            Self::ByVariable(variable) => {
                let unknown = problem(format!("environment variable {variable} names no environment of this config"));
                (None, Box::new(unknown.help(help)))
            }
        })
    }
}
