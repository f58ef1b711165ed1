//! Catalogues and orders as files: import, export, feeds' tokens.

use super::support::Shell;

const HEAD: &str = "code;id;name:eng;vat;size;producer_code;price;price:gold;stock:1;components\n";

fn shell() -> Shell {
    let shell = Shell::new();
    // The first store makes the installation.
    shell.run("store add 1 --name Shop --currency PLN").good();
    shell.run("wholesaler add 1 --name Hurt --currency PLN --dropshipping true").good();
    shell.run("stock warehouse 1 1 --name Main").good();
    shell
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
    shell.run("account add 1 shop1 --group gold").good();
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
fn an_icdf_file_becomes_an_order_and_an_order_a_file() {
    let shell = shell();
    goods(&shell);
    shell.run("import catalogue goods.csv").good();
    shell.run("account add 1 shop1 --group standard --payment prepaid").good();
    let courier = "[[couriers]]\nid = 51\nname = \"DPD\"\nactive = true\nsettings = { zones = [ { name = \"All\", countries = [\"PL\"], delivery_days = 1, \
                   bands = [ { up_to_grams = 30000, prices = [ { group = \"*\", net = 1000 } ] } ] } ] }\n";
    shell.file("couriers.toml", courier);
    shell.run("courier put 1 couriers.toml").good();
    let xml = "<order><products><product code=\"1-M\" codeType=\"internal\" quantity=\"2\"><comment>Blue</comment></product>\n\
               <product code=\"599\" codeType=\"producer\" quantity=\"1\"><products><product code=\"1-S\" quantity=\"2\"/>\
               <product code=\"591\" quantity=\"1\"/></products></product></products></order>";
    shell.file("order.xml", xml);
    let to = "--account shop1 --courier 51 --external-id A-1 --first-name Jan --last-name Kowalski --street 'Prosta 1' \
              --zip 00-950 --city Warszawa --phone 500100200";
    let refused = shell.run(&format!("import order --icdf order.xml {to}")).failed(3);
    assert!(refused.contains("the parts named in the file are not those of this set"), "{refused}");
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
    assert!(shell.run("export order 1 --icdf csv").failed(3).contains("write XML"));
    shell.file("bad.csv", "SKU;quantity\n1-M;2\nnobody;1\n1-M;90\n");
    let to = to.replace("A-1", "A-2");
    let refused = shell.run(&format!("import order --icdf bad.csv {to}")).failed(3);
    assert!(refused.contains("line 3: nobody: no product has this code"), "{refused}");
}
