//! Backup of a running server, and restoring it.

use std::path::PathBuf;

use crate::support::{Server, Shell, is_private};

const ON: &str = "--data-dir crossdock-demo";
/// Orders that the demo begins with.
const SAMPLES: usize = 3;

fn order(shell: &Shell, server: &Server) {
    let cart = server.cart();
    shell.run(&format!("{ON} test-order --cart {cart} --country CA")).good();
}

fn orders(shell: &Shell) -> usize {
    shell.run(&format!("{ON} order list --store 999 --json")).json().as_array().map_or(0, Vec::len)
}

fn replaced(shell: &Shell) -> Vec<PathBuf> {
    let files = std::fs::read_dir(shell.path("crossdock-demo")).expect("the data directory");
    files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.to_string_lossy().contains(".replaced-"))
        .collect()
}

#[test]
fn a_backup_of_a_running_server_is_restored_when_it_has_stopped() {
    let shell = Shell::new();
    let server = shell.demo("");
    order(&shell, &server);
    let told = shell.run(&format!("{ON} backup copy.db")).good();
    assert!(told.starts_with("copy.db ("), "{told}");
    assert!(is_private(&shell.path("copy.db")));
    order(&shell, &server);
    assert_eq!(orders(&shell), SAMPLES + 2);
    let told = shell.run(&format!("{ON} backup copy.db")).failed(1);
    assert!(told.contains("exists already"), "{told}");

    let told = shell.run(&format!("{ON} restore copy.db --force")).failed(4);
    assert!(told.contains("stop the server"), "{told}");
    assert_eq!(orders(&shell), SAMPLES + 2);
    server.stop();

    let told = shell.run(&format!("{ON} restore copy.db")).failed(3);
    assert!(told.contains("--force"), "{told}");
    let told = shell.run(&format!("{ON} restore copy.db --force")).good();
    assert!(told.contains("restored from copy.db"), "{told}");
    assert_eq!(orders(&shell), SAMPLES + 1);
    let aside = replaced(&shell);
    assert_eq!(aside.len(), 1, "{aside:?}");

    // The replaced one is whole as well, and can come back.
    let back = aside[0].file_name().expect("a name").to_string_lossy().into_owned();
    shell.run(&format!("{ON} restore crossdock-demo/{back} --force")).good();
    assert_eq!(orders(&shell), SAMPLES + 2);
}

#[test]
fn a_killed_servers_last_orders_are_set_aside_with_the_rest() {
    let shell = Shell::new();
    let server = shell.demo("");
    shell.run(&format!("{ON} backup empty.db")).good();
    order(&shell, &server);
    server.kill();
    shell.run(&format!("{ON} restore empty.db --force")).good();
    assert_eq!(orders(&shell), SAMPLES);
    // Its log is beside it under its new name, as SQLite looks for it.
    let aside = replaced(&shell);
    let log = aside.iter().find(|path| path.to_string_lossy().ends_with("-wal")).expect("the log");
    let whole = log.to_string_lossy().trim_end_matches("-wal").to_owned();
    assert!(aside.iter().any(|path| path.to_string_lossy() == whole), "{aside:?}");
}

#[test]
fn a_backup_can_start_a_new_installation() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    shell.run("backup copy.db").good();
    shell.run("--data-dir elsewhere restore copy.db").good();
    assert_eq!(shell.run("--data-dir elsewhere store list --json").json()[0]["id"], 7);
}

#[test]
fn what_is_no_good_backup_is_refused_and_nothing_changes() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    shell.run("backup good.db").good();
    let good = std::fs::read(shell.path("good.db")).expect("the backup");
    let mut torn = good.clone();
    torn.truncate(good.len() / 2);
    std::fs::write(shell.path("torn.db"), torn).expect("written");
    let mut hurt = good;
    // The head of every page but the first.
    hurt.chunks_mut(4096).skip(1).for_each(|page| page[..16].fill(0xAA));
    std::fs::write(shell.path("hurt.db"), hurt).expect("written");
    shell.file(
        "text.db",
        "this is a letter to my aunt, and no database at all; it is long enough to look like one, though",
    );
    shell.file("empty.db", "");
    for file in ["torn.db", "hurt.db", "text.db", "empty.db"] {
        let told = shell.run(&format!("restore {file} --force")).failed(3);
        assert!(told.contains(file), "{told}");
        assert_eq!(shell.run("store list --json").json()[0]["id"], 7, "{file}");
    }
    assert!(shell.run("restore absent.db --force").failed(1).contains("absent.db"));
    let names: Vec<_> =
        std::fs::read_dir(shell.path("crossdock-data")).expect("there").map(|f| f.expect("file").file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().contains("restoring")), "{names:?}");
}
