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
use crossdock_db::wholesale_events::EventRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::wholesale::{OrderSerial, Quantity, VariantId, WholesalerId};
use crossdock_testkit::TestApp;

/// The error of a use case that must refuse.
fn fault<T: std::fmt::Debug, E>(answer: Result<T, E>) -> E {
    answer.err().expect("it is refused")
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

struct Events(WholesalerId, OrderSerial);

impl Operation for Events {
    type Output = Vec<EventRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.wholesale_events_of_order(self.0, self.1).await
    }
}

async fn events(app: &TestApp, wholesaler: WholesalerId, order: OrderSerial) -> Vec<EventRow> {
    app.db().read(Events(wholesaler, order)).await.expect("the events are read")
}
