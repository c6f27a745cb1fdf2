//! The order of a report: what concerns no field, then the fields as the struct has them.

use crate::error::Problem;
use crate::layers::Layers;
use crate::path::Path;
use crate::spec::{Kind, Shape, Spec};

pub(super) fn sort(problems: &mut [Problem], spec: &'static Spec, layers: &Layers) {
    let mut order = Vec::new();
    collect(spec, layers, &mut Path::default(), &mut order);
    problems.sort_by_cached_key(|problem| problem.fields().first().map_or(0, |field| rank(field, &order)));
}

/// The paths of all sections and leaves, in the order in which the struct has them.
fn collect(spec: &'static Spec, layers: &Layers, path: &mut Path, order: &mut Vec<String>) {
    for field in spec.fields {
        match &field.kind {
            Kind::Section(section) if section.flatten => collect(section.spec, layers, path, order),
            kind => {
                path.push(field.key);
                order.push(path.to_string());
                if let Kind::Section(section) = kind {
                    each(section.spec, section.shape, layers, path, order);
                }
                path.pop();
            }
        }
    }
}

/// The same for a section, once for each entry.
fn each(spec: &'static Spec, shape: &Shape, layers: &Layers, path: &mut Path, order: &mut Vec<String>) {
    match shape {
        Shape::One => collect(spec, layers, path, order),
        Shape::Optional(inner) => each(spec, inner, layers, path, order),
        Shape::Map(inner) | Shape::List(inner) => {
            for entry in layers.entries(path).into_iter().flatten() {
                path.push(entry);
                order.push(path.to_string());
                each(spec, inner, layers, path, order);
                path.pop();
            }
        }
    }
}

/// Where `field` stands in the order; an unknown key stands with its section.
fn rank(field: &str, order: &[String]) -> usize {
    let is_within = |path: &String| {
        field.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    order.iter().rposition(is_within).map_or(0, |index| index + 1)
}
