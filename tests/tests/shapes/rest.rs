//! `flatten` on a leaf: it reads the keys that no other field claims.

use super::*;
use serde::Deserialize;

#[derive(Debug, SecretConfig)]
#[config(prefix = "{env}", env_prefix = "APP", references)]
struct PictRs {
    #[config(default = 8080)]
    port: u16,
    #[config(nested)]
    store: Store,
    #[config(flatten)]
    labels: HashMap<String, String>,
}

#[derive(Debug, SecretConfig)]
struct Store {
    #[config(default = 3)]
    retries: u8,
    #[config(flatten, inject("secret_key", ssm = "{prefix}/{path}", when(type = "object_storage")))]
    kind: Kind,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Kind {
    Filesystem {
        path: String,
    },
    ObjectStorage {
        bucket: String,
        secret_key: Secret<String>,
        #[serde(default = "us")]
        region: String,
    },
}

fn us() -> String {
    "us-east-1".to_owned()
}

const LAYERS: &str = "team = 'media'\n[store]\ntype = 'object_storage'\nbucket = 'b'\nretries = 5";

cases! {
    the_rest_of_the_keys_is_one_value(emulator) {
        emulator.put_parameter(&emulator.parameter("store/secret_key"), SecureString, "s").await;
        let config: PictRs = load(&emulator, LAYERS).await.unwrap();
        assert_eq!((config.port, config.store.retries), (8080, 5));
        assert_eq!(config.labels, HashMap::from([("team".to_owned(), "media".to_owned())]));
        match &config.store.kind {
            Kind::ObjectStorage { bucket, secret_key, region } => {
                assert_eq!((bucket.as_str(), text(secret_key), region.as_str()), ("b", "s", "us-east-1"));
            }
            other => panic!("{other:?}"),
        }
        assert_calls(&emulator, &[("GetParameters", 1)]);
    }

    another_variant_asks_for_nothing(emulator) {
        let config: PictRs = load(&emulator, "store = { type = 'filesystem', path = 'x' }").await.unwrap();
        assert!(config.labels.is_empty() && matches!(config.store.kind, Kind::Filesystem { path } if path == "x"));
        assert_calls(&emulator, &[]);
    }

    what_is_missing_or_wrong_is_told_by_the_field(emulator) {
        assert_problems(load::<PictRs>(&emulator, LAYERS).await, &[(Missing, "store.secret_key")]);
        emulator.put_parameter(&emulator.parameter("store/secret_key"), SecureString, "s").await;
        let layers = LAYERS.replace("bucket = 'b'", "bucket = 7").replace("'media'", "['media']");
        assert_problems(load::<PictRs>(&emulator, &layers).await, &[(WrongType, "store.kind"), (WrongType, "labels")]);
        assert_problems(load::<PictRs>(&emulator, "").await, &[(WrongType, "store.kind")]);
    }

    a_denied_one_is_told [not on moto: "it judges no permissions"] (emulator) {
        emulator.as_fake().unwrap().deny("ssm:GetParameters", emulator.parameter("store/secret_key"));
        assert_problems(load::<PictRs>(&emulator, LAYERS).await, &[(Denied, "store.secret_key")]);
    }

    it_takes_variables_and_references_too(emulator) {
        emulator.put_parameter(&emulator.parameter("team"), Plain, "media").await;
        let layers = LAYERS.replace("'media'", "'${ssm:{prefix}/team}'");
        let directory = secret_config_tests::table::directory(&layers);
        let loader = loader::<PictRs>(&emulator).root(directory.path());
        let config = loader.env_vars([("APP_STORE_SECRET_KEY", "variable")]).load().await.unwrap();
        assert_eq!(config.labels["team"], "media");
        assert!(matches!(&config.store.kind, Kind::ObjectStorage { secret_key, .. } if text(secret_key) == "variable"));
    }
}
