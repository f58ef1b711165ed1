//! A stand-in for Stripe: the API as far as card payments need it, the pay page, webhooks, and switches for what can go wrong.
//!
//! For rehearsals (`crossdock dev stripe`) and for tests, which call [`StripeFake::handle`] without a network. Shapes and rules
//! are the provider's and are checked with its own client (`e2e/test_stripe_fake.py`); they are not derived from what Crossdock
//! asks for. State is in memory and bounded; time and randomness are arguments.

// The objects are wide; `json!` counts their members.
#![recursion_limit = "512"]

mod api;
mod cards;
mod control;
mod error;
mod faults;
mod form;
mod idempotency;
mod intents;
mod lists;
mod model;
mod money;
mod objects;
mod page;
mod payments;
mod server;
mod sessions;
mod shelf;
mod state;
mod versions;
mod webhooks;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossdock_domain::clock::Clock;
use crossdock_domain::random::Random;
use serde_json::Value;
use tokio::sync::{Notify, watch};

use crate::faults::{Fault, FaultKind};
use crate::state::State;
pub use crate::webhooks::{Outgoing, signature};

/// What the fake is told at its start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where buyers reach it, without a slash at the end: `http://127.0.0.1:8420`.
    pub url: String,
    /// The secret key with all rights.
    pub api_key: String,
    /// Where events are sent from the start.
    pub webhooks: Vec<String>,
    /// Signs for [`Self::webhooks`]; one is made when it is not given.
    pub webhook_secret: Option<String>,
}

impl Settings {
    /// The well-known key of rehearsals.
    pub const API_KEY: &str = "sk_test_crossdock";

    /// With the well-known key and no webhooks.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), api_key: Self::API_KEY.to_owned(), webhooks: Vec::new(), webhook_secret: None }
    }
}

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// Form encoded.
    pub body: Vec<u8>,
}

impl Call {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status of HTTP.
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// JSON or a page.
    pub body: String,
}

impl Answer {
    fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: vec![("content-type", "application/json".to_owned())], body: format!("{body:#}") }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| *sent == name).map(|(_, value)| value.as_str())
    }
}

/// The fake. Clones share one state.
#[derive(Clone)]
pub struct StripeFake(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Counts releases of calls that wait.
    releases: watch::Sender<u64>,
    /// There may be something to send.
    wake: Notify,
    webhook_secret: String,
}

impl fmt::Debug for StripeFake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripeFake").finish_non_exhaustive()
    }
}

impl StripeFake {
    /// An empty account. Fails when a webhook's address is none.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, String> {
        let mut state = State::new(settings, random);
        state.now = clock.now().0.div_euclid(1_000_000);
        let webhook_secret = state.settings.webhook_secret.clone().unwrap_or_else(|| state.webhook_secret());
        for url in state.settings.webhooks.clone() {
            let added = state.add_endpoint(&url, webhook_secret.clone(), vec!["*".to_owned()]);
            added.map_err(|error| error.message().to_owned())?;
        }
        let inner = Inner {
            clock,
            state: Mutex::new(state),
            releases: watch::Sender::new(0),
            wake: Notify::new(),
            webhook_secret,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The secret that signs for the webhooks of the settings.
    pub fn webhook_secret(&self) -> &str {
        &self.0.webhook_secret
    }

    /// The state at this moment; what is due has happened.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = self.0.clock.now().0.div_euclid(1_000_000) + state.advanced;
        state.cause = (None, None);
        state.lapse();
        state
    }

    /// Answers a call: the API, the pay page, the control routes. `None` means that the connection ends without an answer.
    pub async fn handle(&self, call: Call) -> Option<Answer> {
        let answer = if call.path.starts_with("/v1/") {
            self.api(&call).await
        } else if call.path == "/_fake" || call.path.starts_with("/_fake/") {
            Some(self.control(&call).await)
        } else {
            Some(self.state().page(&call))
        };
        self.0.wake.notify_one();
        answer
    }

    async fn api(&self, call: &Call) -> Option<Answer> {
        let mut released = self.0.releases.subscribe();
        let fault = Fault::take(&mut self.state().faults, &call.method, &call.path);
        if fault == Some(FaultKind::Timeout) {
            let _running = Running::begin(self, call.header("idempotency-key"));
            // A lost sender is a release as well.
            let _ = released.changed().await;
        }
        let answer = self.state().api(call, fault);
        (fault != Some(FaultKind::Lost)).then_some(answer)
    }

    /// Lets the calls go on that wait because of a `timeout` fault.
    pub fn release(&self) {
        self.0.releases.send_modify(|count| *count += 1);
    }

    /// Webhook requests that are to be sent now. Whoever takes them sends them and calls [`Self::record`].
    pub fn due(&self) -> Vec<Outgoing> {
        self.state().due()
    }

    /// Notes how sending ended: the status of the answer, or why there was none.
    pub fn record(&self, id: &str, outcome: Result<u16, String>) {
        self.state().record(id, outcome);
    }
}

/// Holds an idempotency key while its call waits, also when the caller gives up.
struct Running<'f>(&'f StripeFake, Option<String>);

impl<'f> Running<'f> {
    fn begin(fake: &'f StripeFake, key: Option<&str>) -> Self {
        // A key that is held already stays with the call that holds it.
        let key = key.filter(|key| fake.state().running.insert((*key).to_owned()));
        Self(fake, key.map(str::to_owned))
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(key) = &self.1 {
            self.0.state().running.remove(key);
        }
    }
}
