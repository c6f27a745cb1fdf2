//! The words of the attributes: each exists once, here, with the place where it belongs.

/// Attributes.
pub(crate) const CONFIG: &str = "config";
pub(crate) const SECRET: &str = "secret";
pub(crate) const SERDE: &str = "serde";

// Of the root of a load.
pub(crate) const PREFIX: &str = "prefix";
pub(crate) const ENVIRONMENTS: &str = "environments";
pub(crate) const OFFLINE: &str = "offline";
pub(crate) const ENV_PREFIX: &str = "env_prefix";
pub(crate) const IGNORE_ENV: &str = "ignore_env";
pub(crate) const FILES: &str = "files";
pub(crate) const REFERENCES: &str = "references";
pub(crate) const FILES_OVER_ENV: &str = "files_over_env";
pub(crate) const DENY_ENV_SECRETS: &str = "deny_env_secrets";

// Of a struct.
pub(crate) const STORE: &str = "store";
pub(crate) const NAMES: &str = "names";
pub(crate) const DOCUMENT: &str = "document";
pub(crate) const RENAME_ALL: &str = "rename_all";
pub(crate) const ALLOW_UNKNOWN: &str = "allow_unknown";
pub(crate) const BOUND: &str = "bound";
pub(crate) const CRATE: &str = "crate";

// Of a field; `default`, `names`, `document`, `when` and `unless` of both.
pub(crate) const LOCAL: &str = "local";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const NESTED: &str = "nested";
pub(crate) const FLATTEN: &str = "flatten";
pub(crate) const ENV: &str = "env";
pub(crate) const RENAME: &str = "rename";
pub(crate) const ALIAS: &str = "alias";
pub(crate) const WITH: &str = "with";
pub(crate) const DESERIALIZE_WITH: &str = "deserialize_with";
pub(crate) const SKIP: &str = "skip";
pub(crate) const ALLOW_IN_FILES: &str = "allow_in_files";
pub(crate) const PROBE: &str = "probe";
pub(crate) const INJECT: &str = "inject";

// Of a store.
pub(crate) const SSM: &str = "ssm";
pub(crate) const SSM_PATH: &str = "ssm_path";
pub(crate) const SECRETSMANAGER: &str = "secretsmanager";
pub(crate) const FILE: &str = "file";
pub(crate) const SOURCE: &str = "source";
pub(crate) const NAME: &str = "name";
pub(crate) const KEY: &str = "key";
pub(crate) const STAGE: &str = "stage";
pub(crate) const VERSION: &str = "version";
pub(crate) const FORMAT: &str = "format";
pub(crate) const FOR_EACH: &str = "for_each";
pub(crate) const SHARED: &str = "shared";
pub(crate) const WHEN: &str = "when";
pub(crate) const UNLESS: &str = "unless";

// Of `inject(..)` alone.
pub(crate) const OPTIONAL: &str = "optional";

// serde's own.
pub(crate) const DESERIALIZE: &str = "deserialize";
pub(crate) const SERIALIZE: &str = "serialize";
pub(crate) const DENY_UNKNOWN_FIELDS: &str = "deny_unknown_fields";
pub(crate) const SKIP_DESERIALIZING: &str = "skip_deserializing";

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Struct,
    Field,
}

/// The words that make a struct the root of a load.
pub(crate) const ROOT_WORDS: &[&str] =
    &[PREFIX, ENVIRONMENTS, OFFLINE, ENV_PREFIX, IGNORE_ENV, FILES, REFERENCES, FILES_OVER_ENV, DENY_ENV_SECRETS];

const STRUCT_WORDS: &[&str] = &[
    PREFIX,
    ENVIRONMENTS,
    OFFLINE,
    ENV_PREFIX,
    IGNORE_ENV,
    FILES,
    REFERENCES,
    FILES_OVER_ENV,
    DENY_ENV_SECRETS,
    STORE,
    NAMES,
    DOCUMENT,
    WHEN,
    UNLESS,
    RENAME_ALL,
    ALLOW_UNKNOWN,
    DEFAULT,
    BOUND,
    CRATE,
];

const FIELD_WORDS: &[&str] = &[
    LOCAL,
    DEFAULT,
    NESTED,
    FLATTEN,
    ENV,
    RENAME,
    ALIAS,
    WITH,
    DESERIALIZE_WITH,
    SKIP,
    SSM,
    SSM_PATH,
    SECRETSMANAGER,
    KEY,
    STAGE,
    VERSION,
    FORMAT,
    FOR_EACH,
    SHARED,
    WHEN,
    UNLESS,
    FILE,
    SOURCE,
    NAME,
    INJECT,
    ALLOW_IN_FILES,
    NAMES,
    DOCUMENT,
    PROBE,
];

