//! The guarded client against real sockets: where it goes, where it does not, and how much it takes.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossdock_app::BoxFuture;
use crossdock_app::platform::http_client::{HttpClient as _, HttpError, HttpRequest, OversizePolicy};
use crossdock_domain::webhook::Method;
use crossdock_jobs::http_client::{Guard, GuardedClient, Resolve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use url::Url;

/// A server that reads one request per connection, hands it out, and writes this answer.
async fn server(answer: Vec<u8>) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (seen, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // Our requests are short: head and body come in few pieces, and the body says where it ends.
            while !complete(&request) {
                match stream.read(&mut buffer).await {
                    Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            let _ = seen.send(String::from_utf8_lossy(&request).into_owned());
            let _ = stream.write_all(&answer).await;
        }
    });
    (address, requests)
}

fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nX-Own: yes\r\n\r\n{body}", body.len()).into_bytes()
}

fn url(text: &str) -> Url {
    text.parse().expect(text)
}

fn open() -> Guard {
    Guard { allow_private: false, allowed: vec!["127.0.0.1".parse().expect("a network")] }
}

/// Answers one list after the other, the last one for ever.
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
    looked_up: Mutex<Vec<String>>,
}

impl Names {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().expect("an address")).collect();
        Arc::new(Self {
            answers: answers.iter().map(parse).collect(),
            asked: AtomicUsize::new(0),
            looked_up: Mutex::default(),
        })
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, name: &'a str, _: u16) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
        let at = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        self.looked_up.lock().expect("lock").push(name.to_owned());
        Box::pin(async move { Ok(self.answers[at].clone()) })
    }
}

#[tokio::test]
async fn a_call_arrives_as_it_was_meant() {
    let (address, mut requests) = server(ok("thanks")).await;
    let client = GuardedClient::new(open());
    let mut call = HttpRequest::post(url(&format!("http://{address}/a%20b?c=d")), "application/json", "{\"x\":1}");
    call.method = Method::Put;
    call.headers.push(("X-Shop".to_owned(), "17".to_owned()));
    let answer = client.call(call).await.expect("answered");
    assert_eq!((answer.status, answer.body.as_slice(), answer.cut), (200, b"thanks".as_slice(), false));
    assert_eq!(answer.header("x-own"), Some("yes"));
    let request = requests.recv().await.expect("seen");
    assert!(request.starts_with("PUT /a%20b?c=d HTTP/1.1\r\n"), "{request}");
    assert!(request.to_ascii_lowercase().contains(&format!("host: {address}\r\n")), "{request}");
    assert!(request.to_ascii_lowercase().contains("x-shop: 17\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"x\":1}"), "{request}");
}

#[tokio::test]
async fn private_addresses_are_refused_however_they_are_written() {
    let (address, mut requests) = server(ok("secret")).await;
    let port = address.port();
    let client = GuardedClient::new(Guard::default());
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00::1]",
        "224.0.0.1",
    ] {
        let target = url(&format!("http://{host}:{port}/"));
        let error = client.call(HttpRequest::get(target.clone(), 100)).await.expect_err(host);
        assert!(matches!(error, HttpError::Forbidden(_)), "{host}: {error:?}");
        // A name is looked up only when it is called.
        assert_eq!(client.check(&target).is_err(), host != "localhost", "{host}");
    }
    assert!(requests.try_recv().is_err(), "nobody was called");
}

#[tokio::test]
async fn other_schemes_and_credentials_are_refused() {
    let client = GuardedClient::new(Guard { allow_private: true, allowed: Vec::new() });
    for text in
        ["ftp://shop.example/", "file:///etc/passwd", "http://user:secret@shop.example/", "http://user@127.0.0.1/"]
    {
        let error = client.call(HttpRequest::get(url(text), 100)).await.expect_err(text);
        assert!(matches!(&error, HttpError::Forbidden(why) if !why.contains("secret")), "{text}: {error:?}");
    }
}

