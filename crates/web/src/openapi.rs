//! Serves the documents of the APIs, which are made once, when the first one asks.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use crossdock_wire::{admin, checkout, customer};

static CHECKOUT: LazyLock<String> = LazyLock::new(checkout::openapi::document);
static CUSTOMER: LazyLock<String> = LazyLock::new(customer::openapi::document);
static ADMIN: LazyLock<String> = LazyLock::new(admin::openapi::document);

/// Path and document of every API.
static DOCUMENTS: [(&str, &LazyLock<String>); 3] =
    [("/openapi.json", &CHECKOUT), ("/customer-api/openapi.json", &CUSTOMER), ("/api/admin/openapi.json", &ADMIN)];

/// The routes of the documents.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    DOCUMENTS.into_iter().fold(Router::new(), |router, (path, document)| {
        router.route(path, get(move || async move { served(document) }))
    })
}

fn served(document: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")], document)
}
