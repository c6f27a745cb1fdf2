//! One leaf: where its value is, and from there to the field's type.

use super::fetched::{entry, formatted};
use super::policy::Stands;
use super::report::{Cause, Supplied, lacks_attribute};
use super::{Assembler, plain, words};
use crate::error::{Problem, ProblemKind};
use crate::explanation::{Layer, Origin};
use crate::layers::Standing;
use crate::path::{Path, Step};
use crate::plan::{Candidate, Planned, Request, SourceName, Unasked};
use crate::secret::Scope;
use crate::source::{Provenance, SourceErrorKind};
use crate::spec::{Field, Format, Kind};
use crate::text::{Deserializer, Error};
use crate::tree::{At, Keys, Node, Table, Value};
use std::any::type_name;

const FORGOTTEN: &str = "no store is asked for this secret: mark the field #[secret], or #[secret(local)]";

/// Where the value of a leaf was found.
enum Located {
    Found(Found),
    /// No layer and no store has it; the problem to tell if nothing else stands in.
    Nowhere(Problem),
    /// Something is wrong with it, and has been told.
    Failed,
}

struct Found {
    node: Node,
    origin: Supplied,
    is_secret: bool,
    /// Where its keys stand, and where a file has a value of it, if one has.
    at: Path,
    in_file: Option<At>,
    /// What the stores supplied inside it.
    filled: Vec<Filled>,
}

impl Found {
    fn nothing() -> Self {
        let (at, origin) = (Path::default(), Supplied::Nothing);
        Self { node: Node::empty_table(), origin, is_secret: false, at, in_file: None, filled: Vec::new() }
    }
}

/// A place inside a leaf that a store supplied.
struct Filled {
    /// The steps from the leaf, as errors spell them.
    place: String,
    origin: Supplied,
}

