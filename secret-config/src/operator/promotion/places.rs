//! From the plan of a load to the places in the stores that its fields need, and what is missing of each.

use super::{Creation, Part};
use crate::assemble::entry;
use crate::fetch::Outcome;
use crate::path::{Path, Step};
use crate::plan::{Candidate, Plan, Planned, Request, SourceName};
use crate::source::writes::is_without_value;
use crate::source::{Body, Payload, SourceErrorKind};
use crate::spec::{Field, Kind, Shape, Spec};
use crate::text::json;
use crate::tree::{At, Node, Value};
use std::collections::BTreeMap;

/// What a field looks up.
pub(super) struct Wanted<'p> {
    pub(super) path: Path,
    /// Where the field stands among the others.
    rank: Vec<usize>,
    field: &'static Field,
    pub(super) planned: &'p Planned,
    /// Of the value, as it is read: for places inside a field's value nothing that the struct spells.
    type_name: &'static str,
    is_secret: bool,
    is_shared: bool,
}

/// All places, whether or not anything is there. The first of a field's candidates is the one to write to.
pub(super) fn all(spec: &'static Spec, plan: &Plan) -> Vec<Creation> {
    creations(plan, &wanted(spec, plan), |_| true, |_| None)
}

/// The places that lack something; not all of it may be needed.
pub(super) fn missing(spec: &'static Spec, plan: &Plan, outcomes: &[Outcome]) -> Vec<Creation> {
    let documents: Vec<_> = outcomes.iter().map(document).collect();
    let lacks = |wanted: &Wanted<'_>| {
        let is_missing = |candidate: &Candidate| match (&outcomes[candidate.request], &candidate.key) {
            (Err(error), _) => error.kind == SourceErrorKind::NotFound,
            (Ok(_), None) => false,
            (Ok(_), Some(key)) => documents[candidate.request].as_ref().is_some_and(|document| {
                let keys = [key.as_ref()].into_iter().chain(wanted.field.aliases.iter().copied());
                keys.filter_map(|key| entry(document, key)).all(|node| matches!(node.value, Value::Null))
            }),
        };
        wanted.planned.candidates.iter().all(is_missing)
    };
    creations(plan, &wanted(spec, plan), lacks, |request| outcomes.get(request))
}

/// The value as a document that keys can be added to.
fn document(outcome: &Outcome) -> Option<Node> {
    let document = outcome.as_ref().ok().and_then(read)?;
    document.table().is_some().then_some(document)
}

/// The value as a document.
pub(super) fn read(payload: &Payload) -> Option<Node> {
    match &payload.body {
        Body::Text(text) | Body::List(text) => json::parse_document(text, At::STORE.supplier).ok(),
        Body::Bytes(bytes) => json::parse_bytes(bytes, At::STORE.supplier).ok(),
        Body::Level(_) => None,
    }
}

/// The requests that may answer `field`, best first, each with its key.
pub(super) fn candidates<'p>(
    spec: &'static Spec,
    plan: &'p Plan,
    field: &str,
) -> Option<Vec<(&'p Request, Option<&'p str>, &'static Field)>> {
    let path = Path::parse(field);
    let wanted = wanted(spec, plan).into_iter().find(|wanted| wanted.path.keys() == path.keys())?;
    let of = |candidate: &'p Candidate| (&plan.requests[candidate.request], candidate.key.as_deref(), wanted.field);
    Some(wanted.planned.candidates.iter().map(of).collect())
}

/// The fields that a store is asked for, in the order of the structs.
pub(super) fn wanted<'p>(spec: &'static Spec, plan: &'p Plan) -> Vec<Wanted<'p>> {
    let mut wanted = Vec::new();
    for (path, planned) in &plan.lookups {
        if let Some((field, rank)) = field_at(spec, path) {
            let (type_name, is_secret) = (field.described.type_name, field.secret || field.holds_secret);
            let is_shared = field.described.is_shared;
            wanted.push(Wanted { path: path.clone(), rank, field, planned, type_name, is_secret, is_shared });
        }
    }
    for (path, fills) in &plan.fills {
        let Some((field, rank)) = field_at(spec, path) else { continue };
        // The keys that no other field claims stand beside them.
        let at = if let Kind::Rest { .. } = field.kind { path.parent() } else { path.clone() };
        for (index, fill) in fills.iter().enumerate() {
            let rank = rank.iter().copied().chain([index]).collect();
            let (path, planned) = (at.join_all(&fill.place), &fill.planned);
            let is_secret = field.secret || field.holds_secret || !has_entries(field);
            let is_shared = false;
            wanted.push(Wanted { path, rank, field, planned, type_name: "", is_secret, is_shared });
        }
    }
    wanted.sort_by(|one, other| (&one.rank, one.path.keys()).cmp(&(&other.rank, other.path.keys())));
    wanted
}

