//! Who is the buyer: a random cookie per browser, and the form token derived from it.
//!
//! The cookie cannot be read by scripts or other sites, so a token that is a hash of it proves that a form came from a page
//! that we gave to this browser. Nothing has to be stored or shared between nodes.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use crossdock_app::checkout::session::Browser;
use crossdock_domain::ids::CartId;
use crossdock_domain::store::Store;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::PageState;

/// With https: only this host, this path, never in clear. Browsers enforce what the prefix promises.
const SECURE_NAME: &str = "__Host-crossdock";
/// Without https, for the demo on loopback.
const PLAIN_NAME: &str = "crossdock";
/// How long a browser keeps what it typed reachable: a week covers the longest usual cart.
const MAX_AGE_SECONDS: u32 = 7 * 24 * 60 * 60;
/// Characters of a cookie value that we made.
const LENGTH: usize = 64;

/// The browser of a request, known or new.
#[derive(Clone)]
pub(super) struct Session {
    cookie: String,
    is_new: bool,
}

impl Session {
    /// A browser without cookie gets one.
    fn new(state: &PageState) -> Self {
        let cookie = state.app().platform().random_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { cookie, is_new: true }
    }

    /// Whether the request brought no cookie.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// The key under which the browser's entries are stored.
    pub(super) fn browser(&self) -> Browser {
        Browser::of_cookie(&self.cookie)
    }

    /// What only this browser and we know.
    pub(super) fn secret(&self) -> &str {
        &self.cookie
    }

    /// The token for forms of this cart.
    pub(super) fn form_token(&self, cart: CartId) -> String {
        self.token(cart.0.as_bytes())
    }

    /// The token for a form that belongs to no cart.
    pub(super) fn page_token(&self, page: &str) -> String {
        self.token(page.as_bytes())
    }

    /// Whether such a form has the token we gave out.
    pub(super) fn accepts_page(&self, page: &str, token: &str) -> bool {
        self.page_token(page).as_bytes().ct_eq(token.as_bytes()).into()
    }

    fn token(&self, of: &[u8]) -> String {
        let mut hash = Sha256::new();
        hash.update(b"crossdock form token\0");
        hash.update(self.cookie.as_bytes());
        hash.update(of);
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a form that came back has the token we gave out.
    pub(super) fn accepts(&self, cart: CartId, token: &str) -> bool {
        self.form_token(cart).as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// The header that gives a new browser its cookie. In an iframe of a registered shop the cookie must be allowed to
    /// travel; it is then kept apart per shop (`Partitioned`).
    pub(super) fn set_cookie(&self, state: &PageState, store: Option<&Store>) -> Option<HeaderValue> {
        if !self.is_new {
            return None;
        }
        let framed = store.is_some_and(|store| !store.settings.frame_origins.is_empty());
        let (name, flags) = match (state.secure(), framed) {
            (true, true) => (SECURE_NAME, "; Secure; SameSite=None; Partitioned"),
            (true, false) => (SECURE_NAME, "; Secure; SameSite=Lax"),
            (false, _) => (PLAIN_NAME, "; SameSite=Lax"),
        };
        let text = format!("{name}={}; Path=/; HttpOnly; Max-Age={MAX_AGE_SECONDS}{flags}", self.cookie);
        HeaderValue::from_str(&text).ok()
    }
}

/// The value of a cookie, as it came.
pub(super) fn raw_cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let pairs = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = raw_cookie(headers, name)?;
    // Only a value that we made: anything else could be planted to share a passage.
    (value.len() == LENGTH && value.bytes().all(|b| b.is_ascii_hexdigit())).then(|| value.to_owned())
}

impl FromRequestParts<PageState> for Session {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &PageState) -> Result<Self, Self::Rejection> {
        let name = if state.secure() { SECURE_NAME } else { PLAIN_NAME };
        Ok(match cookie_of(&parts.headers, name) {
            Some(cookie) => Self { cookie, is_new: false },
            None => Self::new(state),
        })
    }
}
