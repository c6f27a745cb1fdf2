//! The proof of a policy: with it a load succeeds, without any part of it something is denied, and nothing else is allowed.
//! `FakeAws` enforces, and judges by a reading of IAM's language that shares nothing with what writes the policies.

use secret_config::operator::{Account, Policy};
use secret_config::testing::{AccessPolicy, Authorization, FakeAws};
use secret_config::{LoadError, Loader, Problem, ProblemKind, SecretConfig};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A customer key.
pub const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// How much was proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proven {
    /// Statements and resources that the load cannot do without.
    pub needed: usize,
    /// Statements and resources that this load asks for and can do without: batch calls, and candidates that come later.
    pub spare: usize,
    /// Requests beside what is allowed.
    pub denied: usize,
}

impl AddAssign for Proven {
    fn add_assign(&mut self, other: Self) {
        self.needed += other.needed;
        self.spare += other.spare;
        self.denied += other.denied;
    }
}

/// The account of `FakeAws`.
pub fn account() -> Account {
    Account::new(FakeAws::ACCOUNT, FakeAws::REGION).expect("it is one")
}

/// Proves the policy of a load that succeeds on `aws`, as it is and with everything there encrypted with a customer key.
/// `aws` itself is not asked: each load has a copy of it.
///
/// # Panics
///
/// If it is not as it should be.
pub async fn prove<T: SecretConfig>(aws: &FakeAws, loader: impl Fn() -> Loader<T>) -> Proven {
    let mut proven = Proof::<T, _>::new(aws, &loader, Keys::OfAws).run().await;
    proven += Proof::<T, _>::new(aws, &loader, Keys::OfTheCustomer).run().await;
    proven
}

/// The same for a load that a server of a test has let through in spite of a denial, which proves nothing.
pub async fn prove_unless_denied<T: SecretConfig>(aws: &FakeAws, loader: impl Fn() -> Loader<T>) {
    let proof = Proof::<T, _>::new(aws, &loader, Keys::OfAws);
    if proof.load(&[]).await.judged.iter().all(Authorization::is_allowed) {
        prove(aws, loader).await;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    OfAws,
    OfTheCustomer,
}

struct Proof<'a, T: SecretConfig, L: Fn() -> Loader<T>> {
    aws: &'a FakeAws,
    loader: &'a L,
    keys: Keys,
    policy: Policy,
    document: Value,
}

struct Load {
    error: Option<LoadError>,
    judged: Vec<Authorization>,
}

impl<'a, T: SecretConfig, L: Fn() -> Loader<T>> Proof<'a, T, L> {
    fn new(aws: &'a FakeAws, loader: &'a L, keys: Keys) -> Self {
        let account = match keys {
            Keys::OfAws => account(),
            Keys::OfTheCustomer => account().kms_key(KEY).expect("it is one"),
        };
        let policy = loader().policy(&account).unwrap_or_else(|error| panic!("{error}"));
        let document = serde_json::from_str(&policy.to_json()).expect("it is JSON");
        Self { aws, loader, keys, policy, document }
    }

    /// A load by whoever has these policies; everybody may do everything where there are none.
    async fn load(&self, documents: &[&Value]) -> Load {
        let aws = self.aws.fork().await.expect("a port is free");
        if self.keys == Keys::OfTheCustomer {
            aws.encrypt_with("*", KEY);
        }
        documents.iter().for_each(|document| aws.attach_policy(parsed(document)));
        // A process remembers where the batch call was refused, and the system gives ports anew: no two places are the same.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let url = format!("{}/{}", aws.endpoint_url(), COUNT.fetch_add(1, Ordering::Relaxed));
        let config = aws.sdk_config().to_builder().endpoint_url(url).build();
        let error = (self.loader)().aws(&config).load().await.err();
        Load { error, judged: aws.authorizations() }
    }

    async fn run(&self) -> Proven {
        let free = self.load(&[]).await;
        assert!(free.error.is_none(), "the load is to succeed where everything is allowed: {:?}", free.error);
        if self.policy.is_empty() {
            assert!(free.judged.is_empty(), "an empty policy, and a load that asks for something: {:?}", free.judged);
            return Proven::default();
        }
        let load = self.load(&[&self.document]).await;
        assert!(load.error.is_none(), "with its policy the load fails: {:?}\n{}", load.error, self.policy);
        assert_eq!(set(&load.judged), set(&free.judged), "with its policy a load makes other calls");
        self.assert_all_is_asked_for(&load.judged);
        let mut proven = self.assert_nothing_is_spared(&load.judged).await;
        assert!(proven.needed > 0, "nothing of the policy is needed");
        proven.denied = self.assert_nothing_else_is_allowed(&load.judged);
        proven
    }

