//! Catalogue files: what is written reads back the same, and mistakes are told with their lines.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::{Duration, Instant};

use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{ProductDetails, Quantity, StockMode, Unit, Vat};
use crossdock_wire::catalogue::csv::Columns;
use crossdock_wire::catalogue::{
    Format, Item, ItemComponent, ItemPrice, ItemSize, ItemStep, ReadError, RejectedRow, jsonl, read, xml,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Far more than refusing takes on the slowest machine, far less than falling for it would.
const CHEAP: Duration = Duration::from_secs(20);

fn write(format: Format, items: &[Item]) -> String {
    let mut out = String::new();
    match format {
        Format::Csv => {
            let mut columns = Columns::default();
            for item in items {
                columns.see(item);
            }
            columns.write_header(&mut out);
            for item in items {
                columns.write(&mut out, item);
            }
        }
        Format::Jsonl => {
            for item in items {
                jsonl::write(&mut out, item).expect("JSON");
            }
        }
        Format::Xml => {
            xml::write_head(&mut out, "PLN");
            for item in items {
                xml::write(&mut out, item);
            }
            xml::write_foot(&mut out);
        }
    }
    out
}

fn read_all(format: Format, text: &str) -> Vec<Result<Item, ReadError>> {
    read(format, Box::new(Cursor::new(text.as_bytes().to_vec()))).collect()
}

fn rejected(format: Format, text: &str) -> Vec<RejectedRow> {
    let unread = read_all(format, text).into_iter().filter_map(Result::err);
    unread
        .flat_map(|unread| match unread {
            ReadError::Rejected(rows) => rows,
            ReadError::Remark(_) => Vec::new(),
            ReadError::Broken { line, reason } => {
                vec![RejectedRow { line, code: "broken".to_owned(), field: String::new(), reason }]
            }
        })
        .collect()
}

/// Text that all formats can hold: no control characters but line breaks and tabs, not only blanks.
fn text() -> impl Strategy<Value = String> {
    "[a-zżó][ -~żółć\n\t]{0,20}"
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9|;\\\\*:,\"<&]{1,8}"
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (1_i64..5_000_000).prop_map(Quantity)
}

fn size(id: usize) -> impl Strategy<Value = ItemSize> {
    let steps = prop::collection::btree_map(quantity(), 0_i64..1_000_000, 1..3);
    let prices = prop::collection::btree_map("[a-z*][a-z ;]{0,5}[a-z]|\\*", steps, 0..3);
    let parts = prop::collection::vec((name(), quantity()), 0..3);
    let stock = prop::collection::btree_map(1_i64..5, 0_i64..10_000, 0..3);
    let codes = (prop::option::of(name()), prop::option::of(name()));
    let mode = prop::sample::select(StockMode::ALL.to_vec());
    let rest = (prop::option::of(0_i64..5000), prop::option::of(text()));
    (prices, parts, stock, codes, mode, rest).prop_map(move |(prices, parts, stock, codes, mode, (weight, name))| {
        ItemSize {
            size: format!("s{id}"),
            name: name.unwrap_or_default(),
            producer_code: codes.0,
            external_code: codes.1,
            stock_mode: mode,
            weight_grams: weight,
            prices: prices
                .into_iter()
                .map(|(group, steps)| ItemPrice {
                    group,
                    currency: None,
                    steps: steps.into_iter().map(|(from, net)| ItemStep { from, net: Decimal::new(net, 2) }).collect(),
                })
                .collect(),
            components: parts.into_iter().map(|(code, quantity)| ItemComponent { code, quantity }).collect(),
            stock: stock.into_iter().map(|(id, milli)| (id, Decimal::new(milli, 3).normalize())).collect(),
        }
    })
}

fn item(number: i64) -> impl Strategy<Value = Item> {
    let texts = || prop::collection::btree_map("[a-z]{3}", text(), 1..3);
    let vat =
        prop_oneof![Just(Vat { rate: Decimal::ZERO, free: true }), (0_u32..100).prop_map(|r| Vat::percent(r.into()))];
    let sides = prop::option::of([0_i64..1000, 0_i64..1000, 0_i64..1000]);
    let pictures = prop::collection::vec("https://x\\.example/[a-z|\\\\;&]{1,8}", 0..3);
    let unit = (quantity(), quantity(), "[a-z]{1,4}").prop_map(|(step, minimum, name)| Unit { name, step, minimum });
    let lists = (texts(), texts(), vat, sides, pictures, unit);
    let rest = (text(), prop::option::of(1_i64..100), any::<bool>(), prop::option::of(0_i64..30), 0_i64..9999);
    (lists, rest, (size(0), size(1)).prop_map(|(a, b)| vec![a, b])).prop_map(
        move |((names, descriptions, vat, dimensions_mm, pictures, unit), (words, id, active, days, weight), sizes)| {
            Item {
                line: 0,
                code: format!("code {number}"),
                currency: None,
                id: id.map(|id| id + 1000 * number),
                active,
                details: ProductDetails {
                    names,
                    descriptions,
                    vat,
                    weight_grams: weight,
                    dimensions_mm,
                    hs_code: "6109.10".to_owned(),
                    origin: Country::from_code("PL").map(Into::into),
                    producer: words.clone(),
                    category: words,
                    pictures,
                    unit,
                    prepare_days: days,
                },
                sizes,
            }
        },
    )
}

fn without_order(mut item: Item) -> Item {
    item.line = 0;
    // XML says once for all what the other formats leave to the wholesaler.
    item.currency.take_if(|currency| currency == "PLN");
    for size in &mut item.sizes {
        size.prices.sort_by(|a, b| a.group.cmp(&b.group));
        size.prices.iter_mut().for_each(|price| price.steps.sort_by_key(|step| step.from));
    }
    item
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_exported_reads_back_the_same_in_every_format(items in (item(0), item(1)).prop_map(|(a, b)| vec![a, b])) {
        for format in [Format::Csv, Format::Jsonl, Format::Xml] {
            let text = write(format, &items);
            let back: Vec<Item> = read_all(format, &text)
                .into_iter()
                .map(|item| without_order(item.unwrap_or_else(|error| panic!("{format:?} {error:?}\n{text}"))))
                .collect();
            let items: Vec<Item> = items.iter().cloned().map(without_order).collect();
            prop_assert_eq!(&back, &items, "{:?}\n{}", format, text);
        }
    }

    #[test]
    fn any_bytes_are_taken_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in [Format::Csv, Format::Jsonl, Format::Xml] {
            let _ = read(format, Box::new(Cursor::new(bytes.clone()))).count();
        }
    }
}

