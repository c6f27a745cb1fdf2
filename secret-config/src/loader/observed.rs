//! What `check` and `diff` see of a load: its fields in their order, what each is looked up under, and what came of it.
//! No value.

use super::order;
use crate::error::Problem;
use crate::explanation::Origin;
use crate::layers::Layers;
use crate::path::{Path, Step};
use crate::plan::{Plan, Planned};
use crate::spec::{Field, Kind, Spec};

/// What was seen of the values of a load, and everything that is wrong with it.
pub(crate) struct Observed {
    pub(crate) config: &'static str,
    pub(crate) environment: String,
    /// In the order of the structs, whether or not anything is known of them.
    pub(crate) fields: Vec<Placed>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) problems: Vec<Problem>,
}

/// A field, or a place inside one that a store has a part in.
pub(crate) struct Placed {
    pub(crate) path: String,
    /// Whether the field says that it is a secret.
    pub(crate) is_secret: bool,
    pub(crate) asked: Option<Asked>,
    /// It has a lookup, and something kept it from being made.
    pub(crate) is_unasked: bool,
    /// It is a struct, or a map or list of them: what stands in it are the fields.
    pub(crate) is_section: bool,
    /// The struct says that all environments have the same value.
    pub(crate) is_shared: bool,
}

/// What a store is asked for. Of several candidates the first.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) store: &'static str,
    pub(crate) name: String,
    /// The key of the JSON document.
    pub(crate) key: Option<String>,
}

pub(super) fn fields(spec: &'static Spec, layers: &Layers, plan: &Plan) -> Vec<Placed> {
    let mut placed = Vec::new();
    order::visit(spec, layers, &mut |path, field| match field {
        Some(field) => placed.extend(place(path, field, plan)),
        None => placed.push(Placed {
            path: path.to_string(),
            is_secret: false,
            asked: None,
            is_unasked: false,
            is_section: true,
            is_shared: false,
        }),
    });
    placed
}

fn place(path: &Path, field: &Field, plan: &Plan) -> Vec<Placed> {
    let asked = |planned: &Planned| {
        let candidate = planned.candidates.first()?;
        let request = plan.requests.get(candidate.request)?;
        let key = candidate.key.as_deref().map(str::to_owned);
        Some(Asked { store: request.source.word(), name: request.key.to_string(), key })
    };
    let is_secret = field.secret || field.holds_secret;
    let own = Placed {
        path: path.to_string(),
        is_secret,
        asked: plan.lookups.get(path).and_then(asked),
        is_unasked: plan.unasked.contains_key(path),
        is_section: matches!(field.kind, Kind::Section(_)),
        is_shared: field.described.is_shared,
    };
    let mut placed = vec![own];
    // What is left of a table stands in the table itself.
    let at = if path.steps().last().is_some_and(Step::is_rest) { path.parent() } else { path.clone() };
    for fill in plan.fills.get(path).into_iter().flatten() {
        let asked = asked(&fill.planned);
        // What the attribute puts there is a secret, what a file refers to is what its field is.
        let is_secret = is_secret || fill.referred_in.is_none();
        let path = at.join_all(&fill.place).to_string();
        let place = Placed { path, is_secret, asked, is_unasked: false, is_section: false, is_shared: false };
        match placed.iter_mut().find(|known| known.path == place.path) {
            Some(known) => *known = place,
            None => placed.push(place),
        }
    }
    placed
}

/// Whether `field` is at `path`, or below it.
pub(crate) fn is_within(field: &str, path: &str) -> bool {
    order::is_within(field, path)
}
