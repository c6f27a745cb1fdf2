//! One leaf: what it is looked up as, or what is put into it.

use super::{Around, Fill, Gate, Planned, Planner, Site, Unasked, Values, route, words};
use crate::layers::Standing;
use crate::path::{Path, Step};
use crate::place;
use crate::spec::{Injection, Lookup, Place, Scope};
use crate::tree::Node;
use std::borrow::Cow;

/// A leaf that remote values are put into.
pub(super) struct Leaf<'a> {
    /// What reports know it by.
    pub(super) path: &'a Path,
    /// Where its keys stand.
    pub(super) at: &'a Path,
    pub(super) value: &'a Node,
    /// All that stands there, for conditions and names: to a leaf that reads the keys that are left the others are beside it.
    pub(super) table: &'a Node,
}

impl Planner<'_> {
    pub(super) fn leaf(&mut self, lookup: &'static Lookup, site: &Site, path: &Path) {
        let is_supplied = self.layers.standing(path) == Standing::Above && lookup.for_each.is_none();
        if self.is_offline || is_supplied {
            return;
        }
        if self.layers.is_in_broken_section(path) {
            self.plan.unasked.insert(path.clone(), Unasked::Told);
            return;
        }
        let gate = match &site.gate {
            Gate::Closed(condition) => Gate::Closed(condition.clone()),
            gate if lookup.when.is_empty() => gate.clone(),
            _ => self.gate(lookup.when, site.spec, &site.path),
        };
        if let Gate::Closed(condition) = gate {
            self.plan.unasked.insert(path.clone(), Unasked::Condition(condition));
            return;
        }
        let values = Values::of_struct(self.layers, self.root, site.spec, &site.path);
        if let Some(list) = lookup.for_each {
            self.each(lookup, site, path, &site.path.join(list), values);
            return;
        }
        // A document is named after the struct, everything else after the field.
        let path_of_name = if lookup.place == Place::Document { &site.path } else { path };
        let around = Around { scope: site.scope, path: path_of_name, values };
        if let Some(planned) = self.planned(lookup, &around, path) {
            let planned = Planned { is_required: matches!(gate, Gate::Required), ..planned };
            self.plan.lookups.insert(path.clone(), planned);
        }
    }

    /// Plans an entry of the map at `path` for each element of `list`.
    pub(super) fn each(&mut self, lookup: &'static Lookup, site: &Site, path: &Path, list: &Path, values: Values<'_>) {
        let entries = match self.layers.elements(list) {
            Ok(entries) => entries,
            Err(reason) => {
                self.plan.problems.push(words::no_list(list, reason).field(path));
                self.plan.unasked.insert(path.clone(), Unasked::Told);
                return;
            }
        };
        let mut fills = Vec::new();
        for entry in entries {
            let step = Step::entry(entry);
            let path_of_entry = path.join(step.clone());
            if self.layers.is_supplied_above(&path_of_entry) {
                continue;
            }
            let around = Around { scope: site.scope, path: &path_of_entry, values };
            match self.planned(lookup, &around, &path_of_entry) {
                Some(planned) => {
                    let planned = Planned { is_required: true, ..planned };
                    fills.push(Fill { place: vec![step], planned, referred_in: None });
                }
                None => {
                    if let Some(Unasked::Unset(variable)) = self.plan.unasked.get(&path_of_entry) {
                        self.plan.problems.push(words::unset_entry(variable).field(&path_of_entry));
                    }
                    self.plan.unasked.insert(path.clone(), Unasked::Told);
                }
            }
        }
        self.plan.fills.insert(path.clone(), fills);
    }

    /// Plans what is put into a leaf.
    pub(super) fn inject(&mut self, injections: &'static [Injection], site: &Site, leaf: &Leaf<'_>) {
        if self.is_offline || matches!(site.gate, Gate::Closed(_)) {
            return;
        }
        for injection in injections {
            let lookup = &injection.lookup;
            for place in injection.places.iter().flat_map(|pattern| place::find(pattern, leaf.value)) {
                let path = leaf.at.join_all(&place);
                if let Some(at) = self.layers.in_file(&path) {
                    self.plan.in_files.entry(leaf.path.clone()).or_default().push(at);
                }
                if self.layers.is_supplied_above(&path) {
                    continue;
                }
                let Some(holder) = leaf.table.descendant(&place[..place.len() - 1]) else { continue };
                let values = Values::of_document(self.layers, self.root, holder);
                if !lookup.when.iter().all(|condition| values.meet(condition)) {
                    continue;
                }
                match self.planned(lookup, &Around { scope: site.scope, path: &path, values }, &path) {
                    Some(planned) => {
                        let planned = Planned { is_required: !injection.optional, ..planned };
                        let fill = Fill { place, planned, referred_in: None };
                        self.plan.fills.entry(leaf.path.clone()).or_default().push(fill);
                    }
                    None => match self.plan.unasked.get(&path) {
                        Some(Unasked::Unset(variable)) => {
                            let unfilled = (path.to_string(), variable.clone());
                            self.plan.unfilled.entry(leaf.path.clone()).or_default().push(unfilled);
                        }
                        _ => {
                            self.plan.unasked.insert(leaf.path.clone(), Unasked::Told);
                        }
                    },
                }
            }
        }
    }

    /// Plans what the files refer to in the value at `at`, which reports know by `path`.
    pub(super) fn references(&mut self, path: &Path, at: &Path) {
        for (place, node) in self.layers.references(at) {
            self.reference(path, &at.join_all(&place), place, &node);
        }
    }

    /// The same for the keys that no other field claims.
    pub(super) fn references_of_rest(&mut self, site: &Site, path: &Path) {
        for (place, node) in self.layers.references(&site.path) {
            let is_claimed = |first: &Step| self.layers.is_claimed(site.table, first.text());
            if !place.first().is_some_and(is_claimed) {
                self.reference(path, &site.path.join_all(&place), place, &node);
            }
        }
    }

    /// Plans what `node` refers to, for `place` inside the leaf at `path`.
    pub(super) fn reference(&mut self, path: &Path, path_of_place: &Path, place: Vec<Step>, node: &Node) {
        let planned = match self.layers.reference(node) {
            None => return,
            Some(Err(misspelt)) => Err(words::misspelt(misspelt)),
            Some(Ok(_)) if self.is_offline => Err(words::offline_reference(self.environment)),
            Some(Ok(reference)) => {
                let values = Values::of_root(self.layers, self.root);
                let around = Around { scope: Scope::new(), path: path_of_place, values };
                self.name(reference.name, &around).map_err(|error| words::definition(&error, reference.name)).map(
                    |name| {
                        let key = reference.key.map(|key| Cow::Owned(key.to_owned()));
                        let route = route::Route::of_reference(reference.store, name, key);
                        Planned { candidates: vec![self.candidate(route)], format: None, is_required: true }
                    },
                )
            }
        };
        match planned {
            Ok(planned) => {
                let fill = Fill { place, planned, referred_in: Some(node.at) };
                self.plan.fills.entry(path.clone()).or_default().push(fill);
            }
            Err(problem) => {
                let problem = problem.field(path_of_place).note("found in", self.layers.origin(node.at));
                self.plan.problems.push(problem);
                self.plan.unasked.insert(path.clone(), Unasked::Told);
            }
        }
    }
}
