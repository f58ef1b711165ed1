//! Whatever happens in whatever order: one order per cart, money in the right place, a history that tells the truth.

use crossdock_app::AppError;
use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::checkout::{CheckoutError, OrderError, PaymentError, StaffOrderError};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{AttemptId, CartId, OrderId};
use crossdock_domain::order::{HistoryEvent, OrderStatus as S};
use crossdock_testkit::{
    BankCall, BankFault, Builder, Buyer, Card, Ledger, TestApp, environment, on_both_engines, samples,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{money, set_status};

on_both_engines!(with = Builder::with_bank, every_interleaving_keeps_orders_money_and_history_together);

/// Something that happens to a cart with two browsers.
#[derive(Debug, Clone)]
enum Event {
    Pay(usize, Card),
    Promise(usize),
    /// The buyer is back from the further step.
    AnswerChallenge(usize, bool),
    /// The bank approves the nth payment of this cart, late, and says so.
    ApproveLate(usize),
    /// The bank repeats what it said of the nth payment.
    Repeat(usize),
    Jobs,
    Wait(Span),
    Staff(StaffAction),
    Merchant(S),
    /// A later call to the bank goes wrong.
    Fault(BankCall, BankFault),
    Together(Box<(Event, Event)>),
}

fn any_event() -> impl Strategy<Value = Event> {
    let browser = 0..2_usize;
    let card = prop::sample::select(vec![
        Card::Approve,
        Card::Approve,
        Card::Decline,
        Card::Challenge,
        Card::Challenge,
        Card::Review,
        Card::Timeout,
    ]);
    let action = prop::sample::select(vec![
        StaffAction::Approve,
        StaffAction::Deny,
        StaffAction::Hold,
        StaffAction::Release,
        StaffAction::Cancel,
        StaffAction::BookPayment,
    ]);
    let status = prop::sample::select(crossdock_domain::order::status::SET_BY_MERCHANT.to_vec());
    let call = prop::sample::select(vec![
        BankCall::Authorise,
        BankCall::Status,
        BankCall::Challenge,
        BankCall::Capture,
        BankCall::Void,
        BankCall::Refund,
    ]);
    let fault = prop::sample::select(vec![BankFault::Unreachable, BankFault::AnswerLost]);
    let wait = prop::sample::select(vec![Span::seconds(1), Span::seconds(5), Span::minutes(2), Span::minutes(40)]);
    let single = prop_oneof![
        6 => (browser.clone(), card).prop_map(|(browser, card)| Event::Pay(browser, card)),
        1 => browser.clone().prop_map(Event::Promise),
        3 => (browser, any::<bool>()).prop_map(|(browser, passed)| Event::AnswerChallenge(browser, passed)),
        1 => (0..3_usize).prop_map(Event::ApproveLate),
        2 => (0..3_usize).prop_map(Event::Repeat),
        4 => Just(Event::Jobs),
        3 => wait.prop_map(Event::Wait),
        3 => action.prop_map(Event::Staff),
        1 => status.prop_map(Event::Merchant),
        2 => (call, fault).prop_map(|(call, fault)| Event::Fault(call, fault)),
    ];
    let pair = (single.clone(), single.clone()).prop_map(|pair| Event::Together(Box::new(pair)));
    prop_oneof![5 => single, 2 => pair]
}

/// One cart on its way through all this.
struct Case<'a> {
    app: &'a TestApp,
    cart: CartId,
    browsers: [Buyer; 2],
    begun: Timestamp,
    /// Payments of earlier cases.
    before: BTreeSet<AttemptId>,
}

