//! Orders out, and the merchant's changes to them.

use crossdock_app::checkout::OrderError;
use crossdock_app::checkout::orders::{FindOrder, ListOrders, OrderKey, SetMerchantOrderId, SetTracking};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{OrderId, OrderNumber};
use crossdock_domain::order::{Actor, HistoryEvent, OrderStatus as S};
use crossdock_testkit::{Buyer, Card, TestApp, on_both_engines, samples};

use crate::support::{order_in, placed, set_status};

on_both_engines!(
    an_order_is_found_by_number_and_by_reference_in_its_own_store_only,
    the_newest_of_several_orders_with_one_reference_is_found,
    lists_start_at_a_day_or_behind_an_order_and_end_before_a_day,
    orders_without_the_merchants_number_are_listed_for_two_weeks_or_from_a_day_on,
    the_merchants_number_is_set_overwritten_and_noted,
    the_merchant_moves_an_unlocked_order_to_any_of_its_values_and_a_locked_one_nowhere,
    setting_the_status_that_stands_changes_nothing,
    tracking_completes_an_order_and_can_be_mended_afterwards,
    tracking_of_a_locked_order_is_refused,
    another_store_changes_nothing,
    every_call_needs_the_secret,
);

fn key(order: OrderId) -> FindOrder {
    FindOrder { credentials: samples::credentials(order.store, samples::SECRET), key: OrderKey::Id(order) }
}

fn list() -> ListOrders {
    let credentials = samples::credentials(samples::store_id(), samples::SECRET);
    ListOrders { credentials, since: None, until: None, after: None, missing_merchant_id: false }
}

async fn numbers(app: &TestApp, query: ListOrders) -> Vec<i64> {
    let list = app.checkout().orders().list(query).await.expect("listed");
    assert_eq!(list.store, samples::store_id());
    list.orders.iter().map(|order| order.number.0).collect()
}

async fn name(app: &TestApp, order: OrderId, value: &str) -> Result<(), OrderError> {
    let credentials = samples::credentials(samples::store_id(), samples::SECRET);
    app.checkout().orders().set_merchant_id(SetMerchantOrderId { credentials, order, value: value.to_owned() }).await
}

async fn track(app: &TestApp, order: OrderId, parcels: &[(&str, Option<&str>)]) -> Result<(), OrderError> {
    let credentials = samples::credentials(samples::store_id(), samples::SECRET);
    let parcels = parcels.iter().map(|(number, courier)| ((*number).to_owned(), courier.map(ToOwned::to_owned)));
    app.checkout().orders().set_tracking(SetTracking { credentials, order, parcels: parcels.collect() }).await
}

async fn an_order_is_found_by_number_and_by_reference_in_its_own_store_only(app: TestApp) {
    let other = app.add_other_store().await;
    let order = app.paid_order().await;
    app.run_jobs().await;
    let found = app.checkout().orders().find(key(order)).await.expect("found");
    assert_eq!(found, app.read_order(order).await);
    let reference = FindOrder { key: OrderKey::Reference(samples::REFERENCE.to_owned()), ..key(order) };
    assert_eq!(app.checkout().orders().find(reference.clone()).await.expect("found").id, order);

    let credentials = samples::credentials(other, samples::OTHER_SECRET);
    for foreign in [
        FindOrder { credentials: credentials.clone(), key: OrderKey::Id(order) },
        FindOrder { credentials: credentials.clone(), key: OrderKey::Id(OrderId { store: other, ..order }) },
        FindOrder { credentials, ..reference },
        FindOrder { key: OrderKey::Id(OrderId { number: OrderNumber(10_002), ..order }), ..key(order) },
        FindOrder { key: OrderKey::Reference("5A9E2B5C".to_owned()), ..key(order) },
        FindOrder { key: OrderKey::Reference(String::new()), ..key(order) },
    ] {
        let refused = app.checkout().orders().find(foreign.clone()).await;
        assert!(matches!(refused, Err(OrderError::NotFound)), "{foreign:?}: {refused:?}");
    }
}

