//! `crossdock-bench` measures this very build and finds every row again. Nothing here looks at how long it took.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn bench(data_dir: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_crossdock-bench"))
        .args(arguments)
        .arg("--json")
        .arg("--data-dir")
        .arg(data_dir)
        .output()
        .expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn is_empty(dir: &Path) -> bool {
    std::fs::read_dir(dir).expect("a directory").next().is_none()
}

#[test]
fn every_acknowledged_cart_is_found_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let report = bench(dir.path(), &["carts", "--requests", "200", "--connections", "4", "--baseline"]);
    let lines = report["lines"].as_array().expect("lines");
    let programs: Vec<&str> = lines.iter().filter_map(|line| line["program"].as_str()).collect();
    assert_eq!(programs, ["crossdock", "bare program", "bare echo"]);
    for line in lines {
        assert_eq!((&line["measured"], &line["acknowledged"]), (&200.into(), &200.into()), "{line}");
        assert_eq!((&line["errors"], &line["connections"]), (&0.into(), &4.into()), "{line}");
    }
    assert_eq!(lines[0]["stored"], 200);
    assert_eq!(lines[1]["stored"], 200);
    assert!(lines[0]["ratio"].is_number());
    assert!(is_empty(dir.path()), "temporary data stays behind");
}

#[test]
fn orders_are_generated_read_and_placed_without_gaps() {
    let dir = tempfile::tempdir().expect("a directory");
    let arguments = ["order-detail", "order-numbers", "place-order", "--requests", "50", "--connections", "1,4"];
    let report = bench(dir.path(), &[&arguments[..], &["--orders", "2500"]].concat());
    let lines = report["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 6);
    for line in lines {
        assert_eq!((&line["acknowledged"], &line["errors"]), (&50.into(), &0.into()), "{line}");
    }
    assert_eq!((&lines[4]["work"], &lines[4]["stored"]), (&"place-order".into(), &50.into()));
    assert_eq!(report["settings"]["orders"], 2500);
    assert!(is_empty(dir.path()), "temporary data stays behind");
}
