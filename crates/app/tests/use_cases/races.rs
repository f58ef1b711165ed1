//! Everything at once: one order per cart, numbers without gaps, no money kept twice.

use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::checkout::payment::{PaymentStep, StartPayment};
use crossdock_app::checkout::{CheckoutError, PaymentError};
use crossdock_app::{App, Job};
use std::collections::{BTreeMap, BTreeSet};

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::ids::{AttemptId, OrderId, StoreId};
use crossdock_domain::order::{HistoryEvent, OrderStatus};
use crossdock_domain::payment::{Provider, ProviderOutcome};
use crossdock_testkit::{
    BankCall, Builder, Buyer, Card, Moment, TestApp, on_both_engines, on_postgres, run_due_jobs, samples,
};
use tokio::task::JoinSet;

use crate::support::{money, placed};

on_both_engines!(
    two_hundred_messages_of_success_over_fifty_checkouts_make_fifty_orders,
    transactions_that_fail_in_between_leave_no_gap,
    carts_of_two_stores_paid_at_once_count_apart,
);

on_both_engines!(
    with = Builder::with_bank,
    a_double_click_charges_once,
    two_tabs_of_one_browser_charge_once,
    two_browsers_that_pay_one_cart_make_one_order_and_the_other_money_goes_back,
    a_card_and_a_promise_for_one_cart_make_one_order,
    many_browsers_at_one_cart_make_one_order,
);

on_postgres!(
    with = Builder::with_bank,
    two_nodes_under_load_number_orders_without_gap_or_repeat,
    one_message_at_two_nodes_makes_one_order,
    nothing_waits_in_a_circle_when_everybody_touches_the_same_orders,
);

fn numbers_from_first(count: usize) -> Vec<i64> {
    (10_001..).take(count).collect()
}

/// A payment whose outcome nobody has told yet.
async fn open_payment(app: &TestApp) -> AttemptId {
    let buyer = app.buyer().await;
    assert_eq!(buyer.pay(Card::Timeout).await.expect("no outcome"), PaymentStep::Pending);
    buyer.attempt().await.expect("it was tried").id
}

fn success() -> ProviderOutcome {
    ProviderOutcome::Authorised { review: false, transaction_id: "told".to_owned() }
}

async fn two_hundred_messages_of_success_over_fifty_checkouts_make_fifty_orders(app: TestApp) {
    let mut attempts = Vec::new();
    for _ in 0..50 {
        attempts.push(open_payment(&app).await);
    }
    let mut messages = JoinSet::new();
    for turn in 0..200 {
        let (app, attempt) = (app.app().clone(), attempts[turn % 50]);
        messages.spawn(async move {
            let step = app
                .checkout()
                .payments()
                .record_outcome(samples::store_id(), attempt, success())
                .await
                .expect("it is recorded");
            // What the buyer's landing page asks at once must be there.
            let order = placed(&step);
            app.checkout().orders().get(order).await.expect("readable before the redirect");
            (attempt, order)
        });
    }
    let mut orders: BTreeMap<AttemptId, BTreeSet<OrderId>> = BTreeMap::new();
    while let Some(answer) = messages.join_next().await {
        let (attempt, order) = answer.expect("no panic");
        orders.entry(attempt).or_default().insert(order);
    }
    assert_eq!(orders.len(), 50);
    assert!(orders.values().all(|orders| orders.len() == 1), "{orders:?}");
    assert_eq!(orders.values().flatten().collect::<BTreeSet<_>>().len(), 50);
    assert_eq!(app.order_numbers(samples::store_id()).await, numbers_from_first(50));
    assert_eq!(app.run_jobs().await, 50, "every order's money is taken once");
    for order in orders.into_values().flatten() {
        let history = app.history(order).await;
        let births = history.iter().filter(|entry| matches!(entry.event, HistoryEvent::Placed { .. })).count();
        assert_eq!((births, money(&history)), (1, vec!["captured"]), "{order}");
    }
}

/// Takes a number and then fails, like a process that runs out of luck.
struct TakeAndFail(StoreId);

impl Operation for TakeAndFail {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.take_order_number(self.0).await?;
        Err(DbError::Conflict)
    }
}

