//! What the library costs to build: an app with it against one with the bare SDK, the size of its tables, and the time
//! of its derive against serde's.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// An app that loads its config with the library, and one that makes the same two calls by hand, with the same features
/// of the SDK: each built in release from nothing. It takes minutes, and runs only when it is named.
pub(crate) fn cost() {
    const OURS: &str = "use secret_config::{Secret, SecretConfig};\n\n\
        #[derive(SecretConfig)]\n#[config(prefix = \"app\")]\nstruct AppConfig {\n    #[secret]\n    key: Secret<String>,\n    \
        #[secret(secretsmanager)]\n    password: Secret<String>,\n}\n\n#[tokio::main]\nasync fn main() {\n    \
        let config = AppConfig::load(\"prod\").await.unwrap();\n    \
        println!(\"{}\", config.key.expose_secret().len() + config.password.expose_secret().len());\n}\n";
    const BARE: &str = "#[tokio::main]\nasync fn main() {\n    \
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;\n    \
        let key = aws_sdk_ssm::Client::new(&config).get_parameters().with_decryption(true).names(\"/app/key\").send().await;\n    \
        let password = aws_sdk_secretsmanager::Client::new(&config).get_secret_value().secret_id(\"app/password\").send().await;\n    \
        println!(\"{} {}\", key.is_ok(), password.is_ok());\n}\n";
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../secret-config");
    let ours = format!(
        "secret-config = {{ path = {library:?}, default-features = false, features = [\"ssm\", \"secretsmanager\"] }}\n"
    );
    let bare = "aws-config = { version = \"1.13\", default-features = false, features = [\"rt-tokio\", \"credentials-process\", \"sso\", \"default-https-client\"] }\n\
        aws-sdk-ssm = { version = \"1.133\", default-features = false, features = [\"rt-tokio\"] }\n\
        aws-sdk-secretsmanager = { version = \"1.125\", default-features = false, features = [\"rt-tokio\"] }\n";
    let built = [("bare-sdk", bare, BARE), ("secret-config", ours.as_str(), OURS)].map(|(name, dependencies, source)| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cost").join(name);
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependencies}\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n[profile.release]\nstrip = true\n"
        );
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(root.join("src")).expect("the target directory can be written");
        std::fs::write(root.join("Cargo.toml"), manifest).expect("the target directory can be written");
        std::fs::write(root.join("src/main.rs"), source).expect("the target directory can be written");
        // The same versions of everything, for both.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        std::fs::copy(lock, root.join("Cargo.lock")).expect("the target directory can be written");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--release", "--quiet"]).current_dir(&root).env("CARGO_TARGET_DIR", root.join("target"));
        let start = Instant::now();
        assert!(cargo.status().expect("cargo runs").success(), "the generated crate does not compile");
        let time = start.elapsed().as_secs_f64();
        let binary = std::fs::metadata(root.join("target/release").join(name)).expect("cargo has built it").len();
        (time, binary as f64 / 1024.0 / 1024.0)
    });
    let [(bare_time, bare_size), (time, size)] = built;
    println!(
        r#"{{"bench":"cost","client":"secret-config","against":"bare-sdk","seconds":{time:.0},"time_ratio":{:.2},"mebibytes":{size:.1},"size_ratio":{:.2},"limit":1.1}}"#,
        time / bare_time,
        size / bare_size
    );
}

