//! The policy as documents: what is in it and what is not, in all three languages, in every partition, in parts.
//! That it is the right one is proved where configs are loaded, by `policy_proof`.

use secret_config::operator::{Account, Policy};
use secret_config::source::Memory;
use secret_config::testing::{AccessPolicy, FakeAws, Parameter};
use secret_config::{Loader, ProblemKind, Secret, SecretConfig};
use secret_config_tests::policy_proof::{KEY, account, prove};
use secret_config_tests::python;
use secret_config_tests::table::{assert_problems, directory};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::process::Command;

/// Something of each kind.
#[derive(Debug, SecretConfig)]
#[config(prefix = "orders/{env}", environments = ["dev", "prod"], offline = ["local"], env_prefix = "ORDERS")]
#[allow(dead_code)]
struct AppConfig {
    #[config(default = 8080)]
    port: u16,
    #[config(nested)]
    database: Database,
    #[secret]
    stripe_key: Secret<String>,
    #[secret(ssm = "/orders/{env}/pinned", version = "3")]
    pinned: Option<Secret<String>>,
    #[secret(ssm = "arn:aws:ssm:eu-west-1:210987654321:parameter/shared/{env}/sentry-dsn")]
    sentry_dsn: Option<Secret<String>>,
    #[secret(secretsmanager = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:shared/{env}-AbCdEf")]
    shared: Option<Secret<String>>,
    #[secret(secretsmanager = "{prefix}/token")]
    token: Option<Secret<String>>,
    #[secret(secretsmanager = "{prefix}/token", stage = "AWSPREVIOUS")]
    token_before: Option<Secret<String>>,
    #[config(ssm_path = "{prefix}/flags", default)]
    flags: BTreeMap<String, bool>,
    #[secret(file = "run/secrets/{field}")]
    mounted: Option<Secret<String>>,
    #[secret(source = "vault", name = "x")]
    of_vault: Option<Secret<String>>,
}

#[derive(Debug, SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
#[allow(dead_code)]
struct Database {
    host: String,
    #[secret]
    password: Secret<String>,
}

fn policy(environment: &str, account: &Account) -> Policy {
    AppConfig::loader(environment).root("no/such/directory").policy(account).unwrap()
}

fn account_with_key() -> Account {
    account().kms_key(KEY).unwrap()
}

#[test]
fn as_json() {
    insta::assert_snapshot!(policy("prod", &account_with_key()).to_json());
}

#[test]
fn as_terraform() {
    insta::assert_snapshot!(policy("prod", &account_with_key()).to_terraform());
}

#[test]
fn as_cloudformation() {
    insta::assert_snapshot!(policy("prod", &account_with_key()).to_cloudformation());
}

#[test]
fn of_several_environments_and_keys() {
    let other = "arn:aws:kms:eu-west-1:123456789012:key/99999999-12ab-34cd-56ef-1234567890ab";
    let dev = policy("dev", &account().kms_key(other).unwrap());
    let both = dev.merge(policy("prod", &account_with_key()));
    assert_eq!(both.environments(), ["dev", "prod"]);
    insta::assert_snapshot!(both.to_terraform());
}

#[test]
fn the_other_partitions() {
    for (region, partition, domain) in
        [("cn-north-1", "aws-cn", "amazonaws.com.cn"), ("us-gov-west-1", "aws-us-gov", "amazonaws.com")]
    {
        let key = format!("arn:{partition}:kms:{region}:123456789012:key/1234abcd");
        let account = Account::new("123456789012", region).unwrap().kms_key(key).unwrap();
        let json = policy("prod", &account).to_json();
        // But for what is written in full.
        let own = json
            .replace("arn:aws:ssm:eu-west-1:210987654321:", "")
            .replace("arn:aws:secretsmanager:eu-west-1:210987654321:", "");
        assert!(!own.contains("arn:aws:") && !own.contains("eu-west-1"), "{json}");
        assert!(json.contains(&format!("arn:{partition}:ssm:{region}:123456789012:parameter/orders/prod/stripe_key")));
        assert!(
            json.contains(&format!(
                "arn:{partition}:secretsmanager:{region}:123456789012:secret:orders/prod/db-??????"
            ))
        );
        assert!(json.contains(&format!("\"ssm.{region}.{domain}\"")), "{json}");
    }
    let account = Account::new("123456789012", "us-gov-west-1").unwrap();
    insta::assert_snapshot!(policy("prod", &account).to_json());
}