async fn the_newest_of_several_orders_with_one_reference_is_found(app: TestApp) {
    app.paid_order().await;
    let newest = app.paid_order().await;
    app.run_jobs().await;
    let query = FindOrder { key: OrderKey::Reference(samples::REFERENCE.to_owned()), ..key(newest) };
    assert_eq!(app.checkout().orders().find(query).await.expect("found").id, newest);
}

async fn lists_start_at_a_day_or_behind_an_order_and_end_before_a_day(app: TestApp) {
    let start = app.now();
    for _ in 0..4 {
        app.paid_order().await;
        app.run_jobs().await;
        app.advance(Span::days(1));
    }
    assert_eq!(numbers(&app, ListOrders { since: Some(start), ..list() }).await, [10_001, 10_002, 10_003, 10_004]);
    let second = start + Span::days(1);
    assert_eq!(numbers(&app, ListOrders { since: Some(second), ..list() }).await, [10_002, 10_003, 10_004]);
    assert_eq!(numbers(&app, ListOrders { since: Some(second + Span(1)), ..list() }).await, [10_003, 10_004]);
    let until = Some(start + Span::days(2));
    assert_eq!(numbers(&app, ListOrders { since: Some(second), until, ..list() }).await, [10_002]);
    assert_eq!(numbers(&app, ListOrders { since: until, until, ..list() }).await, [0_i64; 0]);
    assert_eq!(numbers(&app, ListOrders { since: Some(Timestamp(0)), ..list() }).await.len(), 4, "very old is normal");

    let after = |number| ListOrders { after: Some(OrderNumber(number)), ..list() };
    assert_eq!(numbers(&app, after(10_001)).await, [10_002, 10_003, 10_004]);
    assert_eq!(numbers(&app, after(10_004)).await, [0_i64; 0]);
    for unknown in [10_000, 10_005, 20_150_101, 0, -1] {
        let refused = app.checkout().orders().list(after(unknown)).await;
        assert!(matches!(refused, Err(OrderError::NotFound)), "{unknown}: {refused:?}");
    }
    let rows = app.checkout().orders().list(after(10_003)).await.expect("listed").orders;
    let order = app.read_order(OrderId { store: samples::store_id(), number: rows[0].number }).await;
    assert_eq!((rows[0].test, rows[0].placed_at, rows[0].status_at), (true, order.placed_at, order.status_at));
    assert_eq!((rows[0].status, &rows[0].merchant_order_id), (order.status, &None));
}

async fn orders_without_the_merchants_number_are_listed_for_two_weeks_or_from_a_day_on(app: TestApp) {
    let first = app.paid_order().await;
    app.advance(Span::days(7));
    let second = app.paid_order().await;
    let third = app.paid_order().await;
    app.run_jobs().await;
    name(&app, third, "m-3").await.expect("named");
    let missing = || ListOrders { missing_merchant_id: true, ..list() };
    assert_eq!(numbers(&app, missing()).await, [first.number.0, second.number.0]);
    app.advance(Span::days(7));
    assert_eq!(numbers(&app, missing()).await, [first.number.0, second.number.0], "fourteen days to the second");
    app.advance(Span(1));
    assert_eq!(numbers(&app, missing()).await, [second.number.0]);
    let since = Some(samples::noon());
    assert_eq!(numbers(&app, ListOrders { since, ..missing() }).await, [first.number.0, second.number.0]);
    let after = Some(first.number);
    assert_eq!(numbers(&app, ListOrders { after, ..missing() }).await, [second.number.0]);
    name(&app, second, "m-2").await.expect("named");
    assert_eq!(numbers(&app, missing()).await, [0_i64; 0]);
}

