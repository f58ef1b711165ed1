//! `crossdock bench` is a door: another program measures.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program alone in a directory: what cargo lays beside it must not be found.
fn alone() -> TempDir {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    std::fs::hard_link(env!("CARGO_BIN_EXE_crossdock"), directory.path().join("crossdock")).expect("a second name");
    directory
}

/// A program that tells its arguments and ends with code 7.
fn pretend(directory: &Path) {
    let path = directory.join("crossdock-bench");
    std::fs::write(&path, "#!/bin/sh\nprintf '%s|' \"$@\"\nexit 7\n").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("made executable");
}

fn bench(directory: &Path, search_path: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(directory.join("crossdock"));
    command.args(arguments).current_dir(directory).env_clear().env("PATH", search_path);
    command.output().expect("the program starts")
}

#[test]
fn the_program_beside_it_gets_every_argument_and_gives_the_exit_code() {
    let directory = alone();
    pretend(directory.path());
    let arguments = ["--data-dir", "room", "bench", "carts", "--connections", "4", "--json", "--help"];
    let output = bench(directory.path(), Path::new("/nowhere"), &arguments);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "--data-dir|room|carts|--connections|4|--json|--help|");
    assert_eq!(output.status.code(), Some(7), "{output:?}");
}

#[test]
fn otherwise_the_one_on_the_search_path_is_started() {
    let (directory, elsewhere) = (alone(), tempfile::tempdir().expect("a directory"));
    pretend(elsewhere.path());
    let output = bench(directory.path(), elsewhere.path(), &["bench", "--requests", "20"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "--requests|20|");
    assert_eq!(output.status.code(), Some(7), "{output:?}");
}

#[test]
fn who_has_no_such_program_is_told_where_it_comes_from() {
    let directory = alone();
    let output = bench(directory.path(), Path::new("/nowhere"), &["bench", "carts"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(error.contains("crossdock-bench is not installed"), "{error}");
    assert!(error.contains("cargo build --release -p crossdock-bench"), "{error}");
}
