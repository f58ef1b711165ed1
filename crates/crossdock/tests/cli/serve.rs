//! The server as a service: ports, signals, warnings, refusals.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use rustix::process::Signal;

use crate::support::{Shell, TIMEOUT, answer, cart, ended, head};

#[test]
fn a_server_tells_where_it_listens_and_stops_at_sigterm() {
    let shell = Shell::new();
    let server = shell.serve("");
    assert_eq!(server.get("/healthz").0, 200);
    assert_eq!(server.get("/readyz").0, 200);
    // The queue is counted right after the start, beside everything else.
    let deadline = Instant::now() + TIMEOUT;
    while !server.get("/metrics").1.contains(r#"crossdock_jobs{state="waiting"} 0"#) {
        assert!(Instant::now() < deadline, "{:?}", server.get("/metrics"));
    }
    let said = server.stop();
    assert!(said.contains("shutting down") && said.contains("stopped"), "{said}");
}

#[test]
fn sigint_stops_the_server_too() {
    let shell = Shell::new();
    let mut server = shell.serve("");
    server.signal(Signal::INT);
    assert_eq!(server.end(), Some(0), "{}", server.said);
}

#[test]
fn a_request_that_runs_at_sigterm_is_finished() {
    let shell = Shell::new();
    let mut server = shell.demo("--log-level info");
    let body = cart().to_string();
    let (first, rest) = body.split_at(20);
    let mut stream: TcpStream = server.connect();
    stream.write_all(format!("{}{first}", head("/v1/createTempCart", body.len())).as_bytes()).expect("sent");
    // Another answer shows that the server has taken this connection before.
    assert_eq!(server.get("/healthz").0, 200);
    server.signal(Signal::TERM);
    server.wait_for("finishing running requests");
    assert!(TcpStream::connect(server.url.trim_start_matches("http://")).is_err(), "nobody new is let in");

    stream.write_all(rest.as_bytes()).expect("sent");
    let (status, answered) = answer(&mut stream);
    assert_eq!(status, 200, "{answered}");
    let cart = answered["tempCartUUID"].as_str().expect("a cart").to_owned();
    assert_eq!(server.end(), Some(0), "{}", server.said);
    // What was acknowledged is there.
    shell.run(&format!("--data-dir crossdock-demo test-order --cart {cart} --country CA")).good();
}

#[test]
fn a_second_signal_stops_at_once() {
    let shell = Shell::new();
    let mut server = shell.demo("--log-level info");
    let mut stream = server.connect();
    stream.write_all(head("/v1/createTempCart", 100).as_bytes()).expect("sent");
    assert_eq!(server.get("/healthz").0, 200);
    server.signal(Signal::TERM);
    server.wait_for("finishing running requests");
    server.signal(Signal::TERM);
    assert_eq!(server.end(), Some(130), "{}", server.said);
}

#[test]
fn a_port_in_use_is_explained() {
    let shell = Shell::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    for command in ["serve", "demo"] {
        let told = shell.run(&format!("{command} --listen {address}")).failed(1);
        assert!(told.contains(&format!("cannot listen on {address}")) && told.contains("--listen"), "{told}");
    }
    assert_eq!(std::fs::read_dir(shell.path(".")).expect("a directory").count(), 0, "nothing was made");
}

#[test]
fn demo_data_is_served_only_when_asked_for() {
    let shell = Shell::new();
    shell.demo("").stop();
    let told = shell.run("--data-dir crossdock-demo serve --listen 127.0.0.1:0").failed(3);
    assert!(told.contains("demo data") && told.contains("--allow-demo-data"), "{told}");
    shell.serve("--data-dir crossdock-demo --allow-demo-data").stop();
}

#[test]
fn plain_http_for_the_world_is_warned_of() {
    let shell = Shell::new();
    let server = shell.serve("--public-url http://checkout.example");
    assert!(server.said.contains("plain HTTP"), "{}", server.said);
    server.stop();
    for url in ["https://checkout.example", "http://localhost:8080", "http://127.0.0.1"] {
        let server = shell.serve(&format!("--public-url {url}"));
        assert!(!server.said.contains("plain HTTP"), "{url}: {}", server.said);
        server.stop();
    }
}

#[test]
fn certificates_that_cannot_be_used_stop_the_start() {
    let shell = Shell::new();
    let told = shell.run("serve --listen 127.0.0.1:0 --tls-cert none.pem --tls-key none.key").failed(1);
    assert!(told.contains("cannot read none.pem"), "{told}");
    let told = shell.run("serve --tls-cert none.pem").failed(2);
    assert!(told.contains("--tls-key"), "{told}");
}

#[test]
fn a_server_with_a_certificate_speaks_https() {
    let shell = Shell::new();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    shell.file("cert.pem", &made.cert.pem());
    shell.file("key.pem", &made.signing_key.serialize_pem());
    let server = shell.serve("--tls-cert cert.pem --tls-key key.pem");
    let https = server.url.replace("http://", "https://");
    assert!(server.said.contains(&format!(r#""public_url":"{https}""#)), "{}", server.said);
    let curl = |options: &[&str]| {
        let mut command = std::process::Command::new("curl");
        command.args(["-sS", "--max-time", "30"]).args(options).arg(format!("{https}/healthz"));
        ended(command.current_dir(shell.path(".")).output().expect("curl runs"))
    };
    curl(&["--fail", "--cacert", "cert.pem"]).good();
    assert_ne!(curl(&[]).code, 0, "nobody vouches for the certificate");
    server.stop();
}

#[test]
fn an_embedded_database_has_one_process_for_everything() {
    let told = Shell::new().run("serve --role web").failed(2);
    assert!(told.contains("PostgreSQL"), "{told}");
}

/// Only root can meet this, and only root can make the test's directory another user's.
#[test]
fn root_is_sent_to_the_user_of_the_data_directory() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let shell = Shell::new();
    let dir = shell.path("crossdock-data");
    std::fs::create_dir(&dir).expect("made");
    // `nobody` has this number on every Linux.
    std::os::unix::fs::chown(&dir, Some(65_534), Some(65_534)).expect("given away");
    shell.file("goods.csv", "code;name:eng\n1;One\n");
    for command in [
        "store add 7 --name Shop --currency USD",
        "serve --listen 127.0.0.1:0",
        "import catalogue goods.csv --dry-run",
        "migrate",
        "restore goods.csv",
    ] {
        let told = shell.run(command).failed(3);
        assert!(told.contains("sudo -u 'nobody'"), "{command}: {told}");
    }
    let left = std::fs::read_dir(&dir).expect("there").count();
    assert_eq!(left, 0, "nothing of root is left behind");
}