    /// Each resource, and each value of a condition, is of something that the load asks for.
    fn assert_all_is_asked_for(&self, judged: &[Authorization]) {
        for (statement, part) in self.parts_by_statement() {
            let alone = parsed(&document(vec![only(&self.document["Statement"][statement], &part)]));
            let is_asked_for = judged.iter().any(|one| allows(&alone, one));
            assert!(
                is_asked_for || self.is_twin(statement, &part, judged) || is_plain(&part, judged),
                "nobody asks for {part:?} in\n{}",
                self.policy
            );
        }
    }

    /// The two ARNs of a secret that may be absent: by the one it is judged if it exists, by the other if it does not.
    fn is_twin(&self, statement: usize, part: &Part, judged: &[Authorization]) -> bool {
        let Part::Resource(resource) = part else { return false };
        let twin = match resource.strip_suffix("-??????") {
            Some(absent) => absent.to_owned(),
            None => format!("{resource}-??????"),
        };
        let document = &self.document["Statement"][statement];
        let alone = parsed(&document_of(only(document, &Part::Resource(twin.clone()))));
        texts(&document["Resource"]).contains(&twin) && judged.iter().any(|one| allows(&alone, one))
    }

    /// Takes away each statement, each resource and each value of a condition, one at a time.
    async fn assert_nothing_is_spared(&self, judged: &[Authorization]) -> Proven {
        let spare_names = self.later_candidates();
        let statements = self.document["Statement"].as_array().expect("they are a list");
        let mut proven = Proven::default();
        let mut removals: Vec<(String, Value, Vec<Part>)> = Vec::new();
        for index in 0..statements.len() {
            let mut rest = statements.clone();
            let removed = rest.remove(index);
            let parts = parts(&removed);
            removals.push((removed["Sid"].to_string(), document(rest), parts));
        }
        for (index, part) in self.parts_by_statement() {
            let mut rest = statements.clone();
            // The last one is the statement.
            if without(&mut rest[index], &part) {
                removals.push((format!("{part:?} of {}", rest[index]["Sid"]), document(rest), vec![part]));
            }
        }
        for (name, rest, parts) in removals {
            let load = self.load(&[&rest]).await;
            let is_denied = load.judged.iter().any(|one| !one.is_allowed());
            let is_used = parts.iter().any(|part| judged.iter().any(|one| part.speaks_of(one)));
            assert_eq!(is_denied, is_used, "without {name}: {:?}", load.judged);
            if !is_used {
                continue;
            }
            let is_spare = |part: &Part| match part {
                Part::Resource(resource) if resource == "*" => true,
                Part::Resource(value) | Part::Context(_, value) => spare_names.iter().any(|name| name.fits(value)),
            };
            match load.error {
                None => {
                    assert!(parts.iter().all(is_spare), "without {name} the load succeeds\n{}", self.policy);
                    proven.spare += 1;
                }
                Some(error) => {
                    let is_of_access = |kind| matches!(kind, ProblemKind::Denied | ProblemKind::Undecryptable);
                    let mut kinds = error.problems().iter().map(Problem::kind);
                    assert!(kinds.clone().any(is_of_access), "without {name}: {error}");
                    // Of a section that the store decides on, half is denied and half is not there.
                    assert!(
                        kinds.all(|kind| is_of_access(kind) || kind == ProblemKind::Missing),
                        "without {name}: {error}"
                    );
                    proven.needed += 1;
                }
            }
        }
        proven
    }

    /// Names that stand behind others in a list of candidates.
    fn later_candidates(&self) -> Vec<Candidate> {
        let manifest = T::manifest(self.policy.environments()[0].as_str()).expect("there is one if there is a policy");
        let manifest = serde_json::to_value(manifest).expect("it is JSON");
        let mut later = Vec::new();
        for field in manifest["fields"].as_array().expect("they are a list") {
            let mut places = BTreeSet::new();
            for remote in field["remotes"].as_array().into_iter().flatten() {
                if !places.insert(remote["place"].to_string()) {
                    later.push(Candidate(remote["name"].as_str().expect("it is text").to_owned()));
                }
            }
        }
        later
    }

