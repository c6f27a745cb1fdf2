//! Who may do what: everything is allowed but what a test denies, until a test attaches a policy. A denial wins, as in IAM.

use super::access::{AccessPolicy, Effect};
use super::authorization::Authorization;
use super::protocol::Fault;
use super::{ACCOUNT, REGION};
use std::cell::RefCell;

/// The rules of one server.
#[derive(Clone, Default)]
pub(super) struct Policy {
    denials: Vec<Denial>,
    disabled_keys: Vec<String>,
    /// Once there is one, only what they allow is allowed.
    attached: Vec<AccessPolicy>,
    customer_keys: Vec<CustomerKey>,
    /// What was judged so far. Reading operations look at the state, and leave this behind.
    judged: RefCell<Vec<Authorization>>,
}

/// The key of the parameters and secrets that the pattern fits.
#[derive(Clone)]
struct CustomerKey {
    resource: String,
    arn: String,
}

#[derive(Clone)]
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
        self.denials.clear();
        self.disabled_keys.clear();
        self.attached.clear();
    }

    pub(super) fn attach(&mut self, policy: AccessPolicy) {
        self.attached.push(policy);
    }

    pub(super) fn encrypt_with(&mut self, resource: String, arn: String) {
        self.customer_keys.push(CustomerKey { resource, arn });
    }

    pub(super) fn judged(&self) -> Vec<Authorization> {
        self.judged.borrow().clone()
    }

    pub(super) fn forget_judged(&mut self) {
        self.judged.get_mut().clear();
    }

    pub(super) fn disable_keys_of(&mut self, resource: String) {
        self.disabled_keys.push(resource);
    }

    /// `Err` with AWS's words if `action` is denied on `resource`, which the message calls `shown`.
    pub(super) fn authorize(&self, action: &str, resource: &Resource<'_>, shown: &str) -> Result<(), Fault> {
        // Where an action knows no resource, only a star in a policy speaks of it.
        let arn = if resource.name == "*" { "*" } else { resource.arn };
        let is_denied = self.denies(action, resource);
        let is_allowed = self.judge(action, arn, &[], is_denied);
        if is_allowed {
            return Ok(());
        }
        let reason = match is_denied {
            true => "with an explicit deny in an identity-based policy".to_owned(),
            false => format!("because no identity-based policy allows the {action} action"),
        };
        Err(Fault::new(
            "AccessDeniedException",
            format!(
                "User: arn:aws:sts::{ACCOUNT}:assumed-role/fake-aws/test is not authorized to perform: {action} on \
                 resource: {shown} {reason}"
            ),
        ))
    }

    /// Whether the caller may decrypt what `service` keeps with its key, which gets the ARN as this part of its context.
    pub(super) fn may_decrypt(&self, service: &str, context: &str, resource: &Resource<'_>) -> bool {
        let is_denied = self.denies("kms:Decrypt", resource);
        let key = self.customer_keys.iter().rev().find(|key| resource.matches(&key.resource));
        // The keys that AWS manages let everybody decrypt what they may read.
        let Some(key) = key else { return !is_denied };
        let via = format!("{service}.{REGION}.amazonaws.com");
        self.judge("kms:Decrypt", &key.arn, &[("kms:ViaService", &via), (context, resource.arn)], is_denied)
    }

    /// What comes of a request, which is kept.
    fn judge(&self, action: &str, arn: &str, context: &[(&str, &str)], is_denied: bool) -> bool {
        let decisions = || self.attached.iter().flat_map(|policy| policy.decisions(action, arn, context));
        let is_allowed = !is_denied
            && !decisions().any(|effect| effect == Effect::Deny)
            && (self.attached.is_empty() || decisions().any(|effect| effect == Effect::Allow));
        self.judged.borrow_mut().push(Authorization::new(action, arn, context, is_allowed));
        is_allowed
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