impl Filled {
    /// Whether what went wrong at `place` went wrong in here.
    fn holds(&self, place: &str) -> bool {
        place.strip_prefix(self.place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// What the stores have for a field or a place in it.
enum Sought {
    Value(Node, Supplied),
    Nowhere(Problem),
    Failed,
}

/// What a problem says of the value that is sought.
#[derive(Clone, Copy)]
struct Wanted {
    is_secret: bool,
    is_list: bool,
    aliases: &'static [&'static str],
}

/// Whether the stores may put values into the leaf.
pub(super) fn has_injections(field: &Field) -> bool {
    match &field.kind {
        Kind::Leaf { injections, .. } | Kind::Rest { injections } => !injections.is_empty(),
        Kind::Section(_) => false,
    }
}

impl Assembler<'_> {
    /// Field `index`, or what `absent` has in its place.
    pub(super) fn read<T>(
        &mut self,
        index: usize,
        read: fn(Deserializer) -> Result<T, Error>,
        absent: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let field = self.spec.fields.get(index)?;
        self.path.push(field.step());
        let value = match self.locate(field, type_name::<T>()) {
            Located::Found(found) => self.convert(field, found, read),
            Located::Nowhere(missing) => {
                let is_required = self.stage.plan.lookups.get(&self.path).is_some_and(|planned| planned.is_required);
                match if is_required { None } else { absent() } {
                    Some(value) => {
                        self.trace(
                            &self.path,
                            &Supplied::Default("default: no layer and no store has it"),
                            None,
                            field.secret,
                        );
                        if lacks_attribute(field, type_name::<T>()) {
                            tracing::warn!(target: "secret_config", field = %self.path, "{FORGOTTEN}");
                        }
                        Some(value)
                    }
                    // What is left of a table without keys is a table without keys.
                    None if matches!(field.kind, Kind::Rest { .. }) => self.convert(field, Found::nothing(), read),
                    None => {
                        self.miss(missing);
                        None
                    }
                }
            }
            Located::Failed => None,
        };
        self.path.pop();
        value
    }

    /// From what was found to the field's type.
    fn convert<T>(
        &mut self,
        field: &'static Field,
        found: Found,
        read: fn(Deserializer) -> Result<T, Error>,
    ) -> Option<T> {
        let Found { node, origin, is_secret, in_file, filled, at } = found;
        let texts = self.texts_of_files(field, &node);
        let scope = is_secret.then(Scope::enter);
        let (result, secrets) = Scope::watch(|| read(Deserializer::new(node)));
        drop(scope);
        if secrets.any() || result.is_err() {
            self.forget_value(secrets.any());
        }
        let stands = Stands { at: &at, in_file, texts: texts.as_deref() };
        if let Some(at) = self.misplaced_within(field, &secrets, &stands) {
            self.refuse_secret(field, at);
            return None;
        }
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) if secrets.any() => error.redact(),
            Err(error) if self.is_for_tools() => error.redact(),
            Err(error) => error,
        };
        let place = error.place();
        let of_place = filled.into_iter().find(|filled| filled.holds(&place)).map(|filled| filled.origin);
        let origin = match (of_place, origin, error.at()) {
            (Some(of_place), ..) => of_place,
            // A leaf may be made of several files.
            (None, Supplied::Layer(_), Some(at)) if at != At::STORE => Supplied::Layer(at),
            (None, origin, _) => origin,
        };
        self.wrong_type(&error, &origin, type_name::<T>());
        None
    }

    /// Finds the value of a leaf, the highest layer first.
    fn locate(&mut self, field: &'static Field, type_name: &str) -> Located {
        let stage = self.stage;
        if stage.layers.is_refused(&self.path) {
            return Located::Failed;
        }
        let is_filled = stage.plan.fills.contains_key(&self.path);
        if let Kind::Rest { .. } = field.kind {
            let own = self.path.parent();
            let rest = stage.layers.rest(self.table, &own).unwrap_or_else(Node::empty_table);
            let in_file = stage.layers.value_in(&rest);
            if rest.children().is_empty() && !is_filled {
                return Located::Nowhere(self.unset(field, type_name));
            }
            return self.in_layers(field, rest, &own, in_file);
        }
        let path = self.path.clone();
        let standing = stage.layers.standing(&path);
        if let (Standing::Below | Standing::Nowhere, Some(planned)) = (standing, stage.plan.lookups.get(&path)) {
            let wanted =
                Wanted { is_secret: field.secret, is_list: type_name.contains("Vec<"), aliases: field.aliases };
            match self.seek(planned, &path, wanted) {
                Sought::Value(node, origin) => {
                    self.warn_of_newline(field, &node.value);
                    // What a store keeps is not shown, whatever the field's attribute.
                    return Located::Found(Found {
                        node,
                        origin,
                        is_secret: true,
                        at: path,
                        in_file: None,
                        filled: Vec::new(),
                    });
                }
                Sought::Nowhere(missing) if !stage.layers.is_there(&path) => return Located::Nowhere(missing),
                Sought::Nowhere(_) => {}
                Sought::Failed => return Located::Failed,
            }
        }
        match stage.layers.value(&path) {
            Some(leaf) => self.in_layers(field, leaf, &path, stage.layers.in_file(&path)),
            // `for_each`: a map of nothing but what the stores have.
            None if is_filled => {
                let nothing = Node::new(Value::Table(Table::new()), At::STORE);
                self.in_layers(field, nothing, &path, None)
            }
            None => Located::Nowhere(self.unset(field, type_name)),
        }
    }

    /// The value that the layers have for a leaf, with what the stores have for places inside it. Its keys stand at `at`.
    fn in_layers(&mut self, field: &'static Field, leaf: Node, at: &Path, in_file: Option<At>) -> Located {
        if let Some(Unasked::Told) = self.stage.plan.unasked.get(&self.path) {
            return Located::Failed;
        }
        let origin = leaf.at;
        let Some((leaf, mut filled)) = self.fill(leaf, at) else { return Located::Failed };
        if filled.first().is_some_and(|filled| filled.place.is_empty()) {
            // A reference as the whole value.
            let origin = filled.swap_remove(0).origin;
            return Located::Found(Found {
                node: leaf,
                origin,
                is_secret: true,
                at: at.clone(),
                in_file: None,
                filled,
            });
        }
        let format = match field.kind {
            // A variable stands in for the remote value, and is read as that one would be.
            Kind::Leaf { lookup: Some(lookup), .. } if matches!(leaf.value, Value::Raw(..)) => lookup.format,
            _ => None,
        };
        match formatted(leaf, format) {
            Ok(node) => {
                let layers = self.stage.layers;
                let is_secret =
                    field.secret || field.holds_secret || has_injections(field) || !layers.may_be_shown(&node);
                let is_secret = is_secret || !filled.is_empty();
                if origin != At::STORE {
                    self.trace(&self.path, &Supplied::Layer(origin), Some(&node), is_secret);
                }
                Located::Found(Found {
                    node,
                    origin: Supplied::Layer(origin),
                    is_secret,
                    at: at.clone(),
                    in_file,
                    filled,
                })
            }
            Err(syntax) => {
                let problem = Problem::new(ProblemKind::Malformed, format!("expected a JSON document: {syntax}"))
                    .note("found in", self.stage.layers.origin(origin));
                self.problems.push(problem.field(&self.path).help("write a JSON document there"));
                Located::Failed
            }
        }
    }

    /// Puts into `leaf` what the stores have for it; `None` if one of them fails.
    fn fill(&mut self, mut leaf: Node, at: &Path) -> Option<(Node, Vec<Filled>)> {
        let stage = self.stage;
        let mut filled = Vec::new();
        let mut is_whole = true;
        let mut keys = Keys::default();
        for fill in stage.plan.fills.get(&self.path).into_iter().flatten() {
            let path = at.join_all(&fill.place);
            match self.seek(&fill.planned, &path, Wanted { is_secret: true, is_list: false, aliases: &[] }) {
                Sought::Value(node, origin) => {
                    let place = fill.place.iter().map(Step::text).collect::<Vec<_>>().join(".");
                    filled.push(Filled { place, origin });
                    match fill.place.as_slice() {
                        [step] => keys.put(&mut leaf, step, node),
                        place => leaf.replace(place, node),
                    }
                }
                Sought::Nowhere(missing) => {
                    let has_own = |node: &Node| !matches!(node.value, Value::Null) && fill.referred_in.is_none();
                    if fill.planned.is_required && !leaf.descendant(&fill.place).is_some_and(has_own) {
                        let missing = match fill.referred_in {
                            Some(at) => missing.note("reference", stage.layers.origin(at)),
                            None => missing,
                        };
                        self.miss_at(&fill.planned, missing, &path);
                        is_whole = false;
                    }
                }
                Sought::Failed => is_whole = false,
            }
        }
        is_whole.then_some((leaf, filled))
    }

    /// Looks for a value in what was fetched, for the field or place at `path`: the first candidate that is there.
    fn seek(&mut self, planned: &Planned, path: &Path, wanted: Wanted) -> Sought {
        let mut missing: Option<Problem> = None;
        let mut sought = None;
        for candidate in &planned.candidates {
            let fetched = &mut self.fetched[candidate.request];
            fetched.waiting = fetched.waiting.saturating_sub(1);
            if sought.is_some() {
                continue;
            }
            match self.try_candidate(candidate, planned.format, path, wanted) {
                Sought::Nowhere(problem) => {
                    let key = &self.stage.plan.requests[candidate.request].key;
                    missing = Some(match missing {
                        // That a document lacks the key says more than that another is not there.
                        Some(first) if first.kind() == ProblemKind::Missing && problem.kind() != first.kind() => {
                            problem
                        }
                        Some(first) => first.note("looked for", key),
                        None => problem,
                    });
                }
                decided => sought = Some(decided),
            }
        }
        sought.or(missing.map(Sought::Nowhere)).unwrap_or(Sought::Failed)
    }

    fn try_candidate(&mut self, candidate: &Candidate, format: Option<Format>, path: &Path, wanted: Wanted) -> Sought {
        let request = &self.stage.plan.requests[candidate.request];
        let (source, name) = (request.source, request.key.to_string());
        let fetched = &mut self.fetched[candidate.request];
        if let Err(error) = &fetched.outcome {
            if error.kind == SourceErrorKind::NotFound {
                let is_level = request.key.is_level();
                if let Some(reason) = error.reason {
                    return Sought::Nowhere(words::without_value(source, &name, reason));
                }
                let problem = words::not_found(source, &name, is_level, wanted.is_secret, wanted.is_list);
                return Sought::Nowhere(match &candidate.key {
                    Some(_) => problem.note("JSON with", self.stage.plan.keys_of(candidate.request).join(", ")),
                    None => problem,
                });
            }
            let error = error.clone();
            self.fail(candidate.request, source, &name, &error, path);
            return Sought::Failed;
        }
        let provenance = fetched.provenance();
        let node = match candidate.key.as_deref() {
            None => Ok(fetched.take()),
            Some(key) => match fetched.document() {
                Ok(document) => {
                    let keys = [key].into_iter().chain(wanted.aliases.iter().copied());
                    let nodes = keys.filter_map(|key| entry(document, key));
                    match nodes.into_iter().find(|node| !matches!(node.value, Value::Null)) {
                        Some(node) => Ok(node.clone()),
                        None => return Sought::Nowhere(words::no_such_key(source, &name, key, document)),
                    }
                }
                Err(syntax) => Err(*syntax),
            },
        };
        let origin = Supplied::Store { source, name, provenance, request: candidate.request };
        match node.and_then(|node| formatted(node, format)) {
            Ok(node) => {
                self.trace(path, &origin, Some(&node), true);
                Sought::Value(node, origin)
            }
            Err(syntax) => {
                let problem = Problem::new(ProblemKind::Malformed, format!("expected a JSON document: {syntax}"))
                    .note("found in", self.origin(&origin))
                    .help("store a JSON document there, such as {\"key\": \"value\"}");
                self.share(Cause::Request(candidate.request, ProblemKind::Malformed), problem, path);
                Sought::Failed
            }
        }
    }

    /// Whether this is for `check` and `diff`, which repeat no value at all, not even a plain one.
    fn is_for_tools(&self) -> bool {
        self.origins.as_ref().is_some_and(|noted| noted.fingerprints.is_some())
    }

    pub(super) fn trace(&self, path: &Path, supplied: &Supplied, value: Option<&Node>, is_secret: bool) {
        let origin = self.origin(supplied);
        tracing::debug!(target: "secret_config", field = %path, %origin, "loaded");
        let Some(noted) = &self.origins else { return };
        let (layer, provenance) = match supplied {
            Supplied::Default(_) | Supplied::Nothing => (Layer::Defaults, Provenance::default()),
            Supplied::Layer(at) => (self.stage.layers.layer(*at), Provenance::default()),
            Supplied::Store { provenance, .. } => (Layer::Remote, provenance.clone()),
        };
        let stage = match supplied {
            Supplied::Store { request, .. } => stage(&self.stage.plan.requests[*request]),
            _ => None,
        };
        let fingerprint = noted.fingerprints.as_ref().zip(value).map(|(key, value)| value.fingerprint(key));
        let value = value.filter(|_| noted.keeps_values && !is_secret).and_then(plain::shown);
        let (field, origin) = (path.to_string(), origin.to_string());
        let origin = Origin { field, origin, layer, is_secret, provenance, stage, fingerprint, value };
        noted.origins.borrow_mut().push(origin);
    }

    /// Takes back the value that was kept of this field: its type has a secret in it, or could not tell.
    fn forget_value(&self, is_secret: bool) {
        let Some(noted) = &self.origins else { return };
        let field = self.path.to_string();
        if let Some(origin) = noted.origins.borrow_mut().iter_mut().rev().find(|origin| origin.field == field) {
            origin.value = None;
            origin.is_secret |= is_secret;
        }
    }

    /// A newline at the end of a one-line secret is most often an editor's. It is kept, and told by name.
    fn warn_of_newline(&self, field: &Field, value: &Value) {
        if let (true, Value::Raw(text, _)) = (field.secret, value)
            && text.find('\n').is_some_and(|at| at + 1 == text.len())
        {
            tracing::warn!(target: "secret_config", field = %self.path, "the secret ends with a newline, which is kept");
        }
    }
}

/// The stage of the version that answers `request`, where versions have stages: what was asked for, which without a word is
/// the current one.
fn stage(request: &Request) -> Option<String> {
    let Request { source: SourceName::SecretsManager, key } = request else { return None };
    let current = key.version().is_none().then_some("AWSCURRENT");
    key.stage().or(current).map(str::to_owned)
}
