//! Servers and commands on one PostgreSQL.

use crossdock_testkit::{Engine, TestApp};

use crate::support::{SECRET, Shell};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_and_commands_share_one_postgres() {
    let Some(app) = TestApp::builder(Engine::Postgres).empty().start().await else { return };
    let shell = Shell::new()
        .with("CROSSDOCK_DATABASE__URL", &app.options().url)
        .with("CROSSDOCK_CHECKOUT__TEST_MODE", "true")
        .with("CROSSDOCK_STORE_SECRET", SECRET);
    tokio::task::spawn_blocking(move || {
        let rates = "[[zones]]\n[[zones.services]]\ncode = 'UPS_SAVER'\nbands = [{ up_to_grams = 5000, price = 9 }]\n";
        shell.file("rates.toml", rates);
        shell.run("store add 999 --name Shop --currency USD --provider test --shipping rates.toml").good();
        let web = shell.serve("--role web");
        let worker = shell.start("serve --role worker --log-format json");
        let cart = web.cart();
        // Commands work beside both, without a socket.
        let order = shell.run(&format!("test-order --cart {cart} --country CA --json")).json();
        assert_eq!(order["orderId"], "999-10001");
        assert_eq!(shell.run("order list 999 --json").json()[0]["test"], true);
        let told = shell.run("backup copy.db").failed(2);
        assert!(told.contains("pg_dump"), "{told}");
        let looked_at = shell.run("doctor --json");
        assert!(looked_at.out.contains("postgres, schema version"), "{looked_at:?}");
        web.stop();
        let mut worker = worker;
        worker.kill().expect("it runs");
        worker.wait().expect("it ends");
    })
    .await
    .expect("the commands work");
    app.run_jobs().await;
}
