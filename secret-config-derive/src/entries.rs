//! The syntax of an attribute: `word`, `word = value`, `word(..)`, separated by commas.
//!
//! Words are taken out one by one with the kind of value they need. A mistake in one does not hide the next.

use crate::errors::Errors;
use crate::words::{self, Place};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, LitStr, Meta, Token, bracketed, parenthesized};

/// A word with what the user wrote after it.
pub(crate) struct Entry {
    pub(crate) word: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    /// `word`
    Nothing,
    /// `word = expression`
    Expression(TokenStream),
    /// `word(..)`
    Group(TokenStream),
}

/// The words of one place, not read yet.
#[derive(Default)]
pub(crate) struct Entries {
    list: Vec<Entry>,
}

impl Entries {
    /// Everything in the attribute's parentheses.
    pub(crate) fn of(attribute: &Attribute, errors: &mut Errors) -> Self {
        match &attribute.meta {
            Meta::Path(_) => Self::default(),
            Meta::List(list) => Self::inside(list.tokens.clone(), errors),
            Meta::NameValue(meta) => {
                let name = meta.path.to_token_stream();
                errors.push(meta.eq_token.span, format!("expected parentheses: `#[{name}(..)]`"));
                Self::default()
            }
        }
    }

    /// Everything in a group's parentheses.
    pub(crate) fn inside(tokens: TokenStream, errors: &mut Errors) -> Self {
        let parsed = (|input: ParseStream<'_>| Self::parse(input, errors)).parse2(tokens);
        errors.ok(parsed).unwrap_or_default()
    }

    fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let mut list = Vec::new();
        while !input.is_empty() {
            list.extend(errors.ok(input.parse()));
            until_comma(input)?;
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { list })
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = &Ident> {
        self.list.iter().map(|entry| &entry.word)
    }

    /// Drops every word that `check` has something to say of.
    pub(crate) fn refuse(&mut self, errors: &mut Errors, mut check: impl FnMut(&str) -> Option<String>) {
        self.list.retain(|entry| match check(&entry.word.to_string()) {
            Some(message) => {
                errors.push(entry.word.span(), message);
                false
            }
            None => true,
        });
    }

    /// Drops the words that are none of this place.
    pub(crate) fn refuse_unknown(&mut self, place: Place, errors: &mut Errors) {
        self.refuse(errors, |word| (!words::known(place).contains(&word)).then(|| words::unknown(word, place)));
    }

    /// Drops each word but the first of its name.
    pub(crate) fn refuse_repeated(&mut self, errors: &mut Errors) {
        let mut seen = Vec::new();
        self.refuse(errors, |word| {
            if seen.iter().any(|seen| seen == word) {
                return Some(format!("`{word}` is written twice: drop one"));
            }
            if !words::REPEATABLE.contains(&word) {
                seen.push(word.to_owned());
            }
            None
        });
    }

    /// All that are left, in the order in which they are written.
    pub(crate) fn into_list(self) -> Vec<Entry> {
        self.list
    }

    pub(crate) fn take(&mut self, word: &str) -> Option<Entry> {
        let index = self.list.iter().position(|entry| entry.word == word)?;
        Some(self.list.remove(index))
    }

    /// `word`
    pub(crate) fn flag(&mut self, word: &str, errors: &mut Errors) -> bool {
        let Some(entry) = self.take(word) else { return false };
        if !matches!(entry.value, Value::Nothing) {
            errors.push(entry.word.span(), format!("`{word}` takes no value: write `{word}` alone"));
        }
        true
    }

    /// `word = ".."`
    pub(crate) fn text(&mut self, word: &str, errors: &mut Errors) -> Option<LitStr> {
        self.take(word)?.text(errors)
    }

    /// `word`, `word = ".."` or `word = ["..", ".."]`
    pub(crate) fn flag_or_texts(&mut self, word: &str, errors: &mut Errors) -> Option<(Ident, Option<Vec<LitStr>>)> {
        let entry = self.take(word)?;
        let texts = match entry.value {
            Value::Nothing => None,
            _ => entry.text_or_texts(errors),
        };
        Some((entry.word, texts))
    }

    /// `word = ["..", ".."]`
    pub(crate) fn texts(&mut self, word: &str, errors: &mut Errors) -> Option<Vec<LitStr>> {
        let entry = self.take(word)?;
        let texts = match &entry.value {
            Value::Expression(tokens) => Parser::parse2(list_of_texts, tokens.clone()).ok(),
            Value::Nothing | Value::Group(_) => None,
        };
        if texts.is_none() {
            errors.push(entry.value_span(), format!("`{word}` needs a list of strings: `{word} = [\"..\", \"..\"]`"));
        }
        texts
    }

    /// `word = ".."` or `word = ["..", ".."]`
    pub(crate) fn text_or_texts(&mut self, word: &str, errors: &mut Errors) -> Option<Vec<LitStr>> {
        self.take(word)?.text_or_texts(errors)
    }

    /// `word(..)`
    pub(crate) fn group(&mut self, word: &str, errors: &mut Errors) -> Option<(Ident, Self)> {
        let entry = self.take(word)?;
        match entry.value {
            Value::Group(tokens) => Some((entry.word, Self::inside(tokens, errors))),
            Value::Nothing | Value::Expression(_) => {
                errors.push(entry.word.span(), format!("`{word}` needs parentheses: `{word}(ssm = \"..\")`"));
                None
            }
        }
    }
}

impl Entry {
    pub(crate) fn text(&self, errors: &mut Errors) -> Option<LitStr> {
        let text = self.as_text();
        if text.is_none() {
            errors.push(self.value_span(), format!("`{0}` needs a string: `{0} = \"..\"`", self.word));
        }
        text
    }

