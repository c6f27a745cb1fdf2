//! The places of `inject` inside a leaf: `client_secret`, `connectors.*.secret`, `/a.b/0/key`, `**.password`. Pure.

use crate::path::Step;
use crate::tree::{Node, Value};

/// The places in `leaf` that `pattern` names. What holds a place exists; the place itself need not.
pub(crate) fn find(pattern: &str, leaf: &Node) -> Vec<Vec<Step>> {
    let segments: Vec<String> = match pattern.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect(),
        None => pattern.split('.').map(str::to_owned).collect(),
    };
    let mut found = Vec::new();
    walk(leaf, &segments, &mut Vec::new(), &mut found);
    found
}

fn walk(node: &Node, segments: &[String], steps: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    let [first, rest @ ..] = segments else { return };
    match first.as_str() {
        "**" => {
            walk(node, rest, steps, found);
            below(node, segments, steps, found);
        }
        "*" => below(node, rest, steps, found),
        key if rest.is_empty() => {
            let place = match &node.value {
                Value::Table(_) => Step::from(key.to_owned()),
                Value::List(nodes) => match key.parse() {
                    Ok(index) if index < nodes.len() => Step::index(index),
                    _ => return,
                },
                _ => return,
            };
            let place: Vec<_> = steps.iter().cloned().chain([place]).collect();
            // `**` may lead to one place in several ways.
            if !found.contains(&place) {
                found.push(place);
            }
        }
        key => {
            let step = match &node.value {
                Value::List(_) => key.parse().map_or_else(|_| key.to_owned().into(), Step::index),
                _ => key.to_owned().into(),
            };
            if let Some(child) = node.child(key) {
                steps.push(step);
                walk(child, rest, steps, found);
                steps.pop();
            }
        }
    }
}

fn below(node: &Node, segments: &[String], steps: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    for (step, child) in node.children() {
        steps.push(step);
        walk(child, segments, steps, found);
        steps.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Path;
    use crate::text::json;

    fn places(pattern: &str) -> Vec<String> {
        let leaf = json::parse(
            r#"{"type": "oidc", "a": {"b": {}}, "list": [{"x": 1}, {"y": [{}]}, 3], "a.b": {"c": null}, "k/d": {}}"#,
            0,
        );
        let Ok(leaf) = leaf else { return Vec::new() };
        find(pattern, &leaf).iter().map(|steps| Path::default().join_all(steps).to_string()).collect()
    }

    #[test]
    fn a_place_is_found_where_something_holds_it() {
        assert_eq!(places("secret"), ["secret"]);
        assert_eq!(places("a.b.secret"), ["a.b.secret"]);
        assert_eq!(places("a.nothing.secret"), [""; 0]);
        assert_eq!(places("type.secret"), [""; 0]);
        assert_eq!(places("list.1.secret"), ["list[1].secret"]);
        assert_eq!(places("list.0"), ["list[0]"]);
        assert_eq!(places("list.9"), [""; 0]);
        assert_eq!(places("/a.b/secret"), ["a.b.secret"]);
        assert_eq!(places("/k~1d/secret"), ["k/d.secret"]);
    }

    #[test]
    fn stars_stand_for_entries_and_depths() {
        assert_eq!(places("list.*.secret"), ["list[0].secret", "list[1].secret"]);
        assert_eq!(places("*.secret"), ["a.secret", "\"a.b\".secret", "\"k/d\".secret"]);
        assert_eq!(
            places("**.s"),
            ["s", "a.s", "a.b.s", "list[0].s", "list[1].s", "list[1].y[0].s", "\"a.b\".s", "\"k/d\".s"]
        );
        assert_eq!(places("a.**.s"), ["a.s", "a.b.s"]);
        assert_eq!(places("**.**.s"), places("**.s"));
    }
}
