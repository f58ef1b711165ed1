//! Default bodies, escaping, and what a template cannot do.

use crossdock_domain::ids::EndpointId;
use crossdock_domain::webhook::{Method, Owner};
use serde_json::{Value as Json, json};

use super::*;

fn endpoint(content_type: ContentType, body: Option<&str>) -> Endpoint {
    Endpoint {
        owner: "wholesaler:7".parse::<Owner>().expect("owner"),
        id: "0198c0de-0000-7000-8000-000000000001".parse::<EndpointId>().expect("id"),
        account: None,
        events: vec![WebhookEvent::DropshippingOrderSent, WebhookEvent::DropshippingPackageNumberRemoved],
        url: "https://shop.example/hook".to_owned(),
        method: Method::Post,
        content_type,
        headers: Vec::new(),
        body: body.map(str::to_owned),
        active: true,
        note: None,
        failing_since: None,
        paused_until: None,
        created_at: Timestamp(0),
    }
}

/// The sample message with other values where they are named.
fn message(changes: &Json) -> Message {
    let mut message = sample(&endpoint(ContentType::Json, None), WebhookEvent::DropshippingOrderSent);
    for (key, value) in changes.as_object().expect("an object") {
        message.payload.insert(key.clone(), value.clone());
    }
    message
}

fn rendered(content_type: ContentType, body: Option<&str>) -> Result<String, String> {
    render(&endpoint(content_type, body), &message(&json!({}))).map_err(|error| error.0)
}

fn refused(body: &str) -> String {
    rendered(ContentType::Json, Some(body)).expect_err(body)
}

#[test]
fn the_default_json_is_the_one_of_the_reference() {
    let text = rendered(ContentType::Json, None).expect("rendered");
    let told: Json = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        told,
        json!({
            "event": "dropshipping_order_sent", "eventId": "0198c0de-0000-7000-8000-000000000001",
            "eventDate": "2026-11-21 14:02:11", "orderId": "shop1-17", "orderSerialNumber": 17,
            "orderExternalId": "R-2026-991 <a&b \"c\">", "orderStatus": "finished", "dispatchDate": "2026-11-21 14:02:10",
            "packages": [
                {"deliveryPackageId": 1, "courierId": 51, "courierName": "DPD", "deliveryPackageNumber": "PN1",
                 "deliveryShippingNumber": "SN1", "trackingUrl": "https://tracking.example/SN1"},
                {"deliveryPackageId": 2, "courierId": 51, "courierName": "DPD", "deliveryPackageNumber": "PN2",
                 "deliveryShippingNumber": "SN2", "trackingUrl": "https://tracking.example/SN2"},
            ],
        })
    );
}

#[test]
fn the_default_form_names_the_first_package_plainly_and_the_rest_by_number() {
    let text = rendered(ContentType::Form, None).expect("rendered");
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(value("event"), Some("dropshipping_order_sent"));
    assert_eq!(value("orderExternalId"), Some("R-2026-991 <a&b \"c\">"));
    assert_eq!(value("deliveryShippingNumber"), Some("SN1"));
    assert_eq!(value("packages[1][deliveryShippingNumber]"), Some("SN2"));
    assert_eq!(value("packages[0][deliveryShippingNumber]"), None);
}

#[test]
fn the_default_xml_keeps_every_value_inside_its_attribute() {
    let text = rendered(ContentType::Xml, None).expect("rendered");
    has(&text, "<webhook event=\"dropshipping_order_sent\"");
    has(&text, "orderExternalId=\"R-2026-991 &lt;a&amp;b &quot;c&quot;&gt;\"");
    assert_eq!(text.matches("<package ").count(), 2);
    let odd = message(&json!({ "orderId": "a\u{0}\u{8}b\n'\u{FFFF}" }));
    let text = render(&endpoint(ContentType::Xml, None), &odd).expect("rendered");
    has(&text, "orderId=\"ab&#10;&#39;\"");
}

fn has(text: &str, part: &str) {
    assert!(text.contains(part), "{text}");
}

#[test]
fn every_default_renders_every_event() {
    for content_type in ContentType::ALL {
        for kind in WebhookEvent::ALL {
            let endpoint = endpoint(content_type, None);
            render(&endpoint, &sample(&endpoint, kind))
                .unwrap_or_else(|error| panic!("{content_type} {kind}: {error}"));
        }
        check(&endpoint(content_type, None)).expect("the defaults pass their own check");
    }
}

