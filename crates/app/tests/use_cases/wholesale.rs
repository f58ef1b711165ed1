//! The wholesaler's side: gates, catalogue, stock, orders, staff.

mod admin;
mod catalogue;
mod edits;
mod feed;
mod import;
mod isolation;
mod login;
mod orders;
mod shop;
mod stock;

use crossdock_app::AppError;
use crossdock_app::hub::{LineFault, OrderError, OrderingError};
use crossdock_app::platform::webhook::NewEndpoint;
use crossdock_db::DbError;
use crossdock_domain::webhook::{ContentType, Method, Owner, WebhookEvent};
use crossdock_domain::wholesale::{OrderSerial, Quantity, VariantId, WholesalerId};
use crossdock_testkit::TestApp;
use serde_json::Value;

/// The error of a use case that must refuse.
fn fault<T: std::fmt::Debug, E>(answer: Result<T, E>) -> E {
    answer.expect_err("it is refused")
}

/// What is wrong with the lines of a refused order.
fn line_faults<T: std::fmt::Debug>(answer: Result<T, impl Into<AppError>>) -> Vec<Option<LineFault>> {
    let refused = fault(answer).into();
    match refused {
        AppError::Ordering(OrderingError::LinesRefused(lines))
        | AppError::SupplyOrder(OrderError::LinesRefused(lines)) => lines.into_iter().map(|line| line.fault).collect(),
        other => panic!("{other:?}"),
    }
}

fn variant(code: &str) -> VariantId {
    code.parse().expect("a size code")
}

/// Pieces on the shelves and put aside, in all warehouses.
async fn stock_of(app: &TestApp, wholesaler: WholesalerId, code: &str) -> (i64, i64) {
    let view = app.hub().stock().get(wholesaler, vec![variant(code)]).await.expect("the stock is read").remove(0);
    let sum = |of: fn(&crossdock_domain::wholesale::stock::StockLevel) -> Quantity| {
        view.levels.iter().map(|level| of(level).0).sum::<i64>() / 1000
    };
    let reserved: i64 = app
        .hub()
        .stock()
        .reservations(wholesaler, variant(code))
        .await
        .expect("the reservations are read")
        .iter()
        .map(|row| row.quantity.0)
        .sum();
    let counted = (sum(|level| level.quantity), sum(|level| level.reserved));
    assert_eq!(reserved, counted.1 * 1000, "reservations add up");
    counted
}

/// Adds an endpoint that hears of everything; see [`told`].
async fn listen(app: &TestApp, wholesaler: WholesalerId) {
    let owner = Owner::Wholesaler(wholesaler);
    let endpoint = NewEndpoint {
        owner,
        account: None,
        events: WebhookEvent::of(owner).collect(),
        url: "https://shop.example/everything".to_owned(),
        method: Method::Post,
        content_type: ContentType::Json,
        headers: Vec::new(),
        body: None,
        secret: None,
    };
    app.webhooks().add(endpoint).await.expect("the endpoint is good");
}

/// What was told of an order to who listened, sorted by kind, each with its variables.
async fn told(app: &TestApp, wholesaler: WholesalerId, order: OrderSerial) -> Vec<(&'static str, Value)> {
    app.run_jobs().await;
    let events = app.db().read_with(Owner::Wholesaler(wholesaler), |tx, owner| {
        Box::pin(async move {
            let mut events = Vec::new();
            for delivery in tx.deliveries(*owner, None, 100).await? {
                events.extend(tx.event(*owner, delivery.event).await?);
            }
            Ok::<_, DbError>(events)
        })
    });
    let mut told: Vec<(&str, Value)> = events
        .await
        .expect("the events are read")
        .into_iter()
        .map(|event| (event.kind.code(), serde_json::from_str(&event.payload).expect("JSON")))
        .filter(|(_, payload): &(_, Value)| payload["orderSerialNumber"] == order.0)
        .collect();
    told.sort_by_key(|(kind, _)| *kind);
    told
}

/// The kinds of [`told`].
async fn kinds(app: &TestApp, wholesaler: WholesalerId, order: OrderSerial) -> Vec<&'static str> {
    told(app, wholesaler, order).await.into_iter().map(|(kind, _)| kind).collect()
}
