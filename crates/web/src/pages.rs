//! The hosted checkout over HTTP: reads forms, calls one use case, shows a page or sends the buyer on.
//!
//! Every step is a form post answered by a redirect, so that reload and back never send anything twice. Rules live in
//! `crossdock_app`; looks live in [`crate::render`].

mod address;
mod confirmation;
mod country;
mod entry;
mod form;
mod pay;
mod respond;
mod review;
mod sandbox;
mod session;
mod shipping;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use crossdock_app::App;
use crossdock_app::platform::rate_limit::RateLimiter;

use crate::middleware::compressed;
use crate::render::Renderer;

/// Largest form a page accepts: a note, two addresses, nothing more.
pub(crate) const FORM_LIMIT: usize = 64 * 1024;

/// Forms for a sandbox that one client may send in a minute; how many sandboxes it gets is another limit.
const SANDBOX_POSTS: u32 = 10;

/// What page handlers share.
#[derive(Debug, Clone)]
pub struct PageState {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    app: App,
    renderer: Renderer,
    /// Buyers reach us by https: cookies are `Secure` and have the `__Host-` prefix.
    secure: bool,
    /// Sandboxes that one client may ask for in a minute, good or bad.
    sandbox_posts: RateLimiter<IpAddr>,
}

impl PageState {
    /// The state for these use cases and pages.
    pub fn new(app: App, renderer: Renderer) -> Self {
        let secure = app.config().public_url.starts_with("https://");
        Self { inner: Arc::new(Inner { app, renderer, secure, sandbox_posts: RateLimiter::new(SANDBOX_POSTS) }) }
    }

    fn app(&self) -> &App {
        &self.inner.app
    }

    fn renderer(&self) -> &Renderer {
        &self.inner.renderer
    }

    fn sandbox_posts(&self) -> &RateLimiter<IpAddr> {
        &self.inner.sandbox_posts
    }

    fn secure(&self) -> bool {
        self.inner.secure
    }
}

/// Every page a buyer can reach.
pub fn router(state: PageState) -> Router {
    Router::new()
        .route("/", get(entry::arrive))
        .route("/checkout/{cart}", get(entry::items))
        .route("/checkout/{cart}/items", get(entry::items).post(entry::choose_country))
        .route("/checkout/{cart}/address", get(address::show).post(address::save))
        .route("/checkout/{cart}/shipping", get(shipping::show).post(shipping::choose))
        .route("/checkout/{cart}/review", get(review::show).post(review::confirm))
        .route("/checkout/{cart}/duties", post(review::choose_duties))
        .route("/checkout/{cart}/pay", get(pay::show).post(pay::pay))
        .route("/checkout/{cart}/challenge", get(pay::challenge).post(pay::answer_challenge))
        .route("/checkout/{cart}/pending", get(pay::pending))
        .route("/confirmation/{cart}", get(confirmation::show))
        .merge(compressed(Router::new().route("/static/{hash}/{name}", get(respond::static_file))))
        .route("/favicon.ico", get(respond::site_icon))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .with_state(state)
}

/// The page of sandboxes, for installations that offer it.
pub fn sandbox_router(state: PageState) -> Router {
    Router::new()
        .route("/sandbox", get(sandbox::show).post(sandbox::register))
        .route("/sandbox/ready", get(sandbox::ready))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .with_state(state)
}

/// The friendly page for every address that does not exist.
pub fn not_found_page(state: &PageState) -> axum::response::Response {
    respond::message(state, None, crate::render::contexts::Message::NotFound)
}
