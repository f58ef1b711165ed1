//! Keys of the Admin API from the command line, beside a server that they open.

use std::io::{Read as _, Write as _};

use serde_json::json;

use crate::support::{Server, Shell};

/// Asks the server for its time with this key; the whole answer.
fn time(server: &Server, key: &str) -> String {
    let mut stream = server.connect();
    let head = format!(
        "GET /api/admin/v8/system/serverTime HTTP/1.1\r\nhost: test\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_key_opens_the_admin_api_until_it_is_revoked() {
    let shell = Shell::new();
    shell.run("wholesaler add 1 --name Hurt --currency PLN").good();
    let server = shell.serve("");
    let added = shell.run("admin-key add --wholesaler 1 --name Clock --right system=r --right orders=rw --json").json();
    let key = added["key"].as_str().expect("a key");
    assert_eq!(added["rights"], json!(["orders=rw", "system=r"]));
    assert!(time(&server, key).starts_with("HTTP/1.1 200"), "{}", time(&server, key));
    let wrong = time(&server, "something-else-entirely");
    assert!(wrong.starts_with("HTTP/1.1 401") && wrong.to_ascii_lowercase().contains("\r\nx-error: "), "{wrong}");

    assert!(!shell.run("admin-key list --wholesaler 1 --json").good().contains(key), "shown once");
    assert!(shell.run("admin-key list --wholesaler 1").good().contains("Clock"));
    shell.run(&format!("admin-key revoke --wholesaler 1 {}", added["id"].as_str().expect("an id"))).good();
    assert!(time(&server, key).starts_with("HTTP/1.1 401"));
    assert_eq!(shell.run("admin-key log --wholesaler 1 --json").json(), json!([]));
    server.stop();
}

#[test]
fn wrong_rights_and_short_keys_are_refused() {
    let shell = Shell::new();
    shell.run("wholesaler add 1 --name Hurt --currency PLN").good();
    assert!(shell.run("admin-key add --wholesaler 1 --name X --right order=rw").failed(2).contains("orders=rw"));
    shell.run("admin-key add --wholesaler 1 --name X").failed(2);
    assert!(shell.run("admin-key add --wholesaler 1 --name X --all --key short").failed(3).contains("at least 20"));
    assert!(shell.run("admin-key add --wholesaler 2 --name X --all").failed(3).contains("no such wholesaler"));
}

/// Asks a gate of the older generation for the time; the whole answer.
fn time_at_the_gate(server: &Server, head: &str, body: &str) -> String {
    let mut stream = server.connect();
    let length = body.len();
    let call = format!(
        "POST /w/1/api/{head} HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(call.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_login_is_given_with_a_key_and_opens_the_older_gates() {
    let shell = Shell::new();
    shell.run("wholesaler add 1 --name Hurt --currency PLN").good();
    let server = shell.serve("");
    let add = "admin-key add --wholesaler 1 --name ERP --all --login erp";
    shell.run(add).failed(2);
    assert!(shell.run(&format!("{add} --password short")).failed(3).contains("12 characters"));
    let added = shell.run(&format!("{add} --password a-long-password --json")).json();
    assert_eq!(added["login"], "erp");
    let key = added["key"].as_str().expect("a key");
    assert!(shell.run("admin-key list --wholesaler 1").good().contains("erp"));
    let gate = "?gate=system/getServerTime/1/json";
    let body =
        |login: &str, key: &str| json!({"authenticate": {"userLogin": login, "authenticateKey": key}}).to_string();
    let good = time_at_the_gate(&server, gate, &body("oauth_authorization", key));
    assert!(good.contains("\"time\":"), "{good}");
    let wrong = time_at_the_gate(&server, gate, &body("erp", key));
    assert!(wrong.starts_with("HTTP/1.1 200") && wrong.contains("\"faultCode\":1"), "{wrong}");
    server.stop();
}
