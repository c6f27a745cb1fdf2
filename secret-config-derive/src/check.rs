//! All rules about words that fit together and texts that make sense. Nothing here changes the model.

mod collisions;
mod field;
mod lookup;
mod root;

use crate::errors::Errors;
use crate::model::{Container, Scope, Store};
use crate::names;
use crate::template::{Filled, IN_NAMES, Part, Template, Variable};
use crate::words;
use syn::LitStr;

/// Everything that is wrong with the struct, all at once.
pub(crate) fn container(container: &Container<'_>, errors: &mut Errors) {
    root::check(container, errors);
    scope(&container.scope, container, errors);
    if let (Some(span), Some(_)) = (container.written.ours(words::ALLOW_UNKNOWN), container.deny_unknown) {
        errors.push(span, "`allow_unknown` contradicts `#[serde(deny_unknown_fields)]`: drop one");
    }
    for field in &container.fields {
        field::check(field, errors);
        scope(&field.scope, container, errors);
        lookup::check(field, container, errors);
    }
    collisions::check(container, errors);
}

/// The name templates of `names(..)` and `document(..)`, as far as they are known without a field.
fn scope(scope: &Scope, container: &Container<'_>, errors: &mut Errors) {
    let names = [(Store::Ssm, &scope.ssm), (Store::SecretsManager, &scope.secretsmanager)];
    let names = names.into_iter().filter_map(|(store, name)| Some((store, name.as_ref()?)));
    let document = scope.document.iter().map(|(store, name)| (*store, name));
    for (store, literal) in names.chain(document) {
        if let Some(template) = name_template(literal, container, errors) {
            name(store, literal, &template, container, |_| None, errors);
        }
    }
}

/// The template of a name, if its braces are right and `{prefix}` is not a hole.
fn name_template(literal: &LitStr, container: &Container<'_>, errors: &mut Errors) -> Option<Template> {
    match Template::parse(&literal.value(), IN_NAMES) {
        Ok(template) if template.uses(Variable::Prefix) && lacks_prefix(container) => {
            errors.push(
                literal.span(),
                "`{prefix}` needs a `prefix`: add `prefix = \"..\"` to the struct's `#[config(..)]`",
            );
            None
        }
        Ok(template) => Some(template),
        Err(problems) => {
            problems.iter().for_each(|problem| errors.push(literal.span(), problem));
            None
        }
    }
}

/// A struct with root words and no `prefix`. Without any root word it may be nested in one that has it.
fn lacks_prefix(container: &Container<'_>) -> bool {
    container.is_root() && !container.misread && container.written.ours(words::PREFIX).is_none()
}

/// The first environment whose name breaks a rule of the store, with all the rules it breaks.
fn name(
    store: Store,
    literal: &LitStr,
    template: &Template,
    container: &Container<'_>,
    of_field: impl Fn(Variable) -> Option<Filled>,
    errors: &mut Errors,
) {
    let problems = names_in_environments(template, container, of_field).find_map(|name| {
        let problems = names::problems(store, &name);
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
