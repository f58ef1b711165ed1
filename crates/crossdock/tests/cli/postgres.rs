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
        assert_eq!(shell.run("order list --store 999 --json").json()[0]["test"], true);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn catalogues_and_stocks_are_imported_into_postgres() {
    let Some(app) = TestApp::builder(Engine::Postgres).empty().start().await else { return };
    let shell = Shell::new().with("CROSSDOCK_DATABASE__URL", &app.options().url);
    tokio::task::spawn_blocking(move || {
        shell.run("wholesaler add 1 --name Hurt --currency PLN --dropshipping true").good();
        shell.run("stock set-warehouse 1 --name Main").good();
        let head = "code;name:eng;vat;size;producer_code;price;stock:1;components\n";
        let row = |n: usize| format!("p{n};Product {n};23;uniw;{n};5.00;{n};\n");
        let rows: String = (1..=1_200).map(row).collect();
        shell.file("goods.csv", &format!("{head}kit;Kit;23;uniw;9999;9.00;;7*2|8\n{rows}"));
        let first = shell.run("import catalogue goods.csv --json").json();
        assert_eq!((&first["added"], &first["stocks_changed"]), (&1_201.into(), &1_200.into()), "{first}");
        let again = shell.run("import catalogue goods.csv --json").json();
        assert_eq!((&again["unchanged"], &again["stocks_changed"]), (&1_201.into(), &0.into()), "{again}");
        let by_row = shell.run("import catalogue goods.csv --row-by-row --json").json();
        assert_eq!(by_row["unchanged"], 1_201, "{by_row}");
        shell.file("stocks.csv", "code;quantity;operation\n1;4;add\n2;2;subtract\n3;3;set\n");
        let stocks = shell.run("import stock stocks.csv --json").json();
        assert_eq!((&stocks["changed"], &stocks["unchanged"]), (&2.into(), &1.into()), "{stocks}");
        shell.file("bad.csv", &format!("{head}new;New;23;uniw;;1.00;1;\nthief;Thief;23;uniw;7;1.00;1;\n"));
        shell.run("import catalogue bad.csv").failed(1);
        let out = shell.run("export catalogue --format jsonl").good();
        assert_eq!(out.lines().count(), 1_201);
    })
    .await
    .expect("the commands work");
    app.run_jobs().await;
}
