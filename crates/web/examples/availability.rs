//! How long a shop waits for the availability of 20 lines over HTTP, 64 shops asking at once, each on a connection of its own: the
//! question sits inside a consumer's click. Prints percentiles in microseconds.
//!
//! `cargo run --release -p crossdock-web --example availability [sqlite|postgres] [CONNECTIONS] [CALLS PER SECOND]`
//!
//! Without a rate every shop asks again as soon as it has its answer, which measures a machine at its limit; with one, calls begin at
//! fixed moments, and the time that one waits for its turn counts. PostgreSQL is the server of CROSSDOCK_TEST_POSTGRES_URL.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::Request;
use crossdock_app::hub::CatalogueItem;
use crossdock_domain::wholesale::{Quantity, WarehouseId};
use crossdock_testkit::wholesale::{KEY, add_wholesaler, caller, log_in, product, size};
use crossdock_testkit::{Engine, TestApp};
use crossdock_web::render::Renderer;
use crossdock_web::server::{Binding, serve};
use crossdock_web::{WebSettings, WebState, router};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use secrecy::ExposeSecret as _;
use tokio::net::{TcpListener, TcpStream};

const QUESTIONS: usize = 100;
const LINES: usize = 20;
const GOODS: usize = 10_000;

fn question(session: &str, shop: usize, question: usize) -> String {
    let mut products = String::new();
    for line in 0..LINES {
        let code = (shop * 997 + question * 131 + line * 37) % GOODS;
        let comma = if line > 0 { "," } else { "" };
        write!(products, "{comma}{{\"code\":\"9{code:012}\",\"codeType\":\"producer\",\"quantity\":1}}").unwrap();
    }
    format!(
        "{{\"authenticate\":{{\"sessionKey\":\"{session}\",\"dropshippingKey\":\"{KEY}\"}},\"params\":{{\"products\":[{products}]}}}}"
    )
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let engine = if arguments.next().as_deref() == Some("postgres") { Engine::Postgres } else { Engine::Sqlite };
    let shops: usize = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(64);
    let rate: Option<u64> = arguments.next().and_then(|text| text.parse().ok());
    let app = TestApp::builder(engine).start().await.unwrap();
    let hurt = add_wholesaler(&app, 1).await;
    for batch in 0..GOODS / 500 {
        let one = |n: usize| CatalogueItem {
            product: product(&format!("P{n}"), vec![size("S", &format!("9{n:012}"), 5000)]),
            stock: vec![("S".to_owned(), WarehouseId(1), Quantity::pieces(50))],
        };
        let stored = app
            .hub()
            .catalogue()
            .store_batch(hurt.id, (batch * 500..(batch + 1) * 500).map(one).collect())
            .await
            .unwrap();
        assert_eq!(stored.stocks.iter().sum::<u64>(), 500);
    }
    caller(&app, &hurt, "shop1").await;
    let session = log_in(&app, &hurt, "shop1").await.unwrap().expose_secret().to_owned();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut settings = WebSettings::new(format!("http://{address}"));
    settings.customer_api.calls_per_minute = 0;
    let state = WebState::new(app.app().clone(), Renderer::new(None).unwrap(), settings);
    let server = tokio::spawn(async move {
        let router = router(state.clone());
        serve(vec![Binding { listener, tls: None }], router, &state, std::future::pending()).await
    });
    let mut asking = tokio::task::JoinSet::new();
    let begun = Instant::now();
    for shop in 0..shops {
        let session = session.clone();
        asking.spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (mut sender, connection) = http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            let mut waited = Vec::with_capacity(QUESTIONS);
            for number in 0..QUESTIONS {
                let body = question(&session, shop, number);
                let turn = rate.map(|rate| {
                    let before = (number * shops + shop) as u64;
                    begun + Duration::from_micros(before * 1_000_000 / rate)
                });
                if let Some(turn) = turn {
                    tokio::time::sleep_until(turn.into()).await;
                }
                let asked = turn.unwrap_or_else(Instant::now);
                let request = Request::post("/customer-api/?gate=Products/getAvailability/1/json&lang=eng")
                    .header("host", "127.0.0.1")
                    .header("content-type", "application/json")
                    .body(Full::from(body))
                    .unwrap();
                let answer = sender.send_request(request).await.unwrap();
                let answer = Body::new(answer.into_body()).collect().await.unwrap().to_bytes();
                waited.push(asked.elapsed());
                let text = std::str::from_utf8(&answer).unwrap();
                assert_eq!(text.matches("\"available\":true").count(), LINES + 1, "{text}");
            }
            waited
        });
    }
    let mut waited: Vec<Duration> = asking.join_all().await.into_iter().flatten().collect();
    let total = begun.elapsed();
    server.abort();
    waited.sort_unstable();
    let at = |percent: usize| waited[(waited.len() - 1) * percent / 100].as_micros();
    let per_second = (waited.len() as u128) * 1_000_000 / total.as_micros();
    println!(
        "{engine:?}: {per_second} answers/s of {LINES} lines, {shops} connections; µs: p50 {} p95 {} p99 {}",
        at(50),
        at(95),
        at(99)
    );
}
