//! Native TLS: what is spoken, and new certificates without a restart.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use crossdock_web::server::tls::{ReloadResult, TlsError, TlsKeys, TlsOptions};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::site::{Listening, Site, TIMEOUT, read_all, write};

struct Pair {
    cert: CertificateDer<'static>,
    cert_pem: String,
    key_pem: String,
}

fn pair() -> Pair {
    let made = rcgen::generate_simple_self_signed(["checkout.example".to_owned()]).expect("a certificate");
    Pair { cert: made.cert.der().clone(), cert_pem: made.cert.pem(), key_pem: made.signing_key.serialize_pem() }
}

fn store(dir: &Path, pair: &Pair) -> TlsOptions {
    let options = TlsOptions { cert: dir.join("cert.pem"), key: dir.join("key.pem") };
    std::fs::write(&options.cert, &pair.cert_pem).expect("written");
    std::fs::write(&options.key, &pair.key_pem).expect("written");
    options
}

async fn connect(
    server: &Listening,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("a root");
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("checkout.example").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, server.connect().await).await
}

#[tokio::test]
async fn both_versions_of_tls_and_of_http_are_spoken() {
    let (site, dir, pair) = (Site::new().await, tempfile::tempdir().expect("a folder"), pair());
    let server = site.listen(Some(TlsKeys::load(store(dir.path(), &pair)).expect("keys"))).await;
    let new: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];
    let old: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
    for (versions, version) in [(new, ProtocolVersion::TLSv1_3), (old, ProtocolVersion::TLSv1_2)] {
        let mut stream = connect(&server, &pair.cert, versions, &[]).await.expect("a handshake");
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version));
        let request = b"GET /healthz HTTP/1.1\r\nhost: checkout.example\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.expect("writable");
        let mut answer = String::new();
        timeout(TIMEOUT, stream.read_to_string(&mut answer)).await.expect("in time").expect("readable");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("ok\n"), "{answer}");
    }

    let stream = connect(&server, &pair.cert, new, &["h2", "http/1.1"]).await.expect("a handshake");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    let request = Request::get("https://checkout.example/healthz").body(Body::empty()).expect("a request");
    let response = timeout(TIMEOUT, sender.send_request(request)).await.expect("in time").expect("an answer");
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_new_certificate_is_taken_over_and_a_broken_one_is_not() {
    let (site, dir) = (Site::new().await, tempfile::tempdir().expect("a folder"));
    let (first, second, third) = (pair(), pair(), pair());
    let options = store(dir.path(), &first);
    let keys = TlsKeys::load(options.clone()).expect("keys");
    let server = site.listen(Some(keys.clone())).await;
    let shows = async |pair: &Pair| connect(&server, &pair.cert, rustls::DEFAULT_VERSIONS, &[]).await.is_ok();
    assert!(shows(&first).await && !shows(&second).await);
    assert!(matches!(keys.check(), ReloadResult::Unchanged));

    store(dir.path(), &second);
    assert!(matches!(keys.check(), ReloadResult::Reloaded));
    assert!(shows(&second).await && !shows(&first).await);

    // A renewal that has written only one of the two files so far.
    std::fs::write(&options.cert, &third.cert_pem).expect("written");
    assert!(matches!(keys.check(), ReloadResult::Failed(TlsError::Unusable(_))));
    assert!(matches!(keys.check(), ReloadResult::Unchanged), "told once");
    assert!(shows(&second).await);
    std::fs::write(&options.key, &third.key_pem).expect("written");
    assert!(matches!(keys.check(), ReloadResult::Reloaded));
    assert!(shows(&third).await);

    for broken in ["", "no PEM", &third.key_pem] {
        std::fs::write(&options.cert, broken).expect("written");
        assert!(matches!(keys.check(), ReloadResult::Failed(TlsError::Pem { .. })), "{broken:?}");
    }
    std::fs::remove_file(&options.cert).expect("removed");
    assert!(matches!(keys.check(), ReloadResult::Failed(TlsError::File { .. })));
    assert!(shows(&third).await);
    // The same good files again.
    store(dir.path(), &third);
    assert!(matches!(keys.check(), ReloadResult::Reloaded));
    assert!(shows(&third).await);
}

#[tokio::test]
async fn files_are_looked_at_without_being_asked() {
    let site = Site::with(|settings| settings.tls_check_interval = std::time::Duration::from_millis(20)).await;
    let (dir, first, second) = (tempfile::tempdir().expect("a folder"), pair(), pair());
    let server = site.listen(Some(TlsKeys::load(store(dir.path(), &first)).expect("keys"))).await;
    store(dir.path(), &second);
    let taken = async { while connect(&server, &second.cert, rustls::DEFAULT_VERSIONS, &[]).await.is_err() {} };
    timeout(TIMEOUT, taken).await.expect("taken over");
}

#[tokio::test]
async fn keys_that_do_not_fit_are_refused_at_the_start() {
    let (dir, first, second) = (tempfile::tempdir().expect("a folder"), pair(), pair());
    let options = store(dir.path(), &first);
    std::fs::write(&options.key, &second.key_pem).expect("written");
    let error = TlsKeys::load(options.clone()).expect_err("they do not fit");
    assert!(matches!(error, TlsError::Unusable(_)), "{error}");
    std::fs::remove_file(&options.key).expect("removed");
    let error = TlsKeys::load(options).expect_err("no key");
    assert!(error.to_string().contains("key.pem"), "{error}");
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_cut_off() {
    let site = Site::with(|settings| settings.header_timeout = std::time::Duration::from_millis(100)).await;
    let (dir, pair) = (tempfile::tempdir().expect("a folder"), pair());
    let server = site.listen(Some(TlsKeys::load(store(dir.path(), &pair)).expect("keys"))).await;
    let mut stream = server.connect().await;
    write(&mut stream, "\u{16}").await;
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn http2_without_tls_is_not_spoken() {
    let site = Site::new().await;
    let server = site.listen(None).await;
    let mut stream = server.connect().await;
    write(&mut stream, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    let answer = read_all(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
}