/// What a config of 300 fields in 40 structs adds to a release binary: the const tables, and with them the code that
/// assembles the structs.
pub(crate) fn table() {
    const STRUCTS: usize = 40;
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("table");
    let mut structs = String::new();
    let mut root = String::new();
    for number in 1..STRUCTS {
        let _ = writeln!(root, "    #[config(nested)]\n    section_{number}: S{number},");
        let _ = writeln!(structs, "#[derive(SecretConfig)]\nstruct S{number} {{");
        // 39 fields of the root, and 261 of the others.
        for field in 0..(261 / (STRUCTS - 1) + usize::from(number <= 261 % (STRUCTS - 1))) {
            // No two alike: the linker would keep one.
            let n = number;
            let field = match field {
                0 => format!("    #[config(default = 8080)]\n    port_{n}: u16,"),
                1 => format!("    host_{n}: String,"),
                2 => format!("    #[secret]\n    password_{n}: Secret<String>,"),
                3 => format!(
                    "    #[secret(secretsmanager = \"{{prefix}}/db-{n}\", key = \"user\")]\n    user_{n}: Option<Secret<String>>,"
                ),
                4 => {
                    format!("    #[config(env = \"LEVEL_{n}\", alias = \"log_level\")]\n    level_{n}: Option<String>,")
                }
                5 => format!("    #[secret(when = \"host_{n}\")]\n    token_{n}: Option<Secret<String>>,"),
                _ => format!("    enabled_{n}: Option<bool>,"),
            };
            let _ = writeln!(structs, "{field}");
        }
        structs.push_str("}\n");
    }
    let source = |root: &str, structs: &str, main: &str| {
        format!(
            "#![allow(dead_code, unused_imports)]\nuse secret_config::{{Secret, SecretConfig}};\n\
             #[derive(SecretConfig)]\n#[config(prefix = \"app\")]\nstruct AppConfig {{\n{root}}}\n{structs}\
             fn main() {{\n{main}\n}}\n"
        )
    };
    // The same types of fields, each once: what is left is what each field and struct costs.
    let one = "    #[config(nested)]\n    section_1: S1,\n";
    let first = structs.split_inclusive("}\n").next().unwrap_or_default();
    let adds = |name: &str, main: &str| {
        let few = binary(&target, &format!("few-{name}"), &source(one, first, main));
        let many = binary(&target, &format!("many-{name}"), &source(&root, &structs, main));
        (many - few) as f64 / 1024.0
    };
    let table = adds("table", "    std::hint::black_box(<AppConfig as secret_config::__private::Nested>::SPEC);");
    println!(r#"{{"bench":"table","structs":{STRUCTS},"fields":300,"kibibytes":{table:.1},"limit":100}}"#);
    let load = "    let load = std::pin::pin!(AppConfig::load(\"dev\"));\n    \
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());\n    \
                std::process::exit(i32::from(load.poll(&mut context).is_ready()));";
    let all = adds("load", load);
    println!(r#"{{"bench":"table-and-code","structs":{STRUCTS},"fields":300,"kibibytes":{all:.1}}}"#);
}

/// The size of a release binary of this source.
fn binary(target: &Path, name: &str, source: &str) -> u64 {
    let root = project(target, name, "main.rs", source);
    cargo(&root, &["build", "--release", "--quiet"]);
    let binary = target.join("target/release").join(name);
    std::fs::metadata(binary).expect("cargo has built it").len()
}

/// `cargo check` of 100 structs of 10 fields, against the same structs with `serde::Deserialize`.
pub(crate) fn derive() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("derive");
    let ours = generated(&target, "ours", "secret_config::SecretConfig");
    let serdes = generated(&target, "serdes", "serde::Deserialize");
    check(&ours);
    check(&serdes);
    let mut ratios: Vec<_> = (0..7).map(|_| check(&ours).as_secs_f64() / check(&serdes).as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        r#"{{"bench":"derive","structs":100,"fields":10,"against":"serde","ratio":{:.2},"limit":0.5}}"#,
        ratios[3]
    );
}

fn generated(target: &Path, name: &str, derive: &str) -> PathBuf {
    const TYPES: [&str; 10] =
        ["u16", "String", "bool", "Option<String>", "Vec<String>", "u64", "f64", "Option<u32>", "String", "i32"];
    let mut source = String::from("#![allow(dead_code)]\n");
    for number in 0..100 {
        let _ = write!(source, "#[derive({derive})]\npub struct S{number} {{\n");
        for (index, kind) in TYPES.iter().enumerate() {
            let _ = writeln!(source, "    field_{index}: {kind},");
        }
        source.push_str("}\n");
    }
    project(target, name, "lib.rs", &source)
}

/// A crate of its own that uses ours, without the stores.
fn project(target: &Path, name: &str, file: &str, source: &str) -> PathBuf {
    let root = target.join(name);
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../secret-config");
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         secret-config = {{ path = {library:?}, default-features = false }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n[profile.release]\nstrip = true\n"
    );
    std::fs::create_dir_all(root.join("src")).expect("the target directory can be written");
    std::fs::write(root.join("Cargo.toml"), manifest).expect("the target directory can be written");
    std::fs::write(root.join("src").join(file), source).expect("the target directory can be written");
    root
}

/// Checks the crate anew; its dependencies are ready after the first time.
fn check(root: &Path) -> Duration {
    let library = root.join("src/lib.rs");
    let source = std::fs::read(&library).expect("it was written");
    std::fs::write(&library, source).expect("the target directory can be written");
    let start = Instant::now();
    cargo(root, &["check", "--quiet"]);
    start.elapsed()
}

fn cargo(root: &Path, arguments: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).current_dir(root).env("CARGO_TARGET_DIR", root.join("../target"));
    assert!(cargo.status().expect("cargo runs").success(), "the generated crate does not compile");
}
