//! A service that loads a secret of every shape, and drops what it has step by step. At each step it waits for a line on
//! its input, so that whoever started it can search its memory.
//!
//! It knows no secret but by the load, and compares none.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use secret_config::{Secret, SecretConfig};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Runtime;

#[derive(SecretConfig)]
#[config(prefix = "memory", references)]
struct Secrets {
    #[secret(ssm = "/memory/secure")]
    secure: Secret<String>,
    #[secret(ssm = "/memory/long")]
    long: Secret<String>,
    #[secret(ssm = "/memory/list")]
    list: Vec<Secret<String>>,
    #[secret(ssm_path = "/memory/map")]
    map: HashMap<String, Secret<String>>,
    #[secret(secretsmanager = "memory/text")]
    text: Secret<String>,
    #[secret(secretsmanager = "memory/large")]
    large: Secret<String>,
    #[secret(secretsmanager = "memory/document", key = "plain")]
    plain: Secret<String>,
    #[secret(secretsmanager = "memory/document", key = "escaped")]
    escaped: Secret<String>,
    #[secret(secretsmanager = "memory/binary")]
    binary: Secret<Vec<u8>>,
    #[config(inject("*.password", ssm = "/memory/connectors/{self.name}"))]
    connectors: Vec<Connector>,
    referenced: Secret<String>,
}

#[derive(Deserialize)]
struct Connector {
    name: String,
    password: Secret<String>,
}

const LAYERS: &str = "referenced = \"${secretsmanager:memory/referenced}\"\n[[connectors]]\nname = \"first\"\n";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [provider, endpoint, directory, options @ ..] = arguments.as_slice() else {
        panic!("memory PROVIDER ENDPOINT DIRECTORY [harden] [thread]");
    };
    if options.iter().any(|option| option == "harden") {
        let hardened = secret_config::harden();
        assert!(hardened.is_complete(), "{hardened}");
    }
    let directory = Path::new(directory);
    std::fs::create_dir_all(directory.join("root/config")).expect("a directory");
    std::fs::write(directory.join("root/config/default.toml"), LAYERS).expect("a file");
    let config = sdk_config(provider, endpoint, directory);
    let mut runtime = None;
    let secrets = if options.iter().any(|option| option == "thread") {
        let on_a_thread_that_ends = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(load(&config, directory))
        };
        std::thread::scope(|scope| scope.spawn(on_a_thread_that_ends).join().expect("secrets"))
    } else {
        runtime.insert(Runtime::new().expect("a runtime")).block_on(load(&config, directory))
    };
    tell_lengths(&secrets);
    step("held");
    drop(secrets);
    step("secrets dropped");
    drop(config);
    if let Some(runtime) = &runtime {
        // Its connections end when the runtime comes to them.
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
    }
    step("client dropped");
    drop(runtime);
    step("runtime dropped");
}

async fn load(config: &SdkConfig, directory: &Path) -> Secrets {
    let loader = Secrets::loader("prod").root(directory.join("root")).env_vars([("", ""); 0]).aws(config);
    loader.load().await.unwrap_or_else(|error| panic!("{error}"))
}

fn step(name: &str) {
    println!("{name}");
    std::io::stdin().read_line(&mut String::new()).expect("a line");
}

fn tell_lengths(secrets: &Secrets) {
    let length = |secret: &Secret<String>| secret.expose_secret().len();
    let texts = [&secrets.secure, &secrets.long, &secrets.text, &secrets.large, &secrets.plain, &secrets.escaped];
    let others = secrets.list.iter().chain(secrets.map.values()).chain([&secrets.referenced]);
    let injected = secrets.connectors.iter().map(|connector| length(&connector.password) + connector.name.len());
    let lengths = texts.into_iter().chain(others).map(length).chain(injected);
    println!("{} bytes", lengths.sum::<usize>() + secrets.binary.expose_secret().len());
}

/// With the client of `provider`; or with none, so that the library makes its own.
fn sdk_config(provider: &str, endpoint: &str, directory: &Path) -> SdkConfig {
    let provider = match provider {
        "own" => None,
        "rustls" => Some(Provider::Rustls(CryptoMode::AwsLc)),
        "s2n-tls" => Some(Provider::S2nTls),
        other => panic!("no provider {other}"),
    };
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "invented", None, None, "memory");
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials));
    if let Some(provider) = provider {
        let authority = std::fs::read(directory.join("authority.pem")).expect("the server's certificate");
        let trust = TlsContext::builder().with_trust_store(TrustStore::empty().with_pem_certificate(authority));
        let client = aws_smithy_http_client::Builder::new().tls_provider(provider);
        config = config.http_client(client.tls_context(trust.build().expect("a context")).build_https());
    }
    config.build()
}
