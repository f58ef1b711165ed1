//! Webhooks and mails from the command line, with and without a server.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::support::Shell;

/// Takes one request, answers it with this status, and hands it out.
fn receiver(status: &'static str) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a call");
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
                if body.len() >= length.unwrap_or(0) {
                    break;
                }
            }
            match stream.read(&mut buffer) {
                Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
                _ => break,
            }
        }
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 4\r\n\r\nwell");
        stream.write_all(answer.as_bytes()).expect("answered");
        String::from_utf8(request).expect("text")
    });
    (port, thread)
}

/// A shell with a store, and a webhook of it to this port.
fn shell_with_webhook(port: u16) -> (Shell, String) {
    let shell = Shell::new().with("CROSSDOCK_OUTGOING__ALLOW_NETWORKS", "[\"127.0.0.1\"]");
    shell.run("store add 7 --name Shop --currency EUR").good();
    let line = format!("webhook add --store 7 --event test --url http://127.0.0.1:{port}/in --json");
    let added = shell.run(&line).json();
    assert!(added["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")), "{added}");
    (shell, added["id"].as_str().expect("an id").to_owned())
}

#[test]
fn a_webhook_is_added_shown_tried_and_removed() {
    let (port, request) = receiver("200 OK");
    let (shell, id) = shell_with_webhook(port);
    let preview = shell.run(&format!("webhook preview {id} --store 7 --event test --json")).json();
    let body: Value = serde_json::from_str(preview["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(body["packages"][0]["deliveryShippingNumber"], "SN1");

    let tried = shell.run(&format!("webhook test {id} --store 7 --json")).json();
    assert_eq!((&tried["delivery"]["state"], &tried["log"][0]["status"]), (&json!("delivered"), &json!(200)));
    let request = request.join().expect("taken");
    assert!(request.starts_with("POST /in HTTP/1.1\r\n") && request.contains("webhook-signature: v1,"), "{request}");

    let listed = shell.run("webhook deliveries --store 7 --json").json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let delivery = listed[0]["id"].as_str().expect("an id");
    assert!(shell.run(&format!("webhook delivery {delivery} --store 7")).good().contains("well"));

    shell.file("body.txt", "{\"id\": {{ orderId }}}");
    shell.run(&format!("webhook set {id} --store 7 --body body.txt --active false")).good();
    let shown = shell.run(&format!("webhook show {id} --store 7 --json")).json();
    assert_eq!((&shown["active"], &shown["body"]), (&json!(false), &json!("{\"id\": {{ orderId }}}")));
    assert!(!shown.to_string().contains("whsec_"));
    assert!(shell.run("webhook list --store 7").good().contains("off"));
    shell.run(&format!("webhook remove {id} --store 7")).good();
    assert_eq!(shell.run("webhook list --store 7 --json").json(), json!([]));
}

#[test]
fn a_test_that_is_not_taken_ends_with_code_1_and_the_reason() {
    let (port, request) = receiver("500 Oh");
    let (shell, id) = shell_with_webhook(port);
    let ended = shell.run(&format!("webhook test {id} --store 7"));
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("answered 500"), "{ended:?}");
    request.join().expect("taken");
}

#[test]
fn private_addresses_other_owners_and_bad_bodies_are_refused() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency EUR").good();
    let add = |rest: &str| shell.run(&format!("webhook add --store 7 --event test {rest}")).failed(3);
    assert!(add("--url http://127.0.0.1/in").contains("allow_networks"));
    assert!(add("--url http://10.0.0.1/in").contains("private"));
    assert!(add("--url ftp://shop.example/").contains("http://"));
    shell.file("bad.txt", "{{ nothing }}");
    assert!(add("--url https://shop.example/ --body bad.txt").contains("line 1"));
    let event = "webhook add --store 7 --url https://shop.example/ --event dropshipping_order_sent";
    assert!(shell.run(event).failed(3).contains("at wholesalers only"));
    assert!(shell.run("webhook add --store 8 --event test --url https://shop.example/").failed(3).contains("no such"));
    shell.run("webhook list").failed(2);
    shell.run("webhook list --store 7 --wholesaler 1").failed(2);
}

#[test]
fn a_running_server_is_asked_and_sends_again_by_itself() {
    let (port, first) = receiver("500 Oh");
    let (shell, id) = shell_with_webhook(port);
    let server = shell.serve("");
    assert_eq!(shell.run(&format!("webhook test {id} --store 7")).code, 1);
    first.join().expect("taken");
    let (port, second) = receiver("204 No Content");
    shell.run(&format!("webhook set {id} --store 7 --url http://127.0.0.1:{port}/in")).good();
    let listed = shell.run("webhook deliveries --store 7 --json").json();
    let delivery = listed[0]["id"].as_str().expect("an id");
    shell.run(&format!("webhook resend {delivery} --store 7")).good();
    let request = second.join().expect("the server sends it");
    assert!(request.contains(listed[0]["event_id"].as_str().expect("an id")), "{request}");
    drop(server);
}

#[test]
fn without_a_mail_server_a_test_mail_is_skipped() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency EUR").good();
    let ended = shell.run("mail test --store 7 --to a@shop.example");
    assert!(ended.code == 1 && ended.out.contains("skipped"), "{ended:?}");
    assert_eq!(shell.run("mail list --store 7 --json").json()[0]["state"], "skipped");
}
