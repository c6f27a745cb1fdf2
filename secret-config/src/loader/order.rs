//! The order of a report: what concerns no field, then the fields as the struct has them.

use crate::error::Problem;
use crate::layers::Layers;
use crate::path::Path;
use crate::spec::{Field, Kind, Shape, Spec};

pub(super) fn sort(problems: &mut [Problem], spec: &'static Spec, layers: &Layers) {
    let mut order = Vec::new();
    visit(spec, layers, &mut |path, _| order.push(path.to_string()));
    problems.sort_by_cached_key(|problem| problem.fields().first().map_or(0, |field| rank(field, &order)));
}

/// Calls `visitor` with the paths of all sections, entries and fields, in the order in which the struct has them; the
/// entries of maps and lists are those of the layers.
pub(super) fn visit(spec: &'static Spec, layers: &Layers, visitor: &mut dyn FnMut(&Path, Option<&'static Field>)) {
    collect(spec, layers, &mut Path::default(), visitor);
}

fn collect(
    spec: &'static Spec,
    layers: &Layers,
    path: &mut Path,
    visitor: &mut dyn FnMut(&Path, Option<&'static Field>),
) {
    for field in spec.fields {
        match &field.kind {
            Kind::Section(section) if section.flatten => collect(section.spec, layers, path, visitor),
            kind => {
                path.push(field.step());
                visitor(path, Some(field));
                if let Kind::Section(section) = kind {
                    each(section.spec, section.shape, layers, path, visitor);
                }
                path.pop();
            }
        }
    }
}

/// The same for a section, once for each entry.
fn each(
    spec: &'static Spec,
    shape: &Shape,
    layers: &Layers,
    path: &mut Path,
    visitor: &mut dyn FnMut(&Path, Option<&'static Field>),
) {
    match shape {
        Shape::One => collect(spec, layers, path, visitor),
        Shape::Optional(inner) => each(spec, inner, layers, path, visitor),
        Shape::Map(inner) | Shape::List(inner) => {
            for entry in layers.entries(path).into_iter().flatten() {
                path.push(entry);
                visitor(path, None);
                each(spec, inner, layers, path, visitor);
                path.pop();
            }
        }
    }
}

/// Where `field` stands in the order; an unknown key stands with its section.
fn rank(field: &str, order: &[String]) -> usize {
    order.iter().rposition(|path| is_within(field, path)).map_or(0, |index| index + 1)
}

/// Whether `field` is at `path`, or below it.
pub(super) fn is_within(field: &str, path: &str) -> bool {
    field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
