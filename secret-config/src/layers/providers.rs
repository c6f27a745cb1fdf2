//! The program's own layers: anything that is a `figment::Provider`. figment merges them and remembers where each value
//! came from; the files of a load do not pass through it, since it keeps neither lines nor secrets to itself.

use super::{Layers, Supplier};
use crate::environment::Environment;
use crate::error::{Problem, ProblemKind};
use crate::path::Path;
use crate::spec::Spec;
use crate::tree::{At, Node, Value};
use figment::value::{Dict, Empty, Num, Value as Given};
use figment::{Figment, Profile, Provider};
use zeroize::Zeroizing;

pub(super) fn read(layers: &mut Layers, spec: &'static Spec, environment: &Environment, figment: &Figment) {
    let Ok(profiles) = figment.data() else {
        // figment's errors repeat values, so nothing of this one is shown.
        let problem = Problem::new(ProblemKind::File, "a layer given to the loader cannot be read");
        layers.problems.push(problem.help("extract from that figment provider alone to see its own error"));
        layers.broken.push(Path::default());
        return;
    };
    let selected = Profile::new(environment.as_str());
    for profile in [Profile::Default, selected, Profile::Global] {
        if let Some(dict) = profiles.get(&profile) {
            let tree = table(layers, figment, dict);
            layers.lay_file(spec, tree);
        }
    }
}

fn table(layers: &mut Layers, figment: &Figment, dict: &Dict) -> Node {
    let entries = dict.iter().map(|(key, value)| (key.clone(), node(layers, figment, value))).collect();
    Node::new(Value::Table(entries), At::default())
}

fn node(layers: &mut Layers, figment: &Figment, given: &Given) -> Node {
    let text = |text: String| Zeroizing::new(text);
    let value = match given {
        Given::String(_, string) => Value::Text(text(string.clone())),
        Given::Char(_, letter) => Value::Text(text(letter.to_string())),
        Given::Bool(_, is) => Value::Bool(*is),
        Given::Num(_, number) => Value::Number(text(written(*number))),
        Given::Empty(_, Empty::None | Empty::Unit) => Value::Null,
        Given::Dict(_, dict) => table(layers, figment, dict).value,
        Given::Array(_, array) => Value::List(array.iter().map(|element| node(layers, figment, element)).collect()),
    };
    let name = figment.get_metadata(given.tag()).map(|metadata| match &metadata.source {
        Some(source) => format!("{} ({source})", metadata.name),
        None => metadata.name.to_string(),
    });
    let name = name.unwrap_or_else(|| "a layer given to the loader".to_owned());
    let known =
        layers.suppliers.0.iter().position(|known| matches!(known, Supplier::Provider(other) if *other == name));
    let supplier = match known.and_then(|index| u32::try_from(index).ok()) {
        Some(supplier) => supplier,
        None => layers.suppliers.add(Supplier::Provider(name)),
    };
    Node::new(value, At { supplier, line: 0 })
}

fn written(number: Num) -> String {
    if let Some(number) = number.to_u128() {
        number.to_string()
    } else if let Some(number) = number.to_i128() {
        number.to_string()
    } else {
        number.to_f64().map(|number| number.to_string()).unwrap_or_default()
    }
}