#[test]
fn a_small_table_is_a_catalogue() {
    let text = "code;name:eng;vat;size;price;price:gold;stock:1;components\n\
        shirt;Shirt;23;S;50.00;1:45|10:40,5;7;\n\
        shirt;;;M;50.00;;3;\n\
        kit;Kit;free;;99;;;1-S*2|590\n";
    let items: Vec<Item> = read_all(Format::Csv, text).into_iter().map(|item| item.expect("good")).collect();
    assert_eq!(items.len(), 2);
    let (shirt, kit) = (&items[0], &items[1]);
    assert_eq!((shirt.line, kit.line, shirt.sizes.len()), (2, 4, 2));
    let gold = &shirt.sizes[0].prices[1];
    assert_eq!((gold.group.as_str(), gold.steps.len(), gold.steps[1].net), ("gold", 2, Decimal::new(405, 1)));
    assert_eq!(shirt.sizes[1].stock, BTreeMap::from([(1, Decimal::from(3))]));
    assert_eq!(kit.sizes[0].size, "uniw");
    assert!(kit.details.vat.free);
    let parts: Vec<_> = kit.sizes[0].components.iter().map(|part| (part.code.as_str(), part.quantity)).collect();
    assert_eq!(parts, [("1-S", Quantity::pieces(2)), ("590", Quantity::pieces(1))]);
}

