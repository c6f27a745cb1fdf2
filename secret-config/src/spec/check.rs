//! What the compiler refuses where a struct is the root of a load: only there all of it is known.

use super::lookup::{Injection, Lookup, Place};
use super::{Kind, Scope, Spec, Store};

impl Spec {
    /// Refuses at compile time a root whose names need a prefix that it does not have.
    #[expect(clippy::panic, reason = "only ever called by the compiler")]
    pub(crate) const fn check_as_root(&self) {
        if self.root.prefix.is_none() && self.needs_prefix(Scope::new().enter(self.scope)) {
            panic!(
                "a name of this config or of a nested one uses {{prefix}}: add #[config(prefix = \"..\")] to the struct that is loaded"
            );
        }
    }

    /// Whether any field of the struct, or of one in it, is looked up.
    pub(crate) const fn is_remote(&self) -> bool {
        let mut index = 0;
        while index < self.fields.len() {
            let is_remote = match &self.fields[index].kind {
                Kind::Leaf { lookup: Some(_), .. } => true,
                Kind::Leaf { injections, .. } | Kind::Rest { injections } => !injections.is_empty(),
                Kind::Section(section) => section.spec.is_remote(),
            };
            if is_remote {
                return true;
            }
            index += 1;
        }
        false
    }

    const fn needs_prefix(&self, scope: Scope) -> bool {
        let mut index = 0;
        while index < self.fields.len() {
            let needs = match &self.fields[index].kind {
                Kind::Leaf { lookup: Some(lookup), injections } => {
                    lookup.needs_prefix(scope) || any_needs_prefix(injections, scope)
                }
                Kind::Leaf { lookup: None, injections } | Kind::Rest { injections } => {
                    any_needs_prefix(injections, scope)
                }
                Kind::Section(section) => {
                    section.spec.needs_prefix(scope.enter(section.spec.scope).overridden_by(*section.scope))
                }
            };
            if needs {
                return true;
            }
            index += 1;
        }
        false
    }
}

impl Lookup {
    /// The name template where the lookup stands: its own, the scope's or the default.
    pub(crate) const fn template(&self, scope: Scope) -> Option<&'static str> {
        const DEFAULT: &str = "{prefix}/{path}";
        let inherited = match self.place {
            Place::Default => match scope.store {
                Some(Store::SecretsManager) => scope.secretsmanager,
                Some(Store::Ssm) | None => scope.ssm,
            },
            Place::Ssm => scope.ssm,
            Place::SecretsManager => scope.secretsmanager,
            Place::Document => {
                return match scope.document {
                    Some((_, template)) => Some(template),
                    None => None,
                };
            }
            Place::File | Place::Source(_) => None,
        };
        match (self.name, inherited) {
            (Some(template), _) | (None, Some(template)) => Some(template),
            (None, None) => Some(DEFAULT),
        }
    }

    const fn needs_prefix(&self, scope: Scope) -> bool {
        let mut index = 0;
        while index < self.others.len() {
            if names_prefix(self.others[index]) {
                return true;
            }
            index += 1;
        }
        match self.template(scope) {
            Some(template) => names_prefix(template),
            None => false,
        }
    }
}

const fn any_needs_prefix(injections: &[Injection], scope: Scope) -> bool {
    let mut index = 0;
    while index < injections.len() {
        if injections[index].lookup.needs_prefix(scope) {
            return true;
        }
        index += 1;
    }
    false
}

const fn names_prefix(template: &str) -> bool {
    let (text, wanted) = (template.as_bytes(), b"{prefix");
    let mut start = 0;
    while start + wanted.len() <= text.len() {
        let mut length = 0;
        while length < wanted.len() && text[start + length] == wanted[length] {
            length += 1;
        }
        if length == wanted.len() {
            return true;
        }
        start += 1;
    }
    false
}