async fn the_merchants_number_is_set_overwritten_and_noted(app: TestApp) {
    let order = app.paid_order().await;
    app.run_jobs().await;
    let before = app.read_order(order).await;
    app.advance(Span::hours(1));
    name(&app, order, "12-34567").await.expect("named");
    name(&app, order, "12-34567").await.expect("the same again");
    name(&app, order, "größe").await.expect("renamed");
    let found = app.read_order(order).await;
    assert_eq!(found.merchant_order_id.as_deref(), Some("größe"));
    assert_eq!((found.status, found.status_at), (before.status, before.status_at), "a name is no change of status");
    let events: Vec<_> = app
        .history(order)
        .await
        .into_iter()
        .filter(|entry| matches!(entry.event, HistoryEvent::MerchantOrderIdSet { .. }))
        .collect();
    let set = |from: Option<&str>, to: &str| HistoryEvent::MerchantOrderIdSet {
        from: from.map(ToOwned::to_owned),
        to: to.to_owned(),
    };
    assert_eq!(events.len(), 2, "saying it again is nothing new");
    assert_eq!(events[0].event, set(None, "12-34567"));
    assert_eq!(events[1].event, set(Some("12-34567"), "größe"));
    assert!(events.iter().all(|entry| entry.actor == Actor::Merchant && entry.at == app.now()));
}

async fn the_merchant_moves_an_unlocked_order_to_any_of_its_values_and_a_locked_one_nowhere(app: TestApp) {
    use crossdock_domain::order::status::SET_BY_MERCHANT;
    for from in S::ALL {
        for to in SET_BY_MERCHANT {
            let order = order_in(&app, from).await;
            app.advance(Span::seconds(1));
            let before = app.read_order(order).await;
            let moved = set_status(&app, order, to).await;
            let after = app.read_order(order).await;
            if from.is_locked() {
                assert!(matches!(moved, Err(OrderError::Locked { status }) if status == from), "{from} -> {to}");
                assert_eq!(after, before);
                continue;
            }
            moved.expect("unlocked");
            assert_eq!(after.status, to);
            if from != to {
                assert_eq!(after.status_at, app.now(), "{from} -> {to}");
                assert_eq!(after.statuses.first(), Some(&to));
                let history = app.history(order).await;
                let last = history.last().expect("a history");
                assert_eq!((&last.actor, last.at), (&Actor::Merchant, app.now()));
            }
        }
        for to in S::ALL.into_iter().filter(|to| !SET_BY_MERCHANT.contains(to) && !from.is_locked()) {
            let order = order_in(&app, from).await;
            let moved = set_status(&app, order, to).await;
            if from == to {
                moved.expect("it is there already");
            } else {
                assert!(matches!(moved, Err(OrderError::InvalidTransition { .. })), "{from} -> {to}: {moved:?}");
            }
        }
        app.run_jobs().await;
    }
}

async fn setting_the_status_that_stands_changes_nothing(app: TestApp) {
    let order = order_in(&app, S::Preparing).await;
    let before = (app.read_order(order).await, app.history(order).await);
    app.advance(Span::hours(1));
    set_status(&app, order, S::Preparing).await.expect("it is there already");
    assert_eq!((app.read_order(order).await, app.history(order).await), before);
}

async fn tracking_completes_an_order_and_can_be_mended_afterwards(app: TestApp) {
    let order = app.paid_order().await;
    app.run_jobs().await;
    app.advance(Span::hours(1));
    let shipped_at = app.now();
    track(&app, order, &[("1Z204E380338943508", None), ("1Z204E380338943508", Some("UPS")), ("B", Some("DHL"))])
        .await
        .expect("shipped");
    let found = app.read_order(order).await;
    assert_eq!((found.status, found.status_at), (S::Shipped, shipped_at));
    let parcels: Vec<_> = found.parcels.iter().map(|p| (p.number.as_str(), p.courier.as_deref(), p.added_at)).collect();
    assert_eq!(parcels, [("1Z204E380338943508", None, shipped_at), ("B", Some("DHL"), shipped_at)]);

    app.advance(Span::hours(1));
    let history = app.history(order).await;
    track(&app, order, &[("1Z204E380338943508", None), ("B", None)]).await.expect("the same again");
    assert_eq!(app.history(order).await, history, "saying it again is nothing new");
    track(&app, order, &[("C", None), ("B", None)]).await.expect("mended");
    let found = app.read_order(order).await;
    assert_eq!((found.status, found.status_at), (S::Shipped, shipped_at));
    let parcels: Vec<_> = found.parcels.iter().map(|p| (p.number.as_str(), p.courier.as_deref(), p.added_at)).collect();
    assert_eq!(parcels, [("C", None, app.now()), ("B", Some("DHL"), shipped_at)], "replaced, what is known stays");
    let last = app.history(order).await.pop().expect("a history");
    assert_eq!(last.event, HistoryEvent::TrackingSet { numbers: vec!["C".to_owned(), "B".to_owned()] });
    assert_eq!(last.actor, Actor::Merchant);
}