#[test]
fn mistakes_in_a_table_are_told_with_line_and_column() {
    let told = |text: &str| -> Vec<(u64, String)> {
        rejected(Format::Csv, text).into_iter().map(|row| (row.line, row.field)).collect()
    };
    let head = "code;name:eng;vat;size;price;origin;weight_grams;stock:1\n";
    let with = |rows: &str| told(&format!("{head}{rows}"));
    assert_eq!(with("a;A;23;S;x;PL;1;1\n"), [(2, "price".to_owned())]);
    assert_eq!(
        with("a;A;23;S;1;ZZZ;heavy;1\nb;B;;S;1;PL;1;\n"),
        [(2, "weight_grams".to_owned()), (2, "origin".to_owned()), (3, "vat".to_owned())]
    );
    assert_eq!(with("a;A;23;S;1;PL;1;1\na;Other;;M;1;;;1\n"), [(3, "name:eng".to_owned())]);
    assert_eq!(with("a;A;23;S\n"), [(2, String::new())]);
    assert_eq!(with(";A;23;S;1;PL;1;1\n"), [(2, "code".to_owned())]);
    let broken = |text: &str| rejected(Format::Csv, text).pop().expect("broken");
    assert_eq!(broken("code;name:eng;vat;colour\n").reason, "there is no column \"colour\"");
    assert_eq!(broken("code;name:eng\n").reason, "the column \"vat\" is missing");
    assert_eq!(broken("code;code;name:eng;vat\n").reason, "the column \"code\" is there twice");
    assert_eq!((broken("").line, broken("").code.as_str()), (1, "broken"));
    assert_eq!(told(&format!("{head}\"a;A\n")), [(2, String::new())]);
}

#[test]
fn numbers_of_a_table_are_read_by_its_separator() {
    let stock = |text: &str| -> Result<String, String> {
        match read_all(Format::Csv, text).pop().expect("a row") {
            Ok(item) => Ok(item.sizes[0].stock[&1].to_string()),
            Err(ReadError::Rejected(rows)) => Err(format!("{}: {}", rows[0].field, rows[0].reason)),
            Err(broken) => panic!("{broken:?}"),
        }
    };
    let commas = |cell: &str| stock(&format!("code,name:eng,vat,price,stock:1\na,A,23,10.00,{cell}\n"));
    let semicolons = |cell: &str| stock(&format!("code;name:eng;vat;price;stock:1\na;A;23;10,00;{cell}\n"));
    assert_eq!(commas("1200"), Ok("1200".to_owned()));
    assert!(commas("\"1,200\"").is_err_and(|told| told.starts_with("stock:1: \"1,200\" has a comma")));
    assert!(semicolons("1.200").is_err_and(|told| told.contains("two ways")));
    assert_eq!(semicolons("1 200"), Ok("1200".to_owned()));
    assert_eq!(semicolons("1.200,5"), Ok("1200.5".to_owned()));
    let price = rejected(Format::Csv, "code,name:eng,vat,price\na,A,23,\"12,50\"\n");
    assert!(price[0].field == "price" && price[0].reason.contains("has a comma"), "{price:?}");
    let told = rejected(Format::Csv, "code;name:eng;vat;producer_code\na;A;23;5,90123E+12\n");
    assert!(told[0].field == "producer_code" && told[0].reason.contains("spreadsheet"), "{told:?}");
}

