//! [`Account`]: where a policy counts, checked, with what follows from the region.

use std::fmt;

/// The account and region that a policy is for, and the customer keys that values there are encrypted with.
///
/// ```
/// use secret_config::operator::Account;
///
/// # fn main() -> Result<(), secret_config::operator::InvalidAccount> {
/// let account = Account::new("123456789012", "eu-west-1")?
///     .kms_key("arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")?;
/// assert_eq!(account.partition(), "aws");
/// assert_eq!(Account::new("123456789012", "cn-north-1")?.partition(), "aws-cn");
/// assert!(Account::new("1234", "eu-west-1").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    id: String,
    region: String,
    partition: &'static Partition,
    keys: Vec<String>,
}

/// A part of AWS with accounts and names of its own.
#[derive(Debug, PartialEq, Eq)]
struct Partition {
    name: &'static str,
    /// How its regions begin.
    prefix: &'static str,
    domain: &'static str,
}

/// The longer prefixes first. The last one is everything else.
const PARTITIONS: &[Partition] = &[
    Partition { name: "aws-cn", prefix: "cn-", domain: "amazonaws.com.cn" },
    Partition { name: "aws-us-gov", prefix: "us-gov-", domain: COMMON_DOMAIN },
    Partition { name: "aws-iso", prefix: "us-iso-", domain: "c2s.ic.gov" },
    Partition { name: "aws-iso-b", prefix: "us-isob-", domain: "sc2s.sgov.gov" },
    Partition { name: "aws-iso-e", prefix: "eu-isoe-", domain: "cloud.adc-e.uk" },
    Partition { name: "aws-iso-f", prefix: "us-isof-", domain: "csp.hci.ic.gov" },
    Partition { name: "aws-eusc", prefix: "eusc-", domain: "amazonaws.eu" },
    COMMON,
];

const COMMON: Partition = Partition { name: "aws", prefix: "", domain: COMMON_DOMAIN };

const COMMON_DOMAIN: &str = "amazonaws.com";

impl Account {
    /// The account with these twelve digits, in this region, whose partition follows from its name.
    ///
    /// # Errors
    ///
    /// If it is not twelve digits, or the region has not the form of `eu-west-1`.
    pub fn new(account: impl Into<String>, region: impl Into<String>) -> Result<Self, InvalidAccount> {
        let (id, region) = (account.into(), region.into());
        if !is_account(&id) {
            return Err(InvalidAccount("an account is twelve digits"));
        }
        if !is_region(&region) {
            return Err(InvalidAccount("a region is written like `eu-west-1`"));
        }
        let partition = PARTITIONS.iter().find(|partition| region.starts_with(partition.prefix)).unwrap_or(&COMMON);
        Ok(Self { id, region, partition, keys: Vec::new() })
    }

    /// Says that values are encrypted with this customer key: the policy allows to decrypt with it, through the store
    /// and for the values of the config alone. May be said of several keys. The key may be another account's.
    ///
    /// The keys that AWS manages, `aws/ssm` and `aws/secretsmanager`, let everybody in the account decrypt what they may
    /// read, and need no word.
    ///
    /// # Errors
    ///
    /// If it is not the ARN of a key. That of an alias is none: IAM does not look behind an alias.
    pub fn kms_key(mut self, arn: impl Into<String>) -> Result<Self, InvalidAccount> {
        let arn = arn.into();
        if !is_key(&arn) {
            return Err(InvalidAccount(
                "a key is given by its own ARN, `arn:aws:kms:REGION:ACCOUNT:key/ID`, not an alias's",
            ));
        }
        if !self.keys.contains(&arn) {
            self.keys.push(arn);
            self.keys.sort();
        }
        Ok(self)
    }

    /// The twelve digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The partition that the region is in, such as `aws`, `aws-cn` or `aws-us-gov`.
    pub fn partition(&self) -> &'static str {
        self.partition.name
    }

    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// What `kms:ViaService` is where `service` decrypts for a caller. Elsewhere than in the common partition no guide says
    /// which domain stands in it, and both are the same service: either will do.
    pub(super) fn via(&self, service: &str) -> Vec<String> {
        let mut domains = vec![COMMON_DOMAIN];
        if self.partition.domain != COMMON_DOMAIN {
            domains.push(self.partition.domain);
        }
        domains.iter().map(|domain| format!("{service}.{}.{domain}", self.region)).collect()
    }
}

/// Why there is no such account, region or key. It does not repeat what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAccount(&'static str);

impl fmt::Display for InvalidAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidAccount {}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words of small letters with hyphens between them, at least two, and a number.
fn is_region(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    let is_word = |word: &&str| (2..=16).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    match words.as_slice() {
        [words @ .., number] if (2..=4).contains(&words.len()) => {
            words.iter().all(is_word)
                && (1..=2).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

fn is_key(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "kms", region, account, resource] = parts.as_slice() else { return false };
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    PARTITIONS.iter().any(|known| known.name == *partition)
        && is_region(region)
        && is_account(account)
        && resource.strip_prefix("key/").is_some_and(is_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_follows_from_the_region() {
        for (region, expected) in [
            ("eu-west-1", "aws"),
            ("us-east-1", "aws"),
            ("ap-southeast-2", "aws"),
            ("cn-north-1", "aws-cn"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            let account = Account::new("123456789012", region).map(|account| account.partition());
            assert_eq!(account, Ok(expected), "{region}");
        }
    }

    #[test]
    fn what_is_no_account_region_or_key_is_refused() {
        for (account, region) in [
            ("", "eu-west-1"),
            ("12345678901", "eu-west-1"),
            ("1234567890123", "eu-west-1"),
            ("12345678901x", "eu-west-1"),
            ("１23456789012", "eu-west-1"),
            ("*", "eu-west-1"),
            ("123456789012", ""),
            ("123456789012", "*"),
            ("123456789012", "eu-west"),
            ("123456789012", "EU-west-1"),
            ("123456789012", "eu-west-1:"),
            ("123456789012", "eu--1"),
        ] {
            assert!(Account::new(account, region).is_err(), "{account} {region}");
        }
        for key in [
            "*",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:eu-west-1:123456789012:alias/orders",
            "arn:aws:kms:eu-west-1:123456789012:key/*",
            "arn:aws:kms:*:123456789012:key/1234abcd",
            "arn:aws:kms:eu-west-1:123456789012:key/",
            "arn:aws:ssm:eu-west-1:123456789012:key/1234abcd",
        ] {
            let account = Account::new("123456789012", "eu-west-1").and_then(|account| account.kms_key(key));
            assert!(account.is_err(), "{key}");
        }
    }
}
