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
      c.toml: sever: unknown section; there are admin_api, checkout, customer_api, database, jobs, limits, log, mail, outgoing, rates, rules, sandbox, server, webhooks
    ");
}

#[test]
fn wrong_values_are_named_with_their_place() {
    let shell = Shell::new();
    shell.file("c.toml", "[server]\nlisten = 'everywhere'\n");
    assert_snapshot!(shell.run("config check --config c.toml").failed(2), @"
    error: the configuration has mistakes
      c.toml: server.listen: invalid socket address syntax; write an address and a port: 127.0.0.1:8080
    ");
    let shell = Shell::new().with("CROSSDOCK_SERVER__ROLE", "boss");
    assert_snapshot!(shell.run("config check").failed(2), @r#"
    error: the configuration has mistakes
      CROSSDOCK_SERVER__ROLE: server.role: "boss" is not one of all, web, worker
    "#);
    let shell = Shell::new();
    shell.file("c.toml", "[database]\ndurable = 'yes'\n");
    assert_snapshot!(shell.run("config check --config c.toml").failed(2), @r#"
    error: the configuration has mistakes
      c.toml: database.durable: invalid type: found string "yes", expected a boolean
    "#);
}

#[test]
fn a_file_that_is_no_toml_or_not_there_is_told() {
    let shell = Shell::new();
    shell.file("c.toml", "[server\n");
    assert_snapshot!(shell.run("config check --config c.toml").failed(2), @"
    error: the configuration has mistakes
      c.toml: TOML parse error at line 1, column 8
          |
        1 | [server
          |        ^
        invalid table header
        expected `.`, `]`
    ");
    assert_snapshot!(shell.run("config check --config d.toml").failed(2), @"
    error: the configuration has mistakes
      d.toml: No such file or directory (os error 2)
    ");
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
    assert_snapshot!(told, @r#"
    error: the configuration has mistakes
      server.public_url: "ftp://x" is no http or https address
      server.tls_cert: tls_cert and tls_key must be given together
      server.trusted_proxies: "proxy.example" is no address and no network; write 10.0.0.7 or 10.0.0.0/8
      database.url: unknown scheme "mysql"; write sqlite:PATH or postgres://…
      server.role: an embedded SQLite database has room for one process, which must do everything; use PostgreSQL for several
      log.level: "in=fo=x": invalid filter directive: too many '=' in filter directive, expected 0 or 1
      jobs.lanes: must be greater than 0
      jobs.lease_seconds: must be greater than jobs.time_limit_seconds
    "#);
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