async fn transactions_that_fail_in_between_leave_no_gap(app: TestApp) {
    let mut attempts = Vec::new();
    for _ in 0..15 {
        attempts.push(open_payment(&app).await);
    }
    let mut tasks = JoinSet::new();
    for attempt in attempts {
        let node = app.app().clone();
        tasks.spawn(async move {
            node.checkout()
                .payments()
                .record_outcome(samples::store_id(), attempt, success())
                .await
                .expect("it is recorded");
        });
        for _ in 0..3 {
            let node = app.app().clone();
            tasks.spawn(async move {
                node.db().write(TakeAndFail(samples::store_id())).await.expect_err("it fails behind the number");
            });
        }
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("no panic");
    }
    assert_eq!(app.order_numbers(samples::store_id()).await, numbers_from_first(15));
    app.run_jobs().await;
}

async fn carts_of_two_stores_paid_at_once_count_apart(app: TestApp) {
    let other = app.add_other_store().await;
    let mut tasks = JoinSet::new();
    for n in 0..16 {
        let (store, secret) =
            if n % 2 == 0 { (samples::store_id(), samples::SECRET) } else { (other, samples::OTHER_SECRET) };
        let cart = app.create_for(store, secret, samples::cart()).await.expect("a good cart");
        let buyer = Buyer::new(&app, cart, "one");
        tasks.spawn(async move {
            buyer.ready().await;
            placed(&buyer.pay(Card::Approve).await.expect("paid"));
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("no panic");
    }
    for store in [samples::store_id(), other] {
        assert_eq!(app.order_numbers(store).await, numbers_from_first(8));
    }
    app.run_jobs().await;
}

async fn a_double_click_charges_once(app: TestApp) {
    let buyer = app.buyer().await;
    let quote = buyer.review().await.expect("there is a quote").id;
    let checkout_session = buyer.checkout_session().await.expect("open");
    app.bank().hold(BankCall::Authorise, Moment::After);
    let mut clicks = JoinSet::new();
    for _ in 0..10 {
        let (app, checkout_session) = (app.app().clone(), checkout_session.clone());
        let command = StartPayment { checkout_session, quote, provider: Provider::Test, input: Card::Approve.input() };
        clicks.spawn(async move { app.checkout().payments().start(command).await });
    }
    // Nine are told to wait while the tenth is at the bank.
    for _ in 0..9 {
        let step = clicks.join_next().await.expect("a click").expect("no panic").expect("an answer");
        assert_eq!(step, PaymentStep::Pending);
    }
    app.bank().release(BankCall::Authorise);
    placed(&clicks.join_next().await.expect("the tenth").expect("no panic").expect("paid"));
    assert_eq!(app.bank().count(BankCall::Authorise), 1);
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
    app.run_jobs().await;
}

async fn two_tabs_of_one_browser_charge_once(app: TestApp) {
    let buyer = app.buyer().await;
    let mut tabs = JoinSet::new();
    for _ in 0..8 {
        let tab = buyer.clone();
        tabs.spawn(async move { tab.pay(Card::Approve).await });
    }
    let mut orders = BTreeSet::new();
    while let Some(tab) = tabs.join_next().await {
        match tab.expect("no panic") {
            Ok(PaymentStep::Placed { order, .. }) | Err(PaymentError::Checkout(CheckoutError::CartPaid(order))) => {
                orders.insert(order);
            }
            Ok(PaymentStep::Pending) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(orders.len(), 1);
    assert_eq!(app.bank().count(BankCall::Authorise), 1);
    app.run_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn assert_one_order_one_payment(app: &TestApp, order: OrderId) {
    app.run_all_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
    let held: Vec<_> = app.bank().payments().into_iter().filter(|(_, ledger)| ledger.holds_money()).collect();
    assert_eq!(held.len(), 1, "{held:?}");
    assert!(held[0].1.captured);
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn two_browsers_that_pay_one_cart_make_one_order_and_the_other_money_goes_back(app: TestApp) {
    let buyer = app.buyer().await;
    let other = Buyer::new(&app, buyer.cart(), "another browser");
    other.ready().await;
    app.bank().hold(BankCall::Authorise, Moment::After);
    let both = [buyer, other].map(|buyer| tokio::spawn(async move { buyer.pay(Card::Approve).await }));
    // The bank has both reservations before anything is recorded here.
    app.bank().reached(BankCall::Authorise, 2).await;
    app.bank().release(BankCall::Authorise);
    let mut orders = BTreeSet::new();
    for payment in both {
        orders.insert(placed(&payment.await.expect("no panic").expect("an order stands")));
    }
    assert_eq!(orders.len(), 1);
    let order = *orders.first().expect("one");
    assert_one_order_one_payment(&app, order).await;
    assert_eq!(app.bank().count(BankCall::Void), 1);
    // A repeated message for the payment that went back still leads to the order, and moves nothing.
    for (attempt, _) in app.bank().payments() {
        let step =
            app.checkout().payments().record_outcome(order.store, attempt, success()).await.expect("it is recorded");
        assert_eq!(placed(&step), order);
    }
    assert_one_order_one_payment(&app, order).await;
}

async fn a_card_and_a_promise_for_one_cart_make_one_order(app: TestApp) {
    let buyer = app.buyer().await;
    let other = Buyer::new(&app, buyer.cart(), "another browser");
    other.ready().await;
    app.bank().hold(BankCall::Authorise, Moment::After);
    let card = tokio::spawn(async move { buyer.pay(Card::Approve).await });
    app.bank().reached(BankCall::Authorise, 1).await;
    let promised = placed(&other.pay_by_transfer("").await.expect("promised"));
    app.bank().release(BankCall::Authorise);
    assert_eq!(placed(&card.await.expect("no panic").expect("an order stands")), promised);
    app.run_all_jobs().await;
    assert_eq!(app.read_order(promised).await.status, OrderStatus::OnHold);
    assert!(app.bank().payments().into_iter().all(|(_, ledger)| !ledger.holds_money()), "the card's money went back");
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn many_browsers_at_one_cart_make_one_order(app: TestApp) {
    let cart = app.cart().await;
    let mut buyers = JoinSet::new();
    for n in 0..12 {
        let buyer = Buyer::new(&app, cart, &format!("browser {n}"));
        buyers.spawn(async move {
            buyer.open().await?;
            buyer.enter_address("DE").await?;
            buyer.choose_first_shipping().await?;
            buyer.pay(Card::Approve).await
        });
    }
    let mut orders = BTreeSet::new();
    while let Some(buyer) = buyers.join_next().await {
        match buyer.expect("no panic") {
            Ok(PaymentStep::Placed { order, .. }) | Err(PaymentError::Checkout(CheckoutError::CartPaid(order))) => {
                orders.insert(order);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(orders.len(), 1);
    assert_one_order_one_payment(&app, *orders.first().expect("one")).await;
}

async fn two_nodes_under_load_number_orders_without_gap_or_repeat(app: TestApp) {
    let second = app.second_node().await;
    let nodes = [app.app().clone(), second];
    let mut tasks = JoinSet::new();
    let mut carts = Vec::new();
    for _ in 0..40 {
        carts.push(app.cart().await);
    }
    for (n, cart) in carts.iter().enumerate() {
        // Two browsers per cart, one at each node; the odd ones fail behind the number.
        for (side, node) in nodes.iter().enumerate() {
            let buyer = Buyer::new(node, *cart, &format!("browser {side}"));
            tasks.spawn(async move {
                buyer.open().await?;
                buyer.enter_address("DE").await?;
                buyer.choose_first_shipping().await?;
                buyer.pay(if n % 4 == 0 { Card::Review } else { Card::Approve }).await.map(|_| ())
            });
            let node = node.clone();
            tasks.spawn(async move {
                node.db().write(TakeAndFail(samples::store_id())).await.expect_err("it fails behind the number");
                Ok(())
            });
        }
    }
    while let Some(task) = tasks.join_next().await {
        match task.expect("no panic") {
            Ok(()) | Err(PaymentError::Checkout(CheckoutError::CartPaid(_))) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(app.order_numbers(samples::store_id()).await, numbers_from_first(40));
    // Two workers share the queue.
    let (one, two) = tokio::join!(run_due_jobs(&nodes[0]), run_due_jobs(&nodes[1]));
    one.expect("the queue is reached");
    two.expect("the queue is reached");
    app.run_all_jobs().await;
    let held = app.bank().payments().into_iter().filter(|(_, ledger)| ledger.holds_money()).count();
    assert_eq!(held, 40, "one payment for every cart");
    for (attempt, ledger) in app.bank().payments() {
        assert!(!(ledger.captured && ledger.voided), "{attempt}: {ledger:?}");
    }
}

async fn one_message_at_two_nodes_makes_one_order(app: TestApp) {
    let second = app.second_node().await;
    let mut attempts = Vec::new();
    for _ in 0..20 {
        attempts.push(open_payment(&app).await);
    }
    let mut messages = JoinSet::new();
    for attempt in &attempts {
        for node in [app.app(), &second] {
            let (node, attempt) = (node.clone(), *attempt);
            messages.spawn(async move {
                placed(
                    &node
                        .checkout()
                        .payments()
                        .record_outcome(samples::store_id(), attempt, success())
                        .await
                        .expect("recorded"),
                )
            });
        }
    }
    let mut orders = BTreeSet::new();
    while let Some(order) = messages.join_next().await {
        orders.insert(order.expect("no panic"));
    }
    assert_eq!(orders.len(), 20);
    assert_eq!(app.order_numbers(samples::store_id()).await, numbers_from_first(20));
    app.run_jobs().await;
}

/// Row locks are taken cart → attempt → counter where orders are made and order → attempt where they change. The server
/// counts deadlocks; retries would hide them.
async fn nothing_waits_in_a_circle_when_everybody_touches_the_same_orders(app: TestApp) {
    async fn merchant(node: App, order: OrderId) {
        let credentials = || samples::credentials(order.store, samples::SECRET);
        let status = OrderStatus::Preparing;
        let moved = crossdock_app::checkout::orders::SetVendorStatus { credentials: credentials(), order, status };
        drop(node.checkout().orders().set_vendor_status(moved).await);
        let value = "m-1".to_owned();
        let named = crossdock_app::checkout::orders::SetMerchantOrderId { credentials: credentials(), order, value };
        node.checkout().orders().set_merchant_id(named).await.expect("any order can be named");
    }
    async fn staff(node: App, order: OrderId, action: StaffAction) {
        drop(node.checkout().orders().act(order, action, "ada", "").await);
    }
    let second = app.second_node().await;
    let mut orders = Vec::new();
    for n in 0..12 {
        orders.push(app.order_paid_with(if n % 3 == 0 { Card::Review } else { Card::Approve }).await);
    }
    let payments: Vec<AttemptId> = app.bank().payments().into_iter().map(|(id, _)| id).collect();
    let mut tasks = JoinSet::new();
    for (order, attempt) in orders.iter().zip(&payments) {
        let (order, attempt, store) = (*order, *attempt, samples::store_id());
        for node in [app.app(), &second] {
            for job in [Job::CapturePayment { store, attempt }, Job::ReleasePayment { store, attempt }] {
                let node = node.clone();
                tasks.spawn(async move { drop(node.run_job(job).await.expect("it runs")) });
            }
            for action in [StaffAction::Hold, StaffAction::Approve, StaffAction::Release, StaffAction::Cancel] {
                tasks.spawn(staff(node.clone(), order, action));
            }
            tasks.spawn(merchant(node.clone(), order));
            let message = node.clone();
            tasks.spawn(async move {
                message.checkout().payments().record_outcome(store, attempt, success()).await.expect("recorded");
            });
        }
    }
    for node in [app.app().clone(), second.clone()] {
        tasks.spawn(async move {
            node.housekeeping().await.expect("it runs");
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("no panic");
    }
    app.run_all_jobs().await;
    assert_eq!(app.order_numbers(samples::store_id()).await, numbers_from_first(12));
    second.db().close().await;
    assert_eq!(app.deadlocks().await, 0);
}
