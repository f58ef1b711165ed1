//! What people may do with an order in every status.

use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::checkout::{OrderError, StaffOrderError};
use crossdock_domain::clock::Span;
use crossdock_domain::order::{Actor, HistoryEvent, OrderStatus as S};
use crossdock_testkit::{Card, TestApp, on_both_engines};

use crate::support::{money, order_in, set_status};

on_both_engines!(
    every_action_in_every_status_does_what_the_table_says,
    an_order_in_review_is_not_released_past_the_screening,
    an_approved_review_takes_the_money_and_a_denied_one_gives_it_back,
    a_bank_transfer_is_booked_once_and_then_the_order_is_processed,
    an_order_that_waits_for_its_money_is_not_released_but_may_be_cancelled,
    a_wish_to_cancel_is_granted_with_the_money_back,
    a_wish_to_cancel_may_be_talked_over,
    a_shipped_order_cannot_be_cancelled,
    what_staff_do_stands_in_the_history_with_name_and_reason,
    an_action_on_an_unknown_order_is_an_error,
);

const ACTIONS: [StaffAction; 6] = [
    StaffAction::Approve,
    StaffAction::Deny,
    StaffAction::Hold,
    StaffAction::Release,
    StaffAction::Cancel,
    StaffAction::BookPayment,
];

/// What an action leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// In this status, with a line of history.
    In(S),
    /// Where it was.
    Unchanged,
    /// Refused because the life cycle has no such move.
    NoMove,
    /// Refused in words.
    Words,
}

async fn every_action_in_every_status_does_what_the_table_says(app: TestApp) {
    use Ends::{In, NoMove, Unchanged, Words};
    let (process, hold, cancelled) = (In(S::InProcess), In(S::OnHold), In(S::Cancelled));
    // Columns as in ACTIONS: approve, deny, hold, release, cancel, book.
    let table = [
        (S::FraudReview, [process, cancelled, NoMove, Words, cancelled, Words]),
        (S::InProcess, [Words, Words, hold, Unchanged, cancelled, Words]),
        (S::OnHold, [Words, Words, Unchanged, process, cancelled, Words]),
        (S::Cancelled, [Words, Words, NoMove, NoMove, Unchanged, Words]),
        (S::LabelsProcessing, [Words, Words, NoMove, process, cancelled, Words]),
        (S::Preparing, [Words, Words, hold, NoMove, cancelled, Words]),
        (S::ShipmentReady, [Words, Words, hold, NoMove, cancelled, Words]),
        (S::LabelsPrinted, [Words, Words, hold, NoMove, cancelled, Words]),
        (S::CancellationRequested, [Words, Words, NoMove, process, cancelled, Words]),
        (S::Shipped, [Words, Words, NoMove, NoMove, NoMove, Words]),
    ];
    assert_eq!(table.len(), S::ALL.len());
    for (status, row) in table {
        for (action, wanted) in ACTIONS.into_iter().zip(row) {
            let order = order_in(&app, status).await;
            app.advance(Span::seconds(1));
            let before = (app.read_order(order).await, app.history(order).await);
            let ended = app.checkout().orders().act(order, action, "ada", "because").await;
            let after = (app.read_order(order).await, app.history(order).await);
            let found = match ended {
                Ok(now) if now == status => Unchanged,
                Ok(now) => In(now),
                Err(StaffOrderError::InvalidTransition { from, .. }) if from == status => NoMove,
                Err(StaffOrderError::PaymentState(_)) => Words,
                Err(other) => panic!("{status} {action:?}: {other}"),
            };
            assert_eq!(found, wanted, "{status} {action:?}");
            if let In(now) = wanted {
                assert_eq!((after.0.status, after.0.status_at), (now, app.now()), "{status} {action:?}");
                let changed = HistoryEvent::StatusChanged { from: status, to: now, reason: "because".to_owned() };
                assert_eq!(after.1.last().map(|entry| &entry.event), Some(&changed), "{status} {action:?}");
            } else {
                assert_eq!(before, after, "{status} {action:?}");
            }
            app.run_jobs().await;
        }
    }
}

async fn an_order_in_review_is_not_released_past_the_screening(app: TestApp) {
    let order = app.order_paid_with(Card::Review).await;
    let refused = app.checkout().orders().act(order, StaffAction::Release, "ada", "").await;
    assert!(matches!(refused, Err(StaffOrderError::PaymentState(_))), "{refused:?}");
    assert_eq!(app.run_jobs().await, 0);
    assert_eq!(app.read_order(order).await.status, S::FraudReview);
}

async fn an_approved_review_takes_the_money_and_a_denied_one_gives_it_back(app: TestApp) {
    for (action, status, moved) in
        [(StaffAction::Approve, S::InProcess, "captured"), (StaffAction::Deny, S::Cancelled, "voided")]
    {
        let order = app.order_paid_with(Card::Review).await;
        assert_eq!(app.run_jobs().await, 0, "money stays reserved during the review");
        assert_eq!(app.checkout().orders().act(order, action, "ada", "").await.expect("it is in review"), status);
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(money(&app.history(order).await), [moved]);
    }
}

