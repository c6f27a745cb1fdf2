//! What a name may say of the values beside it.
#![allow(dead_code)]

use secret_config::{Secret, SecretConfig};
use std::collections::{BTreeMap, HashMap};

#[derive(SecretConfig)]
#[config(prefix = "orders/{env}", environments = ["dev"], rename_all = "camelCase")]
#[config(names(secretsmanager = "{prefix}/{entry}/{field}"))]
struct AppConfig {
    tenant_id: String,
    #[config(rename = "key-ids")]
    ids: Vec<String>,
    /// By the name of the field and by its key.
    #[secret(ssm = "{prefix}/{self.tenant_id:kebab-case}/{self.tenantId}/{root.database.host}")]
    token: Secret<String>,
    #[secret(ssm = "{prefix}/keys/{entry}", for_each = "ids")]
    keys: BTreeMap<String, Secret<String>>,
    #[secret(ssm, for_each = "key-ids")]
    by_default_name: HashMap<String, Secret<String>>,
    #[secret(secretsmanager, for_each = "tenants")]
    of_tenants: Option<BTreeMap<String, Secret<String>>>,
    #[config(ssm = ["{prefix}/limits/{field}", "{prefix}/limits/default"], for_each = "tenants")]
    limits: BTreeMap<String, u32>,
    #[config(nested)]
    tenants: BTreeMap<String, Tenant>,
    #[config(nested, document(ssm = "{prefix}/{self.anything}/{entry}"), names(ssm = "{prefix}/{self.id}"))]
    first: Option<Tenant>,
}

#[derive(SecretConfig)]
#[config(document(secretsmanager = "{prefix}/{self.id:UPPERCASE}/{entry}"), names(ssm = "{prefix}/{self.id}/{field}"))]
struct Tenant {
    #[config(local)]
    id: String,
    #[secret]
    password: Secret<String>,
    #[secret(ssm)]
    salt: Secret<String>,
}

fn main() {}