#[tokio::test]
async fn a_name_that_changes_its_mind_leads_nowhere() {
    let (address, mut requests) = server(ok("secret")).await;
    // Public when it is looked at, this machine when it is asked again: it must not be asked again.
    let names = Names::new(&[&["203.0.113.9", "10.0.0.1"], &["127.0.0.1"]]);
    let client = GuardedClient::with_resolver(Guard::default(), Arc::clone(&names) as _);
    let target = url(&format!("http://rebind.example:{}/", address.port()));
    let error = client.call(HttpRequest::get(target, 100)).await.expect_err("refused");
    assert!(matches!(error, HttpError::Forbidden(_)), "documentation and private addresses: {error:?}");
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);
    assert!(requests.try_recv().is_err());
}

#[tokio::test]
async fn of_several_addresses_only_the_allowed_ones_are_connected_to() {
    let (address, mut requests) = server(ok("here")).await;
    let names = Names::new(&[&["10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"]]);
    let client = GuardedClient::with_resolver(open(), Arc::clone(&names) as _);
    let answer = client.call(HttpRequest::get(url(&format!("http://shop.example:{}/", address.port())), 100)).await;
    assert_eq!(answer.expect("answered").body, b"here");
    let request = requests.recv().await.expect("seen").to_ascii_lowercase();
    assert!(request.contains(&format!("host: shop.example:{}\r\n", address.port())), "{request}");
    assert_eq!(*names.looked_up.lock().expect("lock"), ["shop.example"]);
}

#[tokio::test]
async fn redirects_are_answers_and_are_not_followed() {
    let (inner, mut never) = server(ok("secret")).await;
    let location = format!("HTTP/1.1 302 Found\r\nLocation: http://{inner}/\r\nContent-Length: 0\r\n\r\n");
    let (address, _requests) = server(location.into_bytes()).await;
    let answer = GuardedClient::new(open()).call(HttpRequest::get(url(&format!("http://{address}/")), 100)).await;
    assert_eq!(answer.expect("answered").status, 302);
    assert!(never.try_recv().is_err());
}

#[tokio::test]
async fn a_huge_answer_is_cut_or_refused() {
    let (address, _requests) = server(ok(&"x".repeat(5_000_000))).await;
    let client = GuardedClient::new(open());
    let target = || url(&format!("http://{address}/"));
    let error = client.call(HttpRequest::get(target(), 1_000)).await.expect_err("too long");
    assert_eq!(error, HttpError::TooLong(1_000));
    let answer = client
        .call(HttpRequest { oversize: OversizePolicy::Cut, ..HttpRequest::get(target(), 1_000) })
        .await
        .expect("cut");
    assert_eq!((answer.body.len(), answer.cut), (1_000, true));
    let all = client.call(HttpRequest::get(target(), 5_000_000)).await.expect("just enough");
    assert_eq!((all.body.len(), all.cut), (5_000_000, false));
}

/// Accepts one connection and keeps it open, having answered this much to its request.
async fn stops_after(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a caller");
        let read = stream.read(&mut [0; 4096]).await.expect("a request");
        assert!(read > 0);
        stream.write_all(answer).await.expect("written");
        std::future::pending::<()>().await;
    });
    address
}

#[tokio::test]
async fn a_receiver_that_takes_too_long_is_given_up() {
    let timeout = Duration::from_millis(500);
    let answers = ["", "HTTP/1.1 200 OK\r\nContent-Len", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin"];
    let given_up = answers.map(|answer| async move {
        let address = stops_after(answer.as_bytes()).await;
        let call = HttpRequest { timeout, ..HttpRequest::get(url(&format!("http://{address}/")), 1_000) };
        let begun = tokio::time::Instant::now();
        assert_eq!(GuardedClient::new(open()).call(call).await, Err(HttpError::TimedOut(timeout)), "{answer:?}");
        assert!(begun.elapsed() >= timeout, "not before its time");
    });
    futures_util::future::join_all(given_up).await;
}

/// An answer that is shorter than it says, and then the end.
#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    let (address, _requests) = server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin".to_vec()).await;
    let error = GuardedClient::new(open()).call(HttpRequest::get(url(&format!("http://{address}/")), 1_000)).await;
    assert!(matches!(error, Err(HttpError::Unreachable(_))), "{error:?}");
}

