//! Environment variables, read through the struct's own names: raw, and never re-typed.

use super::known::fields;
use super::{Layers, Supplier};
use crate::error::{Problem, ProblemKind};
use crate::path::Path;
use crate::spec::{Field, Kind, Spec};
use crate::suggest::nearest;
use crate::tree::{At, Elements, Node, Value};
use std::collections::HashMap;
use std::ffi::OsString;
use zeroize::Zeroizing;

pub(super) fn read(
    layers: &mut Layers,
    spec: &'static Spec,
    given: Option<Vec<(OsString, OsString)>>,
    named_by: Option<&str>,
) {
    let wanted = Wanted::of(layers, spec);
    let mut found: HashMap<usize, (usize, String, OsString)> = HashMap::new();
    let mut unknown = Vec::new();
    // `vars` would panic at the first variable that is not UTF-8, with its value.
    for (name, value) in given.unwrap_or_else(|| std::env::vars_os().collect()) {
        let Ok(name) = name.into_string() else { continue };
        match wanted.find(&name) {
            Some((leaf, rank)) => match found.get(&leaf) {
                Some((other_rank, other, _)) if *other_rank == rank && *other != name => {
                    let problem =
                        Problem::new(ProblemKind::Ambiguous, format!("{other} and {name} are the same variable"));
                    layers.problems.push(problem.field(&wanted.leaves[leaf].path).help("set one of them only"));
                }
                Some((other_rank, ..)) if *other_rank < rank => {}
                _ => {
                    found.insert(leaf, (rank, name, value));
                }
            },
            None if Some(name.as_str()) == named_by || is_ignored(&name, spec.root.ignore_env) => {}
            None if wanted.has_prefix(&name) => unknown.push(name),
            None => {}
        }
    }
    for (index, leaf) in wanted.leaves.iter().enumerate() {
        if let Some((_, name, value)) = found.remove(&index) {
            lay_above(layers, &leaf.path, name, value);
        }
    }
    unknown.sort_unstable();
    for name in unknown {
        layers.problems.push(unknown_variable(&name, &wanted));
    }
}

fn lay_above(layers: &mut Layers, path: &Path, name: String, value: OsString) {
    match value.into_string() {
        Ok(text) => {
            let at = At { supplier: layers.suppliers.add(Supplier::Variable(name)), line: 0 };
            let leaf = Node::new(Value::Raw(Zeroizing::new(text), Elements::Commas), at);
            layers.above.insert(&path.keys(), leaf);
        }
        Err(_) => {
            let problem =
                Problem::new(ProblemKind::Malformed, format!("environment variable {name} is not valid UTF-8"));
            layers.problems.push(problem.field(path).help("set it to text in UTF-8"));
            layers.broken.push(path.clone());
        }
    }
}

fn unknown_variable(name: &str, wanted: &Wanted) -> Problem {
    // All of them begin with the prefix, which says nothing of their likeness.
    let tail = |name: &'_ str| wanted.prefix.and_then(|prefix| name.strip_prefix(prefix)).map(str::to_owned);
    let known: Vec<_> = wanted.leaves.iter().flat_map(|leaf| &leaf.names).collect();
    let tails: Vec<_> = known.iter().filter_map(|name| tail(name)).collect();
    let near = tail(name).and_then(|wrong| nearest(&wrong, tails.iter().map(String::as_str)).map(str::to_owned));
    let is_below = |known: &String| folded(name).strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('_'));
    if let Some(leaf) = wanted.leaves.iter().find(|leaf| leaf.names.iter().any(is_below)) {
        let problem = Problem::new(ProblemKind::UnknownVariable, format!("no field reads environment variable {name}"));
        return problem.help(format!(
            "`{}` is read whole, as a list or JSON, from {}",
            leaf.path,
            leaf.names.join(" or ")
        ));
    }
    let help = match (near, wanted.prefix) {
        (Some(near), Some(prefix)) => format!("did you mean {prefix}{near}?"),
        _ => format!("unset it, or ignore it with #[config(ignore_env = [\"{name}\"])]"),
    };
    Problem::new(ProblemKind::UnknownVariable, format!("no field reads environment variable {name}")).help(help)
}

/// `*` stands for anything.
fn is_ignored(name: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| {
        let (first, rest) = pattern.split_once('*').map_or((*pattern, None), |(first, rest)| (first, Some(rest)));
        let Some(mut tail) = name.strip_prefix(first) else { return false };
        let Some(rest) = rest else { return tail.is_empty() };
        let mut parts: Vec<_> = rest.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            let Some(at) = tail.find(part) else { return false };
            tail = &tail[at + part.len()..];
        }
        tail.ends_with(last)
    })
}

