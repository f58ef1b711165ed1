//! The site under test: an app on a fresh SQLite database, the router around it, and a listener when asked.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use crossdock_testkit::{Engine, TestApp, samples};
use crossdock_web::middleware::caller::Peer;
use crossdock_web::render::Renderer;
use crossdock_web::server::tls::TlsKeys;
use crossdock_web::server::{Binding, ShutdownResult, serve};
use crossdock_web::{WebSettings, WebState, router};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt;

/// Longer than anything here should take; ends a test that hangs.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// A cart as small as it gets, with the sample store's secret.
pub fn cart() -> String {
    cart_with(samples::SECRET)
}

/// The same with another secret.
pub fn cart_with(secret: &str) -> String {
    format!(
        r#"{{"storeId":"999","secret":"{secret}","items":[{{"description":"Glasses","quantity":1,"unitPrice":199.00}}]}}"#
    )
}

/// What came back.
#[derive(Debug)]
pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestResponse {
    /// A header that must be there once.
    pub fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().unwrap_or_else(|| panic!("no {name} in {self:?}"));
        assert!(values.next().is_none(), "{name} twice in {self:?}");
        value.to_str().expect(name)
    }
}

/// The site.
pub struct Site {
    pub app: TestApp,
    pub state: WebState,
    pub router: Router,
}

impl Site {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut WebSettings)) -> Self {
        Self::around(TestApp::builder(Engine::Sqlite).start().await.expect("SQLite is always there"), change)
    }

    /// Other settings around the same app.
    pub fn again(self, change: impl FnOnce(&mut WebSettings)) -> Self {
        Self::around(self.app, change)
    }

    fn around(app: TestApp, change: impl FnOnce(&mut WebSettings)) -> Self {
        let mut settings = WebSettings::new("https://checkout.example");
        change(&mut settings);
        let renderer = Renderer::new(None).expect("the pages are sound");
        let state = WebState::new(app.app().clone(), renderer, settings);
        let router = router(state.clone());
        Self { app, state, router }
    }

    /// One request in process, from 192.0.2.1 unless it names its peer.
    pub async fn send(&self, mut request: Request<Body>) -> TestResponse {
        if request.extensions().get::<Peer>().is_none() {
            let address = SocketAddr::from(([192, 0, 2, 1], 5000));
            request.extensions_mut().insert(Peer { address, tls: false });
        }
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        TestResponse { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn get(&self, path: &str) -> TestResponse {
        self.send(Request::get(path).body(Body::empty()).expect(path)).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> TestResponse {
        self.send(request(Method::POST, path, headers, body)).await
    }

    /// Listens on loopback.
    pub async fn listen(&self, tls: Option<TlsKeys>) -> Listening {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let (state, router) = (self.state.clone(), self.router.clone());
        let server = tokio::spawn(async move {
            let stopped = async {
                let _: Result<(), _> = stopped.await;
            };
            serve(vec![Binding { listener, tls }], router, &state, stopped).await
        });
        Listening { address, stop: Some(stop), server }
    }
}

/// How much of a body is half of it.
pub const HALF: usize = 20;

/// A request with headers.
pub fn request(method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect(path)
}

/// A running server.
pub struct Listening {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<ShutdownResult>,
}

impl Listening {
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the server listens")
    }

    /// A request whose handler runs and waits for the rest of this body.
    pub async fn half_sent(&self, body: &str) -> TcpStream {
        let mut stream = self.connect().await;
        let head = "POST /v1/createTempCart HTTP/1.1\r\nhost: x\r\ncontent-type: application/json";
        write(&mut stream, &format!("{head}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n", body.len())).await;
        // Said when the handler asks for the body.
        read_until(&mut stream, "100 Continue\r\n\r\n").await;
        write(&mut stream, &body[..HALF]).await;
        stream
    }

    /// Begins a shutdown.
    pub fn stop(&mut self) {
        self.stop.take().expect("stopped once").send(()).expect("the server runs");
    }

    /// Waits for its end.
    pub async fn end(self) -> ShutdownResult {
        timeout(TIMEOUT, self.server).await.expect("the server ends").expect("without a panic")
    }
}

/// Everything that comes until the other side closes.
pub async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset after the answer is as good as an orderly end.
    let _: Result<_, _> = timeout(TIMEOUT, stream.read_to_end(&mut bytes)).await.expect("the server closes");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Everything that comes until `end` has come.
pub async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    let read = async {
        while !String::from_utf8_lossy(&bytes).contains(end) {
            let mut buffer = [0; 4096];
            match stream.read(&mut buffer).await.expect("readable") {
                0 => panic!("closed before {end:?}: {:?}", String::from_utf8_lossy(&bytes)),
                count => bytes.extend_from_slice(&buffer[..count]),
            }
        }
    };
    timeout(TIMEOUT, read).await.expect("the server answers");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Sends text.
pub async fn write(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.expect("writable");
}

/// A request to `createTempCart` as text, with this much of its body.
pub fn raw_cart(body: &str, sent: usize) -> String {
    let length = body.len();
    format!(
        "POST /v1/createTempCart HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{}",
        &body[..sent]
    )
}
