//! Environment variables, read through the struct's own names: raw, and never re-typed.

use super::known::fields;
use super::{Layers, Supplier};
use crate::error::{Problem, ProblemKind};
use crate::path::{Path, Step};
use crate::place;
use crate::spec::{Field, Injection, Kind, Section, Shape, Spec};
use crate::suggest::nearest;
use crate::tree::{At, Elements, Node, Value};
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use zeroize::Zeroizing;

/// The values of variables, as a tree of their own.
pub(super) fn read(
    layers: &mut Layers,
    spec: &'static Spec,
    given: Option<Vec<(OsString, OsString)>>,
    named_by: Option<&str>,
) -> Node {
    let wanted = Wanted::of(layers, spec);
    let mut found: HashMap<usize, (usize, String, OsString)> = HashMap::new();
    let mut unknown = Vec::new();
    // `vars` would panic at the first variable that is not UTF-8, with its value.
    for (name, mut value) in given.unwrap_or_else(|| std::env::vars_os().collect()) {
        let Ok(name) = name.into_string() else { continue };
        let readers = wanted.find(&name);
        match readers.as_slice() {
            [] if Some(name.as_str()) == named_by || is_ignored(&name, spec.root.ignore_env) => {}
            [] if wanted.has_prefix(&name) => unknown.push(name.clone()),
            [(first, _), (second, _), ..] if !wanted.exact.contains_key(&name) => {
                let problem =
                    Problem::new(ProblemKind::Ambiguous, format!("environment variable {name} is that of both"));
                let problem = problem.field(&wanted.leaves[*first].path).field(&wanted.leaves[*second].path);
                layers.problems.push(problem.help("name one of the entries otherwise"));
            }
            _ => {}
        }
        let last = readers.len().saturating_sub(1);
        for (nth, (leaf, rank)) in readers.into_iter().enumerate() {
            // No more copies than readers: it may be a secret.
            let value = if nth == last { std::mem::take(&mut value) } else { value.clone() };
            match found.get(&leaf) {
                Some((other_rank, other, _)) if *other_rank == rank && *other != name => {
                    let problem =
                        Problem::new(ProblemKind::Ambiguous, format!("{other} and {name} are the same variable"));
                    layers.problems.push(problem.field(&wanted.leaves[leaf].path).help("set one of them only"));
                }
                Some((other_rank, ..)) if *other_rank < rank => {}
                _ => {
                    found.insert(leaf, (rank, name.clone(), value));
                }
            }
        }
    }
    let mut tree = Node::empty_table();
    for (index, leaf) in wanted.leaves.iter().enumerate() {
        if let Some((_, name, value)) = found.remove(&index) {
            lay(layers, &mut tree, leaf, name, value);
        }
    }
    unknown.sort_unstable();
    for name in unknown {
        layers.problems.push(unknown_variable(&name, &wanted));
    }
    tree
}

