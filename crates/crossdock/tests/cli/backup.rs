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
    // Its log was folded into it: one file is the whole.
    let aside = replaced(&shell);
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert!(is_private(&aside[0]));
    let back = aside[0].file_name().expect("a name").to_string_lossy().into_owned();
    shell.run(&format!("{ON} restore crossdock-demo/{back} --force")).good();
    assert_eq!(orders(&shell), SAMPLES + 1);
}

#[test]
fn a_database_with_a_log_is_restored_with_what_is_in_the_log() {
    let shell = Shell::new();
    let server = shell.demo("");
    order(&shell, &server);
    server.kill();
    // As somebody copies the files by hand, or as an earlier version kept them.
    std::fs::create_dir(shell.path("by-hand")).expect("made");
    for part in ["", "-wal"] {
        let from = shell.path(&format!("crossdock-demo/crossdock.db{part}"));
        std::fs::copy(from, shell.path(&format!("by-hand/old.db{part}"))).expect("copied");
    }
    assert!(std::fs::metadata(shell.path("by-hand/old.db-wal")).expect("a log").len() > 0);
    shell.run("--data-dir new restore by-hand/old.db").good();
    std::fs::copy(shell.path("crossdock-demo/secret.key"), shell.path("new/secret.key")).expect("copied");
    let orders = shell.run("--data-dir new order list --store 999 --json").json();
    assert_eq!(orders.as_array().map(Vec::len), Some(SAMPLES + 1));
    assert!(is_private(&shell.path("new/crossdock.db")), "whatever the rights of the source");
}

#[test]
fn numbers_given_out_since_the_backup_do_not_come_again() {
    let shell = Shell::new();
    let server = shell.demo("");
    order(&shell, &server);
    shell.run(&format!("{ON} backup copy.db")).good();
    order(&shell, &server);
    order(&shell, &server);
    server.stop();
    let ended = shell.run(&format!("{ON} restore copy.db --force"));
    assert!(ended.err.contains("store 999 order 10005 to 10006"), "{ended:?}");
    ended.good();
    // Also when the files are exchanged by hand, under a name of their own or not.
    for _ in 0..2 {
        std::fs::copy(shell.path("copy.db"), shell.path("crossdock-demo/crossdock.db")).expect("copied");
        let told = shell.run(&format!("{ON} numbers list --json")).json();
        let orders = told.as_array().expect("a list").iter().find(|row| row["owner"] == "store").expect("a counter");
        assert_eq!(orders["next"], 10_007, "{told}");
    }
    let findings = shell.run(&format!("{ON} doctor --json")).out;
    assert!(findings.contains("store 999 order 10005 to 10006"), "{findings}");

    // On a new machine nothing knows.
    for place in ["new", "newer"] {
        std::fs::create_dir(shell.path(place)).expect("made");
        std::fs::copy(shell.path("crossdock-demo/secret.key"), shell.path(&format!("{place}/secret.key")))
            .expect("copied");
    }
    let told = shell.run("--data-dir new restore copy.db");
    assert!(told.err.contains("numbers skip"), "{told:?}");
    shell.run("--data-dir newer restore copy.db --skip-numbers 500").good();
    let told = shell.run("--data-dir newer numbers list").good();
    assert!(told.contains("store 999 order: next 10505"), "{told}");
    shell.run("--data-dir new numbers skip 1000").good();
    let told = shell.run("--data-dir new numbers list").good();
    assert!(told.contains("store 999 order: next 11005"), "{told}");
}

#[test]
fn a_lost_key_file_is_missed_and_no_other_is_made() {
    let shell = Shell::new();
    shell.demo("").stop();
    std::fs::remove_file(shell.path("crossdock-demo/secret.key")).expect("removed");
    let told = shell.run(&format!("{ON} store list")).failed(3);
    assert!(told.contains("secret.key") && told.contains("backup"), "{told}");
    assert!(!shell.path("crossdock-demo/secret.key").exists());
}

#[test]
fn no_new_database_begins_where_one_was() {
    for remains in ["crossdock.db.replaced-20260101000000", "crossdock.db.restoring", "crossdock.db-wal"] {
        let shell = Shell::new();
        std::fs::create_dir(shell.path("crossdock-data")).expect("made");
        shell.file(&format!("crossdock-data/{remains}"), "");
        for command in ["serve --listen 127.0.0.1:0", "store add 7 --name Shop --currency USD", "migrate"] {
            let told = shell.run(command).failed(3);
            assert!(told.contains(remains) && told.contains("crossdock restore"), "{told}");
        }
        assert!(!shell.path("crossdock-data/crossdock.db").exists());
    }
}

#[test]
fn a_backup_carries_a_checksum_that_restore_believes() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    shell.file("copy.db.part", "what a killed backup left");
    shell.run("backup copy.db").good();
    assert!(!shell.path("copy.db.part").exists());
    let note = std::fs::read_to_string(shell.path("copy.db.sha256")).expect("a checksum");
    assert!(note.ends_with("  copy.db\n") && note.len() == 64 + 10, "{note}");
    shell.run("--data-dir one restore copy.db").good();
    let mut bytes = std::fs::read(shell.path("copy.db")).expect("the backup");
    let name = bytes.windows(4).position(|part| part == b"Shop").expect("the name of the store");
    bytes[name] = b'T';
    std::fs::write(shell.path("copy.db"), bytes).expect("written");
    let told = shell.run("--data-dir two restore copy.db").failed(3);
    assert!(told.contains("checksum"), "{told}");
    assert!(!shell.path("two/crossdock.db").exists());
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