#[test]
fn values_bring_their_own_quotes_in_json_and_cannot_break_out() {
    let nasty = message(&json!({ "orderId": "\", \"paid\": true, \"x\": \"</script>\u{2028}" }));
    let text = render(&endpoint(ContentType::Json, Some("{\"id\": {{ orderId }}}")), &nasty).expect("rendered");
    let told: Json = serde_json::from_str(&text).expect("JSON");
    assert_eq!(told.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(told["id"], nasty.payload["orderId"]);
}

#[test]
fn values_of_a_form_cannot_add_fields() {
    let nasty = message(&json!({ "orderId": "1&paid=yes#x=%00 ż", "orderExternalId": null }));
    let body = "id={{ orderId }}&own={{ orderExternalId }}";
    let text = render(&endpoint(ContentType::Form, Some(body)), &nasty).expect("rendered");
    assert_eq!(text, "id=1%26paid%3Dyes%23x%3D%2500+%C5%BC&own=");
}

#[test]
fn conditions_loops_filters_and_tests_work() {
    let body = "{% for p in packages if p.courierId in [51, 52] %}{{ loop.index }}{{ p.courierName | lower }}\
                {% else %}none{% endfor %}{% if orderExternalId is not none and packages | length > 1 %}!{% endif %}\
                {{ packages[0].deliveryPackageNumber }}{{ missing | default(7) }}";
    assert_eq!(rendered(ContentType::Json, Some(body)).expect("rendered"), "1\"dpd\"2\"dpd\"!\"PN1\"7");
}

#[test]
fn an_unknown_variable_is_an_error_with_its_line() {
    let error = refused("{\n{{ ordreId }}\n}");
    assert!(error.starts_with("line 2: "), "{error}");
    assert!(refused("{{ packages[0].number }}").contains("undefined"));
    assert!(refused("{{ orderId").contains("line 1"));
    assert!(refused("{{ orderId | safe }}").contains("safe"));
}

#[test]
fn nothing_that_builds_values_or_reaches_elsewhere_is_allowed() {
    for body in [
        "{% set a = orderId %}",
        "{% set a %}x{% endset %}",
        "{% with a = 1 %}{% endwith %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% include 'x' ignore missing %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% block a %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape false %}x{% endautoescape %}",
        "{% call a() %}x{% endcall %}",
        "{% do orderId.x() %}",
        "{{ range(1000000000) }}",
        "{{ orderId.upper() }}",
        "{{ loop.cycle(1) }}",
        "{{ orderId ~ orderId }}",
        "{{ 'a' * 1000000000 }}",
        "{{ orderId + 'x' }}",
        "{{ 2 ** 100000 }}",
        "{{ 7 / 0 }}",
        "{{ orderId[1:] }}",
        "{{ {'a': 1} }}",
        "{{ [orderId] }}",
        "{{ (1, 2) }}",
        "{% for a in [1, 2] %}{% endfor %}",
        "{% for a in packages | first %}{% endfor %}",
        "{% for a, b in packages %}{% endfor %}",
        "{% for a in packages recursive %}{{ loop(a) }}{% endfor %}",
        "{% if orderId %}{{ 'a' * 9 }}{% endif %}",
        "{{ orderId if 'a' * 9 else 1 }}",
        "{{ orderId | default('a' ~ 'b') }}",
        "{{ packages[0 + 1] }}",
    ] {
        let error = refused(body);
        assert!(error.contains("cannot be used here"), "{body}: {error}");
    }
}

#[test]
fn work_and_size_are_bounded() {
    let many: Vec<i64> = (0..5_000).collect();
    let message = message(&json!({ "packages": many }));
    let run = |body: &str| render(&endpoint(ContentType::Json, Some(body)), &message).map_err(|error| error.0);
    assert!(run("{% for a in packages %}{{ a }}{% endfor %}").is_ok());
    let nested = "{% for a in packages %}{% for b in packages %}{% endfor %}{% endfor %}";
    assert_eq!(run(nested).expect_err("too much").split(": ").last(), Some("the template does too much"));
    let long = format!("{{% for a in packages %}}{}{{% endfor %}}", "x".repeat(200));
    assert!(run(&long).expect_err("too long").contains("longer than"));
    let deep = format!("{}{}", "{% for a in packages %}".repeat(5), "{% endfor %}".repeat(5));
    assert!(run(&deep).expect_err("too deep").contains("loops inside each other"));
    assert!(run(&format!("{}1{}", "{{ ".to_owned() + &"(".repeat(5_000), ")".repeat(5_000) + " }}")).is_err());
}

#[test]
fn a_list_is_written_as_json_and_nowhere_else() {
    assert!(rendered(ContentType::Json, Some("{{ packages }}")).expect("rendered").starts_with("[{"));
    for content_type in [ContentType::Form, ContentType::Xml] {
        assert!(rendered(content_type, Some("{{ packages }}")).expect_err("refused").contains("loop over it"));
    }
}

#[test]
fn numbers_keep_their_digits() {
    let precise: Json =
        serde_json::from_str("{\"orderId\": 0.10, \"packages\": [12345678901234567890.5, true, null, {\"a\": 1.50}]}")
            .expect("JSON");
    let text = render(&endpoint(ContentType::Json, Some("{{ orderId }} {{ packages }}")), &message(&precise));
    assert_eq!(text.expect("rendered"), "0.10 [12345678901234567890.5,true,null,{\"a\":1.50}]");
    let text = render(&endpoint(ContentType::Form, Some("{{ orderId }}")), &message(&precise));
    assert_eq!(text.expect("rendered"), "0.10");
}

#[test]
fn a_body_is_checked_before_it_is_stored() {
    let problem = |content_type, body| check(&endpoint(content_type, Some(body))).expect_err(body).0;
    assert!(problem(ContentType::Json, "{\"id\": \"{{ orderId }}\"}").contains("no JSON"));
    assert!(problem(ContentType::Form, "id={{ ordreId }}").starts_with("dropshipping_order_sent: line 1"));
    check(&endpoint(ContentType::Json, Some("{\"id\": {{ orderId }}}"))).expect("good");
    // Well-formed or not is told by what comes out, not by the template.
    let open = "<order>{% for package in packages %}<number>{{ package.deliveryShippingNumber }}{% endfor %}</order>";
    let error = problem(ContentType::Xml, open);
    assert!(error.starts_with("dropshipping_order_sent: what comes out is no XML (line 1: "), "{error}");
    assert!(problem(ContentType::Xml, "<a b={{ orderId }}/>").contains("no XML"));
    assert!(problem(ContentType::Xml, "{\"id\": {{ orderId }}}").contains("no XML"));
    check(&endpoint(ContentType::Xml, Some("<a b=\"{{ orderExternalId }}\">{{ orderId }}</a>"))).expect("good");
}
