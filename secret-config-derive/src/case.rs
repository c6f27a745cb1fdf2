//! serde's case rules, as `serde_derive` applies them to fields.

use crate::words::did_you_mean;

/// A case rule, as in `rename_all = ".."` and `{path:..}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: [(&str, Rule); 8] = [
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
    ("kebab-case", Rule::Kebab),
    ("SCREAMING-KEBAB-CASE", Rule::ScreamingKebab),
];

impl Rule {
    /// The rule of that name, or what to say of it.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        if let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == name) {
            return Ok(*rule);
        }
        let known = RULES.map(|(known, _)| known);
        Err(format!("unknown case `{name}`{}", did_you_mean(name, &known)))
    }

    /// The name of a field, in this case.
    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => pascal(field),
            Self::Camel => camel(field),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn pascal(field: &str) -> String {
    let mut capitalize = true;
    let mut pascal = String::new();
    for character in field.chars() {
        if character == '_' {
            capitalize = true;
        } else if capitalize {
            pascal.push(character.to_ascii_uppercase());
            capitalize = false;
        } else {
            pascal.push(character);
        }
    }
    pascal
}

fn camel(field: &str) -> String {
    let pascal = pascal(field);
    let mut characters = pascal.chars();
    match characters.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + characters.as_str(),
        None => pascal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_renamed_as_serde_does() {
        for (name, expected) in [
            ("lowercase", ["outcome", "very_tasty", "a", "z42"]),
            ("UPPERCASE", ["OUTCOME", "VERY_TASTY", "A", "Z42"]),
            ("PascalCase", ["Outcome", "VeryTasty", "A", "Z42"]),
            ("camelCase", ["outcome", "veryTasty", "a", "z42"]),
            ("snake_case", ["outcome", "very_tasty", "a", "z42"]),
            ("SCREAMING_SNAKE_CASE", ["OUTCOME", "VERY_TASTY", "A", "Z42"]),
            ("kebab-case", ["outcome", "very-tasty", "a", "z42"]),
            ("SCREAMING-KEBAB-CASE", ["OUTCOME", "VERY-TASTY", "A", "Z42"]),
        ] {
            let rule = Rule::parse(name);
            for (field, expected) in ["outcome", "very_tasty", "a", "z42"].into_iter().zip(expected) {
                assert_eq!(rule.as_ref().map(|rule| rule.apply(field)), Ok(expected.to_owned()), "{name}");
            }
        }
    }

    #[test]
    fn a_field_of_underscores_only_has_an_empty_camel_case() {
        assert_eq!(Rule::Camel.apply("__"), "");
    }

    #[test]
    fn an_unknown_rule_comes_with_a_suggestion() {
        assert_eq!(Rule::parse("kebab_case"), Err("unknown case `kebab_case`: did you mean `kebab-case`?".to_owned()));
    }
}
