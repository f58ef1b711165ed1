//! Paying, one buyer at a time.

use crossdock_app::payment::PaymentStep;
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, OrderStatus};
use crossdock_testkit::{Card, TestApp, on_both_engines, samples};

on_both_engines!(an_approved_card_makes_an_order_whose_money_a_job_takes);

async fn an_approved_card_makes_an_order_whose_money_a_job_takes(app: TestApp) {
    let buyer = app.buyer().await;
    let step = buyer.pay(Card::Approve).await.expect("paid");
    let id = "999-10001".parse().expect("an id");
    let redirect = format!("https://checkout.example/confirmation/{}?orderId=999-10001", buyer.cart());
    assert_eq!(step, PaymentStep::Placed { order: id, status: OrderStatus::IglobalOrderInProcess, redirect });

    let order = app.read_order(id).await;
    assert_eq!(order.payment.as_ref().and_then(|payment| payment.captured_at), None);
    assert_eq!((order.placed_at, order.status_at), (samples::noon(), samples::noon()));
    assert_eq!(app.run_jobs().await, 1);
    let order = app.read_order(id).await;
    assert_eq!(order.payment.as_ref().and_then(|payment| payment.captured_at), Some(samples::noon()));
    let system = |event| HistoryEntry { at: samples::noon(), actor: Actor::System, event };
    assert_eq!(
        app.history(id).await,
        [
            system(HistoryEvent::Placed { status: OrderStatus::IglobalOrderInProcess }),
            system(HistoryEvent::Payment { what: "captured".to_owned(), amount: "223.50 USD".to_owned() }),
        ]
    );
}