    /// What is beside each request of the load: other actions, other resources, other uses of the key. Answers how many.
    fn assert_nothing_else_is_allowed(&self, judged: &[Authorization]) -> usize {
        let whole = parsed(&self.document);
        let asked = set(judged);
        let mut denied = 0;
        let mut assert_denied = |action: &str, resource: &str, context: &[(&str, &str)]| {
            // What is allowed on `*` has nothing beside it.
            if asked.contains(&request(action, resource, context)) || asked.contains(&request(action, "*", &[])) {
                return;
            }
            assert!(
                !whole.allows(action, resource, context),
                "{action} on {resource} with {context:?} is allowed by\n{}",
                self.policy
            );
            denied += 1;
        };
        for one in judged {
            let context: Vec<_> = one.context().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            for action in ACTIONS {
                assert_denied(action, one.resource(), &context);
                assert_denied(action, "*", &context);
            }
            for resource in beside(one.resource()) {
                // The secret that is absent, if it existed.
                if resource == format!("{}-AbCdEf", one.resource())
                    && self.is_in_it(&format!("{}-??????", one.resource()))
                {
                    continue;
                }
                assert_denied(one.action(), &resource, &context);
            }
            for (index, (key, value)) in context.iter().enumerate() {
                let mut others = context.clone();
                others.remove(index);
                assert_denied(one.action(), one.resource(), &others);
                let beside =
                    beside(value).into_iter().chain([format!("x{value}"), format!("{value}x"), "*".to_owned()]);
                for value in beside {
                    let mut others = context.clone();
                    others[index] = (key, &value);
                    // What is below a level of the config may be decrypted, as it may be read.
                    if !(self.reads_below_level(&value, judged)) {
                        assert_denied(one.action(), one.resource(), &others);
                    }
                }
            }
        }
        denied
    }

    fn is_in_it(&self, resource: &str) -> bool {
        self.parts_by_statement().iter().any(|(_, part)| *part == Part::Resource(resource.to_owned()))
    }

    fn reads_below_level(&self, arn: &str, judged: &[Authorization]) -> bool {
        let mut levels = judged.iter().filter(|one| one.action() == "ssm:GetParametersByPath");
        levels.any(|level| arn.starts_with(&format!("{}/", level.resource().trim_end_matches('/'))))
    }

    /// What can be taken out of a statement, each with the statement's index.
    fn parts_by_statement(&self) -> Vec<(usize, Part)> {
        let statements = self.document["Statement"].as_array().expect("they are a list");
        let of_statement = |(index, statement)| parts(statement).into_iter().map(move |part| (index, part));
        statements.iter().enumerate().flat_map(of_statement).collect()
    }
}

/// Everything that any of the services' policies could be about.
const ACTIONS: &[&str] = &[
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:GetParameterHistory",
    "ssm:PutParameter",
    "ssm:DeleteParameter",
    "ssm:DescribeParameters",
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:DescribeSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecret",
    "secretsmanager:DeleteSecret",
    "secretsmanager:ListSecrets",
    "secretsmanager:GetResourcePolicy",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:CreateGrant",
    "iam:PassRole",
];

/// ARNs that are like this one.
fn beside(arn: &str) -> Vec<String> {
    let (parent, last) = arn.rsplit_once(['/', ':']).unwrap_or((arn, ""));
    let mut beside = vec![
        format!("{arn}x"),
        format!("{arn}/x"),
        format!("{arn}-AbCdEf"),
        arn[..arn.len() - 1].to_owned(),
        parent.to_owned(),
        format!("{parent}/"),
        format!("{parent}/another"),
        format!("{parent}/x{last}"),
        arn.to_uppercase(),
        arn.replacen("eu-west-1", "us-east-1", 1),
        arn.replacen("123456789012", "999999999999", 1),
        arn.replacen("arn:aws:", "arn:aws-cn:", 1),
        arn.replace("prod", "dev"),
        arn.replace("dev", "prod"),
    ];
    beside.retain(|other| other != arn);
    beside
}

/// What can be taken out of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Resource(String),
    /// Of the encryption context: the key, and a value.
    Context(String, String),
}

