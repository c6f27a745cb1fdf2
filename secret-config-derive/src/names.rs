//! The rules that the two stores have for names, for a name as far as it is known.

use crate::model::Store;
use crate::template::Filled;
use crate::words;

/// What the store would refuse, each with what to do.
pub(crate) fn problems(store: Store, name: &Filled) -> Vec<String> {
    if name.start().starts_with("arn:") {
        return arn(store, name);
    }
    // A configured value may be a whole ARN.
    if name.begins_with_a_configured_value() {
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

/// What Parameter Store would refuse of a level whose parameters are wanted.
pub(crate) fn problems_of_level(name: &Filled) -> Vec<String> {
    let shown = name.shown();
    if name.start().starts_with("arn:") {
        return vec!["an ARN is that of one parameter: write the path".to_owned()];
    }
    if is_reference(name) {
        return vec![format!("`{shown}` is no path: such a secret is read by its name, after `ssm`")];
    }
    if name.end().ends_with('/') {
        return vec![format!("`{shown}` ends in `/`: a path ends in its last level")];
    }
    problems(Store::Ssm, name)
}

/// The words that the name has at its own end: beside it they would say the same thing twice.
pub(crate) fn selected(store: Store, name: &Filled) -> Vec<&'static str> {
    let text = name.shape();
    let is_arn = text.starts_with("arn:");
    let (fixed, selectors): (usize, &[&str]) = match store {
        // `arn:..:secret:NAME-AbCdEf:key:stage:version`, as in the task definitions of ECS.
        Store::SecretsManager if is_arn => (ARN_OF_A_SECRET, &[words::KEY, words::STAGE, words::VERSION]),
        // `arn:..:parameter/name:3`
        Store::Ssm if is_arn => (ARN_OF_A_PARAMETER, &[words::VERSION]),
        // `/aws/reference/secretsmanager/id:AWSPREVIOUS`
        Store::Ssm => (1, &[words::VERSION]),
        Store::SecretsManager => return Vec::new(),
    };
    let said = text.split(':').skip(fixed).zip(selectors).filter(|(part, _)| !part.is_empty());
    said.map(|(_, word)| *word).collect()
}

const ARN_OF_A_SECRET: usize = 7;
const ARN_OF_A_PARAMETER: usize = 6;

fn arn(store: Store, name: &Filled) -> Vec<String> {
    const WITH_SELECTORS: usize = ARN_OF_A_SECRET + 3;
    if store == Store::SecretsManager && name.shape().split(':').count() > WITH_SELECTORS {
        return vec!["more than `:key:stage:version` follows the ARN of the secret: drop what is after it".to_owned()];
    }
    Vec::new()
}

/// Whether a parameter is a secret, which is read through Secrets Manager.
pub(crate) fn is_reference(name: &Filled) -> bool {
    after_reference(name).is_some()
}

/// What follows where a parameter's name is that of a secret, which is read through Secrets Manager.
fn after_reference(name: &Filled) -> Option<String> {
    name.start().trim_start_matches('/').strip_prefix("aws/reference/secretsmanager/")?;
    let shown = name.shown();
    shown.trim_start_matches('/').strip_prefix("aws/reference/secretsmanager/").map(str::to_owned)
}

fn parameter(name: &Filled) -> Vec<String> {
    const LENGTH: usize = 1011;
    const LEVELS: usize = 15;
    let shown = name.shown();
    if let Some(id) = after_reference(name) {
        return match id.as_str() {
            id if id.is_empty() || id.starts_with(':') => {
                vec![format!("`{shown}` names no secret: write the name of one after the last `/`")]
            }
            id if id.ends_with(':') => vec![format!("`{shown}` ends in `:`: write a stage or version after it")],
            _ => Vec::new(),
        };
    }
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
    if let Some(reserved) = reserved(name) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_at_the_end_of_a_name_are_words_that_it_has_already() {
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf";
        for (store, text, expected) in [
            (Store::SecretsManager, arn.to_owned(), &[][..]),
            (Store::SecretsManager, format!("{arn}:password::"), &["key"]),
            (Store::SecretsManager, format!("{arn}::AWSPREVIOUS:"), &["stage"]),
            (Store::SecretsManager, format!("{arn}:::id"), &["version"]),
            (Store::SecretsManager, "orders/db".to_owned(), &[]),
            (Store::Ssm, "/aws/reference/secretsmanager/db:AWSPREVIOUS".to_owned(), &["version"]),
            (Store::Ssm, "arn:aws:ssm:eu-west-1:123456789012:parameter/x:3".to_owned(), &["version"]),
            (Store::Ssm, "arn:aws:ssm:eu-west-1:123456789012:parameter/x".to_owned(), &[]),
            (Store::Ssm, "/orders/x".to_owned(), &[]),
        ] {
            assert_eq!(selected(store, &Filled::known(&text)), expected, "{text}");
        }
    }

    #[test]
    fn an_arn_has_at_most_three_selectors() {
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:a:b:c";
        assert_eq!(problems(Store::SecretsManager, &Filled::known(arn)), [""; 0]);
        assert_eq!(problems(Store::SecretsManager, &Filled::known(format!("{arn}:d"))).len(), 1);
    }

    #[test]
    fn a_reference_names_a_secret() {
        for (text, problem_count) in [
            ("/aws/reference/secretsmanager/orders/db:AWSPREVIOUS", 0),
            ("/aws/reference/secretsmanager/", 1),
            ("/aws/reference/secretsmanager/:AWSPREVIOUS", 1),
            ("/aws/reference/secretsmanager/db:", 1),
            ("/aws/reference/other", 1),
        ] {
            assert_eq!(problems(Store::Ssm, &Filled::known(text)).len(), problem_count, "{text}");
        }
    }
}
