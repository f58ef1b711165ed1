//! ICDF files: the golden ones of `fixtures/wire/icdf` read as they should and are written again byte by byte.

use std::time::{Duration, Instant};

use crossdock_app::hub::AttachmentInput;
use crossdock_domain::wholesale::CodeKind;
use crossdock_wire::icdf::{ExtendedLine, Line, MAX_LINES, read, write_extended, write_simple, write_xml};
use rust_decimal::Decimal;

const XML: &str = include_str!("../../../fixtures/wire/icdf/order.xml");
const SIMPLE: &str = include_str!("../../../fixtures/wire/icdf/simple.csv");
const EXTENDED: &str = include_str!("../../../fixtures/wire/icdf/extended.csv");

/// Far more than refusing takes on the slowest machine, far less than falling for it would.
const CHEAP: Duration = Duration::from_secs(20);

fn line(at: u64, code: &str, kind: Option<CodeKind>, quantity: &str, note: &str) -> Line {
    Line {
        at,
        code: code.to_owned(),
        kind,
        quantity: quantity.parse().expect("a quantity"),
        note: note.to_owned(),
        attachments: Vec::new(),
        products: Vec::new(),
    }
}

fn fault(text: &str) -> (u64, String) {
    let error = read(text.as_bytes()).expect_err(text);
    (error.line, error.reason)
}

#[test]
fn the_golden_xml_is_read_and_written_again() {
    let internal = Some(CodeKind::Internal);
    let mut first = line(4, "15-3", internal, "2", "Engrave \"A & B\"\non the back");
    first.attachments = vec![AttachmentInput { name: "engraving.txt".to_owned(), contents: b"Hello\n".to_vec() }];
    let mut set = line(13, "5900000000105", Some(CodeKind::Producer), "1", "");
    set.products = vec![line(15, "2-uniw", internal, "2", ""), line(16, "1-M", internal, "1", "")];
    let lines = read(XML.as_bytes()).expect("golden");
    assert_eq!(lines, [first, set, line(19, "EXT-7", Some(CodeKind::External), "1.5", "")]);
    assert_eq!(write_xml(&lines), XML);
    let bare = XML.replace("<order>\n", "").replace("</order>\n", "");
    assert_eq!(read(bare.as_bytes()).expect("the envelope is optional").len(), 3);
}

#[test]
fn the_golden_tables_are_read_and_written_again() {
    let simple = read(SIMPLE.as_bytes()).expect("golden");
    assert_eq!(simple, [line(2, "15-3", None, "2", "as a gift; please"), line(3, "16-uniw", None, "1.5", "")]);
    assert_eq!(write_simple(&simple).expect("plain lines"), SIMPLE);
    let lines = read(EXTENDED.as_bytes()).expect("golden");
    assert_eq!(lines, simple);
    let told = [["5900000000022", "EXT-22", "shirt", "M", "Shirt"], ["", "", "cloth", "", "Cloth, by the metre"]];
    let extended: Vec<ExtendedLine> = lines
        .into_iter()
        .zip(told.map(|cells| cells.map(str::to_owned)))
        .map(|(line, [product_code, external_code, display_code, size, name])| ExtendedLine {
            line,
            product_code,
            external_code,
            display_code,
            size,
            name,
        })
        .collect();
    assert_eq!(write_extended(&extended).expect("plain lines"), EXTENDED);
}

#[test]
fn a_row_without_sku_is_known_by_its_other_codes() {
    let lines = read(b"SKU;quantity;product_code;external_code\n;1;590;\n;2;;X\n").expect("good");
    let codes: Vec<_> = lines.iter().map(|line| (line.code.as_str(), line.kind)).collect();
    assert_eq!(codes, [("590", Some(CodeKind::Producer)), ("X", Some(CodeKind::External))]);
}