async fn a_bank_transfer_is_booked_once_and_then_the_order_is_processed(app: TestApp) {
    let order = app.transfer_order().await;
    assert_eq!(app.read_order(order).await.status, S::OnHold);
    app.advance(Span::days(3));
    let status = app.checkout().orders().act(order, StaffAction::BookPayment, "ada", "bank statement 17").await;
    assert_eq!(status.expect("it waits for its money"), S::InProcess);
    let found = app.read_order(order).await;
    assert_eq!(found.payment.and_then(|payment| payment.captured_at), Some(app.now()));
    assert_eq!(money(&app.history(order).await), ["booked"]);
    assert_eq!(app.run_jobs().await, 0, "there is nothing to take from a bank transfer");

    let again = app.checkout().orders().act(order, StaffAction::BookPayment, "ada", "").await;
    assert!(matches!(again, Err(StaffOrderError::PaymentState(_))), "{again:?}");
    assert_eq!(money(&app.history(order).await), ["booked"]);
    // Money that came by bank goes back by bank; the history says that it is due.
    app.checkout().orders().act(order, StaffAction::Cancel, "ada", "").await.expect("not shipped yet");
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(money(&app.history(order).await), ["booked", "refunded"]);
}

async fn an_order_that_waits_for_its_money_is_not_released_but_may_be_cancelled(app: TestApp) {
    let order = app.transfer_order().await;
    let refused = app.checkout().orders().act(order, StaffAction::Release, "ada", "").await;
    assert!(matches!(refused, Err(StaffOrderError::PaymentState(_))), "{refused:?}");
    app.checkout().orders().act(order, StaffAction::Cancel, "ada", "never paid").await.expect("it may be cancelled");
    let late = app.checkout().orders().act(order, StaffAction::BookPayment, "ada", "").await;
    assert!(matches!(late, Err(StaffOrderError::InvalidTransition { .. })), "{late:?}");
    assert_eq!(app.read_order(order).await.payment.and_then(|payment| payment.captured_at), None);
    app.run_jobs().await;
    assert_eq!(money(&app.history(order).await), ["voided"]);
    let late = app.checkout().orders().act(order, StaffAction::BookPayment, "ada", "").await;
    assert!(matches!(late, Err(StaffOrderError::PaymentState(_))), "{late:?}");
}

async fn a_wish_to_cancel_is_granted_with_the_money_back(app: TestApp) {
    let order = app.paid_order().await;
    app.run_jobs().await;
    set_status(&app, order, S::CancellationRequested).await.expect("the merchant may ask");
    assert_eq!(app.run_jobs().await, 0, "asking alone moves no money");
    let locked = set_status(&app, order, S::Preparing).await;
    assert!(matches!(locked, Err(OrderError::Locked { status: S::CancellationRequested })), "{locked:?}");
    app.checkout().orders().act(order, StaffAction::Cancel, "ada", "granted").await.expect("the house grants it");
    app.run_jobs().await;
    assert_eq!(money(&app.history(order).await), ["captured", "refunded"]);
}

async fn a_wish_to_cancel_may_be_talked_over(app: TestApp) {
    let order = order_in(&app, S::CancellationRequested).await;
    app.checkout().orders().act(order, StaffAction::Release, "ada", "buyer keeps it").await.expect("it may go on");
    set_status(&app, order, S::Preparing).await.expect("the merchant goes on");
    assert_eq!(app.run_jobs().await, 0, "the money is here already");
}

async fn a_shipped_order_cannot_be_cancelled(app: TestApp) {
    let order = order_in(&app, S::Shipped).await;
    let refused = app.checkout().orders().act(order, StaffAction::Cancel, "ada", "").await;
    assert!(matches!(refused, Err(StaffOrderError::InvalidTransition { .. })), "{refused:?}");
    assert_eq!(app.run_jobs().await, 0);
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn what_staff_do_stands_in_the_history_with_name_and_reason(app: TestApp) {
    let order = app.paid_order().await;
    app.run_jobs().await;
    app.advance(Span::minutes(5));
    app.checkout().orders().act(order, StaffAction::Hold, "ada", "address looks odd").await.expect("it may be held");
    let history = app.history(order).await;
    let last = history.last().expect("there is a history");
    assert_eq!((last.at, &last.actor), (app.now(), &Actor::Staff("ada".to_owned())));
    let (from, to) = (S::InProcess, S::OnHold);
    assert_eq!(last.event, HistoryEvent::StatusChanged { from, to, reason: "address looks odd".to_owned() });
    let found = app.read_order(order).await;
    assert_eq!(found.statuses, [to, from], "newest first");
    assert_eq!(found.status_at, app.now());
}

async fn an_action_on_an_unknown_order_is_an_error(app: TestApp) {
    let unknown = "999-10001".parse().expect("an id");
    let refused = app.checkout().orders().act(unknown, StaffAction::Cancel, "ada", "").await;
    assert!(matches!(refused, Err(StaffOrderError::NotFound)), "{refused:?}");
    assert!(matches!(app.checkout().orders().history(unknown).await, Err(StaffOrderError::NotFound)));
}
