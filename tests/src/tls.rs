//! TLS in front of a server on loopback, with a certificate made for the occasion.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Where it is reached, and the certificate to trust, as PEM.
pub struct Front {
    pub url: String,
    pub certificate: String,
}

/// TLS for `localhost` that offers these protocols, and the certificate.
pub fn acceptor(protocols: &[&str]) -> (TlsAcceptor, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).expect("a key");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("the key just made");
    let tls = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
    let mut tls = tls.expect("the certificate just made");
    tls.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    (TlsAcceptor::from(Arc::new(tls)), cert.pem())
}

/// Hands what comes through TLS on to `backend`, until the runtime ends.
pub async fn front(backend: &str) -> Front {
    let (acceptor, certificate) = acceptor(&[]);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("https://localhost:{}", listener.local_addr().expect("a port").port());
    let backend = backend.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, acceptor.clone(), backend.clone()));
        }
    });
    Front { url, certificate }
}

/// A connection that fails is the business of the client, which tells.
async fn converse(stream: TcpStream, acceptor: TlsAcceptor, backend: String) {
    let _ = stream.set_nodelay(true);
    if let (Ok(mut outside), Ok(mut inside)) = tokio::join!(acceptor.accept(stream), TcpStream::connect(backend)) {
        let _ = inside.set_nodelay(true);
        let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
    }
}