#[tokio::test]
async fn nobody_at_home_and_nonsense_are_errors() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let client = GuardedClient::new(open());
    for target in [address, server(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()).await.0, server(Vec::new()).await.0] {
        let error = client.call(HttpRequest::get(url(&format!("http://{target}/")), 100)).await.expect_err("no HTTP");
        assert!(matches!(error, HttpError::Unreachable(_)), "{error:?}");
    }
}

mod tls {
    use rcgen::{CertificateParams, KeyPair};
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use rustls::{ClientConfig, RootCertStore, ServerConfig};
    use tokio_rustls::TlsAcceptor;

    use super::*;

    fn provider() -> Arc<rustls::crypto::CryptoProvider> {
        Arc::new(rustls::crypto::ring::default_provider())
    }

    /// A TLS server for `shop.example`, and a client that trusts it.
    async fn pair() -> (SocketAddr, ClientConfig) {
        let key = KeyPair::generate().expect("a key");
        let certificate =
            CertificateParams::new(vec!["shop.example".to_owned()]).expect("names").self_signed(&key).expect("signed");
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let server = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .expect("a server");
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).expect("a root");
        let client = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let acceptor = TlsAcceptor::from(Arc::new(server));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(&ok("safe")).await;
            }
        });
        (address, client)
    }

    #[tokio::test]
    async fn certificates_are_checked_against_the_name() {
        let (address, trusting) = pair().await;
        let client = |config: Option<ClientConfig>| {
            let client = GuardedClient::with_resolver(open(), Names::new(&[&["127.0.0.1"]]));
            match config {
                Some(config) => client.with_tls(config),
                None => client,
            }
        };
        let call = |host: &str| HttpRequest::get(url(&format!("https://{host}:{}/", address.port())), 100);
        let answer = client(Some(trusting.clone())).call(call("shop.example")).await.expect("trusted");
        assert_eq!(answer.body, b"safe");
        let wrong_name = client(Some(trusting)).call(call("other.example")).await;
        assert!(matches!(wrong_name, Err(HttpError::Unreachable(_))), "{wrong_name:?}");
        let unknown = client(None).call(call("shop.example")).await;
        assert!(matches!(unknown, Err(HttpError::Unreachable(_))), "{unknown:?}");
    }
}

/// What a receiver said at once counts, whatever becomes of its body.
#[tokio::test]
async fn the_status_counts_although_the_body_breaks_off_or_never_ends() {
    let many_lines = (0..400).map(|n| format!("X-Line-{n}: {}\r\n", "v".repeat(200))).collect::<String>();
    for (answer, body) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nok".to_owned(), "ok"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n".to_owned(), "ok"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense".to_owned(), ""),
        (format!("HTTP/1.1 200 OK\r\n{many_lines}Content-Length: 2\r\n\r\nok"), "ok"),
    ] {
        let (address, _requests) = server(answer.clone().into_bytes()).await;
        let mut call = HttpRequest::post(url(&format!("http://{address}/")), "text/plain", "x");
        call.oversize = OversizePolicy::Cut;
        let got =
            GuardedClient::new(open()).call(call.clone()).await.unwrap_or_else(|error| panic!("{error}: {answer:.60}"));
        assert_eq!((got.status, String::from_utf8_lossy(&got.body).as_ref()), (200, body), "{answer:.60}");
        // Who needs all of it hears that it is not all.
        call.oversize = OversizePolicy::Refuse;
        assert_eq!(GuardedClient::new(open()).call(call).await.is_ok(), !got.cut, "{answer:.60}");
    }
}

#[tokio::test]
async fn a_body_that_trickles_does_not_take_the_status_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a call");
        stream.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 50\r\n\r\nok").await.expect("written");
        // Open, and silent.
        std::future::pending::<()>().await;
    });
    let mut call = HttpRequest::post(url(&format!("http://{address}/")), "text/plain", "x");
    call.timeout = Duration::from_millis(300);
    let got = GuardedClient::new(open()).call(call).await.expect("the head came");
    assert_eq!((got.status, got.body.as_slice(), got.cut), (202, &b"ok"[..], true));
    server.abort();
}
