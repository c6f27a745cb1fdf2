//! [`NoPlace`]: why nothing can be written for a field, in words.

use super::Creation;
use super::places::{all, entries, field_at, wanted};
use crate::path::Path;
use crate::plan::{Plan, Request, SourceName, Unasked};
use crate::spec::{Kind, Spec};
use crate::suggest::nearest;

/// Why nothing can be written for a field.
pub(crate) enum NoPlace {
    /// There is no such field; with the one that may be meant.
    Unknown { near: Option<String> },
    /// There is, and no store that is written to is asked for it.
    Unasked { why: String },
}

impl NoPlace {
    /// `None` if something can be.
    pub(super) fn of(spec: &'static Spec, plan: &Plan, environment: &str, field: &str) -> Option<Self> {
        let path = Path::parse(field);
        let is_it = |other: &Path| other.keys() == path.keys();
        let creations = all(spec, plan);
        let writable: Vec<&str> = creations.iter().flat_map(Creation::fields).collect();
        if writable.iter().any(|field| is_it(&Path::parse(field))) {
            return None;
        }
        let why = if let Some(wanted) = wanted(spec, plan).iter().find(|wanted| is_it(&wanted.path)) {
            let request = wanted.planned.candidates.first().map(|candidate| &plan.requests[candidate.request]);
            request.map_or_else(String::new, unwritable)
        } else if let Some((_, unasked)) = plan.unasked.iter().find(|(path, _)| is_it(path)) {
            match unasked {
                Unasked::Condition(condition) => format!("{condition} does not hold"),
                Unasked::Unset(value) => format!("its name needs `{value}`, and no layer has that"),
                Unasked::Told => "its name cannot be made".to_owned(),
            }
        } else if let Some((field, _)) =
            field_at(spec, &path).filter(|(field, _)| path.keys().last() == Some(&field.key))
        {
            match field.kind {
                Kind::Leaf { lookup: Some(_), .. } if spec.root.offline.contains(&environment) => {
                    format!("`{environment}` is offline")
                }
                Kind::Leaf { lookup: Some(_), .. } => {
                    "the files have no such section or entry, or the program supplies it".to_owned()
                }
                _ => "it comes from files and variables".to_owned(),
            }
        } else if let Some(inside) = writable.iter().find(|name| is_inside(name, field)) {
            format!("it is a section; name a field of it, such as `{inside}`")
        } else {
            let mut names = Vec::new();
            add_names(spec, "", &mut names);
            return Some(Self::Unknown { near: near(field, &writable, &names) });
        };
        Some(Self::Unasked { why })
    }
}

/// The field that is meant: one that differs by a slip, or the one whose last part this is. Those that can be written first.
fn near(field: &str, writable: &[&str], names: &[String]) -> Option<String> {
    let mut ends = writable.iter().filter(|name| name.rsplit('.').next() == Some(field));
    let only = ends.next().filter(|_| ends.next().is_none()).copied();
    let in_names = || nearest(field, names.iter().map(String::as_str));
    nearest(field, writable.iter().copied()).or(only).or_else(in_names).map(str::to_owned)
}

fn is_inside(name: &str, section: &str) -> bool {
    name.strip_prefix(section).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// The fields, as far as the structs alone know them.
fn add_names(spec: &'static Spec, before: &str, names: &mut Vec<String>) {
    for field in spec.fields {
        match &field.kind {
            Kind::Section(section) if section.flatten => add_names(section.spec, before, names),
            Kind::Section(section) if entries(section.shape) == 0 => {
                add_names(section.spec, &format!("{before}{}.", field.key), names);
            }
            Kind::Leaf { .. } => names.push(format!("{before}{}", field.key)),
            Kind::Section(_) | Kind::Rest { .. } => {}
        }
    }
}

/// Why a request names nothing that can be written.
fn unwritable(request: &Request) -> String {
    let key = &request.key;
    match request.source {
        SourceName::File => "it is read from a mounted file".to_owned(),
        SourceName::Custom(name) => format!("it comes from the source `{name}`"),
        _ if key.version().is_some() => "it is read at one version, which does not change".to_owned(),
        _ if key.stage().is_some_and(|stage| stage != "AWSCURRENT") => {
            "it is read at a stage of its own, and what is written is current".to_owned()
        }
        _ if key.is_level() => format!("it is all that is below `{}`", key.name()),
        _ if key.name().starts_with("arn:") => "it is named by an ARN".to_owned(),
        _ => "it is a whole document, and other fields are keys of it: name one of those".to_owned(),
    }
}