#[test]
fn a_stock_is_a_multiple_of_the_step_and_a_price_in_the_wholesalers_currency() {
    let judge = |text: &str| {
        let item = read_all(Format::Csv, text).pop().expect("a row").expect("readable");
        item.catalogue_item("PLN".parse().expect("currency"), &[1]).map(drop).map_err(|row| row.reason)
    };
    let pieces = "code;name:eng;vat;price;stock:1\na;A;23;10,00;";
    assert!(judge(&format!("{pieces}1,2\n")).is_err_and(|told| told.contains("no multiple of 1")));
    assert_eq!(judge(&format!("{pieces}2,0\n")), Ok(()));
    let metres = "code;name:eng;vat;unit_step;price;stock:1\na;A;23;0,1;10,00;1,2\n";
    assert_eq!(judge(metres), Ok(()));
    let euros = |code: &str| format!("code;name:eng;vat;currency;price\na;A;23;{code};10,00\n");
    assert!(judge(&euros("EUR")).is_err_and(|told| told.contains("is in EUR, the wholesaler sells in PLN")));
    assert_eq!(judge(&euros("pln")), Ok(()));
    assert_eq!(judge(&euros("")), Ok(()));
}

#[test]
fn a_row_that_cannot_be_read_rejects_its_product_alone() {
    let text = b"code;name:eng;vat;size;price\na;A;23;S;1\nb;\xbfolty;23;S;1\nb;;;M;1\nc;C;23;S;1\n".to_vec();
    let all: Vec<_> = read(Format::Csv, Box::new(Cursor::new(text))).collect();
    let told: Vec<String> = all
        .iter()
        .map(|item| match item {
            Ok(item) => item.code.clone(),
            Err(ReadError::Rejected(rows)) => format!("{} {} {}", rows[0].line, rows[0].code, rows[0].reason),
            Err(broken) => format!("{broken:?}"),
        })
        .collect();
    assert_eq!((told.len(), told[0].as_str(), told[2].as_str()), (3, "a", "c"), "{told:?}");
    assert!(told[1].starts_with("3 b cell 2 is not in UTF-8"), "{told:?}");
    let quote = "code;name:eng;vat;price\na;A;23;1\nb;\"10\" wide;23;1\nc;C;23;1\nd;\"open;23;1\ne;E;23;1\n";
    let codes: Vec<String> = read_all(Format::Csv, quote).into_iter().flatten().map(|item| item.code).collect();
    assert_eq!(codes, ["a", "c", "e"]);
}

