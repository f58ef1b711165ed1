//! Posted forms and query strings, read leniently: shops append prefill values without escaping them (checkout protocol §11).

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request};
use axum::response::Response;
use crossdock_domain::ids::CartId;

use super::PageState;
use super::respond;
use super::session::Session;
use crate::render::contexts::Message;

/// Most fields that are read; the largest page has forty. Those behind cost memory and mean nothing.
const FIELD_LIMIT: usize = 200;

/// Named values; of repeated names the last counts, bytes that are no text become replacement characters.
#[derive(Debug, Default)]
pub(super) struct FormValues(HashMap<String, String>);

impl FormValues {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let fields = url::form_urlencoded::parse(bytes).take(FIELD_LIMIT);
        Self(fields.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The value of this name; empty when it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The value of this name, when it says anything.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        Some(self.get(name).trim()).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    }

    /// Takes the value out; for secrets that should not stay around.
    pub(super) fn take(&mut self, name: &str) -> String {
        self.0.remove(name).unwrap_or_default()
    }
}

/// The cart in the path, as far as it is one.
pub(super) fn cart_in_path(path: &str) -> Option<CartId> {
    path.trim().parse().ok()
}

/// A form that our own page sent back from the same browser. The only way for a handler to a posted body.
pub(super) struct SubmittedForm {
    pub(super) session: Session,
    pub(super) cart: CartId,
    pub(super) values: FormValues,
}

impl FromRequest<PageState> for SubmittedForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &PageState) -> Result<Self, Response> {
        use axum::RequestExt;

        let (mut parts, body) = request.into_parts();
        let Ok(session) = <Session as axum::extract::FromRequestParts<_>>::from_request_parts(&mut parts, state).await;
        let path = parts.uri.path().to_owned();
        let request = Request::from_parts(parts, body);
        let (mut parts, body) = request.with_limited_body().into_parts();
        let cart = <Path<String> as axum::extract::FromRequestParts<_>>::from_request_parts(&mut parts, state).await;
        let cart = cart.ok().and_then(|Path(text)| cart_in_path(&text));
        let Some(cart) = cart else { return Err(respond::message(state, None, Message::CartNotFound)) };
        if session.is_new() {
            return Err(respond::message(state, None, Message::CookiesNeeded { retry_url: path }));
        }
        let request = Request::from_parts(parts, body);
        let Ok(body) = Bytes::from_request(request, state).await else {
            return Err(respond::message(state, None, Message::FormExpired { retry_url: path }));
        };
        let values = FormValues::parse(&body);
        if !session.accepts(cart, values.get("csrf")) {
            return Err(respond::message(state, None, Message::FormExpired { retry_url: path }));
        }
        Ok(Self { session, cart, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_blanks_and_foreign_bytes_are_read() {
        let values =
            FormValues::parse("customerName=Jos\u{e9} Mart\u{ed}n&customerCity=Quebec%20City&country=&x".as_bytes());
        assert_eq!(values.get("customerName"), "José Martín");
        assert_eq!(values.get("customerCity"), "Quebec City");
        assert_eq!(values.text("country"), None);
        assert_eq!(values.get("missing"), "");
        let many: String = (0..10_000).map(|n| format!("f{n}=&")).collect();
        assert_eq!(FormValues::parse(many.as_bytes()).0.len(), FIELD_LIMIT);
        assert_eq!(FormValues::parse(b"a=%ff%zz").get("a"), "\u{fffd}%zz");
    }
}
