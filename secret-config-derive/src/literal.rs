//! Literals as a person would write them in a file: what conditions compare with, and what they see of a default.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Lit, UnOp};

/// A value as the attribute spells it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Bool(bool),
    /// In digits, without the suffix and the `_` of Rust.
    Number(String),
    Text(String),
}

impl Literal {
    /// The literal that the tokens are, if they are one.
    pub(crate) fn of(tokens: TokenStream) -> Option<Self> {
        Self::of_expression(&syn::parse2(tokens).ok()?)
    }

    pub(crate) fn of_expression(expression: &Expr) -> Option<Self> {
        match expression {
            Expr::Lit(literal) => Self::of_lit(&literal.lit),
            // What a `macro_rules` macro passes on.
            Expr::Group(group) => Self::of_expression(&group.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match Self::of_expression(&unary.expr)? {
                Self::Number(digits) => Some(Self::Number(format!("-{digits}"))),
                Self::Bool(_) | Self::Text(_) => None,
            },
            _ => None,
        }
    }

    fn of_lit(literal: &Lit) -> Option<Self> {
        match literal {
            Lit::Str(text) => Some(Self::Text(text.value())),
            Lit::Char(character) => Some(Self::Text(character.value().to_string())),
            Lit::Bool(truth) => Some(Self::Bool(truth.value)),
            Lit::Int(number) => Some(Self::Number(number.base10_digits().to_owned())),
            Lit::Float(number) => {
                let digits = number.base10_digits();
                // `1.` is a number in Rust only.
                Some(Self::Number(if digits.ends_with('.') { format!("{digits}0") } else { digits.to_owned() }))
            }
            _ => None,
        }
    }

    /// The text in a file, without the quotes.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Bool(truth) => truth.to_string(),
            Self::Number(text) | Self::Text(text) => text,
        }
    }
}

// Expands to
//     __rt::Literal::Text("smtp")
impl ToTokens for Literal {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Bool(truth) => quote!(__rt::Literal::Bool(#truth)),
            Self::Number(digits) => quote!(__rt::Literal::Number(#digits)),
            Self::Text(text) => quote!(__rt::Literal::Text(#text)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> Option<String> {
        Literal::of(source.parse().ok()?).map(Literal::into_text)
    }

    #[test]
    fn literals_are_spelt_as_in_a_file() {
        for (source, expected) in [
            ("8_080u16", "8080"),
            ("0xFF", "255"),
            ("-1_000i64", "-1000"),
            ("1.5f32", "1.5"),
            ("-2.", "-2.0"),
            ("true", "true"),
            ("'a'", "a"),
            ("\"a\\tb\"", "a\tb"),
            ("r#\"q\"#", "q"),
        ] {
            assert_eq!(text(source).as_deref(), Some(expected), "{source}");
        }
    }

    #[test]
    fn expressions_are_none() {
        for source in ["PORT", "80 + 1", "Some(3)", "-\"x\"", "!true", "b\"x\"", "[1]", "vec![1]"] {
            assert_eq!(text(source), None, "{source}");
        }
    }
}