async fn tracking_of_a_locked_order_is_refused(app: TestApp) {
    for status in S::ALL.into_iter().filter(|status| status.is_locked() && *status != S::Shipped) {
        let order = order_in(&app, status).await;
        let refused = track(&app, order, &[("1Z", None)]).await;
        assert!(matches!(refused, Err(OrderError::Locked { status: found }) if found == status), "{refused:?}");
        assert_eq!(app.read_order(order).await.parcels, []);
    }
}

async fn another_store_changes_nothing(app: TestApp) {
    let other = app.add_other_store().await;
    let order = app.paid_order().await;
    app.run_jobs().await;
    // The other store has an order of the same number.
    let cart = app.create_for(other, samples::OTHER_SECRET, samples::cart()).await.expect("a good cart");
    let buyer = Buyer::new(&app, cart, "one");
    buyer.ready().await;
    let theirs = placed(&buyer.pay(Card::Approve).await.expect("paid"));
    app.run_jobs().await;
    assert_eq!(theirs.number, order.number);
    let before = (app.read_order(order).await, app.history(order).await);
    let credentials = || samples::credentials(other, samples::OTHER_SECRET);
    let status = S::Preparing;
    for refused in [
        app.checkout()
            .orders()
            .set_vendor_status(crossdock_app::checkout::orders::SetVendorStatus {
                credentials: credentials(),
                order,
                status,
            })
            .await,
        app.checkout()
            .orders()
            .set_merchant_id(SetMerchantOrderId { credentials: credentials(), order, value: "x".to_owned() })
            .await,
        app.checkout()
            .orders()
            .set_tracking(SetTracking { credentials: credentials(), order, parcels: vec![("x".to_owned(), None)] })
            .await,
    ] {
        assert!(matches!(refused, Err(OrderError::NotFound)), "{refused:?}");
    }
    assert_eq!((app.read_order(order).await, app.history(order).await), before);
    let listed = ListOrders { credentials: credentials(), since: Some(Timestamp(0)), ..list() };
    assert_eq!(app.checkout().orders().list(listed).await.expect("listed").orders.len(), 1);
}

async fn every_call_needs_the_secret(app: TestApp) {
    let order = app.paid_order().await;
    app.run_jobs().await;
    let wrong = || samples::credentials(samples::store_id(), samples::OTHER_SECRET);
    let none = || crossdock_app::checkout::stores::Credentials { secret: None, ..wrong() };
    for credentials in [wrong(), none()] {
        let c = || credentials.clone();
        let status = S::Preparing;
        let refused = [
            app.checkout().orders().find(FindOrder { credentials: c(), key: OrderKey::Id(order) }).await.map(drop),
            app.checkout().orders().list(ListOrders { credentials: c(), ..list() }).await.map(drop),
            app.checkout()
                .orders()
                .set_vendor_status(crossdock_app::checkout::orders::SetVendorStatus { credentials: c(), order, status })
                .await,
            app.checkout()
                .orders()
                .set_merchant_id(SetMerchantOrderId { credentials: c(), order, value: "x".to_owned() })
                .await,
            app.checkout()
                .orders()
                .set_tracking(SetTracking { credentials: c(), order, parcels: vec![("x".to_owned(), None)] })
                .await,
        ];
        for answer in refused {
            assert!(matches!(answer, Err(OrderError::InvalidCredentials { .. })), "{answer:?}");
        }
    }
}