const INJECT_WORDS: &[&str] =
    &[SSM, SECRETSMANAGER, FILE, SOURCE, NAME, KEY, STAGE, VERSION, FORMAT, WHEN, UNLESS, OPTIONAL];

/// The words that may be written more than once.
pub(crate) const REPEATABLE: &[&str] = &[ALIAS, INJECT];

/// The stores, inside `names(..)` and `document(..)` and as values of `store`.
pub(crate) const STORES: &[&str] = &[SSM, SECRETSMANAGER];

/// The values of `format`.
pub(crate) const FORMATS: &[&str] = &["text", "json", "list", "binary"];

/// The words that name the one place a remote value comes from.
pub(crate) const PLACES: &[&str] = &[SSM, SSM_PATH, SECRETSMANAGER, FILE, SOURCE];

/// The words that say more about that place.
pub(crate) const BESIDE_A_STORE: &[&str] = &[KEY, STAGE, VERSION, FORMAT, FOR_EACH, SHARED, WHEN, UNLESS];

/// The words on a field that speak for the struct inside.
pub(crate) const OF_A_SECTION: &[&str] = &[NAMES, DOCUMENT, PROBE];

/// The words of serde that are read, with serde's meaning.
pub(crate) fn serde_read(place: Place) -> &'static [&'static str] {
    match place {
        Place::Struct => &[RENAME_ALL, DEFAULT, BOUND, DENY_UNKNOWN_FIELDS],
        Place::Field => &[RENAME, ALIAS, DEFAULT, WITH, DESERIALIZE_WITH, FLATTEN, SKIP, SKIP_DESERIALIZING, BOUND],
    }
}

/// The words of serde that change nothing about what is read.
pub(crate) fn serde_ignored(place: Place) -> &'static [&'static str] {
    match place {
        Place::Struct => &[RENAME, CRATE, "expecting", "into"],
        Place::Field => &["serialize_with", "skip_serializing", "skip_serializing_if", "getter"],
    }
}

/// The words of ours at a place.
pub(crate) fn known(place: Place) -> &'static [&'static str] {
    match place {
        Place::Struct => STRUCT_WORDS,
        Place::Field => FIELD_WORDS,
    }
}

/// What to say of a word that is none at this place.
pub(crate) fn unknown(word: &str, place: Place) -> String {
    match place {
        Place::Struct if FIELD_WORDS.contains(&word) => format!("`{word}` belongs on a field, not on the struct"),
        Place::Field if STRUCT_WORDS.contains(&word) => format!("`{word}` belongs on the struct, not on a field"),
        Place::Field if word == SECRET => {
            "a secret is marked with an attribute of its own: write `#[secret]`".to_owned()
        }
        Place::Field if word == OPTIONAL => {
            "`optional` belongs inside `inject(..)`: a field that may be absent is an `Option`".to_owned()
        }
        _ => format!("unknown word `{word}`{}", did_you_mean(word, known(place))),
    }
}

/// What to say of a word that is none of `inject(..)`.
pub(crate) fn refused_in_inject(word: &str) -> Option<String> {
    if INJECT_WORDS.contains(&word) {
        return None;
    }
    Some(if FIELD_WORDS.contains(&word) {
        format!("`{word}` cannot stand inside `inject(..)`; there are {}", listed(INJECT_WORDS))
    } else {
        format!("unknown word `{word}`{}", did_you_mean(word, INJECT_WORDS))
    })
}

/// `: did you mean ..?`, or, where nothing is near, all there are.
pub(crate) fn did_you_mean(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(known) => format!(": did you mean `{known}`?"),
        None => format!("; there are {}", listed(known)),
    }
}

/// The known word that a person may have meant.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    const ALIKE: f64 = 0.82;
    const ONE_SLIP: f64 = 0.95;
    let word = word.to_lowercase();
    // Likeness of short words is low already where two letters are swapped: one slip is always meant.
    let likeness = |known: &str| match strsim::damerau_levenshtein(&word, &known.to_lowercase()) {
        0 => 1.0,
        1 if known.len() > 2 => ONE_SLIP,
        _ => strsim::jaro_winkler(&word, &known.to_lowercase()),
    };
    known
        .iter()
        .map(|known| (*known, likeness(known)))
        .filter(|(_, likeness)| *likeness >= ALIKE)
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(known, _)| known)
}

/// `a`, `b` and `c`.
pub(crate) fn listed(words: &[&str]) -> String {
    let quoted = |word: &&str| format!("`{word}`");
    match words {
        [] => String::new(),
        [only] => quoted(only),
        [most @ .., last] => {
            let most = most.iter().map(quoted).collect::<Vec<_>>().join(", ");
            format!("{most} and {}", quoted(last))
        }
    }
}