impl Part {
    fn speaks_of(&self, one: &Authorization) -> bool {
        let is_like = |pattern: &str, text: &str| {
            let like = json!({"Effect": "Allow", "Action": "a:b", "Resource": pattern});
            parsed(&document(vec![like])).allows("a:b", text, &[])
        };
        match self {
            Self::Resource(resource) => is_like(resource, one.resource()) && (resource != "*" || one.resource() == "*"),
            Self::Context(key, wanted) => {
                one.context().iter().any(|(given, value)| given == key && is_like(wanted, value))
            }
        }
    }
}

/// The resources, but of a key what is decrypted with it.
fn parts(statement: &Value) -> Vec<Part> {
    let Some(conditions) = statement["Condition"].as_object() else {
        return texts(&statement["Resource"]).into_iter().map(Part::Resource).collect();
    };
    let keys = conditions.values().filter_map(Value::as_object).flatten();
    let contexts = keys.filter(|(key, _)| key.starts_with("kms:EncryptionContext:"));
    contexts
        .flat_map(|(key, values)| texts(values).into_iter().map(|value| Part::Context(key.clone(), value)))
        .collect()
}

/// The statement with nothing but this part.
fn only(statement: &Value, part: &Part) -> Value {
    let mut only = statement.clone();
    match part {
        Part::Resource(resource) => only["Resource"] = json!(resource),
        Part::Context(key, value) => {
            for keys in only["Condition"].as_object_mut().expect("it has one").values_mut() {
                if let Some(values) = keys.get_mut(key) {
                    *values = json!(value);
                }
            }
        }
    }
    only
}

/// Takes the part away, if another one is left.
fn without(statement: &mut Value, part: &Part) -> bool {
    let take = |values: &mut Value, taken: &str| {
        let rest: Vec<_> = texts(values).into_iter().filter(|value| value != taken).collect();
        let is_left = !rest.is_empty();
        *values = json!(rest);
        is_left
    };
    match part {
        Part::Resource(resource) => take(&mut statement["Resource"], resource),
        Part::Context(key, value) => {
            let operators = statement["Condition"].as_object_mut().expect("it has one");
            operators.values_mut().filter_map(|keys| keys.get_mut(key)).all(|values| take(values, value))
        }
    }
}

/// Whether the part is of what is asked for and not decrypted: a plain parameter, or a secret that does not exist. Which of
/// them are, only the store knows.
fn is_plain(part: &Part, judged: &[Authorization]) -> bool {
    let Part::Context(_, value) = part else { return false };
    judged.iter().any(|one| [value.trim_end_matches("/*"), value.trim_end_matches("-??????")].contains(&one.resource()))
}

/// The name of a candidate, with `*` for what the layers decide.
struct Candidate(String);

impl Candidate {
    fn fits(&self, arn: &str) -> bool {
        let mut rest = arn.trim_end_matches("-??????");
        // From the end: an ARN ends in the name.
        let pieces: Vec<_> = self.0.trim_start_matches('/').split('*').collect();
        for (index, piece) in pieces.iter().rev().enumerate() {
            let found =
                if index == 0 { rest.ends_with(piece).then(|| rest.len() - piece.len()) } else { rest.rfind(piece) };
            match found {
                Some(at) => rest = &rest[..at],
                None => return false,
            }
        }
        true
    }
}

fn parsed(document: &Value) -> AccessPolicy {
    AccessPolicy::parse(&document.to_string()).unwrap_or_else(|error| panic!("{error} in {document}"))
}

/// A document of these statements; of one that allows nothing that matters, if there are none.
fn document(mut statements: Vec<Value>) -> Value {
    if statements.is_empty() {
        statements.push(json!({"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn document_of(statement: Value) -> Value {
    document(vec![statement])
}

/// A text, or a list of them.
fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    value.as_array().map_or_else(|| vec![text(value)], |values| values.iter().map(text).collect())
}

fn allows(policy: &AccessPolicy, one: &Authorization) -> bool {
    let context: Vec<_> = one.context().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    policy.allows(one.action(), one.resource(), &context)
}

fn set(judged: &[Authorization]) -> BTreeSet<String> {
    let text = |one: &Authorization| {
        let context: Vec<_> = one.context().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        request(one.action(), one.resource(), &context)
    };
    judged.iter().map(text).collect()
}

fn request(action: &str, resource: &str, context: &[(&str, &str)]) -> String {
    format!("{action} {resource} {context:?}")
}
