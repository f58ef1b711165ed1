//! What several files of this test need.

use crossdock_app::checkout::OrderError;
use crossdock_app::checkout::orders::SetVendorStatus;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::OrderId;
use crossdock_domain::money::Currency;
use crossdock_domain::order::{HistoryEntry, HistoryEvent, OrderStatus};
use crossdock_domain::wholesale::{Wholesaler, WholesalerId, WholesalerSettings};
use crossdock_testkit::{TestApp, samples};

/// Puts an order into a status that no use case leads to.
struct Force {
    order: OrderId,
    to: OrderStatus,
    now: Timestamp,
}

impl Operation for Force {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let head = tx.lock_order(self.order).await?.expect("the order is there");
        assert!(tx.move_order(self.order, head.status, self.to, self.now).await?);
        Ok(())
    }
}

/// Puts an order into a status behind the back of every rule.
pub async fn force_status(app: &TestApp, order: OrderId, to: OrderStatus) {
    app.db().write(Force { order, to, now: app.now() }).await.expect("the order is moved");
}

/// The merchant of store 999 moves an order.
pub async fn set_status(app: &TestApp, order: OrderId, status: OrderStatus) -> Result<(), OrderError> {
    let credentials = samples::credentials(order.store, samples::SECRET);
    app.checkout().orders().set_vendor_status(SetVendorStatus { credentials, order, status }).await
}

/// A paid order whose money was taken, moved to this status.
pub async fn order_in(app: &TestApp, status: OrderStatus) -> OrderId {
    use crossdock_app::checkout::orders::staff::StaffAction;
    use crossdock_testkit::Card;
    if status == OrderStatus::FraudReview {
        return app.order_paid_with(Card::Review).await;
    }
    let order = app.paid_order().await;
    app.run_jobs().await;
    let act = async |action| {
        app.checkout().orders().act(order, action, "ada", "").await.expect("the action fits");
        app.run_jobs().await;
    };
    match status {
        OrderStatus::InProcess | OrderStatus::FraudReview => {}
        OrderStatus::OnHold => act(StaffAction::Hold).await,
        OrderStatus::Cancelled => act(StaffAction::Cancel).await,
        OrderStatus::LabelsProcessing => force_status(app, order, status).await,
        OrderStatus::Preparing
        | OrderStatus::ShipmentReady
        | OrderStatus::LabelsPrinted
        | OrderStatus::CancellationRequested
        | OrderStatus::Shipped => set_status(app, order, status).await.expect("the merchant may"),
    }
    order
}

/// What was done with the money of an order, in order.
pub fn money(history: &[HistoryEntry]) -> Vec<&str> {
    let payments = history.iter().filter_map(|entry| match &entry.event {
        HistoryEvent::Payment { what, .. } => Some(what.as_str()),
        _ => None,
    });
    payments.collect()
}

/// The order of a payment that made one.
pub fn placed(step: &PaymentStep) -> OrderId {
    match step {
        PaymentStep::Placed { order, .. } => *order,
        other => panic!("no order, but {other:?}"),
    }
}

/// Makes sure that there is a wholesaler of this number.
pub async fn wholesaler(app: &TestApp, id: i64) {
    let wholesaler = Wholesaler {
        id: WholesalerId::new(id).expect("an id"),
        name: format!("Wholesaler {id}"),
        currency: Currency::USD,
        domain: None,
        settings: WholesalerSettings::default(),
    };
    if app.hub().wholesalers().list().await.expect("listed").iter().all(|known| known.id != wholesaler.id) {
        app.hub().wholesalers().add(wholesaler).await.expect("new");
    }
}
