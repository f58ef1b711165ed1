//! The least that a server must do: bare axum without anything of the product. The yardstick of `crossdock bench
//! --baseline`, which runs it under the same load in the same minutes. It is never part of a running installation, and
//! nothing else may use it.

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// Storage that the bare server calls.
pub trait Storage: Send + Sync + 'static {
    /// Stores one cart document durably; its new id. `None` when that failed.
    fn insert(&self, document: String) -> impl Future<Output = Option<String>> + Send;
    /// The stored document of an order.
    fn order(&self, number: i64) -> impl Future<Output = Option<String>> + Send;
    /// A JSON array with the ids of `limit` orders behind a number.
    fn window(&self, after: i64, limit: i64) -> impl Future<Output = Option<String>> + Send;
}

/// Serves until the task is dropped: `/echo`, `/cart`, `/order`, `/orders`.
pub async fn serve<S: Storage>(listener: TcpListener, storage: S) -> io::Result<()> {
    let router = Router::new()
        .route("/echo", post(async |Json(cart): Json<Cart>| Json(cart)))
        .route("/cart", post(cart::<S>))
        .route("/order", post(order::<S>))
        .route("/orders", post(orders::<S>))
        .with_state(Arc::new(storage));
    axum::serve(listener, router).await
}

/// A cart as plain as it can be typed, with every field that the load sends but the secret.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cart {
    store_id: String,
    reference_id: Option<String>,
    #[serde(rename = "externalConfirmationPageURL")]
    confirmation_url: Option<String>,
    domestic_shipping_charge: Option<f64>,
    box_count: Option<String>,
    items: Vec<Item>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names on the wire")]
struct Item {
    description: String,
    item_category: Option<String>,
    product_id: Option<String>,
    sku: Option<String>,
    unit_price: f64,
    quantity: f64,
    length: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    weight: Option<f64>,
    weight_units: Option<String>,
    #[serde(rename = "itemHSCode")]
    hs_code: Option<String>,
    item_brand: Option<String>,
    country_of_origin: Option<String>,
    #[serde(rename = "itemURL")]
    item_url: Option<String>,
    #[serde(rename = "imageURL")]
    image_url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Number {
    number: i64,
}

#[derive(Debug, Deserialize)]
struct Window {
    after: i64,
    limit: i64,
}

async fn cart<S: Storage>(State(storage): State<Arc<S>>, Json(cart): Json<Cart>) -> Response {
    let Ok(document) = serde_json::to_string(&cart) else { return failed() };
    match storage.insert(document).await {
        Some(id) => json(format!(r#"{{"tempCartUUID":"{id}"}}"#)),
        None => failed(),
    }
}

async fn order<S: Storage>(State(storage): State<Arc<S>>, Json(query): Json<Number>) -> Response {
    storage.order(query.number).await.map_or_else(failed, json)
}

async fn orders<S: Storage>(State(storage): State<Arc<S>>, Json(query): Json<Window>) -> Response {
    storage.window(query.after, query.limit).await.map_or_else(failed, json)
}

fn json(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn failed() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
