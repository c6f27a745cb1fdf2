//! The JSON schema. It takes what a load takes: where a number is expected, digits in quotes are one as well.

use super::kind::{Kind, Spelt};
use super::{Default, stores};
use crate::operator::layout::{Entry, Layout, Section, Table, Value};
use crate::operator::manifest::{FieldManifest, Manifest};
use crate::spec::Shape;
use serde_json::{Map, Value as Json, json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What a number looks like in quotes.
const INTEGER: &str = "[+-]?[0-9]+";
const FRACTION: &str = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|infinity|nan)";
const REFERENCE: &str = "\\$\\{(ssm|secretsmanager):.+\\}";

pub(super) fn write(manifest: &Manifest) -> String {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), DIALECT.into());
    schema.insert("title".to_owned(), manifest.config().into());
    let schemas = Schemas { manifest, layout: &manifest.layout };
    schema.extend(schemas.table(&manifest.layout.root));
    format!("{:#}\n", Json::Object(schema))
}

struct Schemas<'a> {
    manifest: &'a Manifest,
    layout: &'a Layout,
}

impl Schemas<'_> {
    fn table(&self, table: &Table) -> Map<String, Json> {
        let mut properties = Map::new();
        for entry in &table.entries {
            match entry {
                Entry::Value(value) => self.value(value, &mut properties),
                Entry::Section(section) => {
                    let schema = self.section(section);
                    for alias in section.aliases {
                        properties.insert((*alias).to_owned(), schema.clone());
                    }
                    properties.insert(section.key.to_owned(), schema);
                }
                Entry::Rest => {}
            }
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), properties.into());
        schema.insert("additionalProperties".to_owned(), table.takes_any_key.into());
        schema
    }

    fn section(&self, section: &Section) -> Json {
        let mut schema = self.shaped(section.shape, &section.table);
        // `database:` with nothing behind it says nothing of the section.
        schema["type"] = json!([schema["type"], "null"]);
        describe(&mut schema, section.doc);
        schema
    }

    fn shaped(&self, shape: &Shape, table: &Table) -> Json {
        match shape {
            Shape::One => self.table(table).into(),
            Shape::Optional(inner) => self.shaped(inner, table),
            Shape::Map(inner) => json!({ "type": "object", "additionalProperties": self.shaped(inner, table) }),
            Shape::List(inner) => json!({ "type": "array", "items": self.shaped(inner, table) }),
        }
    }

    fn value(&self, value: &Value, properties: &mut Map<String, Json>) {
        let Some(field) = self.manifest.fields().get(value.index) else { return };
        let may_stand_here = !field.is_secret() || field.allow_in_files() || self.manifest.is_offline();
        let schema = match may_stand_here {
            true => self.field(field, value),
            // Only the name of the secret may.
            false if self.layout.has_references => json!({ "type": "string", "pattern": whole(REFERENCE) }),
            false => return,
        };
        for alias in field.aliases() {
            properties.insert((*alias).to_owned(), schema.clone());
        }
        properties.insert(value.key.to_owned(), schema);
    }

    fn field(&self, field: &FieldManifest, value: &Value) -> Json {
        let spelt = Spelt::new(field.type_name());
        // A store may put values into the leaf, and a function may read it in its own way.
        let is_plain = !value.is_converted;
        let mut schema = if is_plain { self.typed(&spelt) } else { json!({}) };
        if let Default::Value(default) = Default::of(field, value)
            && !field.is_secret()
        {
            schema["default"] = default;
        }
        let doc = match stores(self.manifest, field) {
            _ if self.manifest.is_offline() => field.doc().to_owned(),
            stores if stores.is_empty() => field.doc().to_owned(),
            stores => format!("{}\n\n{stores} wins over it.", field.doc()).trim_start().to_owned(),
        };
        describe(&mut schema, &doc);
        schema
    }

    fn typed(&self, spelt: &Spelt) -> Json {
        let Spelt { kind, is_optional } = spelt;
        let (mut types, pattern) = match kind {
            Kind::Flag => (vec!["boolean", "string"], Some("true|false")),
            Kind::Integer { .. } => (vec!["integer", "string"], Some(INTEGER)),
            Kind::Fraction => (vec!["number", "string"], Some(FRACTION)),
            Kind::Text => (vec!["string"], None),
            Kind::List(_) => (vec!["array"], None),
            Kind::Map(_) => (vec!["object"], None),
            Kind::Unknown => return json!({}),
        };
        let mut schema = json!({});
        match kind {
            Kind::Integer { lowest, highest } => {
                if let Some(lowest) = lowest {
                    schema["minimum"] = (*lowest).into();
                }
                if let Some(highest) = highest {
                    schema["maximum"] = (*highest).into();
                }
            }
            Kind::List(element) => schema["items"] = self.typed(element),
            Kind::Map(value) => schema["additionalProperties"] = self.typed(value),
            _ => {}
        }
        let mut pattern = pattern.map(str::to_owned);
        if self.layout.has_references && *kind != Kind::Text {
            pattern = Some(pattern.map_or(REFERENCE.to_owned(), |pattern| format!("{pattern}|{REFERENCE}")));
            if !types.contains(&"string") {
                types.push("string");
            }
        }
        if let Some(pattern) = pattern {
            schema["pattern"] = whole(&pattern).into();
        }
        if *is_optional {
            types.push("null");
        }
        schema["type"] = match types.as_slice() {
            [one] => (*one).into(),
            several => several.to_vec().into(),
        };
        schema
    }
}

fn whole(pattern: &str) -> String {
    format!("^({pattern})$")
}

fn describe(schema: &mut Json, doc: &str) {
    if !doc.is_empty() {
        schema["description"] = doc.into();
    }
}
