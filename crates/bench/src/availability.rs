//! `crossdock-bench availability`: how long a shop waits for the availability of 20 lines over HTTP while many ask at
//! once, each on a connection of its own. The question sits inside a consumer's click.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use axum::body::{Body, Bytes};
use axum::http::Request;
use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::CatalogueItem;
use crossdock_domain::wholesale::{Quantity, WarehouseId};
use crossdock_testkit::wholesale::{KEY, add_wholesaler, caller, log_in, product, size};
use crossdock_web::WebSettings;
use hdrhistogram::Histogram;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::args::Database;
use crate::http;
use crate::load::histogram;
use crate::new_app;
use crate::output::{self, bar};
use crate::scratch::Scratch;

/// Questions of each shop.
const QUESTIONS: usize = 100;
/// Lines of a question.
const LINES: usize = 20;
/// Products of the wholesaler.
const GOODS: usize = 10_000;
/// Products that are stored by one call.
const BATCH: usize = 500;

/// Examples at the end of `--help`.
const EXAMPLES: &str = "\
Examples:
  crossdock-bench availability --rate 2000          how long shops wait at this load
  crossdock-bench availability                      a machine at its limit: everyone asks again at once

With a rate, questions begin at fixed moments, and the time that one waits for its turn counts.";

/// Measure how long shops wait for the availability of 20 lines at a wholesaler
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct Availability {
    /// Connections, one for each shop
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4000))]
    connections: u16,
    /// Questions a second, all shops together [default: each asks again when it has its answer]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    rate: Option<u64>,
    /// Engine and server
    #[command(flatten)]
    database: Database,
}

/// Runs the command.
pub async fn run(command: &Availability, parent: &Path) -> anyhow::Result<()> {
    let scratch = Scratch::create(&command.database, parent).await?;
    let measured = measure(command, &scratch).await;
    let removed = scratch.remove().await;
    output::line(measured?);
    removed
}

async fn measure(command: &Availability, scratch: &Scratch) -> anyhow::Result<String> {
    let app = new_app(scratch.db.clone());
    let session = prepare(&app).await?;
    let mut settings = WebSettings::new("http://127.0.0.1");
    settings.customer_api.calls_per_minute = 0;
    let server = http::serve(&app, settings).await?;
    let shops = usize::from(command.connections);
    let begun = Instant::now();
    let mut asking = JoinSet::new();
    for shop in 0..shops {
        let begin_of = {
            let rate = command.rate;
            move |question: usize| {
                let before = (question * shops + shop) as u64;
                rate.map(|rate| begun + Duration::from_micros(before * 1_000_000 / rate))
            }
        };
        asking.spawn(ask(server.address, session.clone(), shop, begin_of));
    }
    let mut waited = histogram();
    while let Some(done) = asking.join_next().await {
        waited.add(done??)?;
    }
    let per_second = u128::from(waited.len()) * 1_000_000 / begun.elapsed().as_micros().max(1);
    let at = |quantile| waited.value_at_quantile(quantile);
    Ok(format!(
        "{:?}: {per_second} answers/s of {LINES} lines, {shops} connections; µs: p50 {} p95 {} p99 {}",
        command.database.engine,
        at(0.50),
        at(0.95),
        at(0.99)
    ))
}

/// A wholesaler with goods and a shop that is logged in; its session.
async fn prepare(app: &App) -> anyhow::Result<String> {
    let wholesaler = add_wholesaler(app, 1).await;
    let bar = bar(GOODS as u64, "products");
    for start in (0..GOODS).step_by(BATCH) {
        let one = |number: usize| CatalogueItem {
            product: product(&format!("P{number}"), vec![size("S", &format!("9{number:012}"), 5000)]),
            stock: vec![("S".to_owned(), WarehouseId(1), Quantity::pieces(50))],
        };
        let stored =
            app.hub().catalogue().store_batch(wholesaler.id, (start..start + BATCH).map(one).collect()).await?;
        ensure!(stored.stocks.iter().sum::<u64>() == BATCH as u64, "not every stock was stored");
        bar.inc(BATCH as u64);
    }
    bar.finish_and_clear();
    caller(app, &wholesaler, "shop1").await;
    Ok(log_in(app, &wholesaler, "shop1").await?.expose_secret().to_owned())
}

fn question(session: &str, shop: usize, question: usize) -> String {
    let mut products = String::new();
    for line in 0..LINES {
        let code = (shop * 997 + question * 131 + line * 37) % GOODS;
        let comma = if line > 0 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(products, "{comma}{{\"code\":\"9{code:012}\",\"codeType\":\"producer\",\"quantity\":1}}");
    }
    format!(
        "{{\"authenticate\":{{\"sessionKey\":\"{session}\",\"dropshippingKey\":\"{KEY}\"}},\"params\":{{\"products\":[{products}]}}}}"
    )
}

/// One shop: asks its questions one after the other, each at its moment when it has one.
async fn ask(
    address: SocketAddr,
    session: String,
    shop: usize,
    begin_of: impl Fn(usize) -> Option<Instant>,
) -> anyhow::Result<Histogram<u64>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut waited = histogram();
    for number in 0..QUESTIONS {
        let body = question(&session, shop, number);
        let begin = begin_of(number);
        if let Some(begin) = begin {
            tokio::time::sleep_until(begin.into()).await;
        }
        let asked = begin.unwrap_or_else(Instant::now);
        let request = Request::post("/customer-api/?gate=Products/getAvailability/1/json&lang=eng")
            .header("host", "127.0.0.1")
            .header("content-type", "application/json")
            .body(Full::from(body))?;
        let answer = sender.send_request(request).await?;
        let answer = Body::new(answer.into_body()).collect().await?.to_bytes();
        waited.saturating_record(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
        let text = std::str::from_utf8(&answer).context("the answer is no text")?;
        ensure!(text.matches("\"available\":true").count() == LINES + 1, "not everything is available: {text}");
    }
    Ok(waited)
}