fn both_read(name: &str, one: &Path, other: &Path) -> Problem {
    let problem = Problem::new(ProblemKind::Definition, format!("both read environment variable {name}"));
    problem.field(one).field(other).help("give one of them another with #[config(env = \"..\")]")
}

/// The variables that the fields of a load read.
struct Wanted {
    leaves: Vec<Leaf>,
    /// Exact names, with their rank among the names of the field.
    exact: HashMap<String, (usize, usize)>,
    /// Names made from the path, with runs of `_` folded into one.
    derived: HashMap<String, usize>,
    prefix: Option<&'static str>,
}

struct Leaf {
    path: Path,
    names: Vec<String>,
}

impl Wanted {
    fn of(layers: &mut Layers, spec: &'static Spec) -> Self {
        let prefix = spec.root.env_prefix;
        let mut wanted = Self { leaves: Vec::new(), exact: HashMap::new(), derived: HashMap::new(), prefix };
        wanted.collect(layers, spec, &mut Path::default());
        for (name, (exact, _)) in &wanted.exact {
            let derived = wanted.derived.get(&folded(name)).filter(|derived| *derived != exact);
            if let Some(derived) = derived.filter(|_| wanted.has_prefix(name)) {
                layers.problems.push(both_read(name, &wanted.leaves[*exact].path, &wanted.leaves[*derived].path));
            }
        }
        wanted
    }

    fn collect(&mut self, layers: &mut Layers, spec: &'static Spec, path: &mut Path) {
        for field in fields(spec) {
            path.push(field.key);
            match &field.kind {
                Kind::Section(section) => self.collect(layers, section.spec, path),
                Kind::Leaf { .. } => self.add(layers, field, path),
            }
            path.pop();
        }
    }

    fn add(&mut self, layers: &mut Layers, field: &Field, path: &Path) {
        let index = self.leaves.len();
        let names = names(self.prefix, field, path);
        for (rank, name) in names.iter().enumerate() {
            let earlier = if field.env.is_empty() {
                self.derived.insert(folded(name), index)
            } else {
                self.exact.insert(name.clone(), (index, rank)).map(|(earlier, _)| earlier)
            };
            // Two fields with one key are told of already.
            if let Some(earlier) = earlier.filter(|earlier| self.leaves[*earlier].path != *path) {
                layers.problems.push(both_read(name, &self.leaves[earlier].path, path));
            }
        }
        self.leaves.push(Leaf { path: path.clone(), names });
    }

    /// The leaf that reads `name`, and the rank of that name among its own.
    fn find(&self, name: &str) -> Option<(usize, usize)> {
        let by_path = || self.has_prefix(name).then(|| self.derived.get(&folded(name))).flatten();
        self.exact.get(name).copied().or_else(|| by_path().map(|leaf| (*leaf, 0)))
    }

    fn has_prefix(&self, name: &str) -> bool {
        self.prefix.and_then(|prefix| name.strip_prefix(prefix)).is_some_and(|rest| rest.starts_with('_'))
    }
}

/// The variables that `field` reads, the first one first.
pub(super) fn names(prefix: Option<&str>, field: &Field, path: &Path) -> Vec<String> {
    match prefix {
        _ if !field.env.is_empty() => field.env.iter().map(|name| (*name).to_owned()).collect(),
        Some(prefix) => vec![folded(&format!("{prefix}_{}", path.keys().join("_").to_uppercase()))],
        None => Vec::new(),
    }
}

/// Runs of `_` as one, and what no variable's name can have as `_`: `ORDERS__DATABASE__MAX-CONNS` as
/// `ORDERS_DATABASE_MAX_CONNS`.
fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() => folded.push(letter),
            _ if folded.ends_with('_') => {}
            _ => folded.push('_'),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_variables_are_matched_by_stars() {
        let patterns = ["ORDERS_SERVICE_*", "ORDERS_*_TCP_*", "ORDERS_X"];
        for (name, is) in [
            ("ORDERS_SERVICE_HOST", true),
            ("ORDERS_PORT_80_TCP_ADDR", true),
            ("ORDERS_X", true),
            ("ORDERS_XY", false),
            ("ORDERS_PORT", false),
        ] {
            assert_eq!(is_ignored(name, &patterns), is, "{name}");
        }
    }
}
