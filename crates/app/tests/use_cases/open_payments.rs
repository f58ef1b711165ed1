//! Payments whose end is slow, lost, late, or comes when the cart's time is over.

use crossdock_app::checkout::payment::PaymentStep;
use crossdock_app::checkout::{CheckoutError, PaymentError};
use crossdock_domain::clock::Span;
use crossdock_domain::ids::AttemptId;
use crossdock_domain::payment::{AttemptState, ProviderOutcome};
use crossdock_testkit::{BankCall, BankFault, Builder, Buyer, Card, Moment, TestApp, on_both_engines, samples};

use crate::support::{money, placed};

on_both_engines!(
    with = Builder::with_bank,
    a_buyer_who_gives_up_waiting_still_gets_the_order,
    a_payment_that_never_reached_the_bank_is_declined_by_the_job,
    an_answer_that_was_lost_after_the_challenge_becomes_an_order,
    a_process_that_dies_behind_the_challenge_loses_no_payment,
    a_challenge_that_nobody_comes_back_from_ends,
    a_buyer_who_passed_the_challenge_and_closed_the_window_has_an_order,
    a_late_success_of_an_abandoned_payment_is_given_back,
    a_late_success_of_a_declined_payment_is_given_back_once,
    a_provider_that_is_away_for_long_is_asked_until_it_answers,
    a_challenge_may_be_answered_when_the_cart_has_expired_meanwhile,
    the_waiting_page_stays_open_when_the_cart_has_expired_meanwhile,
    a_late_decline_of_a_paid_order_changes_nothing,
);

on_both_engines!(an_expired_cart_cannot_be_paid);

async fn attempt_id(buyer: &Buyer) -> AttemptId {
    buyer.attempt().await.expect("a payment was tried").id
}

/// Pays in a task that dies at the moment when the bank has done its part and nobody here knows.
async fn pay_and_die(app: &TestApp, buyer: &Buyer, card: Card) {
    app.bank().hold(BankCall::Authorise, Moment::After);
    let tab = buyer.clone();
    let request = tokio::spawn(async move { tab.pay(card).await });
    app.bank().reached(BankCall::Authorise, 1).await;
    request.abort();
    assert!(request.await.expect_err("the request died").is_cancelled());
    app.bank().release(BankCall::Authorise);
}

async fn a_buyer_who_gives_up_waiting_still_gets_the_order(app: TestApp) {
    let buyer = app.buyer().await;
    pay_and_die(&app, &buyer, Card::Approve).await;
    assert_eq!(buyer.progress().await.expect("a reload"), PaymentStep::Pending);
    assert_eq!(buyer.pay(Card::Approve).await.expect("still open"), PaymentStep::Pending);
    assert_eq!(app.bank().count(BankCall::Authorise), 1, "paying again could pay twice");
    app.advance(Span::minutes(1));
    app.run_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
    assert!(matches!(buyer.checkout_session().await, Err(CheckoutError::CartPaid(_))));
}

async fn a_payment_that_never_reached_the_bank_is_declined_by_the_job(app: TestApp) {
    let buyer = app.buyer().await;
    app.bank().fail_next(BankCall::Authorise, BankFault::Unreachable);
    assert_eq!(buyer.pay(Card::Approve).await.expect("no outcome"), PaymentStep::Pending);
    app.advance(Span::seconds(2));
    app.run_jobs().await;
    let declined = PaymentStep::Declined { reason: "never_arrived".to_owned() };
    assert_eq!(buyer.progress().await.expect("the page loads"), declined);
    app.advance(Span::seconds(9));
    placed(&buyer.pay(Card::Approve).await.expect("paid"));
    app.run_jobs().await;
}

