//! What handlers and middleware share. One per server; cheap to clone.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossdock_app::App;
use crossdock_app::platform::rate_limit::RateLimiter;
use crossdock_wire::admin::Api;
use crossdock_wire::customer::Gates;
use tokio::sync::Semaphore;

use crate::feeds::Feeds;
use crate::metrics::Metrics;
use crate::middleware::guesses::Guesses;
use crate::middleware::request_id::RequestIds;
use crate::middleware::tarpit::{Tarpit, TarpitSlot};
use crate::pages::PageState;
use crate::render::Renderer;
use crate::settings::{NOWHERE, WebSettings};

/// Large request bodies in memory at the same time; further ones wait. Ten megabytes each, several times over while they
/// are parsed.
const LARGE_BODIES: usize = 8;

/// The shared state.
#[derive(Clone)]
pub struct WebState {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    pages: PageState,
    settings: WebSettings,
    metrics: Metrics,
    request_ids: RequestIds,
    tarpit: Tarpit,
    gates: Gates,
    admin_api: Api,
    large_bodies: Semaphore,
    /// The same by client.
    large_bodies_of: Tarpit,
    /// Open connections, and running requests, by client.
    connections_of: Tarpit,
    requests_of: Tarpit,
    guesses: Guesses,
    public_quotes: RateLimiter<IpAddr>,
    feeds: Feeds,
    running: AtomicUsize,
    draining: AtomicBool,
}

impl WebState {
    /// Puts the parts together. Installs the process's metrics recorder when there is none yet.
    pub fn new(app: App, renderer: Renderer, settings: WebSettings) -> Self {
        let pages = PageState::new(app.clone(), renderer);
        let tarpit = Tarpit::new(settings.held_answers_per_client, settings.held_answers);
        let gates = Gates::new(settings.customer_api.clone());
        let admin_api = Api::new(settings.admin_api);
        let public_quotes = RateLimiter::new(settings.public_quotes_per_minute);
        let places = |per_client: u32| Tarpit::new(if per_client == 0 { u32::MAX } else { per_client }, u32::MAX);
        let (connections_of, requests_of) =
            (places(settings.connections_per_client), places(settings.requests_per_client));
        let guesses = Guesses::new(settings.failures_per_minute);
        let inner = Inner {
            app,
            pages,
            settings,
            metrics: Metrics::install(),
            request_ids: RequestIds::new(),
            tarpit,
            gates,
            admin_api,
            large_bodies: Semaphore::new(LARGE_BODIES),
            large_bodies_of: Tarpit::new(1, u32::MAX),
            connections_of,
            requests_of,
            guesses,
            public_quotes,
            feeds: Feeds::new(),
            running: AtomicUsize::new(0),
            draining: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The use cases.
    pub fn app(&self) -> &App {
        &self.inner.app
    }

    pub(crate) fn pages(&self) -> &PageState {
        &self.inner.pages
    }

    /// The settings.
    pub fn settings(&self) -> &WebSettings {
        &self.inner.settings
    }

    /// Whether the server is about to stop.
    pub fn is_draining(&self) -> bool {
        self.inner.draining.load(Ordering::Relaxed)
    }

    /// From now on the readiness check says no.
    pub fn start_draining(&self) {
        self.inner.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(crate) fn request_ids(&self) -> &RequestIds {
        &self.inner.request_ids
    }

    pub(crate) fn feeds(&self) -> &Feeds {
        &self.inner.feeds
    }

    pub(crate) fn tarpit(&self) -> &Tarpit {
        &self.inner.tarpit
    }

    pub(crate) fn gates(&self) -> &Gates {
        &self.inner.gates
    }

    pub(crate) fn admin_api(&self) -> &Api {
        &self.inner.admin_api
    }

    /// Places for bodies that are read into memory and are larger than most.
    pub(crate) fn large_bodies(&self) -> &Semaphore {
        &self.inner.large_bodies
    }

    /// The same for one client, which gets one place at a time.
    pub(crate) fn large_bodies_of(&self) -> &Tarpit {
        &self.inner.large_bodies_of
    }

    /// A place among the connections of a client; trusted proxies, who bring many clients, need none. `Err` when it has too many.
    pub(crate) fn connection_of(&self, client: IpAddr) -> Result<Option<TarpitSlot>, ()> {
        self.place_of(&self.inner.connections_of, client)
    }

    /// A place among the running requests of a client.
    pub(crate) fn request_of(&self, client: IpAddr) -> Result<Option<TarpitSlot>, ()> {
        self.place_of(&self.inner.requests_of, client)
    }

    fn place_of(&self, places: &Tarpit, client: IpAddr) -> Result<Option<TarpitSlot>, ()> {
        // Nowhere: no connection, so that nobody could be kept from anything.
        if client == NOWHERE || self.settings().trusts(client.to_canonical()) {
            return Ok(None);
        }
        places.hold(client).map(Some).ok_or(())
    }

    /// Wrong keys of each client.
    pub(crate) fn guesses(&self) -> &Guesses {
        &self.inner.guesses
    }

    pub(crate) fn public_quotes(&self) -> &RateLimiter<IpAddr> {
        &self.inner.public_quotes
    }

    /// Counts a request in, unless there are too many.
    pub(crate) fn admit(&self) -> Option<RequestPermit> {
        let running = self.inner.running.fetch_add(1, Ordering::Relaxed);
        let admitted = RequestPermit(self.clone());
        // Dropping `admitted` counts it out again.
        (running < self.inner.settings.max_requests).then_some(admitted)
    }
}

impl std::fmt::Debug for WebState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebState").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// A request among the running ones; dropping it counts it out.
#[derive(Debug)]
pub(crate) struct RequestPermit(WebState);

impl Drop for RequestPermit {
    fn drop(&mut self) {
        self.0.inner.running.fetch_sub(1, Ordering::Relaxed);
    }
}
