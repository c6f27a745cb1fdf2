//! The rules that the two stores have for names, for a name as far as it is known.

use crate::model::Store;
use crate::template::Filled;

/// What the store would refuse, each with what to do.
pub(crate) fn problems(store: Store, name: &Filled) -> Vec<String> {
    if name.start().starts_with("arn:") {
        return Vec::new();
    }
    if name.0.is_empty() {
        return vec!["the name is empty: write the name of the parameter or secret".to_owned()];
    }
    match store {
        Store::Ssm => parameter(name),
        Store::SecretsManager => secret(name),
    }
}

fn parameter(name: &Filled) -> Vec<String> {
    const LENGTH: usize = 1011;
    const LEVELS: usize = 15;
    let shown = name.shown();
    let mut problems = Vec::new();
    if name.texts().any(|text| text.contains(':')) {
        problems.push(format!("`{shown}` has a selector: use `version = \"..\"`"));
    } else if let Some(character) = outside(name, "_.-/") {
        problems
            .push(format!("`{shown}` has a `{character}`: a parameter's name is of letters, digits, `_.-` and `/`"));
    }
    if name.texts().any(|text| text.contains("//")) {
        problems.push(format!("`{shown}` has an empty level: write one `/` where there are two"));
    }
    if name.end().ends_with('/') {
        problems.push(format!("`{shown}` ends in `/`: a parameter's name ends in its last level"));
    }
    if name.start().starts_with("/aws/reference/secretsmanager/") {
        problems.push(format!("`{shown}` is a secret of Secrets Manager: write its name after `secretsmanager`"));
    } else if let Some(reserved) = reserved(name) {
        problems
            .push(format!("`{shown}` begins with `{reserved}`, which AWS keeps for itself: choose another beginning"));
    }
    // The slash that a name with levels gets in front is not a level of its own.
    let levels = shown.trim_matches('/').split('/').count();
    if levels > LEVELS {
        problems.push(format!("`{shown}` has {levels} levels, and Parameter Store allows {LEVELS}: shorten it"));
    }
    let slash = usize::from(shown.contains('/') && !shown.starts_with('/'));
    let length = name.least_length() + slash;
    if length > LENGTH {
        problems.push(format!("the name has {length} characters, and Parameter Store allows {LENGTH}: shorten it"));
    }
    problems
}

/// `aws` and `ssm` begin names of AWS's own, in any case. The public ones below `/aws/service/` can be read.
fn reserved(name: &Filled) -> Option<&'static str> {
    let start = name.start().trim_start_matches('/').to_ascii_lowercase();
    if start.starts_with("aws/service/") {
        return None;
    }
    ["aws", "ssm"].into_iter().find(|reserved| start.starts_with(reserved))
}

fn secret(name: &Filled) -> Vec<String> {
    const LENGTH: usize = 512;
    let shown = name.shown();
    let mut problems = Vec::new();
    if let Some(character) = outside(name, "/_+=.@-") {
        problems.push(format!("`{shown}` has a `{character}`: a secret's name is of letters, digits and `/_+=.@-`"));
    }
    if ends_like_an_arn(name.end()) {
        problems.push(format!(
            "`{shown}` ends in a hyphen and six characters, and would be taken for a partial ARN: write the name \
             without them, or the full ARN"
        ));
    }
    let length = name.least_length();
    if length > LENGTH {
        problems.push(format!("the name has {length} characters, and Secrets Manager allows {LENGTH}: shorten it"));
    }
    problems
}

/// Secrets Manager ends each ARN in a hyphen and six random characters. Six of one class (`api-secret`, `db-MASTER`,
/// `tokens-202611`) are a word or a number of the user's: such secrets exist, and are found by their names.
fn ends_like_an_arn(end: &str) -> bool {
    let Some((_, suffix)) = end.rsplit_once('-') else { return false };
    let all = |class: fn(&char) -> bool| suffix.chars().all(|character| class(&character));
    suffix.len() == 6
        && all(char::is_ascii_alphanumeric)
        && !all(char::is_ascii_lowercase)
        && !all(char::is_ascii_uppercase)
        && !all(char::is_ascii_digit)
}

/// The first character that is neither a letter, a digit nor one of `others`.
fn outside(name: &Filled, others: &str) -> Option<char> {
    let mut characters = name.texts().flat_map(str::chars);
    characters.find(|character| !character.is_ascii_alphanumeric() && !others.contains(*character))
}
