//! Bodies that are meant to hurt are refused with a fault, and cheaply.

use std::time::{Duration, Instant};

use super::world::{KEY, World};

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

fn envelope(inside: &str) -> String {
    format!("<e:Envelope xmlns:e=\"{ENVELOPE}\"><e:Body>{inside}</e:Body></e:Envelope>")
}

/// Far more than refusing takes on the slowest machine, far less than falling for it would.
const CHEAP: Duration = Duration::from_secs(20);

#[tokio::test]
async fn xml_attacks_are_refused_cheaply() {
    let world = World::new().await;
    let laughs: String = (1..10).fold("<!ENTITY l0 \"ha\">".to_owned(), |all, level| {
        let ten = format!("&l{};", level - 1).repeat(10);
        format!("{all}<!ENTITY l{level} \"{ten}\">")
    });
    let references: String = (0..25)
        .map(|level| format!("<m id=\"l{level}\">{}</m>", format!("<x href=\"#l{}\"/>", level + 1).repeat(20)))
        .collect();
    let attributes: String = (0..200_000).map(|n| format!(" a{n}=\"\"")).collect();
    let spaces: String = (0..200_000).map(|n| format!(" xmlns:a{n}=\"u\"")).collect();
    let utf16: Vec<u8> = envelope("<get/>").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf7 = "<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE+AD4-".to_owned();
    let attacks: Vec<(&str, Vec<u8>)> = vec![
        ("billion laughs", format!("<!DOCTYPE l [{laughs}]>{}", envelope("<get>&l9;</get>")).into_bytes()),
        (
            "external entity",
            format!("<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>{}", envelope("<get>&f;</get>"))
                .into_bytes(),
        ),
        (
            "external document type",
            format!("<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">{}", envelope("<get/>")).into_bytes(),
        ),
        (
            "references that multiply",
            envelope(&format!("<get><get><params href=\"#l0\"/></get></get>{references}")).into_bytes(),
        ),
        ("depth", envelope(&"<a>".repeat(3_000_000)).into_bytes()),
        ("elements", envelope(&"<a/>".repeat(2_000_000)).into_bytes()),
        ("attributes", envelope(&format!("<a{attributes}/>")).into_bytes()),
        ("namespaces", envelope(&format!("<a{spaces}/>")).into_bytes()),
        ("UTF-16", utf16),
        ("UTF-7", utf7.into_bytes()),
        ("no end", format!("<e:Envelope xmlns:e=\"{ENVELOPE}\"><!--{}", "x".repeat(9_000_000)).into_bytes()),
        ("angles", "<".repeat(9_000_000).into_bytes()),
        ("references to characters", envelope(&format!("<get>{}&#0;</get>", "&#65;".repeat(100_000))).into_bytes()),
        ("an instruction", envelope("<?xml-stylesheet href=\"http://127.0.0.1:1/\"?><get/>").into_bytes()),
    ];
    for (name, body) in attacks {
        let begun = Instant::now();
        let reply = world.call("gate=Basket/get/1/soap&lang=eng", &body).await;
        assert_eq!((reply.status, reply.fault), (200, 7), "{name}: {}", reply.body);
        assert!(reply.body.len() < 1_000, "{name}: nothing is echoed");
        assert!(begun.elapsed() < CHEAP, "{name} took {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn repeated_names_are_read_cheaply() {
    let world = World::new().await;
    let session = world.session("hurt.example", "shop1").await;
    let keys = format!(
        "<authenticate><sessionKey>{session}</sessionKey><dropshippingKey>{KEY}</dropshippingKey></authenticate>"
    );
    // So many that weigh more than a stranger may make us build are refused before any key is looked at.
    for (name, count, fault) in [
        ("quantity", 1_000, 0),
        ("productQuantity", 1_000, 0),
        ("unknown", 1_000, 0),
        ("quantity", 90_000, 7),
        ("unknown", 90_000, 7),
    ] {
        let names = format!("<{name}>1</{name}>").repeat(count);
        let products = format!("<products><item><code>15-3</code>{names}</item></products>");
        let body = envelope(&format!("<g><g>{keys}<params>{products}</params></g></g>"));
        let begun = Instant::now();
        let reply = world.call("gate=Products/getAvailability/1/soap&lang=eng", body.as_bytes()).await;
        assert_eq!((reply.status, reply.fault), (200, fault), "{name}: {}", reply.body);
        assert!(begun.elapsed() < CHEAP, "{name} took {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn json_attacks_are_refused_cheaply() {
    let world = World::new().await;
    let attacks: Vec<(&str, Vec<u8>)> = vec![
        ("depth", "[".repeat(9_000_000).into_bytes()),
        ("depth of objects", "{\"a\":".repeat(1_000_000).into_bytes()),
        ("elements", format!("{{\"params\":[{}0]}}", "0,".repeat(4_000_000)).into_bytes()),
        ("a text without an end", format!("{{\"a\":\"{}", "x".repeat(9_000_000)).into_bytes()),
        ("not UTF-8", b"{\"a\":\"\xc3\x28\"}".to_vec()),
        ("a lone surrogate", b"{\"a\":\"\\ud800\"}".to_vec()),
        ("two documents", b"{}{}".to_vec()),
        ("a long number", format!("{{\"a\":{}x}}", "9".repeat(5_000_000)).into_bytes()),
    ];
    for (name, body) in attacks {
        let begun = Instant::now();
        let reply = world.call("gate=Basket/get/1/json&lang=eng", &body).await;
        assert_eq!((reply.status, reply.fault), (200, 7), "{name}: {}", reply.body);
        assert!(begun.elapsed() < CHEAP, "{name} took {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn odd_queries_are_refused_in_the_form_of_their_body() {
    let world = World::new().await;
    let long = format!("gate={}", "a/".repeat(100_000));
    for query in ["", "gate=", "gate=////", "gate=%00%ff%2e%2e/1/json", "gate=Basket/get/1/json/../soap", &long] {
        let reply = world.call(query, b"{}").await;
        assert_eq!((reply.fault, reply.content_type), (8, "application/json"), "{query:.60}");
        let reply = world.call(query, envelope("<get/>").as_bytes()).await;
        if !query.contains("json") || query.contains("..") {
            assert_eq!((reply.status, reply.fault), (500, 8), "{query:.60}: {}", reply.body);
            assert!(reply.body.contains("<SOAP-ENV:Fault>"), "{query:.60}");
        }
    }
}
