//! Each word of the attributes, once where it may stand.
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(SecretConfig)]
#[config(
    prefix = "orders/{env}",
    environments = ["dev", "staging", "prod"],
    offline = ["local"],
    env_prefix = "ORDERS",
    ignore_env = ["ORDERS_SERVICE_*"],
    files = ["config/default.toml", "/etc/orders/{env}.yaml?"],
    references,
    files_over_env,
    deny_env_secrets,
    when = "plain",
    unless(local = 0),
)]
#[config(store = "secretsmanager", names(ssm = "/{prefix}/{path:kebab-case}", secretsmanager = "{prefix}/{parent}/{field}"))]
#[config(rename_all = "kebab-case", allow_unknown, crate = "::secret_config")]
struct AppConfig {
    plain: String,
    #[config(local)]
    local: u16,
    #[secret(local, allow_in_files)]
    local_secret: Secret<String>,
    #[config(env = "RUST_LOG", default = "info")]
    log: String,
    #[config(env = ["A", "B"], alias = "old", alias = ["older", "oldest"], rename = "renamed")]
    named: String,
    #[config(with = "module")]
    with: u16,
    #[config(deserialize_with = "module::deserialize", default = 1)]
    deserialize_with: u16,
    #[config(skip)]
    skipped: u16,
    #[config(ssm)]
    parameter: Vec<String>,
    #[config(ssm = ["{prefix}/{path}", "/shared/port"], when(plain = "a"), unless = "local")]
    candidates: Option<u16>,
    #[secret(secretsmanager = ["{prefix}/new", "{prefix}/old"], key = "password")]
    secret_candidates: Secret<String>,
    #[config(ssm = ["/only/one"])]
    only: u16,
    #[config(ssm, shared)]
    same_everywhere: String,
    #[secret(secretsmanager, stage = "AWSCURRENT", shared)]
    same_secret_everywhere: Secret<String>,
    #[secret(ssm_path = "{prefix}/tokens", when = "plain")]
    tokens: BTreeMap<String, Secret<String>>,
    #[config(ssm_path = "/aws/service/global-infrastructure/regions")]
    regions: BTreeMap<String, String>,
    #[secret(ssm = "{prefix}/keys/{entry}", for_each = "nested")]
    keys: BTreeMap<String, Secret<String>>,
    #[config(ssm = "/aws/reference/secretsmanager/orders/db:AWSPREVIOUS", key = "port")]
    reference: u16,
    #[config(ssm = "/aws/reference/secretsmanager/orders/db", key = "port", version = "AWSPREVIOUS")]
    reference_and_version: u16,
    #[secret(secretsmanager = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::")]
    ecs: Secret<String>,
    #[secret(secretsmanager = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf::AWSPREVIOUS:", key = "password")]
    ecs_stage: Secret<String>,
    #[config(inject("password", ssm = "/orders/password", optional))]
    injected: BTreeMap<String, String>,
    #[config(ssm = "/aws/service/ami/latest")]
    public: String,
    #[config(ssm = "arn:aws:ssm:eu-west-1:123456789012:parameter/shared/port", version = "3", format = "text")]
    arn: u16,
    #[secret(ssm = "token", version = "blue.green-1")]
    label: Secret<String>,
    #[secret(secretsmanager)]
    by_default_name: Secret<String>,
    #[secret(secretsmanager = "{prefix}/db", key = "/users/0/password", stage = "AWSPREVIOUS")]
    key: Secret<String>,
    #[secret(secretsmanager = "orders/api-secret", stage = "AWSCURRENT", version = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    pinned: Secret<String>,
    #[secret(stage = "AWSPENDING")]
    #[config(default)]
    pending: Option<Secret<String>>,
    #[secret(secretsmanager = "{prefix}/tls", format = "binary")]
    binary: Secret<Vec<u8>>,
    #[config(ssm = "/orders/limits", format = "json")]
    json: BTreeMap<String, u32>,
    #[config(ssm = "/orders/hosts", format = "list")]
    list: Vec<String>,
    #[secret(file = "/run/secrets/{field}")]
    file: Secret<String>,
    #[secret(source = "vault", name = "kv/{env}/{path}", key = "token")]
    source: Secret<String>,
    #[secret]
    several: BTreeMap<String, Secret<String>>,
    #[config(nested)]
    nested: Database,
    #[config(nested, document(secretsmanager = "{prefix}/replica"), names(ssm = "/replica/{path}"), alias = "reader")]
    replica: Option<Box<Database>>,
    #[config(nested)]
    shared: Arc<Database>,
    #[config(nested, probe, when = "plain")]
    probed: Option<Database>,
    #[config(flatten)]
    flat: Flat,
    #[config(flatten, names(ssm = "/flat/{path}"), probe)]
    flat_at_its_place: Option<Other>,
    #[config(flatten, default)]
    rest: BTreeMap<String, String>,
}

#[derive(SecretConfig)]
#[config(document(secretsmanager = "{prefix}/db"))]
struct Database {
    host: String,
    #[secret]
    password: Secret<String>,
    #[config(key = "dbname", stage = "AWSPREVIOUS")]
    name: String,
    #[config(shared)]
    engine: String,
    #[config(local, default = 10)]
    max_connections: u32,
    #[config(ssm = "{prefix}/flag")]
    flag: bool,
}

#[derive(Default, SecretConfig)]
#[config(default, bound = "")]
struct Flat {
    size: usize,
}

#[derive(SecretConfig)]
struct Other {
    other: Option<usize>,
}

mod module {
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}

fn main() {}
