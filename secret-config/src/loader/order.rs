//! The order of a report: what concerns no field, then the fields as the struct has them.

use crate::error::Problem;
use crate::path::Path;
use crate::spec::{Kind, Spec};

pub(super) fn sort(problems: &mut [Problem], spec: &'static Spec) {
    let order = paths(spec);
    problems.sort_by_key(|problem| problem.fields().first().map_or(0, |field| rank(field, &order)));
}

/// The paths of all sections and leaves, in the order in which the struct has them.
fn paths(spec: &'static Spec) -> Vec<Path> {
    fn collect(spec: &'static Spec, path: &mut Path, paths: &mut Vec<Path>) {
        for field in spec.fields {
            let section = match &field.kind {
                Kind::Section(section) if section.flatten => {
                    collect(section.spec, path, paths);
                    continue;
                }
                Kind::Section(section) => Some(section),
                Kind::Leaf { .. } => None,
            };
            path.push(field.key);
            paths.push(path.clone());
            if let Some(section) = section {
                collect(section.spec, path, paths);
            }
            path.pop();
        }
    }
    let mut all = Vec::new();
    collect(spec, &mut Path::default(), &mut all);
    all
}

/// Where `field` stands in the order; an unknown key stands with its section.
fn rank(field: &str, order: &[Path]) -> usize {
    let is_within = |path: &Path| {
        let path = path.to_string();
        field.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    order.iter().rposition(is_within).map_or(0, |index| index + 1)
}
