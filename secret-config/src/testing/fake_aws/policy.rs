//! Who may do what: everything is allowed but what a test denies. A denial wins, as in IAM.

use super::protocol::Fault;
use super::{ACCOUNT, REGION};

/// The rules of one server.
#[derive(Default)]
pub(super) struct Policy {
    denials: Vec<Denial>,
    disabled_keys: Vec<String>,
}

struct Denial {
    action: String,
    resource: String,
}

/// What an action is about. A pattern may be written for its name or for its ARN.
pub(super) struct Resource<'a> {
    pub(super) name: &'a str,
    pub(super) arn: &'a str,
}

impl Resource<'_> {
    fn matches(&self, pattern: &str) -> bool {
        wildcard_matches(pattern, self.name) || wildcard_matches(pattern, self.arn)
    }
}

impl Policy {
    pub(super) fn deny(&mut self, action: String, resource: String) {
        self.denials.push(Denial { action, resource });
    }

    pub(super) fn allow_all(&mut self) {
        *self = Self::default();
    }

    pub(super) fn disable_keys_of(&mut self, resource: String) {
        self.disabled_keys.push(resource);
    }

    /// `Err` with AWS's words if `action` is denied on `resource`, which the message calls `shown`.
    pub(super) fn authorize(&self, action: &str, resource: &Resource<'_>, shown: &str) -> Result<(), Fault> {
        if !self.denies(action, resource) {
            return Ok(());
        }
        Err(Fault::new(
            "AccessDeniedException",
            format!(
                "User: arn:aws:sts::{ACCOUNT}:assumed-role/fake-aws/test is not authorized to perform: {action} on \
                 resource: {shown} with an explicit deny in an identity-based policy"
            ),
        ))
    }

    pub(super) fn denies(&self, action: &str, resource: &Resource<'_>) -> bool {
        // IAM compares actions without regard to case, resources with.
        let asked = action.to_ascii_lowercase();
        self.denials.iter().any(|denial| {
            wildcard_matches(&denial.action.to_ascii_lowercase(), &asked) && resource.matches(&denial.resource)
        })
    }

    pub(super) fn key_is_disabled(&self, resource: &Resource<'_>) -> bool {
        self.disabled_keys.iter().any(|pattern| resource.matches(pattern))
    }
}

/// The ARN that stands for a service as a whole, where an action knows no resource.
pub(super) fn whole_service_arn(service: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:*")
}

/// `*` is any text, `?` any one character, everything else itself.
pub(super) fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut seen) = (0, 0);
    // Where the last star was, and how much of the text it has swallowed: on a mismatch it takes one more.
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[seen] => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((position, swallowed)) = star else { return false };
                star = Some((position, swallowed + 1));
                at = position + 1;
                seen = swallowed + 1;
            }
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::wildcard_matches;

    #[test]
    fn wildcards_are_those_of_iam() {
        let cases = [
            ("*", "", true),
            ("*", "/orders/prod/key", true),
            ("/orders/*", "/orders/prod/key", true),
            ("/orders/*/key", "/orders/a/b/key", true),
            ("/orders/*/key", "/orders/a/b/keys", false),
            ("db-??????", "db-AbCdEf", true),
            ("db-??????", "db-AbCdE", false),
            ("a*b*c", "aXbXbXc", true),
            ("exact", "exactly", false),
            ("", "x", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(wildcard_matches(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