#[test]
fn nothing_to_allow() {
    let policy = policy("local", &account_with_key());
    assert!(policy.is_empty());
    insta::assert_snapshot!(format!("{policy}\n\n{}\n{}", policy.to_terraform(), policy.to_cloudformation()));
}

/// Read by other programs: PyYAML and a parser of HCL.
#[test]
fn all_three_languages_say_the_same() {
    const CONVERT: &str = r#"
import json, sys, hcl2, yaml

def texts(value):
    return [value] if isinstance(value, str) else value

def unquoted(value):
    if isinstance(value, dict):
        return {unquoted(key): unquoted(value) for key, value in value.items()}
    if isinstance(value, list):
        return [unquoted(value) for value in value]
    if isinstance(value, str):
        text = json.loads(value) if value.startswith('"') else value
        return text.replace("$${", "${").replace("%%{", "%{")
    return value

def of_terraform(text):
    for block in unquoted(hcl2.loads(text)).get("data", []):
        (document,) = block["aws_iam_policy_document"].values()
        for statement in document["statement"]:
            conditions = [[each["test"], each["variable"], each["values"]] for each in statement.get("condition", [])]
            yield [statement["sid"], statement["effect"], statement["actions"], statement["resources"], sorted(conditions)]

def of_json(document):
    for statement in document["Statement"]:
        operators = statement.get("Condition", {}).items()
        conditions = [[test, key, texts(values)] for test, keys in operators for key, values in keys.items()]
        yield [statement["Sid"], statement["Effect"], texts(statement["Action"]), texts(statement["Resource"]), sorted(conditions)]

def of_cloudformation(text):
    for resource in yaml.safe_load(text)["Resources"].values():
        assert resource["Type"] == "AWS::IAM::ManagedPolicy", resource
        document = resource["Properties"]["PolicyDocument"]
        assert document["Version"] == "2012-10-17", document
        yield from of_json(document)

documents, terraform, cloudformation = json.load(sys.stdin)
expected = [statement for document in documents for statement in of_json(document)]
for statements in [list(of_terraform(terraform)), list(of_cloudformation(cloudformation))]:
    assert statements == expected, f"{statements}\nis not\n{expected}"
"#;
    let python = python::with_packages("policy-languages", "PyYAML==6.0.3\npython-hcl2==7.3.1\n").unwrap();
    let convert = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(convert.path(), CONVERT).unwrap();
    let files = directory("[tenants.'a*${b}%{c}?\"\\']\n[tenants.plain]");
    let odd = Tenants::loader("prod").root(files.path()).policy(&account_with_key()).unwrap();
    for policy in [policy("prod", &account_with_key()), odd, large(&account_with_key())] {
        let (terraform, cloudformation) = (policy.to_terraform(), policy.to_cloudformation());
        let documents: Vec<Value> =
            policy.split().iter().map(|part| serde_json::to_value(part).expect("it is JSON")).collect();
        let input = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(input.path(), serde_json::json!([documents, terraform, cloudformation]).to_string()).unwrap();
        let input = std::fs::File::open(input.path()).unwrap();
        let output = Command::new(&python).arg(convert.path()).stdin(input).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "orders/{env}")]
#[allow(dead_code)]
struct Tenants {
    #[config(nested, default)]
    tenants: BTreeMap<String, Tenant>,
}

#[derive(Debug, SecretConfig)]
#[allow(dead_code)]
struct Tenant {
    #[secret]
    token: Secret<String>,
}

#[test]
fn a_wildcard_in_a_key_opens_nothing() {
    let files = directory("[tenants.'*']\n[tenants.'a?c']\n[tenants.'${aws:username}']");
    let policy = Tenants::loader("prod").root(files.path()).policy(&account_with_key()).unwrap();
    let judge = AccessPolicy::parse(&policy.to_json()).unwrap();
    let allows = |tenant: &str| {
        let parameter = format!("arn:aws:ssm:eu-west-1:123456789012:parameter/orders/prod/tenants/{tenant}/token");
        let context =
            [("kms:ViaService", "ssm.eu-west-1.amazonaws.com"), ("kms:EncryptionContext:PARAMETER_ARN", &*parameter)];
        [judge.allows("ssm:GetParameters", &parameter, &[]), judge.allows("kms:Decrypt", KEY, &context)]
    };
    assert_eq!(["*", "a?c", "${aws:username}"].map(allows), [[true; 2]; 3]);
    assert_eq!(["anybody", "abc", "somebody"].map(allows), [[false; 2]; 3]);
}