impl<'a> Case<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let cart = app.cart().await;
        let browsers = ["one", "two"].map(|cookie| Buyer::new(app, cart, cookie));
        for browser in &browsers {
            browser.ready().await;
        }
        Self {
            app,
            cart,
            browsers,
            begun: app.now(),
            before: app.bank().payments().into_iter().map(|(id, _)| id).collect(),
        }
    }

    /// What the bank has in its books for this cart, oldest first.
    fn payments(&self) -> Vec<(AttemptId, Ledger)> {
        let mut payments = self.app.bank().payments();
        payments.retain(|(id, _)| !self.before.contains(id));
        payments.sort_by_key(|(id, _)| *id);
        payments
    }

    async fn order(&self) -> Option<OrderId> {
        match self.browsers[0].checkout_session().await {
            Err(CheckoutError::CartPaid(order)) => Some(order),
            Ok(_) | Err(CheckoutError::CartExpired) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    fn happen<'e>(&'e self, event: &'e Event) -> Pin<Box<dyn Future<Output = ()> + Send + 'e>> {
        Box::pin(async move {
            let app = self.app;
            match event {
                Event::Pay(browser, card) => expected(self.browsers[*browser].pay(*card).await),
                Event::Promise(browser) => expected(self.browsers[*browser].pay_by_transfer("").await),
                Event::AnswerChallenge(browser, passed) => {
                    expected(self.browsers[*browser].answer_challenge(*passed).await);
                }
                Event::ApproveLate(n) => {
                    if let Some((attempt, _)) = self.payments().get(*n) {
                        let outcome = app.bank().approve_late(*attempt);
                        expected(
                            app.checkout().payments().record_outcome(samples::store_id(), *attempt, outcome).await,
                        );
                    }
                }
                Event::Repeat(n) => {
                    if let Some((attempt, _)) = self.payments().get(*n) {
                        let outcome = app.bank().outcome(*attempt).expect("the bank knows it");
                        expected(
                            app.checkout().payments().record_outcome(samples::store_id(), *attempt, outcome).await,
                        );
                    }
                }
                Event::Jobs => drop(app.run_jobs().await.to_string()),
                Event::Wait(span) => app.advance(*span),
                Event::Staff(action) => {
                    if let Some(order) = self.order().await {
                        expected(app.checkout().orders().act(order, *action, "ada", "").await);
                    }
                }
                Event::Merchant(status) => {
                    if let Some(order) = self.order().await {
                        expected(set_status(app, order, *status).await);
                    }
                }
                Event::Fault(call, fault) => app.bank().fail_next(*call, *fault),
                Event::Together(pair) => drop(tokio::join!(self.happen(&pair.0), self.happen(&pair.1))),
            }
        })
    }

    /// What must hold when everything has come to rest.
    async fn check(&self) {
        let mut dead = self.app.jobs().list("dead", i64::MAX).await.expect("the queue is read");
        // Those of a failed case stay, while a shorter one is looked for.
        dead.retain(|job| job.created_at >= self.begun);
        assert!(dead.is_empty(), "{dead:#?}");
        let payments = self.payments();
        for (attempt, ledger) in &payments {
            assert!(!(ledger.captured && ledger.voided), "{attempt} was taken and given back unused: {ledger:?}");
        }
        let holding: Vec<&Ledger> =
            payments.iter().map(|(_, ledger)| ledger).filter(|ledger| ledger.holds_money()).collect();
        let Some(id) = self.order().await else {
            assert!(holding.is_empty(), "money without order: {payments:?}");
            return;
        };
        let order = self.app.read_order(id).await;
        assert_eq!(order.cart_id, self.cart);
        let payment = order.payment.expect("it was paid");
        let by_card = payment.processor == "TEST";
        let history = self.app.history(id).await;
        let moved = money(&history);
        match order.status {
            S::Cancelled => {
                assert!(holding.is_empty(), "cancelled, but money is kept: {payments:?}");
                assert!(matches!(moved[..], ["voided"] | ["captured" | "booked", "refunded"]), "{moved:?}");
            }
            S::FraudReview => {
                assert!(matches!(holding[..], [Ledger { captured: false, .. }]), "reserved and no more: {holding:?}");
                assert!(moved.is_empty(), "{moved:?}");
            }
            S::OnHold if !by_card => assert!(holding.is_empty() && moved.is_empty() || moved == ["booked"]),
            _ if by_card => {
                assert!(matches!(holding[..], [Ledger { captured: true, .. }]), "taken once: {holding:?}");
                assert_eq!(moved, ["captured"]);
            }
            _ => assert_eq!((holding.len(), &moved[..]), (0, &["booked"][..])),
        }
        assert_eq!(payment.captured_at.is_some(), matches!(moved.first(), Some(&("captured" | "booked"))));

        let mut status = None;
        for (at, entry) in history.iter().enumerate() {
            assert!(at == 0 || history[at - 1].at <= entry.at, "time runs forward: {history:#?}");
            match &entry.event {
                HistoryEvent::Placed { status: first } => {
                    assert_eq!((at, entry.at), (0, order.placed_at));
                    status = Some(*first);
                }
                HistoryEvent::StatusChanged { from, to, .. } => {
                    assert_eq!(status, Some(*from), "every move starts where the last one ended: {history:#?}");
                    status = Some(*to);
                }
                _ => {}
            }
        }
        assert_eq!(status, Some(order.status));
        assert_eq!(order.statuses.first(), Some(&order.status));
    }
}

/// What a use case may answer when it comes too early, too late or twice.
fn expected<T>(answer: Result<T, impl Into<AppError>>) {
    let Err(error) = answer.map_err(Into::into) else { return };
    match error {
        AppError::Checkout(error) | AppError::Payment(PaymentError::Checkout(error)) => match error {
            CheckoutError::CartPaid(_) | CheckoutError::CartExpired | CheckoutError::QuoteChanged => {}
            other => panic!("{other:?}"),
        },
        AppError::Order(OrderError::InvalidTransition { .. } | OrderError::Locked { .. })
        | AppError::StaffOrder(
            StaffOrderError::PaymentState(_)
            | StaffOrderError::InvalidTransition { .. }
            | StaffOrderError::Locked { .. },
        ) => {}
        other => panic!("{other:?}"),
    }
}

async fn every_interleaving_keeps_orders_money_and_history_together(app: TestApp) {
    // More on demand: every case walks a cart through everything.
    let cases = environment("PROPTEST_CASES").and_then(|cases| cases.parse().ok()).unwrap_or(64);
    let config = Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let mut paid = 0_usize;
    let run = |events: Vec<Event>, paid: &mut usize| {
        let app = &app;
        tokio::task::block_in_place(move || {
            tokio::runtime::Handle::current().block_on(async {
                app.advance(Span::seconds(1));
                let case = Case::new(app).await;
                for event in &events {
                    case.happen(event).await;
                }
                app.bank().forget_faults();
                app.run_all_jobs().await;
                case.check().await;
                *paid += usize::from(case.order().await.is_some());
            });
        });
    };
    let outcome = {
        let paid = std::cell::RefCell::new(&mut paid);
        TestRunner::new(config).run(&prop::collection::vec(any_event(), 1..16), |events| {
            run(events, &mut paid.borrow_mut());
            Ok(())
        })
    };
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let numbers = app.order_numbers(samples::store_id()).await;
    assert_eq!(numbers, (10_001..).take(paid).collect::<Vec<i64>>(), "no gap, no repeat, one order per paid cart");
}
