//! Catalogues and orders as files: import, export, feeds' tokens.

use std::io::Write as _;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use rustix::process::{Pid, Signal, kill_process};

use super::support::{CommandOutput, Shell, ended};

const HEAD: &str = "code;id;name:eng;vat;size;producer_code;price;price:gold;stock:1;components\n";

fn shell() -> Shell {
    let shell = Shell::new();
    // The first store makes the installation.
    shell.run("store add 1 --name Shop --currency PLN").good();
    shell.run("wholesaler add 1 --name Hurt --currency PLN --dropshipping true").good();
    shell.run("stock set-warehouse 1 --name Main").good();
    shell
}

/// Runs a command that reads this from standard input.
fn fed(shell: &Shell, line: &str, input: &[u8]) -> CommandOutput {
    let mut command = shell.command(line);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("piped").write_all(input).expect("it reads");
    ended(child.wait_with_output().expect("it ends"))
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).expect("packed");
    packer.finish().expect("packed")
}

/// So many products, each in a row of about 250 bytes.
fn many(count: usize) -> String {
    let name = "long ".repeat(40);
    let row = |n: usize| format!("p{n};;{name};23;uniw;{n};5.00;;{};\n", n % 7);
    format!("{HEAD}{}", (1..=count).map(row).collect::<String>())
}

fn goods(shell: &Shell) {
    let rows = "kit;9;Kit;23;uniw;599;99.00;;;1-M*2|590\n\
                shirt;1;Shirt;23;S;590;50.00;1:45|10:40.50;7;\n\
                shirt;;;;M;591;50.00;;30;\n";
    shell.file("goods.csv", &format!("{HEAD}{rows}"));
}

#[test]
fn a_catalogue_comes_in_goes_out_and_comes_in_again_unchanged() {
    let shell = shell();
    goods(&shell);
    let would = shell.run("import catalogue goods.csv --dry-run --json").json();
    assert_eq!((&would["added"], &would["written"]), (&2.into(), &false.into()), "{would}");
    assert_eq!(would["stocks_changed"], 2);
    assert_eq!(shell.run("export catalogue --format jsonl").good(), "");
    let first = shell.run("import catalogue goods.csv --json").json();
    assert_eq!((&first["added"], &first["stocks_changed"]), (&2.into(), &2.into()), "{first}");
    let again = shell.run("import catalogue goods.csv --json").json();
    assert_eq!((&again["unchanged"], &again["stocks_changed"]), (&2.into(), &0.into()), "{again}");
    for format in ["csv", "jsonl", "xml"] {
        let out = shell.run(&format!("export catalogue --format {format}")).good();
        let file = shell.file(&format!("out.{format}"), &out);
        let back = shell.run(&format!("import catalogue {file} --json")).json();
        assert_eq!((&back["unchanged"], &back["stocks_changed"]), (&2.into(), &0.into()), "{format} {back}");
    }
    let text = shell.run("import catalogue out.csv").good();
    assert_eq!(text, "2 products: 0 added, 0 changed, 2 unchanged, 0 rejected; 0 stocks changed\n");
}