#[test]
fn sets_and_files_do_not_go_into_tables() {
    let lines = read(XML.as_bytes()).expect("golden");
    assert_eq!(write_simple(&lines).expect_err("a set").line, 4);
    assert!(write_simple(&lines[2..]).is_ok());
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (text, line, reason) in [
        ("<order><products>\n<product codeType='internal' quantity='1'/></products></order>", 2, "no attribute code"),
        ("<products><product code='a'/></products>", 1, "no attribute quantity"),
        ("<products>\n\n<product code='a' quantity='-1'/></products>", 3, "no quantity above 0"),
        ("<products><product code='a' codeType='ean' quantity='1'/></products>", 1, "codeType"),
        ("<order/>", 1, "<products>"),
        ("<products/>", 1, "no products"),
        ("<products><item/></products>", 1, "not expected"),
        (
            "<products><product code='a' quantity='1'><attachments><attachment><file>?</file></attachment></attachments></product></products>",
            1,
            "base64",
        ),
        ("<!DOCTYPE x><products/>", 1, "document types"),
        ("SKU;quantity;comments\na;1;\nb;x;\n", 3, "no quantity"),
        ("SKU;quantity\n;1\n", 2, "SKU is missing"),
        ("SKU;comments\n", 1, "quantity is missing"),
        ("SKU;quantity;colour\n", 1, "no column"),
        ("a;1\n", 1, "must name the columns"),
        ("", 1, "names no products"),
    ] {
        let (at, told) = fault(text);
        assert!(at == line && told.contains(reason), "{text}: {at} {told}");
    }
    let nested = "<products><product code='a' quantity='1'>".repeat(9);
    assert!(fault(&nested).1.contains("nested too deep"));
    let row = "a;1\n".repeat(MAX_LINES + 1);
    assert!(fault(&format!("SKU;quantity\n{row}")).1.contains("more than"));
    assert_eq!(Decimal::ONE, read(b"SKU;quantity\na;1,0\n").expect("a comma")[0].quantity.normalize());
}

#[test]
fn attacks_on_the_xml_reader_end_at_once() {
    let list = |inside: &str| format!("<order><products>\n{inside}</products></order>");
    let product = |inside: &str| list(&format!("<product code='a' quantity='1'>{inside}</product>"));
    let laughs: String = (1..10).fold("<!ENTITY l0 \"ha\">".to_owned(), |all, level| {
        let ten = format!("&l{};", level - 1).repeat(10);
        format!("{all}<!ENTITY l{level} \"{ten}\">")
    });
    let wide: String = (0..200_000).map(|number| format!(" a{number}=''")).collect();
    let attachment = "<attachment><name>a</name><file>eA==</file></attachment>";
    let utf16: Vec<u8> = list("").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (attack, reason) in [
        (format!("<!DOCTYPE l [{laughs}]>{}", product("<comment>&l9;</comment>")).into_bytes(), "document types"),
        (b"<!DOCTYPE o SYSTEM \"file:///etc/passwd\"><order/>".to_vec(), "document types"),
        (product("<comment>&l9;</comment>").into_bytes(), "entities"),
        (list("<product code='&l9;' quantity='1'/>").into_bytes(), "entities"),
        (product("<comment>&#0;</comment>").into_bytes(), "entities"),
        (product("<comment>&#7;</comment>").into_bytes(), "character"),
        (product("<comment>\0</comment>").into_bytes(), "character"),
        (product(&"<x>".repeat(1_000_000)).into_bytes(), "too deep"),
        (list(&format!("<product{wide}/>")).into_bytes(), "attributes"),
        (list(&"<product code='a' quantity='1'/>".repeat(100_000)).into_bytes(), "more than 1000 products"),
        (product(&format!("<attachments>{}</attachments>", attachment.repeat(5_000))).into_bytes(), "more than 50"),
        (product(&format!("<comment>{}", "x".repeat(17_000_000))).into_bytes(), "longer than"),
        (product(&format!("<comment>{}", "x".repeat(20_000_000))).into_bytes(), "longer than"),
        (format!("<order><!--{}", "x".repeat(20_000_000)).into_bytes(), "longer than"),
        (" ".repeat(21_000_000).into_bytes(), "larger than"),
        (b"<?xml version='1.0' encoding='utf-16'?><order/>".to_vec(), "encoding"),
        (b"<?xml version='1.0' encoding='UTF-7'?>+ADw-order/+AD4-".to_vec(), "encoding"),
        (b"<?xml version='1.0' encoding='iso-8859-2'?><order/>".to_vec(), "encoding"),
        (b"<order><products><product code='\xb1' quantity='1'/></products></order>".to_vec(), ""),
        (utf16.clone(), ""),
        ([b"\xff\xfe".as_slice(), &utf16].concat(), ""),
    ] {
        let begun = Instant::now();
        let shown = String::from_utf8_lossy(&attack[..attack.len().min(80)]).into_owned();
        let error = read(&attack).expect_err(&shown);
        assert!(error.reason.contains(reason), "{shown}: {error}");
        assert!(error.reason.len() < 300, "{shown}: nothing is echoed at length: {error}");
        assert!(begun.elapsed() < CHEAP, "{shown} took {:?}", begun.elapsed());
    }
}