async fn an_answer_that_was_lost_after_the_challenge_becomes_an_order(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.pay(Card::Challenge).await.expect("an answer");
    app.bank().fail_next(BankCall::Challenge, BankFault::AnswerLost);
    assert_eq!(buyer.answer_challenge(true).await.expect("no outcome"), PaymentStep::Pending);
    app.advance(Span::seconds(2));
    app.run_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn a_process_that_dies_behind_the_challenge_loses_no_payment(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.pay(Card::Challenge).await.expect("an answer");
    app.bank().hold(BankCall::Challenge, Moment::After);
    let tab = buyer.clone();
    let request = tokio::spawn(async move { tab.answer_challenge(true).await });
    app.bank().reached(BankCall::Challenge, 1).await;
    request.abort();
    assert!(request.await.expect_err("the request died").is_cancelled());
    app.bank().release(BankCall::Challenge);
    app.run_all_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn a_challenge_that_nobody_comes_back_from_ends(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.pay(Card::Challenge).await.expect("an answer");
    app.advance(Span::minutes(29));
    assert_eq!(app.run_jobs().await, 0);
    assert_eq!(buyer.progress().await.expect("a reload"), PaymentStep::Challenge);
    app.advance(Span::minutes(1));
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(buyer.progress().await.expect("a reload"), PaymentStep::Declined { reason: "abandoned".to_owned() });
    assert_eq!(app.order_numbers(samples::store_id()).await, [0_i64; 0]);
}

async fn a_buyer_who_passed_the_challenge_and_closed_the_window_has_an_order(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.pay(Card::Challenge).await.expect("an answer");
    app.bank().approve_late(attempt_id(&buyer).await);
    app.run_all_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn a_late_success_of_an_abandoned_payment_is_given_back(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.pay(Card::Challenge).await.expect("an answer");
    let abandoned = attempt_id(&buyer).await;
    app.advance(Span::seconds(30));
    let order = placed(&buyer.pay(Card::Approve).await.expect("paid"));
    let late = app.bank().approve_late(abandoned);
    let step = app.checkout().payments().record_outcome(order.store, abandoned, late).await.expect("it is recorded");
    assert_eq!(placed(&step), order, "the buyer sees the order that stands");
    app.run_all_jobs().await;
    assert!(app.bank().ledger(abandoned).voided);
    assert_eq!(app.bank().payments().into_iter().filter(|(_, ledger)| ledger.holds_money()).count(), 1);
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn a_late_success_of_a_declined_payment_is_given_back_once(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.pay(Card::Decline).await.expect("an answer");
    let id = attempt_id(&buyer).await;
    let late = app.bank().approve_late(id);
    for _ in 0..3 {
        let step = app
            .checkout()
            .payments()
            .record_outcome(samples::store_id(), id, late.clone())
            .await
            .expect("it is recorded");
        assert!(!matches!(step, PaymentStep::Placed { .. }), "{step:?}");
    }
    app.run_all_jobs().await;
    assert_eq!(app.bank().count(BankCall::Void), 1);
    assert!(!app.bank().ledger(id).holds_money());
    let attempt = buyer.attempt().await.expect("it is kept");
    assert_eq!(attempt.state, AttemptState::Declined);
    assert!(attempt.details.transaction_id.is_some(), "people must be able to find the money");
    assert_eq!(app.order_numbers(samples::store_id()).await, [0_i64; 0]);
}

async fn a_provider_that_is_away_for_long_is_asked_until_it_answers(app: TestApp) {
    let buyer = app.buyer().await;
    app.bank().fail_next(BankCall::Authorise, BankFault::AnswerLost);
    for _ in 0..5 {
        app.bank().fail_next(BankCall::Status, BankFault::Unreachable);
    }
    assert_eq!(buyer.pay(Card::Approve).await.expect("no outcome"), PaymentStep::Pending);
    app.run_all_jobs().await;
    assert_eq!(app.bank().count(BankCall::Status), 6);
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn a_challenge_may_be_answered_when_the_cart_has_expired_meanwhile(app: TestApp) {
    let buyer = app.buyer().await;
    app.advance(Span::minutes(24 * 60 - 1));
    buyer.pay(Card::Challenge).await.expect("an answer");
    app.advance(Span::minutes(2));
    let other = buyer.pay(Card::Approve).await;
    assert!(matches!(other, Err(PaymentError::Checkout(CheckoutError::CartExpired))), "no new payment: {other:?}");
    placed(&buyer.answer_challenge(true).await.expect("the open one may be finished"));
    app.run_all_jobs().await;
}

async fn the_waiting_page_stays_open_when_the_cart_has_expired_meanwhile(app: TestApp) {
    let buyer = app.buyer().await;
    app.advance(Span::seconds(24 * 3600 - 1));
    buyer.pay(Card::Timeout).await.expect("no outcome");
    app.advance(Span::seconds(1));
    assert_eq!(buyer.progress().await.expect("the page loads"), PaymentStep::Pending);
    buyer.open().await.expect("the shop's link leads there too");
    let stranger = Buyer::new(&app, buyer.cart(), "another browser");
    assert!(matches!(stranger.open().await, Err(CheckoutError::CartExpired)));
    app.run_all_jobs().await;
    assert!(matches!(buyer.checkout_session().await, Err(CheckoutError::CartPaid(_))));
}

async fn a_late_decline_of_a_paid_order_changes_nothing(app: TestApp) {
    let order = app.paid_order().await;
    let (attempt, _) = app.bank().payments()[0];
    let before = app.read_order(order).await;
    let declined = ProviderOutcome::Declined { reason: "card_declined".to_owned() };
    for outcome in [declined, ProviderOutcome::Pending] {
        let step =
            app.checkout().payments().record_outcome(order.store, attempt, outcome).await.expect("it is recorded");
        assert_eq!(placed(&step), order);
    }
    assert_eq!(app.read_order(order).await, before);
    app.run_all_jobs().await;
}

async fn an_expired_cart_cannot_be_paid(app: TestApp) {
    let buyer = app.buyer().await;
    let quote = buyer.review().await.expect("there is a quote");
    // A page that was loaded just in time.
    let checkout_session = buyer.checkout_session().await.expect("open");
    app.advance(Span::hours(24));
    assert!(matches!(buyer.open().await, Err(CheckoutError::CartExpired)));
    assert!(matches!(buyer.checkout_session().await, Err(CheckoutError::CartExpired)));
    let (provider, input) = (crossdock_domain::payment::Provider::Test, Card::Approve.input());
    let late = crossdock_app::checkout::payment::StartPayment { checkout_session, quote: quote.id, provider, input };
    let refused = app.checkout().payments().start(late).await;
    assert!(matches!(refused, Err(PaymentError::Checkout(CheckoutError::CartExpired))), "{refused:?}");
}