#[test]
fn a_bad_line_of_json_does_not_hide_the_next_one() {
    let good = r#"{"code":"a","details":{"names":{"eng":"A"},"vat":{"rate":23}},"sizes":[{"prices":[{"steps":[{"net":1.5}]}]}]}"#;
    let text = format!("{good}\n{{\"code\":1}}\n\n{}\n", good.replace("\"a\"", "\"b\"").replace("net", "nett"));
    let all = read_all(Format::Jsonl, &text);
    assert_eq!(all.iter().filter(|item| item.is_ok()).count(), 1);
    let lines: Vec<u64> = rejected(Format::Jsonl, &text).iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn a_foreign_iof_file_is_read_as_far_as_it_is_known() {
    let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<offer file_format="IOF" version="3.0" xmlns:iaiext="http://www.iai-shop.com/developers/iof/extensions.phtml">
 <producers><producer id="1" name="M"/></producers>
 <products>
  <product id="15" vat="23.0" code_on_card="SHIRT" currency="PLN">
   <producer id="1" name="Maker"/><category id="7" name="Shirts"/>
   <price gross="61.5" net="50"/><srp gross="100" net="81.3"/>
   <description><name xml:lang="eng"><![CDATA[Shirt & more]]></name></description>
   <sizes><size id="3" code="15-3" code_producer="590" name="M"><stock id="1" quantity="4"/></size></sizes>
   <images><large><image url="https://x.example/1.jpg" hash="x"/></large><icons/></images>
  </product>
  <product id="16" vat="x"><sizes/></product>
 </products>
</offer>"#;
    let all = read_all(Format::Xml, text);
    let shirt = all[0].as_ref().expect("good");
    assert_eq!((shirt.code.as_str(), shirt.id, shirt.line), ("SHIRT", Some(15), 5));
    assert_eq!(shirt.details.name("eng"), "Shirt & more");
    assert_eq!(shirt.details.pictures, ["https://x.example/1.jpg"]);
    assert_eq!(shirt.sizes[0].prices[0].steps[0].net, Decimal::from(50));
    let wrong = rejected(Format::Xml, text);
    assert_eq!((wrong.len(), wrong[0].line, wrong[0].field.as_str()), (1, 12, "product/vat"));
}

fn iof(inside: &str) -> String {
    format!(
        "<offer file_format='IOF' version='3.0' xmlns:iof='http://www.iai-shop.com/developers/iof.phtml' \
         xmlns:e='http://www.iai-shop.com/developers/iof/extensions.phtml'><products currency='EUR' language='pol'>\
         <product id='7' vat='23.0' code_on_card='B-7'>{inside}</product></products></offer>"
    )
}

#[test]
fn a_foreign_iof_file_is_read_by_namespaces_languages_and_units() {
    let text = iof("<description><name>Kubek</name><name xml:lang='en-GB'>Mug</name><name xml:lang='xx'></name>\
         <long_desc xml:lang='pl'><p class=\"a\">Jeden</p> dwa &amp; <b>trzy</b><br/></long_desc></description>\
         <weight g='90.50'/><e:weight g='7'/><price net='10' gross='12.3'/>\
         <sizes><size id='3' e:code_external='X-3' e:weight_net='300' weight='1030,0' code_producer='590 12'><stock id='0' quantity='6'/></size>\
         <size id='4' weight='0.5'><stock id='1' quantity='-1'/></size><size id='5'><stock quantity='3'/></size></sizes>");
    let all = read_all(Format::Xml, &text);
    assert_eq!(all.len(), 2, "{all:?}");
    let Err(ReadError::Remark(remark)) = &all[0] else { panic!("{all:?}") };
    assert!(remark.reason.contains("size 4: -1 tells no quantity"), "{remark:?}");
    let item = all[1].as_ref().expect("readable");
    assert_eq!((item.details.name("pol"), item.details.name("eng")), ("Kubek", "Mug"));
    assert_eq!(item.details.descriptions["pol"], "<p class=\"a\">Jeden</p> dwa &amp; <b>trzy</b><br>");
    assert_eq!(item.details.weight_grams, 91);
    let sizes: Vec<_> = item.sizes.iter().map(|size| (size.external_code.as_deref(), size.weight_grams)).collect();
    assert_eq!(sizes, [(Some("X-3"), Some(1030)), (None, Some(1)), (None, None)]);
    assert_eq!(item.sizes[0].producer_code.as_deref(), Some("59012"));
    assert_eq!(item.sizes[1].stock_mode, StockMode::Uncounted);
    let mut moved = item.clone();
    moved.move_stock(&BTreeMap::from([(0, 1)])).expect("one warehouse");
    assert_eq!(moved.sizes[0].stock, BTreeMap::from([(1, Decimal::from(6))]));
    assert_eq!(moved.sizes[2].stock, BTreeMap::from([(1, Decimal::from(3))]));
    let refused = item.catalogue_item("PLN".parse().expect("currency"), &[1]).expect_err("another currency");
    assert!(refused.reason.contains("is in EUR, the wholesaler sells in PLN"), "{refused:?}");
}

#[test]
fn a_currency_is_looked_at_wherever_a_file_names_one() {
    let judge = |text: &str| {
        let item = read_all(Format::Xml, text).pop().expect("a product").expect("readable");
        item.catalogue_item("PLN".parse().expect("currency"), &[1]).map(drop).map_err(|row| row.reason)
    };
    let file = |root: &str, products: &str, product: &str, price: &str| {
        format!(
            "<offer {root}><products {products}><product code='a' vat='23' {product}><price net='1' {price}/>\
             <sizes><size/></sizes></product></products></offer>"
        )
    };
    let euros = "currency='EUR'";
    for text in [file(euros, "", "", ""), file("", euros, "", ""), file("", "", euros, ""), file("", "", "", euros)] {
        assert!(judge(&text).is_err_and(|told| told.contains("EUR") && told.contains("PLN")), "{text}");
    }
    assert_eq!(judge(&file(" currency='PLN'", "currency='pln'", "currency=''", "currency='PLN'")), Ok(()));
}

#[test]
fn attacks_on_the_xml_reader_end_at_once() {
    let bomb = "<!DOCTYPE o [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><offer><products><product code=\"&b;\"/></products></offer>";
    assert!(rejected(Format::Xml, bomb)[0].reason.contains("document types"));
    let entity = "<offer><products>\n<product code='a' vat='23'><description><name>&xxe;</name></description></product></products></offer>";
    assert_eq!(rejected(Format::Xml, entity)[0].line, 2);
    let many = format!("<offer><products><product code='a' vat='23'>{}", "<price net='1'/>".repeat(20_000));
    assert!(rejected(Format::Xml, &many)[0].reason.contains("too many parts"));
    let deep = format!("<offer><products><product code='a' vat='23'>{}", "<x>".repeat(100_000));
    assert!(rejected(Format::Xml, &deep)[0].reason.contains("too deep"));
    assert!(rejected(Format::Xml, "<html/>")[0].reason.contains("<products>"));

    let product =
        |inside: &str| format!("<offer><products>\n<product code='a' vat='23'>{inside}</product></products></offer>");
    let wide: String = (0..50_000).map(|number| format!(" a{number}=''")).collect();
    let prices: String = (0..2_000).map(|number| format!("<price group='g{number}' net='1'/>")).collect();
    let sizes: String = (0..400).map(|number| format!("<size id='{number}'/>")).collect();
    let texts = format!("<description>{}", format!("<name>{}</name>", "x".repeat(1_000_000)).repeat(30));
    let pieces = format!("<description><name>{}</name>", "x&amp;".repeat(1_000_000));
    for (attack, reason) in [
        ("<!DOCTYPE o SYSTEM \"http://127.0.0.1:1/o.dtd\"><offer/>".to_owned(), "document types"),
        ("<?xml version='1.0' encoding='UTF-16'?><offer/>".to_owned(), "encoding"),
        ("<?xml version='1.0' encoding='UTF-7'?>+ADw-offer/+AD4-".to_owned(), "encoding"),
        ("<offer>".repeat(1_000_000), "too deep"),
        (product(&format!("<weight g='1'{wide}/>")), "attributes"),
        (product(&format!("<weight g='{}'/>", "1".repeat(5_000_000))), "longer than"),
        (format!("<offer><!--{}", "x".repeat(5_000_000)), "longer than"),
        (product(&texts), "longer than 16777216 bytes"),
        (product(&pieces), "too long"),
        (product(&"<size/>".repeat(20_000)), "too many parts"),
        (product(&format!("<sizes>{}</sizes>", "<size/>".repeat(5_000))), "more than 500 sizes"),
        (product(&format!("{prices}<sizes>{sizes}</sizes>")), "more than 100000 prices"),
        (product("<unit name='a\0b'/>"), "character"),
        (product("<unit name='&#2;'/>"), "character"),
        (product("<unit name='&#0;'/>"), "entities"),
    ] {
        let begun = Instant::now();
        let told = rejected(Format::Xml, &attack);
        assert!(told.len() == 1 && told[0].reason.contains(reason), "{attack:.80}: {told:?}");
        assert!(begun.elapsed() < CHEAP, "{attack:.80} took {:?}", begun.elapsed());
    }
    // Bytes that are no UTF-8, and letters of two bytes each.
    let utf16: Vec<u8> = product("").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xff\xfe".as_slice(), &utf16].concat();
    for bytes in [utf16, marked, b"<offer><products><product code='\xb1'/></products></offer>".to_vec()] {
        let read: Vec<_> = read(Format::Xml, Box::new(Cursor::new(bytes))).collect();
        assert!(matches!(read.as_slice(), [Err(ReadError::Broken { .. })]), "{read:?}");
    }
}
