//! What the doctor finds.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::{CommandOutput, Shell};

/// Findings of this level, as `check: what`.
fn findings(ended: &CommandOutput, level: &str) -> Vec<String> {
    let all: Vec<Value> = serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    let of_level = all.iter().filter(|finding| finding["level"] == level);
    of_level
        .map(|finding| {
            format!("{}: {}", finding["check"].as_str().unwrap_or("?"), finding["found"].as_str().unwrap_or("?"))
        })
        .collect()
}

#[test]
fn a_demo_has_no_problems_beside_it_and_without_it() {
    let shell = Shell::new();
    let server = shell.demo("");
    let beside = shell.run("--data-dir crossdock-demo doctor --json");
    assert_eq!((beside.code, findings(&beside, "problem")), (0, Vec::new()), "{beside:?}");
    server.stop();
    let without = shell.run("--data-dir crossdock-demo doctor --json");
    assert_eq!((without.code, findings(&without, "problem")), (0, Vec::new()), "{without:?}");
    let text = shell.run("--data-dir crossdock-demo doctor").good();
    assert!(text.contains("good     stores: store 999 (Example Store)"), "{text}");
}

#[test]
fn a_store_that_cannot_sell_is_a_problem() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD --provider test").good();
    let ended = shell.run("doctor --json");
    assert_eq!(ended.code, 1);
    let problems = findings(&ended, "problem").join("\n");
    for part in
        ["store 7 has no shipping rates", "store 7 has no redirect hosts", "store 7 takes only the provider \"test\""]
    {
        assert!(problems.contains(part), "{problems}");
    }
    let text = shell.run("doctor");
    assert!(text.out.contains("→ import some with `crossdock shipping import FILE --store 7`"), "{}", text.out);
}

#[test]
fn open_directories_plain_http_and_damage_are_problems() {
    let shell = Shell::new();
    shell.run("migrate").good();
    let dir = shell.path("crossdock-data");
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).expect("set");
    shell.file(
        "crossdock-data/crossdock.toml",
        "[server]\nlisten = '0.0.0.0:80'\npublic_url = 'http://checkout.example'\n",
    );
    let ended = shell.run("doctor --json");
    assert_eq!(ended.code, 1);
    let problems = findings(&ended, "problem").join("\n");
    assert!(problems.contains("other users can read it (mode 755)"), "{problems}");
    assert!(problems.contains("http://checkout.example is plain HTTP"), "{problems}");

    std::fs::write(dir.join("crossdock.db"), "no database").expect("written");
    let ended = shell.run("doctor --json");
    let problems = findings(&ended, "problem").join("\n");
    assert!(problems.contains("database: "), "{problems}");
}

#[test]
fn a_wrong_configuration_and_a_missing_installation_are_problems() {
    let shell = Shell::new();
    let ended = shell.run("doctor --json");
    assert_eq!(ended.code, 1);
    assert!(findings(&ended, "problem").join("\n").contains("there is no database"), "{ended:?}");
    assert!(!shell.path("crossdock-data").exists(), "looking changes nothing");
    let shell = shell.with("CROSSDOCK_SERVER__LISTEN", "nowhere");
    let ended = shell.run("doctor --json");
    assert!(findings(&ended, "problem").join("\n").contains("CROSSDOCK_SERVER__LISTEN"), "{ended:?}");
}

#[test]
fn a_new_home_of_the_service_is_no_problem_and_lost_help_is_worth_a_remark() {
    let shell = Shell::new();
    shell.run("store add 7 --name Shop --currency USD").good();
    // What `useradd --create-home` makes.
    shell.file("crossdock-data/.bashrc", "# for shells");
    let dir = shell.path("crossdock-data");
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).expect("set");
    let ended = shell.run("doctor --json");
    let problems = findings(&ended, "problem").join("\n");
    assert!(!problems.contains("data directory"), "{problems}");
    let remarks = findings(&ended, "note").join("\n");
    for part in
        ["other users can read it (mode 755), but read no file", "exchange rates: none", "no address for questions"]
    {
        assert!(remarks.contains(part), "{part}: {remarks}");
    }
}
