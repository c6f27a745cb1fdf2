//! [`Policy`]: the IAM policy that allows the calls of a load, and nothing beside them. One file each does the rest:
//! `account` where it counts, `grant` what requests need, `statement` how IAM says it, `terraform` and `cloudformation`.

mod account;
mod cloudformation;
mod grant;
mod quoted;
mod statement;
mod terraform;

pub use account::{Account, InvalidAccount};

use crate::error::LoadError;
use crate::loader::Loader;
use grant::Grants;
use serde::ser::{Serialize, Serializer};
use statement::{Document, LANGUAGE, Statement, statements};
use std::fmt;

/// The IAM policy that allows exactly the calls of a load.
///
/// Made by [`Loader::policy`] from the plan of the load itself, for one environment; [`merge`](Self::merge) makes one of
/// several. `Display` and [`to_json`](Self::to_json) give the IAM document, and so does serde:
///
/// ```
/// use secret_config::operator::Account;
/// use secret_config::{Secret, SecretConfig};
///
/// #[derive(SecretConfig)]
/// #[config(prefix = "orders/{env}")]
/// struct AppConfig {
///     #[secret]
///     stripe_key: Secret<String>,
///     #[secret(secretsmanager = "{prefix}/db", key = "password")]
///     password: Secret<String>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let account = Account::new("123456789012", "eu-west-1")?;
/// let policy = AppConfig::loader("prod").policy(&account)?;
/// assert_eq!(
///     policy.to_json(),
///     r#"{
///   "Version": "2012-10-17",
///   "Statement": [
///     {
///       "Sid": "ReadParameters",
///       "Effect": "Allow",
///       "Action": "ssm:GetParameters",
///       "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/stripe_key"
///     },
///     {
///       "Sid": "ReadSecrets",
///       "Effect": "Allow",
///       "Action": "secretsmanager:GetSecretValue",
///       "Resource": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/prod/db-??????"
///     }
///   ]
/// }"#
/// );
/// # Ok(())
/// # }
/// ```
///
/// # What is in it
///
/// - `ssm:GetParameters` on each parameter, and `ssm:GetParametersByPath` on each level of an `ssm_path`. AWS judges the
///   level that is asked for and gives all that is below it.
/// - `secretsmanager:GetSecretValue` on each secret, with `-??????` for the six characters that Secrets Manager gives to its
///   ARN. A secret that the load can do without is there without them too: what does not exist is judged by that ARN, and
///   would be denied in the place of being absent.
/// - `secretsmanager:BatchGetSecretValue`, where the load reads several secrets at their current stage. The action knows
///   no resource but `*`; what it gives is judged by the statement of `GetSecretValue`. Without it a load works too, by a
///   call for each secret.
/// - `kms:Decrypt` with the keys that [`Account::kms_key`] named, through the store alone, and for these parameters and
///   secrets alone.
/// - Parameters and secrets that are named by full ARNs, as they are: their account has to allow it too.
///
/// Mounted files and sources of your own need nothing of IAM. An offline environment asks no store: its policy
/// [is empty](Self::is_empty), and no permission is needed.
///
/// A document has at most [`MAX_SIZE`](Self::MAX_SIZE) characters: see [`split`](Self::split).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    configs: Vec<String>,
    environments: Vec<String>,
    grants: Grants,
    part: Option<Part>,
}

/// Which of several documents it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    number: usize,
    of: usize,
}

impl<T: crate::SecretConfig> Loader<T> {
    /// The IAM policy that allows exactly the calls that this load makes in `account`, from the plan of the load. Nothing
    /// is asked, and no credentials are needed. An offline environment makes no calls, and its policy
    /// [is empty](Policy::is_empty).
    ///
    /// Files are read as for a load, since they have a say in what is looked up: entries of maps, conditions, references.
    /// The process's variables are not: a field that a variable supplies is not looked up, and what happens to be set on the
    /// machine where the policy is made must not take permissions from it. What the deployment sets, and what conditions
    /// and names depend on, is given with [`env_vars`](Loader::env_vars) or [`set`](Loader::set), and counts as in the load.
    ///
    /// ```
    /// use secret_config::operator::Account;
    /// use secret_config::{Secret, SecretConfig};
    ///
    /// #[derive(SecretConfig)]
    /// #[config(prefix = "orders/{env}", env_prefix = "ORDERS")]
    /// struct AppConfig {
    ///     #[config(default = false)]
    ///     mail: bool,
    ///     #[secret(when = "mail")]
    ///     smtp_password: Option<Secret<String>>,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let account = Account::new("123456789012", "eu-west-1")?;
    /// assert!(AppConfig::loader("prod").policy(&account)?.is_empty());
    /// let with_mail = AppConfig::loader("prod").env_vars([("ORDERS_MAIL", "true")]).policy(&account)?;
    /// assert!(with_mail.to_string().contains("parameter/orders/prod/smtp_password"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such environment, a file is not as it should be, or a name cannot be made.
    pub fn policy(self, account: &Account) -> Result<Policy, LoadError> {
        let ahead = self.look_ahead()?;
        Ok(Policy {
            configs: vec![name_of_type(ahead.config).to_owned()],
            environments: vec![ahead.environment],
            grants: grant::grants(&ahead.requests, account),
            part: None,
        })
    }
}