#[test]
fn one_bad_row_keeps_the_whole_file_out_unless_rows_count_alone() {
    let shell = shell();
    let rows =
        "a;;A;23;S;1;5;;1;\nb;;B;23;S;2;cheap;;1;\nc;;C;23;S;1;5;;1;\nd;;D;23;S;4;5;;;nobody*1\na;;A;23;M;9;5;;;\n";
    shell.file("goods.csv", &format!("{HEAD}{rows}"));
    let told = shell.run("import catalogue goods.csv").failed(1);
    for part in
        ["line 3 (b): price:", "line 4 (c): producer_code:", "line 5 (d)", "line 6 (a): code:", "4 of 5 products"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(shell.run("export catalogue --format jsonl").good(), "");
    let ended = shell.run("import catalogue goods.csv --row-by-row --report bad.csv --json");
    assert_eq!(ended.code, 1, "{ended:?}");
    let counts: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!((&counts["added"], &counts["rejected"]), (&1.into(), &4.into()), "{counts}");
    let report = std::fs::read_to_string(shell.path("bad.csv")).expect("a report");
    let lines: Vec<&str> = report.lines().map(|line| line.split(';').next().unwrap_or("")).collect();
    assert_eq!(lines, ["line", "3", "4", "6", "5"], "{report}");
    shell.run("import catalogue goods.csv --row-by-row --report bad.json --quiet").failed(1);
    let report = std::fs::read_to_string(shell.path("bad.json")).expect("a report");
    let first: serde_json::Value = serde_json::from_str(report.lines().next().unwrap_or("")).expect("JSON");
    assert_eq!((&first["line"], &first["field"]), (&3.into(), &"price".into()));
}

#[test]
fn a_running_server_takes_an_import_and_serves_the_feed() {
    let shell = shell();
    goods(&shell);
    shell.run("account add shop1 --group gold").good();
    let server = shell.serve("");
    shell.run("import catalogue goods.csv --wholesaler 1").good();
    let token = shell.run("feed add-token shop1 --note test").good();
    let (status, feed) = server.get(&format!("/feeds/light.xml?token={}", token.trim()));
    assert_eq!(status, 200, "{feed}");
    assert!(feed.contains("<price from=\"10\" net=\"40.50\""), "{feed}");
    let id = shell.run("feed tokens shop1 --json").json()[0]["id"].as_str().expect("an id").to_owned();
    shell.run(&format!("feed revoke-token shop1 {id}")).good();
    assert_eq!(server.get(&format!("/feeds/light.xml?token={}", token.trim())).0, 401);
    server.stop();
}

#[test]
fn a_packed_file_and_standard_input_are_read_like_any_other() {
    let shell = shell();
    goods(&shell);
    let text = std::fs::read_to_string(shell.path("goods.csv")).expect("a file");
    std::fs::write(shell.path("goods.csv.gz"), packed(&text)).expect("written");
    let first = shell.run("import catalogue goods.csv.gz --json").json();
    assert_eq!((&first["added"], &first["stocks_changed"]), (&2.into(), &2.into()), "{first}");
    for (input, mode) in
        [(text.clone().into_bytes(), ""), (packed(&text), "--row-by-row"), (packed(&text), "--in-batches")]
    {
        let again = fed(&shell, &format!("import catalogue - --format csv --json {mode}"), &input).json();
        assert_eq!((&again["unchanged"], &again["written"]), (&2.into(), &true.into()), "{mode} {again}");
    }
    let told = fed(&shell, "import catalogue -", b"").failed(2);
    assert!(told.contains("--format"), "{told}");
    let half = &packed(&text)[..60];
    let told = fed(&shell, "import catalogue - --format csv", half).failed(3);
    assert!(told.contains("standard input, line") && told.contains("nothing was changed"), "{told}");
    let mut left = std::fs::read_dir(shell.path("crossdock-data")).expect("a directory").flatten();
    assert!(!left.any(|file| file.file_name().to_string_lossy().starts_with("import-")), "nothing is left behind");
}

#[test]
fn ctrl_c_leaves_nothing_half() {
    let shell = shell();
    let text = many(3_000);
    for mode in ["", "--in-batches", "--dry-run", "--row-by-row"] {
        let mut command = shell.command(&format!("import catalogue - --format csv --quiet {mode}"));
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the program starts");
        let mut input = child.stdin.take().expect("piped");
        // More than pipe and buffers hold: when all of it is written, at least a batch of it was handled.
        input.write_all(text.as_bytes()).expect("it reads");
        kill_process(Pid::from_child(&child), Signal::INT).expect("the signal is delivered");
        // The pipe is still open: the program must not wait for its end.
        let told = ended(child.wait_with_output().expect("it ends")).failed(1);
        drop(input);
        let there = shell.run("export catalogue --format jsonl").good().lines().count();
        if mode == "--row-by-row" {
            assert!(there > 0 && there < 3_000, "{there}: {told}");
            assert!(told.contains(&format!("stopped by Ctrl-C: {there} products are as the file says")), "{told}");
            assert!(told.contains("the same import again completes it"), "{told}");
            let rest = fed(&shell, "import catalogue - --format csv --json", text.as_bytes()).json();
            assert_eq!((&rest["unchanged"], &rest["added"]), (&there.into(), &(3_000 - there).into()), "{rest}");
        } else {
            assert_eq!(there, 0, "{mode}: {told}");
            assert!(told.contains("stopped by Ctrl-C while checking; nothing was changed"), "{mode}: {told}");
        }
    }
}

#[test]
fn stocks_come_in_alone_set_added_or_taken_away() {
    let shell = shell();
    goods(&shell);
    shell.run("import catalogue goods.csv").good();
    shell.run("stock set-warehouse 2 --name Second").good();
    shell.file("stocks.csv", "code;stock:1;stock:2\n1-S;12;4\n591;;15\n");
    assert_eq!(
        shell.run("import stock stocks.csv --dry-run").good(),
        "3 stocks: 3 would be changed, 0 unchanged, 0 rejected\n"
    );
    assert_eq!(shell.run("import stock stocks.csv").good(), "3 stocks: 3 changed, 0 unchanged, 0 rejected\n");
    assert_eq!(shell.run("import stock stocks.csv").good(), "3 stocks: 0 changed, 3 unchanged, 0 rejected\n");
    let out = shell.run("export catalogue --format jsonl").good();
    assert!(out.contains("\"stock\":{\"1\":\"12\",\"2\":\"4\"}"), "{out}");
    let rows = b"{\"code\":\"1-S\",\"quantity\":3}\n{\"code\":\"590\",\"code_type\":\"producer\",\"quantity\":\"2\"}\n";
    let added = fed(
        &shell,
        "import stock - --format jsonl --operation add --warehouse 1 --json",
        &packed(std::str::from_utf8(rows).expect("text")),
    );
    assert_eq!(added.json()["changed"], 2);
    shell.file("light.xml", "<offer><products><product id='1'><sizes><size id='S'><stock id='1' quantity='17'/></size></sizes></product></products></offer>");
    let same = shell.run("import stock light.xml --json").json();
    assert_eq!((&same["unchanged"], &same["written"]), (&1.into(), &true.into()), "12 + 3 + 2 are 17: {same}");
    // One that takes too much keeps the others out, unless rows count alone.
    shell.file("out.csv", "code;warehouse;quantity;operation\n1-S;1;7;subtract\n1-S;1;70;subtract\n1-S;1;1;subtract\n9-S;1;1;set\n599;1;1;set\n");
    let told = shell.run("import stock out.csv").failed(1);
    for part in
        ["line 3 (1-S): there is less than that", "line 5 (9-S)", "line 6 (599): it is a set", "nothing was changed"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(shell.run("import stock light.xml --json").json()["unchanged"], 1);
    let told = shell.run("import stock out.csv --row-by-row --skip 1 --json");
    assert_eq!(told.code, 1, "{told:?}");
    let counts: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    assert_eq!((&counts["stocks"], &counts["changed"], &counts["rejected"]), (&4.into(), &1.into(), &3.into()));
    let told = shell.run("import stock stocks.csv --warehouse 9").failed(2);
    assert!(told.contains("no warehouse 9"), "{told}");
    shell.file("short.csv", "code;quantity\n1-S;1\n");
    assert!(shell.run("import stock short.csv").failed(2).contains("--warehouse"));
}

#[test]
fn a_running_server_stores_a_checked_file() {
    let shell = shell();
    goods(&shell);
    let server = shell.serve("");
    let first = shell.run("import catalogue goods.csv --json").json();
    assert_eq!((&first["added"], &first["stocks_changed"]), (&2.into(), &2.into()), "{first}");
    shell.file("stocks.csv", "code;quantity\n1-S;3\n1-M;30\n");
    let stocks = shell.run("import stock stocks.csv --json").json();
    assert_eq!((&stocks["changed"], &stocks["unchanged"]), (&1.into(), &1.into()), "{stocks}");
    let batches = shell.run("import catalogue goods.csv --in-batches --json").json();
    assert_eq!((&batches["unchanged"], &batches["stocks_changed"]), (&2.into(), &1.into()), "{batches}");
    // Too many for one step: they come in batches, with the same outcome.
    let row = |n: usize| format!("q{n};Product {n};23;uniw;{n};5.00;{n}\n");
    let rows: String = (5_000..7_100).map(row).collect();
    shell.file("many.csv", &format!("code;name:eng;vat;size;producer_code;price;stock:1\n{rows}"));
    for (options, added) in [("", 2_100), ("", 0), ("--in-one-step", 0)] {
        let done = shell.run(&format!("import catalogue many.csv {options} --json")).json();
        assert_eq!((&done["added"], &done["products"]), (&added.into(), &2_100.into()), "{options}: {done}");
    }
    server.stop();
}

#[test]
fn an_icdf_file_becomes_an_order_and_an_order_a_file() {
    let shell = shell();
    goods(&shell);
    shell.run("import catalogue goods.csv").good();
    shell.run("account add shop1 --group standard --payment prepaid").good();
    let courier = "[[couriers]]\nid = 51\nname = \"DPD\"\nactive = true\nsettings = { zones = [ { name = \"All\", countries = [\"PL\"], delivery_days = 1, \
                   bands = [ { up_to_grams = 30000, prices = [ { group = \"*\", net = 1000 } ] } ] } ] }\n";
    shell.file("couriers.toml", courier);
    shell.run("courier put couriers.toml").good();
    let xml = "<order><products><product code=\"1-M\" codeType=\"internal\" quantity=\"2\"><comment>Blue</comment></product>\n\
               <product code=\"599\" codeType=\"producer\" quantity=\"1\"><products><product code=\"1-S\" quantity=\"2\"/>\
               <product code=\"591\" quantity=\"1\"/></products></product></products></order>";
    shell.file("order.xml", xml);
    let to = "--account shop1 --courier 51 --external-id A-1 --first-name Jan --last-name Kowalski --street 'Prosta 1' \
              --zip 00-950 --city Warszawa --phone 500100200";
    let refused = shell.run(&format!("import order --icdf order.xml {to}")).failed(3);
    assert!(refused.contains("the parts named are not those of this set"), "{refused}");
    shell.file("order.csv", "SKU;quantity;comments\n1-M;2;Blue\n599;1;\n");
    let placed = shell.run(&format!("import order --icdf order.csv {to} --json")).json();
    assert_eq!((&placed["order"], &placed["repeated"]), (&1.into(), &false.into()));
    let again = shell.run(&format!("import order --icdf order.csv {to} --json")).json();
    assert_eq!((&again["order"], &again["repeated"]), (&1.into(), &true.into()));
    let out = shell.run("export order 1").good();
    assert!(
        out.contains("<product code=\"1-M\" codeType=\"internal\" quantity=\"2\">\n   <comment>Blue</comment>"),
        "{out}"
    );
    assert!(shell.run("export order 1 --format csv").failed(3).contains("write XML"));
    shell.file("bad.csv", "SKU;quantity\n1-M;2\nnobody;1\n1-M;90\n");
    let to = to.replace("A-1", "A-2");
    let refused = shell.run(&format!("import order --icdf bad.csv {to}")).failed(3);
    assert!(refused.contains("line 3: nobody: no product has this code"), "{refused}");
}