    pub(crate) fn as_text(&self) -> Option<LitStr> {
        match &self.value {
            Value::Expression(tokens) => syn::parse2(tokens.clone()).ok(),
            Value::Nothing | Value::Group(_) => None,
        }
    }

    fn text_or_texts(&self, errors: &mut Errors) -> Option<Vec<LitStr>> {
        let texts = match &self.value {
            Value::Expression(tokens) => Parser::parse2(text_or_list, tokens.clone()).ok(),
            Value::Nothing | Value::Group(_) => None,
        };
        if texts.is_none() {
            let message = format!("`{0}` needs a string or a list of strings: `{0} = \"..\"`", self.word);
            errors.push(self.value_span(), message);
        }
        texts
    }

    pub(crate) fn value_span(&self) -> Span {
        match &self.value {
            Value::Expression(tokens) | Value::Group(tokens) if !tokens.is_empty() => {
                syn::spanned::Spanned::span(tokens)
            }
            _ => self.word.span(),
        }
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected a word"));
        }
        let word = Ident::parse_any(input)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            if input.is_empty() || input.peek(Token![,]) {
                return Err(syn::Error::new(word.span(), format!("`{word}` needs a value after `=`")));
            }
            Value::Expression(expression(input)?)
        } else if input.peek(syn::token::Paren) {
            let group;
            parenthesized!(group in input);
            Value::Group(group.parse()?)
        } else {
            Value::Nothing
        };
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected `,` before the next word"));
        }
        Ok(Self { word, value })
    }
}

/// An expression. Those that syn does not know without its `full` parser (closures, arrays, blocks) go to the next comma.
fn expression(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let ahead = input.fork();
    if let Ok(expression) = ahead.parse::<Expr>() {
        let complete = ahead.is_empty() || ahead.peek(Token![,]);
        if complete || ahead.peek(syn::Ident) || ahead.peek(Lit) {
            input.advance_to(&ahead);
            return Ok(expression.into_token_stream());
        }
    }
    until_comma(input)
}

fn until_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

fn list_of_texts(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

/// `".."` or `["..", ".."]`
pub(crate) fn text_or_list(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    if input.peek(LitStr) { Ok(vec![input.parse()?]) } else { list_of_texts(input) }
}
