//! Layers of settings, and how mistakes in them are told.

use insta::assert_snapshot;

use crate::support::Shell;

#[test]
fn no_setting_is_needed() {
    assert_eq!(Shell::new().run("config check").good(), "good: no configuration file; defaults and environment\n");
}

#[test]
fn the_printed_reference_is_a_good_configuration() {
    let shell = Shell::new();
    let reference = shell.run("config print").good();
    shell.file("crossdock.toml", &reference);
    assert_eq!(shell.run("config check --config crossdock.toml").good(), "good: crossdock.toml\n");
}

#[test]
fn the_file_in_the_data_directory_is_found() {
    let shell = Shell::new();
    std::fs::create_dir(shell.path("here")).expect("made");
    shell.file("here/crossdock.toml", "[log]\nlevel = 'info'\n");
    assert_eq!(shell.run("config check --data-dir here").good(), "good: here/crossdock.toml\n");
}

#[test]
fn every_unknown_key_is_named_with_its_place() {
    let shell = Shell::new().with("CROSSDOCK_JOBS__LINES", "3");
    shell.file("c.toml", "[server]\nlisten_on = '0.0.0.0:80'\n[sever]\nlisten = '0.0.0.0:80'\n");
    assert_snapshot!(shell.run("config check --config c.toml").failed(2), @"
    error: the configuration has mistakes
      CROSSDOCK_JOBS__LINES: jobs.lines: unknown key; [jobs] has backoff_seconds, jitter_percent, lanes, lease_seconds, poll_ms, time_limit_seconds
      c.toml: server.listen_on: unknown key; [server] has forwarded_header, listen, metrics_open, public_url, role, shutdown_notice_seconds, shutdown_seconds, tls_cert, tls_key, trusted_proxies
      c.toml: sever: unknown section; there are checkout, database, jobs, limits, log, server
    ");
}

#[test]
fn wrong_values_are_named_with_their_place() {
    let shell = Shell::new();
    shell.file("c.toml", "[server]\nlisten = 'everywhere'\n");
    assert_snapshot!(shell.run("config check --config c.toml").failed(2), @"");
    let shell = Shell::new().with("CROSSDOCK_SERVER__ROLE", "boss");
    assert_snapshot!(shell.run("config check").failed(2), @"");
    let shell = Shell::new();
    shell.file("c.toml", "[database]\ndurable = 'yes'\n");
    assert_snapshot!(shell.run("config check --config c.toml").failed(2), @"");
}

#[test]
fn a_file_that_is_no_toml_or_not_there_is_told() {
    let shell = Shell::new();
    shell.file("c.toml", "[server\n");
    assert_snapshot!(shell.run("config check --config c.toml").failed(2), @"");
    assert_snapshot!(shell.run("config check --config d.toml").failed(2), @"");
}

#[test]
fn settings_that_contradict_each_other_are_all_told() {
    let shell = Shell::new();
    shell.file(
        "c.toml",
        "[server]\npublic_url = 'ftp://x'\ntls_cert = 'a.pem'\nrole = 'web'\ntrusted_proxies = ['proxy.example']\n\
         [database]\nurl = 'mysql://user:password@host/db'\n[log]\nlevel = 'in=fo=x'\n[jobs]\nlanes = 0\nlease_seconds = 60\n",
    );
    let told = shell.run("config check --config c.toml").failed(2);
    assert!(!told.contains("password"), "{told}");
    assert_snapshot!(told, @"");
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let shell = Shell::new().with("CROSSDOCK_SERVER__PUBLIC_URL", "https://from.environment");
    shell.file("c.toml", "[server]\npublic_url = 'https://from.file'\n[log]\nformat = 'json'\n");
    let server = shell.serve("--config c.toml");
    assert!(server.said.contains("https://from.environment"), "{}", server.said);
    server.stop();
    let server = shell.serve("--config c.toml --public-url https://from.flag");
    assert!(server.said.contains("https://from.flag"), "{}", server.said);
    server.stop();
    let told = shell.run("serve --public-url nonsense").failed(2);
    assert!(told.contains("server.public_url: \"nonsense\" is no address"), "{told}");
}
