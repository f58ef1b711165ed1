//! Sandboxes by the command line, and their keys at a running server.

use serde_json::json;

use crate::support::Shell;

#[test]
fn a_developer_gets_a_sandbox_that_answers_and_it_can_be_extended_and_removed() {
    let shell = Shell::new();
    assert_eq!(shell.run("sandbox register --name x --email nobody").code, 3);
    let server = shell.serve("");
    let made = shell.run("sandbox register --name 'Ada L' --email ada@dev.example --days 3 --json").json();
    let id = made["id"].as_i64().expect("a number");
    let gates = made["customer_api"].as_str().expect("an address").strip_prefix(&server.url).expect("this server");
    let (status, answer) = server.call(
        &format!("{gates}?gate=Authenticate/authenticate/1/json"),
        &json!({ "authenticate": { "systemLogin": made["login"], "systemKey": made["system_key"] } }),
    );
    assert_eq!(status, 200, "{answer}");
    let session = answer["authenticate"]["sessionKey"].as_str().or(answer["results"]["sessionKey"].as_str());
    assert!(session.is_some(), "{answer}");

    let sample = made["sample"].as_str().expect("lines for a shell");
    let output = std::process::Command::new("sh").arg("-c").arg(sample).output().expect("a shell");
    let told = crate::support::ended(output).good();
    assert!(told.contains("1-M"), "{told}");

    let list = shell.run("sandbox list --json").json();
    assert_eq!((list[0]["id"].as_i64(), list[0]["state"].as_str()), (Some(id), Some("open")));
    assert!(!list.to_string().contains(made["password"].as_str().expect("a password")), "shown once");
    let before = list[0]["expires_at"].as_str().expect("a moment").to_owned();
    let extended = shell.run(&format!("sandbox extend {id} --days 30 --json")).json();
    assert!(extended["expires_at"].as_str().expect("a moment") > before.as_str());
    shell.run(&format!("sandbox remove {id}")).good();
    assert_eq!(shell.run("sandbox list").good().trim(), "no sandboxes; make one with `crossdock sandbox register`");
    shell.run(&format!("sandbox remove {id}")).failed(3);
    shell.run("sandbox extend 1 --days 3").failed(3);
    server.stop();
}

#[test]
fn what_a_person_sees_can_be_copied_and_the_limits_are_those_of_the_configuration() {
    let shell = Shell::new().with("CROSSDOCK_SANDBOX__MOST", "1");
    let told = shell.run("sandbox register --name Ada --email ada@dev.example").good();
    for part in ["password", "dropshipping key", "systemKey of today", "Admin API key", "feed token", "  curl -s"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let refused = shell.run("sandbox register --name Bob --email bob@dev.example").failed(3);
    assert!(refused.contains("at the same time is reached: 1"), "{refused}");
    let shell = Shell::new().with("CROSSDOCK_SANDBOX__PRODUCTS", "10");
    assert!(shell.run("config check").failed(2).contains("sandbox.products: must be at least 200"));
}
