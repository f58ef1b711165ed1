//! The least that a server must do: bare axum without anything of the product.

use std::io;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use crossdock_domain::clock::{Clock as _, SystemClock};
use crossdock_domain::ids::CartId;
use crossdock_domain::random::SystemRandom;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use super::Storage;
use crate::samples;

/// Serves until the task is dropped: `/echo`, `/cart`, `/order`, `/orders`.
pub async fn serve(listener: TcpListener, storage: Storage) -> io::Result<()> {
    let router = Router::new()
        .route("/echo", post(async |Json(cart): Json<Cart>| Json(cart)))
        .route("/cart", post(cart))
        .route("/order", post(order))
        .route("/orders", post(orders))
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

async fn cart(State(storage): State<Arc<Storage>>, Json(cart): Json<Cart>) -> Response {
    let Ok(document) = serde_json::to_string(&cart) else { return failed() };
    let id = CartId::new(SystemClock.now(), &SystemRandom).to_string();
    match storage.insert(id.clone(), document).await {
        Ok(()) => json(format!(r#"{{"tempCartUUID":"{id}"}}"#)),
        Err(_) => failed(),
    }
}

async fn order(State(storage): State<Arc<Storage>>, Json(query): Json<Number>) -> Response {
    found(storage.order(samples::store_id().get(), query.number).await)
}

async fn orders(State(storage): State<Arc<Storage>>, Json(query): Json<Window>) -> Response {
    found(storage.window(samples::store_id().get(), query.after, query.limit).await)
}

fn found(body: anyhow::Result<Option<String>>) -> Response {
    body.ok().flatten().map_or_else(failed, json)
}

fn json(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn failed() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