/// Two hundred parameters and secrets.
fn large_loader() -> Loader<Large> {
    let ids: Vec<_> = (0..100).map(|number| format!("tenant-{number:03}")).collect();
    Large::loader("prod").root("no/such/directory").env_vars::<&str, &str>([]).set("ids", ids)
}

fn large(account: &Account) -> Policy {
    large_loader().policy(account).unwrap()
}

#[derive(Debug, SecretConfig)]
#[config(prefix = "orders/{env}")]
#[allow(dead_code)]
struct Large {
    ids: Vec<String>,
    #[secret(for_each = "ids", ssm = "{prefix}/{entry}/token")]
    tokens: HashMap<String, Secret<String>>,
    #[secret(for_each = "ids", secretsmanager = "{prefix}/{entry}/password")]
    passwords: HashMap<String, Secret<String>>,
}

#[tokio::test]
async fn what_is_too_long_for_one_document_is_split() {
    let aws = FakeAws::start().await.unwrap();
    for number in 0..100 {
        aws.put_parameter(&format!("/orders/prod/tenant-{number:03}/token"), Parameter::secure_string("t"));
        aws.put_secret(&format!("orders/prod/tenant-{number:03}/password"), "p");
    }
    aws.encrypt_with("*", KEY);
    let whole = large(&account_with_key());
    assert!(whole.size() > Policy::MAX_SIZE);
    let (terraform, cloudformation) = (whole.to_terraform(), whole.to_cloudformation());
    let parts = whole.split();
    assert!(parts.len() > 2 && parts.iter().all(|part| part.size() <= Policy::MAX_SIZE));
    let said = format!("In {} parts, all of which are needed", parts.len());
    assert!(terraform.contains(&said) && cloudformation.contains(&said));
    for (index, part) in parts.iter().enumerate() {
        let (number, of) = (index + 1, parts.len());
        assert!(part.to_json().contains(&format!("Part{number}Of{of}\"")), "{part}");
        assert!(terraform.contains(&format!("data \"aws_iam_policy_document\" \"large_prod_{number}\" {{")));
        assert!(cloudformation.contains(&format!("  LargeProd{number}:\n")));
    }
    // With all parts it loads, without any one of them it does not.
    let load = async |without: Option<usize>| {
        let aws = aws.fork().await.unwrap();
        for (index, part) in parts.iter().enumerate() {
            if Some(index) != without {
                aws.attach_policy(AccessPolicy::parse(&part.to_json()).unwrap());
            }
        }
        large_loader().aws(&aws.sdk_config()).load().await
    };
    let config = load(None).await.unwrap();
    assert_eq!((config.tokens.len(), config.passwords.len()), (100, 100));
    for index in 0..parts.len() {
        let error = load(Some(index)).await.unwrap_err();
        let is_of_access = |kind| matches!(kind, ProblemKind::Denied | ProblemKind::Undecryptable);
        assert!(error.problems().iter().all(|problem| is_of_access(problem.kind())), "{error}");
    }
}

#[test]
fn a_short_one_stays_one() {
    let policy = policy("prod", &account_with_key());
    assert_eq!(policy.clone().split(), [policy]);
}

async fn seeded() -> FakeAws {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("sk"));
    for value in ["1", "2", "3"] {
        aws.put_parameter("/orders/prod/pinned", Parameter::secure_string(value));
    }
    aws.put_parameter(
        "arn:aws:ssm:eu-west-1:210987654321:parameter/shared/prod/sentry-dsn",
        Parameter::secure_string("dsn"),
    );
    aws.put_secret("arn:aws:secretsmanager:eu-west-1:210987654321:secret:shared/prod-AbCdEf", "s");
    aws.put_secret("orders/prod/token", "before");
    aws.put_secret("orders/prod/token", "now");
    aws.put_secret("orders/prod/db", r#"{"host": "db", "password": "pw"}"#);
    aws.put_parameter("/orders/prod/flags/a", Parameter::secure_string("true"));
    aws.put_parameter("/orders/prod/flags/deeper/b", Parameter::string("false"));
    aws
}

