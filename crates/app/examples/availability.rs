//! How long a shop waits for the availability of 20 lines, 64 shops asking at once: the question sits inside a consumer's
//! click. Prints percentiles in milliseconds.
//!
//! `cargo run --release -p crossdock-app --example availability`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::time::Instant;

use crossdock_app::wholesale::ProductRef;
use crossdock_domain::wholesale::CodeKind;
use crossdock_testkit::wholesale::{add_wholesaler, caller, keys, log_in, pieces, product, size};
use crossdock_testkit::{Engine, TestApp};

const SHOPS: usize = 64;
const QUESTIONS: usize = 100;
const LINES: usize = 20;

#[tokio::main]
async fn main() {
    let app = TestApp::builder(Engine::Sqlite).start().await.unwrap();
    let hurt = add_wholesaler(&app, 1).await;
    for batch in 0..20 {
        let one = |n: usize| product(&format!("P{n}"), vec![size("S", &format!("9{n:012}"), 5000)]);
        app.upsert_products(hurt.id, (batch * 500..(batch + 1) * 500).map(one).collect()).await.unwrap();
    }
    caller(&app, &hurt, "shop1").await;
    let session = log_in(&app, &hurt, "shop1").await.unwrap();
    let mut shops = tokio::task::JoinSet::new();
    let begun = Instant::now();
    for shop in 0..SHOPS {
        let (app, keys) = (app.app().clone(), keys(hurt.id, &session));
        shops.spawn(async move {
            let mut waited = Vec::with_capacity(QUESTIONS);
            for question in 0..QUESTIONS {
                let code = |line: usize| format!("9{:012}", (shop * 997 + question * 131 + line * 37) % 10_000);
                let kind = Some(CodeKind::Producer);
                let line = |line| ProductRef { kind, ..pieces(&code(line), 1) };
                let lines = (0..LINES).map(line).collect();
                let asked = Instant::now();
                let caller = app.gate_caller(keys.clone()).await.unwrap();
                let answer = app.availability(&caller, lines).await.unwrap();
                assert!(answer.lines.iter().all(|line| line.variant.is_some()));
                waited.push(asked.elapsed());
            }
            waited
        });
    }
    let mut waited: Vec<_> = shops.join_all().await.into_iter().flatten().collect();
    let total = begun.elapsed();
    waited.sort_unstable();
    let at = |percent: usize| waited[(waited.len() - 1) * percent / 100].as_micros();
    let rate = (waited.len() as u128) * 1_000_000 / total.as_micros();
    println!("{rate} answers/s of {LINES} lines, {SHOPS} at once; µs: p50 {} p95 {} p99 {}", at(50), at(95), at(99));
}
