//! The files of a load: which ones, where, and in which format. Their syntax is the business of `formats`.

use super::formats::Format;
use super::{Layers, Supplier};
use crate::environment::Environment;
use crate::error::{Problem, ProblemKind};
use crate::path::Path as FieldPath;
use crate::spec::Spec;
use crate::template::{self, Variables};
use crate::text::Syntax;
use std::io::ErrorKind;
use std::path::Path;
use zeroize::Zeroizing;

/// Where files are looked for if the struct does not say: each in whichever enabled format exists, and optional.
const STEMS: [&str; 2] = ["config/default", "config/{env}"];

pub(super) fn read(layers: &mut Layers, spec: &'static Spec, environment: &Environment, root: Option<&Path>) {
    let root = root.unwrap_or(Path::new(""));
    let name = |template: &str| {
        let variables = Variables::of_environment(environment.as_str());
        // The derive has checked the template; what it cannot fill in stays as it is, and is no file.
        template::expand(template, &variables).unwrap_or_else(|_| template.to_owned())
    };
    layers.own_file = match spec.root.files {
        Some(files) => files.last().map(|file| name(file.trim_end_matches('?'))),
        None => Format::enabled().next().map(|format| format!("{}.{}", name(STEMS[1]), format.extensions()[0])),
    };
    match spec.root.files {
        Some(files) => {
            for file in files {
                let (template, is_required) = match file.strip_suffix('?') {
                    Some(optional) => (optional, false),
                    None => (*file, true),
                };
                read_one(layers, spec, root, &name(template), is_required);
            }
        }
        None => {
            for stem in STEMS {
                read_any_format(layers, spec, root, &name(stem));
            }
        }
    }
}

fn read_any_format(layers: &mut Layers, spec: &'static Spec, root: &Path, stem: &str) {
    let names = Format::enabled().flat_map(Format::extensions).map(|extension| format!("{stem}.{extension}"));
    let present: Vec<_> = names.filter(|name| !is_absent(&root.join(name))).collect();
    match present.as_slice() {
        [] => {
            let extension = Format::enabled().next().map_or("toml", |format| format.extensions()[0]);
            layers.absent.push(root.join(format!("{stem}.{extension}")).display().to_string());
        }
        [name, ..] if root.join(name).symlink_metadata().is_err() => read_one(layers, spec, root, name, true),
        [name] => read_one(layers, spec, root, name, true),
        [first, second, ..] => {
            layers.problems.push(
                Problem::new(ProblemKind::File, format!("both {first} and {second} exist"))
                    .help("keep one of them, or name the files with #[config(files = [..])]"),
            );
            layers.broken.push(FieldPath::default());
        }
    }
}

/// Whether there is nothing at all. What cannot be looked at, or leads nowhere, is there.
fn is_absent(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

fn read_one(layers: &mut Layers, spec: &'static Spec, root: &Path, name: &str, is_required: bool) {
    let path = root.join(name);
    let shown = path.display().to_string();
    if !is_required && is_absent(&path) {
        layers.absent.push(shown);
        return;
    }
    let mut fail = |problem: Problem| {
        layers.problems.push(problem);
        layers.broken.push(FieldPath::default());
    };
    let Some(format) = Format::of(&path) else {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        return fail(
            Problem::new(ProblemKind::File, format!("{shown}: the format `{extension}` is not enabled"))
                .help("switch on the feature of secret-config for it: `toml`, `yaml` or `json`"),
        );
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) => {
            let (reason, help) = match error.kind() {
                ErrorKind::NotFound => {
                    ("does not exist", "create it, or make it optional: #[config(files = [\"..?\"])]")
                }
                ErrorKind::PermissionDenied => ("may not be read", "let the user that the program runs as read it"),
                _ => ("cannot be read", "see to it that it is a file"),
            };
            return fail(Problem::new(ProblemKind::File, format!("{shown} {reason}")).help(help));
        }
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return fail(
            Problem::new(ProblemKind::Malformed, format!("{shown} is not valid UTF-8")).help("save it as UTF-8"),
        );
    };
    let supplier = layers.suppliers.add(Supplier::File(shown.clone()));
    match format.parse(text, supplier) {
        Ok(tree) => layers.lay_file(spec, tree),
        Err(Syntax { line, column, reason }) => {
            let problem = Problem::new(ProblemKind::Malformed, format!("{} is malformed: {reason}", format.name()))
                .note("found in", format_args!("{shown}:{line}:{column}"))
                .help("correct that line; it is not shown, since it may hold a secret");
            layers.problems.push(problem);
            layers.broken.push(FieldPath::default());
        }
    }
}