impl Policy {
    /// How long a managed policy may be, white space not counted.
    pub const MAX_SIZE: usize = 6144;

    /// The policy that allows what either allows: of several environments, accounts or configs.
    ///
    /// ```
    /// # use secret_config::operator::Account;
    /// # use secret_config::{Secret, SecretConfig};
    /// # #[derive(SecretConfig)]
    /// # #[config(prefix = "orders/{env}")]
    /// # struct AppConfig {
    /// #     #[secret]
    /// #     stripe_key: Secret<String>,
    /// # }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let account = Account::new("123456789012", "eu-west-1")?;
    /// let dev = AppConfig::loader("dev").policy(&account)?;
    /// let both = dev.merge(AppConfig::loader("staging").policy(&account)?);
    /// assert_eq!(both.environments(), ["dev", "staging"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.part = None;
        for (own, others) in [(&mut self.configs, other.configs), (&mut self.environments, other.environments)] {
            for name in others {
                if !own.contains(&name) {
                    own.push(name);
                }
            }
        }
        for (grant, items) in other.grants {
            self.grants.entry(grant).or_default().extend(items);
        }
        self
    }

    /// The environments that it is for.
    pub fn environments(&self) -> &[String] {
        &self.environments
    }

    /// Whether there is nothing to allow, as for an offline environment, which asks no store. IAM takes no document without a
    /// statement: there is none to attach then.
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty()
    }

    /// The length of the document as IAM counts it: without white space.
    pub fn size(&self) -> usize {
        let text = serde_json::to_string(self).unwrap_or_default();
        text.chars().filter(|letter| !letter.is_whitespace()).count()
    }

    /// As many policies as it takes for each to be a document that IAM takes. One, if it is short enough; together they
    /// allow the same. Each says in its statements' names which part it is. A role takes ten managed policies by default.
    ///
    /// [`to_terraform`](Self::to_terraform) and [`to_cloudformation`](Self::to_cloudformation) split by themselves.
    pub fn split(self) -> Vec<Self> {
        if self.size() <= Self::MAX_SIZE {
            return vec![self];
        }
        // The longest name there will be, to be measured with.
        let longest = Some(Part { number: 999, of: 999 });
        let empty = Self { grants: Grants::new(), part: longest, ..self.clone() };
        let mut parts = Vec::new();
        let mut current = empty.clone();
        let items = self.grants.iter().flat_map(|(grant, items)| items.iter().map(move |item| (grant, item)));
        for (grant, item) in items {
            let mut longer = current.clone();
            longer.grants.entry(grant.clone()).or_default().insert(item.clone());
            if longer.size() > Self::MAX_SIZE && !current.is_empty() {
                parts.push(current);
                longer = empty.clone();
                longer.grants.entry(grant.clone()).or_default().insert(item.clone());
            }
            current = longer;
        }
        parts.push(current);
        let of = parts.len();
        for (index, part) in parts.iter_mut().enumerate() {
            part.part = Some(Part { number: index + 1, of });
        }
        parts
    }

    /// The document as IAM has it, in one piece whatever its [`size`](Self::size).
    pub fn to_json(&self) -> String {
        // Texts and lists of texts: there is nothing in it that could fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// For Terraform: a data source `aws_iam_policy_document`, or several if the document is too long for one.
    ///
    /// ```
    /// # use secret_config::operator::Account;
    /// # use secret_config::{Secret, SecretConfig};
    /// # #[derive(SecretConfig)]
    /// # #[config(prefix = "orders/{env}")]
    /// # struct AppConfig {
    /// #     #[secret]
    /// #     stripe_key: Secret<String>,
    /// # }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let account = Account::new("123456789012", "eu-west-1")?;
    /// let hcl = AppConfig::loader("prod").policy(&account)?.to_terraform();
    /// assert!(hcl.contains(r#"data "aws_iam_policy_document" "app_config_prod" {"#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_terraform(&self) -> String {
        let parts = self.clone().split();
        let mut text = self.comment(parts.len());
        for part in parts.iter().filter(|part| !part.is_empty()) {
            text.push('\n');
            text.push_str(&terraform::document(&part.snake_case_name(), &part.statements()));
        }
        text
    }

    /// For CloudFormation: a template in YAML with an `AWS::IAM::ManagedPolicy`, or several if the document is too long
    /// for one.
    ///
    /// ```
    /// # use secret_config::operator::Account;
    /// # use secret_config::{Secret, SecretConfig};
    /// # #[derive(SecretConfig)]
    /// # #[config(prefix = "orders/{env}")]
    /// # struct AppConfig {
    /// #     #[secret]
    /// #     stripe_key: Secret<String>,
    /// # }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let account = Account::new("123456789012", "eu-west-1")?;
    /// let yaml = AppConfig::loader("prod").policy(&account)?.to_cloudformation();
    /// assert!(yaml.contains("  AppConfigProd:\n    Type: AWS::IAM::ManagedPolicy\n"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_cloudformation(&self) -> String {
        let parts = self.clone().split();
        let mut text = self.comment(parts.len());
        if self.is_empty() {
            return text;
        }
        text.push_str(&cloudformation::head(&self.description()));
        for part in &parts {
            text.push_str(&cloudformation::resource(&part.camel_case_name(), &part.description(), &part.statements()));
        }
        text
    }

    fn statements(&self) -> Vec<Statement<'_>> {
        let suffix = self.part.map(|Part { number, of }| format!("Part{number}Of{of}"));
        statements(&self.grants, &suffix.unwrap_or_default())
    }

    /// What stands at the top of a file.
    fn comment(&self, parts: usize) -> String {
        let what = self.description();
        if self.is_empty() {
            return format!("# {what}: nothing. There is no permission to give.\n");
        }
        let mut comment = format!("# {what}, and nothing else. Made by secret-config from the struct.\n");
        if parts > 1 {
            comment.push_str(&format!(
                "# In {parts} parts, all of which are needed: IAM takes {} characters in one document, and this has {}.\n",
                Self::MAX_SIZE,
                self.size()
            ));
        }
        comment
    }

    fn description(&self) -> String {
        let part = self.part.map(|Part { number, of }| format!(", part {number} of {of}"));
        let (configs, environments) = (self.configs.join(", "), self.environments.join(", "));
        format!("What {configs} loads in {environments}{}", part.unwrap_or_default())
    }

    /// The words of its name, without what names of Terraform and CloudFormation do not take.
    fn words(&self) -> impl Iterator<Item = String> {
        let names = self.configs.iter().chain(&self.environments);
        let words = names.flat_map(|name| name.split(|letter: char| !letter.is_ascii_alphanumeric()));
        let part = self.part.map(|part| part.number.to_string());
        words.filter(|word| !word.is_empty()).map(str::to_owned).chain(part)
    }

    fn snake_case_name(&self) -> String {
        let mut name = String::new();
        for word in self.words() {
            let mut before = '_';
            for letter in word.chars() {
                if before == '_' && !name.is_empty() || letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
                    name.push('_');
                }
                name.push(letter.to_ascii_lowercase());
                before = letter;
            }
        }
        name
    }

    fn camel_case_name(&self) -> String {
        let capitalized = |word: String| {
            let first = word.chars().next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(word.chars().skip(1)).collect::<String>()
        };
        self.words().map(capitalized).collect()
    }
}

/// The last name of a path, without the parameters of a generic type.
fn name_of_type(name: &str) -> &str {
    let name = name.split_once('<').map_or(name, |(name, _)| name);
    name.rsplit_once("::").map_or(name, |(_, name)| name).trim()
}

/// The IAM document.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Document { version: LANGUAGE, statement: self.statements() }.serialize(serializer)
    }
}

/// The IAM document.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}
