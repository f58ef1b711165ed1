//! Commands beside each other and beside a running server, all on one embedded database.

use std::process::Child;

use serde_json::Value;

use crate::support::{Shell, ended};

fn all_good(children: Vec<Child>) -> Vec<String> {
    children.into_iter().map(|child| ended(child.wait_with_output().expect("it ends")).good()).collect()
}

#[test]
fn commands_beside_each_other_wait_for_the_lock() {
    let shell = Shell::new();
    let adds = (1..=8).map(|id| shell.start(&format!("store add {id} --name Shop{id} --currency USD --quiet")));
    all_good(adds.collect());
    let stores = shell.run("store list --json").json();
    let ids: Vec<i64> = stores.as_array().expect("a list").iter().filter_map(|store| store["id"].as_i64()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn commands_beside_a_server_go_through_it() {
    let shell = Shell::new();
    let server = shell.serve("");
    let adds = (1..=4).map(|id| shell.start(&format!("store add {id} --name Shop{id} --currency USD --quiet")));
    let secrets = all_good(adds.collect());
    assert_eq!(shell.run("store list --json").json().as_array().map(Vec::len), Some(4));
    // The server knows the new stores and secrets at once.
    let call = |secret: &str| {
        let (_, answer) = server.call(
            "/v1/orderNumbers",
            &serde_json::json!({ "store": 1, "secret": secret.trim(), "sinceDate": "20200101" }),
        );
        answer
    };
    assert_eq!(call(&secrets[0])["totalCount"], 0);
    let rotated = shell.run("store rotate-secret 1").good();
    assert_eq!(call(&secrets[0])["error"], "Invalid security credentials");
    assert_eq!(call(&rotated)["totalCount"], 0);
    assert!(shell.run("migrate").good().contains("as the running server left it"));
    assert!(shell.run("job run").good().ends_with("run\n"));
    let said = server.stop();
    assert!(said.contains(r#""request":"store_rotate_secret""#), "{said}");
    assert!(
        secrets.iter().chain([&rotated]).all(|secret| !said.contains(secret.trim())),
        "secrets are not logged: {said}"
    );
    // And without it again.
    assert_eq!(shell.run("store list --json").json().as_array().map(Vec::len), Some(4));
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let shell = Shell::new();
    let server = shell.serve("");
    let told = shell.run("serve --listen 127.0.0.1:0").failed(4);
    assert!(told.contains(&format!("a server already runs on crossdock-data (process {})", server.pid())), "{told}");
    server.stop();
}

#[test]
fn what_a_killed_server_left_behind_is_in_nobodys_way() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    let server = shell.serve("");
    server.kill();
    assert!(shell.path("crossdock-data/control.sock").exists(), "the test needs a socket without a server");
    assert_eq!(shell.run("store list --json").json()[0]["id"], 7);
    let server = shell.serve("");
    assert_eq!(shell.run("store list --json").json()[0]["id"], 7);
    server.stop();
}

#[test]
fn a_long_path_does_not_end_the_socket() {
    let shell = Shell::new();
    let dir = format!("{}/{}", "long".repeat(30), "path".repeat(30));
    let server = shell.serve(&format!("--data-dir {dir}"));
    let elsewhere = shell.path(&dir).join("control.sock.path");
    let socket = std::fs::read_to_string(&elsewhere).expect("the place of the socket");
    assert!(socket.len() < 104 && std::path::Path::new(&socket).exists(), "{socket}");
    shell.run(&format!("--data-dir {dir} store add 7 --name Shop --currency USD")).good();
    server.stop();
    assert!(!elsewhere.exists() && !std::path::Path::new(&socket).exists());
    let stores: Value = shell.run(&format!("--data-dir {dir} store list --json")).json();
    assert_eq!(stores[0]["id"], 7);
    std::fs::remove_dir_all(std::path::Path::new(&socket).parent().expect("a directory")).expect("removed");
}

#[test]
fn a_lock_without_a_socket_is_explained() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    // The server's data directory is another one, so its socket is not found from here.
    let server = shell.serve("--data-dir other --database sqlite:crossdock-data/crossdock.db");
    let told = shell.run("store list --wait 0").failed(4);
    assert!(told.contains("crossdock-data/crossdock.db.lock") && told.contains("the server's --data-dir"), "{told}");
    assert_eq!(shell.run("--data-dir other store list --json").json()[0]["id"], 7);
    // And a database that the server of the directory does not use is not mistaken for its own.
    shell.run("--data-dir third store add 8 --name Shop --currency USD").good();
    let third = Shell::command(&shell, "--data-dir other store list")
        .env("CROSSDOCK_DATABASE__URL", "sqlite:third/crossdock.db")
        .output()
        .expect("it runs");
    let told = ended(third).failed(2);
    assert!(told.contains("uses the database"), "{told}");
    server.stop();
}
