//! Jobs that take money and give it back: once each, whatever goes wrong in between.

use crossdock_app::Job;
use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::platform::JobError;
use crossdock_app::platform::queue::{JobOutcome, Room};
use crossdock_domain::clock::Span;
use crossdock_domain::ids::OrderId;
use crossdock_domain::order::OrderStatus;
use crossdock_testkit::{Bank, BankCall, BankFault, Builder, Ledger, Moment, TestApp, on_both_engines, run_due_jobs};

use crate::support::money;

on_both_engines!(
    with = Builder::with_bank,
    a_job_that_runs_twice_takes_the_money_once,
    an_answer_that_was_lost_is_asked_for_again,
    money_that_was_taken_while_the_order_was_cancelled_is_given_back,
    money_that_was_given_back_first_is_not_taken,
    a_reservation_is_given_back_before_its_money_is_taken,
    an_order_is_processed_although_taking_the_money_needs_several_tries,
    a_job_that_failed_too_often_is_dead_and_can_be_run_again,
    a_bank_that_agrees_to_everything_cannot_hide_taken_money,
    money_taken_without_our_hearing_of_it_is_given_back_when_the_order_is_cancelled,
);

fn only_ledger(bank: &Bank) -> Ledger {
    let payments = bank.payments();
    assert_eq!(payments.len(), 1, "{payments:?}");
    payments[0].1
}

async fn cancel(app: &TestApp, order: OrderId) {
    app.checkout().orders().act(order, StaffAction::Cancel, "ada", "").await.expect("not shipped yet");
}

async fn a_job_that_runs_twice_takes_the_money_once(app: TestApp) {
    let order = app.paid_order().await;
    let first = app.jobs().claim(Span::seconds(90), Room::of(10)).await.expect("claimed").jobs;
    let job = Job::read(&first[0]).expect("a job");
    for _ in 0..2 {
        app.run_job(job).await.expect("it runs");
    }
    assert!(app.jobs().finish(&first[0], JobOutcome::Done).await.expect("finished"));
    assert_eq!(app.bank().count(BankCall::Capture), 1);
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn an_answer_that_was_lost_is_asked_for_again(app: TestApp) {
    let order = app.paid_order().await;
    app.bank().fail_next(BankCall::Capture, BankFault::AnswerLost);
    app.run_jobs().await;
    assert_eq!(app.read_order(order).await.payment.and_then(|payment| payment.captured_at), None);
    app.run_all_jobs().await;
    assert_eq!(app.bank().count(BankCall::Capture), 2);
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn money_that_was_taken_while_the_order_was_cancelled_is_given_back(app: TestApp) {
    let order = app.paid_order().await;
    app.bank().hold(BankCall::Capture, Moment::After);
    let capture = {
        let app = app.app().clone();
        tokio::spawn(async move { run_due_jobs(&app).await })
    };
    app.bank().reached(BankCall::Capture, 1).await;
    // The bank has the money; nobody here knows yet.
    cancel(&app, order).await;
    app.run_jobs().await;
    app.bank().release(BankCall::Capture);
    capture.await.expect("no panic").expect("the queue is reached");
    app.run_all_jobs().await;
    assert_eq!(money(&app.history(order).await), ["captured", "refunded"]);
    let ledger = only_ledger(app.bank());
    assert!(ledger.captured && ledger.refunded && !ledger.voided, "{ledger:?}");
}

async fn money_that_was_given_back_first_is_not_taken(app: TestApp) {
    let order = app.paid_order().await;
    app.bank().hold(BankCall::Capture, Moment::Before);
    let capture = {
        let app = app.app().clone();
        tokio::spawn(async move { run_due_jobs(&app).await })
    };
    app.bank().reached(BankCall::Capture, 1).await;
    cancel(&app, order).await;
    app.run_jobs().await;
    app.bank().release(BankCall::Capture);
    capture.await.expect("no panic").expect("the queue is reached");
    app.run_all_jobs().await;
    assert_eq!(money(&app.history(order).await), ["voided"]);
    let ledger = only_ledger(app.bank());
    assert!(ledger.voided && !ledger.captured, "{ledger:?}");
}

async fn a_reservation_is_given_back_before_its_money_is_taken(app: TestApp) {
    let order = app.paid_order().await;
    cancel(&app, order).await;
    app.run_all_jobs().await;
    assert_eq!(money(&app.history(order).await), ["voided"]);
    assert_eq!(app.bank().count(BankCall::Capture), 0);
    let found = app.read_order(order).await;
    assert_eq!((found.status, found.payment.and_then(|payment| payment.captured_at)), (OrderStatus::Cancelled, None));
}

async fn an_order_is_processed_although_taking_the_money_needs_several_tries(app: TestApp) {
    let order = app.paid_order().await;
    for _ in 0..3 {
        app.bank().fail_next(BankCall::Capture, BankFault::Unreachable);
    }
    app.run_all_jobs().await;
    assert_eq!(app.bank().count(BankCall::Capture), 4);
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn a_job_that_failed_too_often_is_dead_and_can_be_run_again(app: TestApp) {
    let order = app.paid_order().await;
    for _ in 0..11 {
        app.bank().fail_next(BankCall::Capture, BankFault::Refused);
    }
    app.run_all_jobs().await;
    let dead = app.jobs().list("dead", 10).await.expect("the queue is read");
    assert_eq!(dead.len(), 1);
    assert!(dead[0].last_error.as_deref().is_some_and(|text| text.contains("does not want")), "{dead:?}");
    app.jobs().run_again(dead[0].id).await.expect("it is dead");
    assert!(matches!(app.jobs().run_again(dead[0].id).await, Err(JobError::NotFound)));
    app.run_all_jobs().await;
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

/// The test provider has no memory and agrees to give back what was taken. The books here must not be wrong for that.
async fn a_bank_that_agrees_to_everything_cannot_hide_taken_money(app: TestApp) {
    let bank = app.bank();
    let order = app.paid_order().await;
    bank.agree_to_everything();
    let run = || {
        let app = app.app().clone();
        tokio::spawn(async move { run_due_jobs(&app).await.expect("the queue is reached") })
    };
    bank.hold(BankCall::Capture, Moment::After);
    let capture = run();
    bank.reached(BankCall::Capture, 1).await;
    cancel(&app, order).await;
    bank.hold(BankCall::Void, Moment::After);
    let release = run();
    bank.reached(BankCall::Void, 1).await;
    // Both are done at the bank; which is recorded first?
    bank.release(BankCall::Capture);
    capture.await.expect("no panic");
    bank.release(BankCall::Void);
    release.await.expect("no panic");
    app.run_all_jobs().await;
    assert_eq!(money(&app.history(order).await), ["captured", "refunded"]);
    assert!(only_ledger(bank).refunded);
}

async fn money_taken_without_our_hearing_of_it_is_given_back_when_the_order_is_cancelled(app: TestApp) {
    let order = app.paid_order().await;
    app.bank().fail_next(BankCall::Capture, BankFault::AnswerLost);
    app.run_jobs().await;
    cancel(&app, order).await;
    app.bank().fail_next(BankCall::Refund, BankFault::AnswerLost);
    app.run_all_jobs().await;
    assert_eq!(money(&app.history(order).await), ["captured", "refunded"]);
    assert!(only_ledger(app.bank()).refunded);
    assert!(app.jobs().list("dead", 10).await.expect("the queue is read").is_empty());
}
