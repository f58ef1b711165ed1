//! What the access log tells, and what it must not.

use std::io;
use std::sync::{Arc, Mutex};

use crossdock_testkit::samples;
use crossdock_web::settings::AccessLog;
use tracing_subscriber::fmt::MakeWriter;

use super::site::{Site, cart, cart_with};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("lock")).into_owned()
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The log of a few requests; on this thread only, which is where the test's runtime works.
async fn log_of(level: tracing::Level, access_log: AccessLog) -> String {
    let captured = Captured::default();
    let subscriber =
        tracing_subscriber::fmt().json().with_max_level(level).with_writer(captured.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let site = Site::with(|settings| settings.access_log = access_log).await;
    let private = [("cookie", "crossdock=c00k1e"), ("idempotency-key", "k3y"), ("authorization", "Bearer t0k3n")];
    site.post("/v1/createTempCart?customerName=Jane%20Doe", &private, cart()).await;
    site.post("/v1/createTempCart", &private, cart_with("wr0ngs3cret")).await;
    site.get("/?tempCartUUID=x&customerEmail=jane@doe.example").await;
    let text = captured.text();
    for secret in
        [samples::SECRET, "wr0ngs3cret", "c00k1e", "k3y", "t0k3n", "Jane", "doe.example", "customerName", "Glasses"]
    {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    text
}

#[tokio::test]
async fn even_the_most_talkative_log_tells_nothing_private() {
    let text = log_of(tracing::Level::TRACE, AccessLog::All).await;
    assert!(text.contains("\"path\":\"/v1/createTempCart\""), "{text}");
}

#[tokio::test]
async fn failures_are_told_with_their_honest_status_and_their_id() {
    let text = log_of(tracing::Level::INFO, AccessLog::Failures).await;
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("\"message\":\"request\"")).collect();
    let failed = lines.iter().find(|line| line.contains("invalid_credentials")).expect("the failure is told");
    for part in ["\"status\":401", "\"sent\":200", "\"method\":\"POST\"", "\"client\":\"192.0.2.1\"", "\"id\":\""] {
        assert!(failed.contains(part), "{part} in {failed}");
    }
    assert!(!lines.iter().any(|line| line.contains("\"code\":\"ok\"")), "{text}");
}

#[tokio::test]
async fn the_log_can_be_silent() {
    let text = log_of(tracing::Level::INFO, AccessLog::Off).await;
    assert!(!text.contains("\"message\":\"request\""), "{text}");
}
