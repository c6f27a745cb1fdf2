//! Where a service offers HTTP/2, a load speaks it, and its calls share connections.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use secret_config::testing::{FakeAws, Parameter};
use secret_config::{Secret, SecretConfig};
use secret_config_tests::{emulator::sdk_config_that_trusts, tls};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};

/// Two calls to Parameter Store, for twenty names, and one to Secrets Manager.
#[derive(Debug, SecretConfig)]
#[config(env_prefix = "HTTP2")]
struct Config {
    #[config(default)]
    names: Vec<String>,
    #[secret(for_each = "names", ssm = "/http2/{entry}")]
    parameters: HashMap<String, Secret<String>>,
    #[secret(secretsmanager = "http2/key")]
    key: Secret<String>,
}

/// What reached the front: a version for each request, in a list for each connection.
type Seen = Arc<Mutex<Vec<Vec<Version>>>>;

/// A front with TLS that offers HTTP/2, and hands requests on to `backend`. Where it is, and whom to trust.
async fn front(backend: &str, seen: Seen) -> (String, String) {
    let (acceptor, certificate) = tls::acceptor(&["h2", "http/1.1"]);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let backend = backend.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, backend, seen) = (acceptor.clone(), backend.clone(), seen.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let number = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(Vec::new());
                    seen.len() - 1
                };
                let service = service_fn(move |request: Request<Incoming>| {
                    seen.lock().unwrap()[number].push(request.version());
                    hand_on(request, backend.clone())
                });
                let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    (url, certificate)
}

async fn hand_on(request: Request<Incoming>, backend: String) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let stream = TcpStream::connect(&backend).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (head, body) = request.into_parts();
    let mut handed = Request::post("/").header("host", backend);
    handed.headers_mut().unwrap().extend(head.headers);
    let body = Full::new(body.collect().await?.to_bytes());
    let (head, body) = sender.send_request(handed.body(body).unwrap()).await?.into_parts();
    Ok(Response::from_parts(head, Full::new(body.collect().await?.to_bytes())))
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_share_a_connection_where_the_service_offers_http2() {
    let aws = FakeAws::start().await.unwrap();
    let names: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    for name in &names {
        aws.put_parameter(&format!("/http2/{name}"), Parameter::secure_string("a value"));
    }
    aws.put_secret("http2/key", "a key");
    let seen = Seen::default();
    let (url, certificate) = front(aws.endpoint_url(), seen.clone()).await;
    let sdk_config = sdk_config_that_trusts(&url, Some(&certificate));
    let mut connections = Vec::new();
    for _ in 0..2 {
        let loader = Config::loader("dev").aws(&sdk_config).env_vars([("HTTP2_NAMES", names.join(","))]);
        let config = loader.load().await.unwrap();
        assert_eq!(config.parameters.len(), 20);
        assert!(config.parameters.values().all(|value| value.expose_secret() == "a value"));
        assert_eq!(config.key.expose_secret(), "a key");
        connections.push(seen.lock().unwrap().len());
    }
    let requests = seen.lock().unwrap().concat();
    assert_eq!(requests, [Version::HTTP_2; 6]);
    // Calls that begin together do not know yet what the service offers. Those that follow share what is there.
    assert!(connections[0] <= 3 && connections[1] == connections[0], "{connections:?}");
}
