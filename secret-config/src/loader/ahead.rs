//! A look ahead: what a load would ask the stores for, and what of it need not be there. Nothing is asked.

use super::Loader;
use crate::assemble::{Assembler, Stage};
use crate::error::{LoadError, Problem, ProblemKind};
use crate::layers::Layers;
use crate::plan::{Plan, Planned, Request};
use crate::source::SourceError;
use std::collections::HashSet;

/// What a load would ask for.
pub(crate) struct Ahead {
    pub(crate) config: &'static str,
    pub(crate) environment: String,
    /// In the order of the fields.
    pub(crate) requests: Vec<(Request, Absence)>,
}

/// What the load makes of a value that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absence {
    /// An `Option`, a default, another candidate or a file stands in.
    IsFine,
    IsAProblem,
}

impl<T: crate::SecretConfig> Loader<T> {
    /// The plan of the load, without the process's variables: those of the machine that looks ahead are not those of the
    /// load. Variables that were given count.
    pub(crate) fn look_ahead(self) -> Result<Ahead, LoadError> {
        let spec = T::SPEC;
        // The name of the environment may be in the process's.
        let environment = self.environment(spec)?;
        let mut given = self.environment.told_to(self.given);
        given.variables.get_or_insert_default();
        let layers = Layers::read(spec, &environment, given);
        let mut plan = Plan::new(spec, &environment, &layers);
        if !layers.problems.is_empty() || !plan.problems.is_empty() {
            let mut problems = layers.problems;
            problems.append(&mut plan.problems);
            return Err(LoadError::new(spec.type_name, Some(environment.to_string()), problems));
        }
        let required = required::<T>(&layers, &plan);
        let absence = |index| if required.contains(&index) { Absence::IsAProblem } else { Absence::IsFine };
        let requests = plan.requests.iter().cloned().enumerate();
        Ok(Ahead {
            config: spec.type_name,
            environment: environment.to_string(),
            requests: requests.map(|(index, request)| (request, absence(index))).collect(),
        })
    }
}

/// The requests whose values have to be there: those that a field without anything else misses in a load of stores that
/// are empty. So whether a type may be absent is the type's own answer.
fn required<T: crate::SecretConfig>(layers: &Layers, plan: &Plan) -> HashSet<usize> {
    let stage = Stage { root: T::SPEC, layers, plan };
    let nothing = plan.requests.iter().map(|_| Err(SourceError::not_found())).collect();
    let mut assembler = Assembler::new(&stage, nothing);
    T::assemble(&mut assembler, None);
    let problems = assembler.into_problems();
    let missing = problems.iter().filter(|problem| problem.kind() == ProblemKind::Missing);
    let missing: HashSet<&str> = missing.flat_map(Problem::fields).map(String::as_str).collect();
    // Of several candidates each one may be absent, as long as there is another.
    let only = |planned: &Planned| match planned.candidates.as_slice() {
        [one] => Some(one.request),
        _ => None,
    };
    let lookups = plan.lookups.iter().filter(|(path, _)| missing.contains(path.to_string().as_str()));
    let fills = plan.fills.values().flatten().filter(|fill| fill.planned.is_required);
    lookups.filter_map(|(_, planned)| only(planned)).chain(fills.filter_map(|fill| only(&fill.planned))).collect()
}