/// The field at `path`, and where it stands.
pub(super) fn field_at(spec: &'static Spec, path: &Path) -> Option<(&'static Field, Vec<usize>)> {
    let mut rank = Vec::new();
    find(spec, path.steps(), &mut rank).map(|field| (field, rank))
}

fn find(spec: &'static Spec, steps: &[Step], rank: &mut Vec<usize>) -> Option<&'static Field> {
    let step = steps.first()?;
    for (index, field) in spec.fields.iter().enumerate() {
        rank.push(index);
        let found = match &field.kind {
            Kind::Section(section) if section.flatten => find(section.spec, steps, rank),
            Kind::Section(section) if field.key == step.text() => {
                let inside = steps.get(1 + entries(section.shape)..);
                inside.and_then(|steps| find(section.spec, steps, rank))
            }
            Kind::Section(_) => None,
            Kind::Leaf { .. } | Kind::Rest { .. } => (field.step() == *step).then_some(field),
        };
        if found.is_some() {
            return found;
        }
        rank.pop();
    }
    None
}

/// How many steps to entries stand before the struct.
pub(super) fn entries(shape: &Shape) -> usize {
    match shape {
        Shape::One => 0,
        Shape::Optional(inner) => entries(inner),
        Shape::Map(inner) | Shape::List(inner) => 1 + entries(inner),
    }
}

fn creations<'o>(
    plan: &Plan,
    wanted: &[Wanted<'_>],
    lacks: impl Fn(&Wanted<'_>) -> bool,
    outcome: impl Fn(usize) -> Option<&'o Outcome>,
) -> Vec<Creation> {
    let mut creations: BTreeMap<usize, Creation> = BTreeMap::new();
    for one in wanted.iter().filter(|wanted| lacks(wanted)) {
        let Some(Candidate { request: index, key }) = one.planned.candidates.first() else { continue };
        let (request, outcome) = (&plan.requests[*index], outcome(*index));
        let exists = outcome.is_some_and(|outcome| outcome.as_ref().map_or_else(is_without_value, |_| true));
        let has_keys = || of(wanted, *index).any(|(_, candidate)| candidate.key.is_some());
        // Whoever reads a document whole reads what the others need of it.
        if !is_writable(request, exists) || key.is_none() && has_keys() {
            continue;
        }
        let creation = creations.entry(*index).or_insert_with(|| {
            let mut creation = Creation {
                source: request.source,
                name: request.key.name().to_owned(),
                is_secret: request.source == SourceName::SecretsManager
                    || of(wanted, *index).any(|(wanted, _)| wanted.is_secret),
                exists: false,
                version: None,
                kms_key: None,
                parameter: None,
                arn: None,
                parts: Vec::new(),
            };
            if let Some(outcome) = outcome {
                creation.note(outcome);
            }
            creation
        });
        creation.add(Part {
            key: key.as_deref().map(str::to_owned),
            fields: vec![one.path.to_string()],
            type_name: one.type_name,
            doc: one.field.described.doc,
            is_secret: one.is_secret,
            is_needed: false,
            is_shared: one.is_shared,
            has_value: false,
            copied_from: None,
            aliases: one.field.aliases,
        });
    }
    creations.into_values().collect()
}

/// Whoever may be answered by a request.
fn of<'w, 'p>(wanted: &'w [Wanted<'p>], request: usize) -> impl Iterator<Item = (&'w Wanted<'p>, &'p Candidate)> {
    wanted.iter().flat_map(move |wanted| {
        let candidates = wanted.planned.candidates.iter().filter(move |candidate| candidate.request == request);
        candidates.map(move |candidate| (wanted, candidate))
    })
}

/// Whether its entries are looked up: `for_each`. What else is put into a value counts as secret when it is read, and so it
/// does when it is written.
fn has_entries(field: &Field) -> bool {
    matches!(field.kind, Kind::Leaf { lookup: Some(lookup), .. } if lookup.for_each.is_some())
}

/// Whether anything can be written under the name: not to a version or a stage of the past, not into other accounts, and
/// not where other sources have it.
fn is_writable(request: &Request, exists: bool) -> bool {
    let key = &request.key;
    let is_current = key.version().is_none() && matches!(key.stage(), None | Some("AWSCURRENT"));
    let is_arn = key.name().starts_with("arn:");
    match request.source {
        SourceName::Ssm => is_current && !key.is_level() && !is_arn,
        // An ARN has characters that the service chooses.
        SourceName::SecretsManager => is_current && (exists || !is_arn),
        SourceName::File | SourceName::Custom(_) => false,
    }
}