fn loader() -> Loader<AppConfig> {
    AppConfig::loader("prod").root("no/such/directory").env_vars::<&str, &str>([]).source("vault", Memory::new())
}

#[tokio::test]
async fn something_of_each_kind_is_proved() {
    let aws = seeded().await;
    let proven = prove(&aws, loader).await;
    assert!(proven.needed > 20 && proven.spare == 2 && proven.denied > 500, "{proven:?}");
    let both = policy("dev", &account()).merge(policy("prod", &account()));
    aws.attach_policy(AccessPolicy::parse(&both.to_json()).unwrap());
    loader().aws(&aws.sdk_config()).load().await.unwrap();
}

/// On AWS a secret that does not exist is judged by its name without the six characters.
#[tokio::test]
async fn secrets_that_may_be_absent_may_be_absent() {
    let aws = FakeAws::start().await.unwrap();
    aws.put_parameter("/orders/prod/stripe_key", Parameter::secure_string("sk"));
    aws.put_secret("orders/prod/db", r#"{"host": "db", "password": "pw"}"#);
    aws.put_secret("arn:aws:secretsmanager:eu-west-1:210987654321:secret:shared/prod-AbCdEf", "s");
    aws.attach_policy(AccessPolicy::parse(&policy("prod", &account()).to_json()).unwrap());
    let config = loader().aws(&aws.sdk_config()).load().await.unwrap();
    assert!(config.token.is_none() && config.token_before.is_none());
    let document = policy("prod", &account()).to_json();
    assert!(document.contains("secret:orders/prod/token\""));
    // What the load cannot do without is not worth the words.
    assert!(!document.contains("secret:orders/prod/db\""));
}

#[tokio::test]
async fn one_secret_needs_no_batch_and_a_pinned_one_is_none() {
    #[derive(Debug, SecretConfig)]
    #[config(prefix = "{env}")]
    #[allow(dead_code)]
    struct Pinned {
        #[secret(secretsmanager = "{prefix}/a")]
        now: Secret<String>,
        #[secret(secretsmanager = "{prefix}/a", stage = "AWSPREVIOUS")]
        before: Secret<String>,
    }
    let aws = FakeAws::start().await.unwrap();
    aws.put_secret("prod/a", "1");
    aws.put_secret("prod/a", "2");
    let loader = || Pinned::loader("prod").root("no/such").env_vars::<&str, &str>([]);
    assert!(!loader().policy(&account()).unwrap().to_json().contains("Batch"));
    prove(&aws, loader).await;
}

#[test]
fn the_process_takes_nothing_from_it() {
    // This process has variables, such as PATH; a config that reads one of them has its policy all the same.
    #[derive(Debug, SecretConfig)]
    #[allow(dead_code)]
    struct OfTheProcess {
        #[secret(ssm = "/path", env = "PATH")]
        path: Secret<String>,
    }
    assert!(std::env::var_os("PATH").is_some());
    let json = OfTheProcess::loader("prod").root("no/such").policy(&account()).unwrap().to_json();
    assert!(json.contains("parameter/path"), "{json}");
    let given = OfTheProcess::loader("prod").root("no/such").env_vars([("PATH", "x")]);
    assert!(given.policy(&account()).unwrap().is_empty(), "a variable that is given counts as in the load");
}

#[test]
fn a_load_that_cannot_be_planned_has_no_policy() {
    let result = AppConfig::loader("porduction").policy(&account());
    assert_problems(result, &[(ProblemKind::UnknownEnvironment, "")]);
    let files = directory("porrt = 1");
    let result = AppConfig::loader("prod").root(files.path()).policy(&account());
    assert_problems(result, &[(ProblemKind::UnknownKey, "porrt")]);
}

#[test]
fn no_value_of_the_config_is_in_it() {
    let files = directory("port = 4711");
    let loader = || AppConfig::loader("prod").root(files.path()).env_vars([("ORDERS_STRIPE_KEY", "hunter2")]);
    let policy = loader().set("pinned", "hunter3").policy(&account_with_key()).unwrap();
    let all = format!("{policy}{policy:?}{}{}", policy.to_terraform(), policy.to_cloudformation());
    assert!(!all.contains("hunter") && !all.contains("4711"), "a value is in the policy");
}