fn lay(layers: &mut Layers, tree: &mut Node, leaf: &Leaf, name: String, value: OsString) {
    let path = &leaf.path;
    match value.into_string() {
        Ok(text) => {
            let at = At { supplier: layers.suppliers.add(Supplier::Variable(name)), line: 0 };
            let node = Node::new(Value::Raw(Zeroizing::new(text), Elements::Commas), at);
            let is_refused = leaf.field.is_some_and(|field| layers.refuse_secret_in(&node, field, path));
            if !is_refused {
                tree.insert(path.steps(), node);
            }
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
    /// Exact names, with their rank among the names of the field. A field of an entry shares its names with all entries.
    exact: HashMap<String, Vec<(usize, usize)>>,
    /// Names made from the path, with runs of `_` folded into one.
    derived: HashMap<String, usize>,
    /// The same for what stands in an entry of a map or list.
    in_entries: HashMap<String, Vec<usize>>,
    prefix: Option<&'static str>,
}

struct Leaf {
    path: Path,
    names: Vec<String>,
    /// The row of the field, if the leaf is one.
    field: Option<&'static Field>,
}

impl Wanted {
    fn of(layers: &mut Layers, spec: &'static Spec) -> Self {
        let prefix = spec.root.env_prefix;
        let (leaves, exact, derived, in_entries) = (Vec::new(), HashMap::new(), HashMap::new(), HashMap::new());
        let mut wanted = Self { leaves, exact, derived, in_entries, prefix };
        wanted.collect(layers, spec, &mut Path::default());
        for (name, readers) in &wanted.exact {
            let derived = wanted.derived.get(&folded(name)).filter(|_| wanted.has_prefix(name));
            if let (Some(derived), Some((exact, _))) = (derived, readers.first())
                && derived != exact
            {
                layers.problems.push(both_read(name, &wanted.leaves[*exact].path, &wanted.leaves[*derived].path));
            }
        }
        wanted
    }

    fn collect(&mut self, layers: &mut Layers, spec: &'static Spec, path: &mut Path) {
        let own = path.clone();
        for field in fields(spec) {
            path.push(field.step());
            match &field.kind {
                Kind::Section(section) => self.shaped(layers, section, section.shape, path),
                Kind::Leaf { lookup, injections } => {
                    self.add(layers, Some(field), path);
                    let list = lookup.and_then(|lookup| lookup.for_each).map(|list| own.join(list));
                    for entry in list.and_then(|list| layers.elements(&list).ok()).into_iter().flatten() {
                        self.add(layers, Some(field), &path.join(Step::entry(entry)));
                    }
                    let leaf = if injections.is_empty() { None } else { layers.value(path) };
                    self.inject(layers, injections, leaf.as_ref(), path);
                }
                Kind::Rest { injections } => {
                    let rest = layers.rest(spec, &own);
                    self.inject(layers, injections, rest.as_ref(), &own);
                }
            }
            path.pop();
        }
    }

    /// The fields of all entries that are there: a variable makes none.
    fn shaped(&mut self, layers: &mut Layers, section: &'static Section, shape: &Shape, path: &mut Path) {
        match shape {
            Shape::One => self.collect(layers, section.spec, path),
            Shape::Optional(inner) => self.shaped(layers, section, inner, path),
            Shape::Map(inner) | Shape::List(inner) => {
                for entry in layers.entries(path).into_iter().flatten() {
                    path.push(entry);
                    self.shaped(layers, section, inner, path);
                    path.pop();
                }
            }
        }
    }

    /// The places inside `leaf` that injections fill.
    fn inject(&mut self, layers: &mut Layers, injections: &[Injection], leaf: Option<&Node>, path: &Path) {
        let Some(leaf) = leaf else { return };
        let places: HashSet<_> = injections
            .iter()
            .flat_map(|injection| injection.places)
            .flat_map(|pattern| place::find(pattern, leaf))
            .collect();
        for place in places {
            self.add(layers, None, &path.join_all(&place));
        }
    }

    fn add(&mut self, layers: &mut Layers, field: Option<&'static Field>, path: &Path) {
        let index = self.leaves.len();
        // An exact name is that of the map, not of an entry.
        let is_entry = path.steps().last().is_some_and(Step::is_entry);
        let env = field.filter(|_| !is_entry).map_or(&[][..], |field| field.env);
        let names = names(self.prefix, env, path);
        for (rank, name) in names.iter().enumerate() {
            let earlier = if !env.is_empty() {
                let readers = self.exact.entry(name.clone()).or_default();
                readers.push((index, rank));
                Some(readers[0].0).filter(|first| *first != index)
            } else if path.has_entry() {
                self.in_entries.entry(folded(name)).or_default().push(index);
                None
            } else {
                self.derived.insert(folded(name), index)
            };
            let is_other = |earlier: &usize| {
                let earlier = &self.leaves[*earlier];
                let is_same_row =
                    matches!((earlier.field, field), (Some(one), Some(other)) if std::ptr::eq(one, other));
                // Two fields with one key are told of already.
                earlier.path != *path && !is_same_row
            };
            if let Some(earlier) = earlier.filter(is_other) {
                layers.problems.push(both_read(name, &self.leaves[earlier].path, path));
            }
        }
        self.leaves.push(Leaf { path: path.clone(), names, field });
    }

    /// The leaves that read `name`, each with the rank of that name among its own.
    fn find(&self, name: &str) -> Vec<(usize, usize)> {
        if let Some(exact) = self.exact.get(name) {
            return exact.clone();
        }
        let rest = self.prefix.and_then(|prefix| name.strip_prefix(prefix)).filter(|rest| rest.starts_with('_'));
        let Some(rest) = rest else { return Vec::new() };
        let folded = folded(name);
        // Two underscores say that an entry is meant.
        let entries = self.in_entries.get(&folded).into_iter().flatten();
        let entries: Vec<_> =
            entries.filter(|leaf| spells(rest, &self.leaves[**leaf].path)).map(|leaf| (*leaf, 0)).collect();
        if !entries.is_empty() {
            return entries;
        }
        self.derived.get(&folded).map(|leaf| (*leaf, 0)).into_iter().collect()
    }

    fn has_prefix(&self, name: &str) -> bool {
        self.prefix.and_then(|prefix| name.strip_prefix(prefix)).is_some_and(|rest| rest.starts_with('_'))
    }
}

/// The variables that are read for `path`, the first one first: those of `env`, or the one made from the path.
pub(crate) fn names(prefix: Option<&str>, env: &[&str], path: &Path) -> Vec<String> {
    let spelt = |step: &Step| folded(&step.text().to_uppercase());
    match prefix {
        _ if !env.is_empty() => env.iter().map(|name| (*name).to_owned()).collect(),
        // Two underscores tell an entry from the keys around it.
        Some(prefix) if path.has_entry() => {
            vec![[prefix.to_owned()].into_iter().chain(path.steps().iter().map(spelt)).collect::<Vec<_>>().join("__")]
        }
        Some(prefix) => vec![folded(&format!("{prefix}_{}", path.keys().join("_").to_uppercase()))],
        None => Vec::new(),
    }
}

/// Whether `rest`, what follows the prefix, is the name for `path`: two underscores around an entry, one or two elsewhere.
fn spells(mut rest: &str, path: &Path) -> bool {
    let mut after_entry = false;
    for step in path.steps() {
        let next = match rest.strip_prefix("__") {
            None if !after_entry && !step.is_entry() => rest.strip_prefix('_'),
            next => next,
        };
        match next.and_then(|next| next.strip_prefix(folded(&step.text().to_uppercase()).as_str())) {
            Some(next) => rest = next,
            None => return false,
        }
        after_entry = step.is_entry();
    }
    rest.is_empty()
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
    fn two_underscores_stand_around_an_entry() {
        let path = Path::default().join("oidc").join("keys").join(Step::entry("k-1")).join("private_key");
        assert_eq!(names(Some("APP"), &[], &path), ["APP__OIDC__KEYS__K_1__PRIVATE_KEY"]);
        for (rest, is) in [
            ("__OIDC__KEYS__K_1__PRIVATE_KEY", true),
            ("_OIDC_KEYS__K_1__PRIVATE_KEY", true),
            ("_OIDC_KEYS_K_1__PRIVATE_KEY", false),
            ("_OIDC_KEYS__K_1_PRIVATE_KEY", false),
            ("_OIDC_KEYS__K_1__PRIVATE_KEY_", false),
            ("_OIDC_KEYS__K_2__PRIVATE_KEY", false),
        ] {
            assert_eq!(spells(rest, &path), is, "{rest}");
        }
    }

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
