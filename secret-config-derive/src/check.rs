//! All rules about words that fit together and texts that make sense. Nothing here changes the model.

mod collisions;
mod field;
mod for_each;
mod inject;
mod lookup;
mod root;
mod shared;
mod siblings;

use crate::errors::Errors;
use crate::model::{Container, Field, Name, Scope, Store};
use crate::names;
use crate::template::{Filled, IN_NAMES, Part, Template, Variable};
use crate::words;
use syn::LitStr;

/// Everything that is wrong with the struct, all at once.
pub(crate) fn container(container: &Container<'_>, errors: &mut Errors) {
    root::check(container, errors);
    scope(&container.scope, None, container, errors);
    siblings::conditions(&container.conditions, None, container, errors);
    if let (Some(span), Some(_)) = (container.written.ours(words::ALLOW_UNKNOWN), container.deny_unknown) {
        errors.push(span, "`allow_unknown` contradicts `#[serde(deny_unknown_fields)]`: drop one");
    }
    for field in &container.fields {
        field::check(field, errors);
        scope(&field.scope, Some(field), container, errors);
        lookup::check(field, container, errors);
        inject::check(field, container, errors);
    }
    collisions::check(container, errors);
}

/// Whose name a template is: what `{self.x}` and `{entry}` mean in it.
#[derive(Clone, Copy)]
enum Speaker<'a> {
    /// A leaf of the struct.
    Field(&'a Field<'a>),
    /// The struct's document.
    Document,
    /// All that take their names from the struct's `names(..)`, nested structs included.
    Names,
    /// A struct at its place, or a place inside a leaf: what is beside it is not known here.
    Another,
}

impl Speaker<'_> {
    /// Whether nothing above it is an entry of a map or list, as far as it is known.
    fn is_no_entry(self, container: &Container<'_>) -> bool {
        match self {
            Self::Field(field) => container.is_root() && field.for_each.is_none(),
            Self::Document => container.is_root(),
            Self::Names | Self::Another => false,
        }
    }
}

/// The name templates of `names(..)` and `document(..)` on the struct or at a field's place, as far as they are known.
fn scope(scope: &Scope, place: Option<&Field<'_>>, container: &Container<'_>, errors: &mut Errors) {
    let names = [(Store::Ssm, &scope.ssm), (Store::SecretsManager, &scope.secretsmanager)];
    let names = names.into_iter().filter_map(|(store, name)| Some((store, name.as_ref()?, Speaker::Names)));
    let document = scope.document.iter().map(|(store, name)| (*store, name, Speaker::Document));
    for (store, literal, speaker) in names.chain(document) {
        let speaker = if place.is_some() { Speaker::Another } else { speaker };
        if let Some(template) = name_template(literal, speaker, container, errors) {
            name(|name| names::problems(store, name), literal, &template, container, |_| None, errors);
        }
    }
    if let Some((store, literal)) = &scope.document
        && let Ok(template) = Template::parse(&literal.value(), IN_NAMES)
        && names::selected(*store, &template.fill(|_| None)).contains(&words::KEY)
    {
        errors.push(literal.span(), "the ARN ends in a key, and each field of a document is one: drop the key");
    }
}

/// The template of a name, if its braces are right and its variables are no holes.
fn name_template(
    literal: &LitStr,
    speaker: Speaker<'_>,
    container: &Container<'_>,
    errors: &mut Errors,
) -> Option<Template> {
    let template = match Template::parse(&literal.value(), IN_NAMES) {
        Ok(template) => template,
        Err(problems) => {
            problems.iter().for_each(|problem| errors.push(literal.span(), problem));
            return None;
        }
    };
    let mistakes = errors.count();
    if template.uses(Variable::Prefix) && lacks_prefix(container) {
        errors
            .push(literal.span(), "`{prefix}` needs a `prefix`: add `prefix = \"..\"` to the struct's `#[config(..)]`");
    }
    if template.uses(Variable::Entry) && speaker.is_no_entry(container) {
        errors.push(
            literal.span(),
"`{entry}` is the map key or index above, and there is none above the root: write it beside `for_each`, or in a struct that is nested in a map or list",
        );
    }
    let own = match speaker {
        Speaker::Field(field) => Some(field),
        _ => None,
    };
    if !matches!(speaker, Speaker::Another) {
        for sibling in template.siblings() {
            let name = Name { text: sibling.to_owned(), span: literal.span() };
            siblings::in_name(&name, own, container, errors);
        }
    }
    (errors.count() == mistakes).then_some(template)
}

/// A struct with root words and no `prefix`. Without any root word it may be nested in one that has it.
fn lacks_prefix(container: &Container<'_>) -> bool {
    container.is_root() && !container.misread && container.written.ours(words::PREFIX).is_none()
}

/// The first environment whose name breaks a rule of the store, with all the rules it breaks.
fn name(
    judge: impl Fn(&Filled) -> Vec<String>,
    literal: &LitStr,
    template: &Template,
    container: &Container<'_>,
    of_field: impl Fn(Variable) -> Option<Filled>,
    errors: &mut Errors,
) {
    let problems = names_in_environments(template, container, of_field).find_map(|name| {
        let problems = judge(&name);
        (!problems.is_empty()).then_some(problems)
    });
    problems.into_iter().flatten().for_each(|problem| errors.push(literal.span(), problem));
}

/// The name in each declared environment, or once with `{env}` left open.
fn names_in_environments(
    template: &Template,
    container: &Container<'_>,
    of_field: impl Fn(Variable) -> Option<Filled>,
) -> impl Iterator<Item = Filled> {
    let environments = container.environments();
    let each: Vec<Option<String>> =
        if environments.is_empty() { vec![None] } else { environments.into_iter().map(Some).collect() };
    each.into_iter().map(move |environment| {
        let environment = environment.map(Filled::known);
        template.fill(|variable| match variable {
            Variable::Env => environment.clone(),
            Variable::Prefix => prefix(container, environment.clone()),
            _ => of_field(variable),
        })
    })
}

/// The struct's own prefix in one environment.
fn prefix(container: &Container<'_>, environment: Option<Filled>) -> Option<Filled> {
    let prefix = container.root.prefix.as_ref()?.value();
    let template = Template::parse(&prefix, IN_NAMES).ok()?;
    let environment = environment.unwrap_or_else(|| Filled(vec![Part::Unknown("{env}".to_owned())]));
    Some(template.fill(|_| Some(environment.clone())))
}
