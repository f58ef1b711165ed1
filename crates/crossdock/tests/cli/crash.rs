//! Promises that must survive the worst: an acknowledged cart outlives `kill -9`, and many processes on one PostgreSQL make
//! one order per cart without a gap in the numbers.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::{Sender, channel};

use crossdock_testkit::{Engine, TestApp};
use serde_json::Value;

use crate::support::{SECRET, Shell, cart, ended, head};

const RATES: &str = "[[zones]]\n[[zones.services]]\ncode = 'UPS_SAVER'\nbands = [{ up_to_grams = 5000, price = 9 }]\n";
/// Callers at once, and acknowledged carts after which the process is killed.
const CALLERS: usize = 8;
const BEFORE_THE_KILL: usize = 200;

/// Registers a cart; `None` when the server went away before its answer was complete.
fn try_cart(address: &str) -> Option<String> {
    let body = cart().to_string();
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all(format!("{}{body}", head("/v1/createTempCart", body.len())).as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let answer: Value = serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok()?;
    Some(answer["tempCartUUID"].as_str()?.to_owned())
}

fn call_until_it_dies(address: &str, acknowledged: &Sender<String>) {
    while let Some(id) = try_cart(address) {
        acknowledged.send(id).expect("the test listens");
    }
}

#[test]
fn every_acknowledged_cart_is_there_after_kill_9_under_load() {
    let shell = Shell::new().with("CROSSDOCK_STORE_SECRET", SECRET);
    shell.file("rates.toml", RATES);
    shell.run("store add 999 --name Shop --currency USD --shipping rates.toml").good();
    let server = shell.serve("");
    let address = server.url.trim_start_matches("http://").to_owned();
    let (send, acknowledged) = channel();
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (address, send) = (address.clone(), send.clone());
            std::thread::spawn(move || call_until_it_dies(&address, &send))
        })
        .collect();
    drop(send);
    let mut ids: Vec<String> = acknowledged.iter().take(BEFORE_THE_KILL).collect();
    server.kill();
    // What was acknowledged up to the last moment counts as well.
    ids.extend(acknowledged.iter());
    for caller in callers {
        caller.join().expect("no panic");
    }
    assert!(ids.len() >= BEFORE_THE_KILL);

    let server = shell.serve("");
    let lost: Vec<&String> = ids.iter().filter(|id| server.get(&format!("/?tempCartUUID={id}")).0 != 200).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged carts are lost: {lost:?}", lost.len(), ids.len());
    let doctor = shell.run("doctor --json").out;
    assert!(doctor.contains("no damage"), "{doctor}");
    server.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_on_one_postgres_make_one_order_per_cart_without_gaps() {
    const CARTS: i64 = 10;
    let Some(app) = TestApp::builder(Engine::Postgres).empty().start().await else { return };
    let shell = Shell::new()
        .with("CROSSDOCK_DATABASE__URL", &app.options().url)
        .with("CROSSDOCK_CHECKOUT__TEST_MODE", "true")
        .with("CROSSDOCK_STORE_SECRET", SECRET);
    tokio::task::spawn_blocking(move || {
        shell.file("rates.toml", RATES);
        shell.run("store add 999 --name Shop --currency USD --provider test --shipping rates.toml").good();
        // Two servers with their workers, and for every cart two more processes that pay it at the same time.
        let servers = [shell.serve(""), shell.serve("")];
        let carts: Vec<String> = (0..CARTS).map(|n| servers[usize::from(n % 2 == 0)].cart()).collect();
        let payers: Vec<_> = carts
            .iter()
            .flat_map(|cart| [cart, cart])
            .map(|cart| (cart, shell.start(&format!("test-order --cart {cart} --country CA --json"))))
            .collect();
        let mut placed: Vec<(String, String)> = Vec::new();
        for (cart, payer) in payers {
            // The second payer of a cart may be told that a payment is under way; it must never make another order.
            let end = ended(payer.wait_with_output().expect("it ends"));
            if let Some(id) =
                serde_json::from_str::<Value>(&end.out).ok().and_then(|v| Some(v["orderId"].as_str()?.to_owned()))
            {
                placed.push((cart.clone(), id));
            }
        }
        placed.sort();
        placed.dedup();
        assert_eq!(placed.len(), carts.len(), "one order per cart: {placed:?}");
        let listed = shell.run("order list --store 999 --json").json();
        let ids: Vec<&str> =
            listed.as_array().expect("a list").iter().filter_map(|order| order["order_id"].as_str()).collect();
        let wanted: Vec<String> = (0..CARTS).map(|n| format!("999-{}", 10_001 + n)).collect();
        assert_eq!(ids, wanted, "{listed}");
        for server in servers {
            server.stop();
        }
    })
    .await
    .expect("the processes work");
    app.run_jobs().await;
}
