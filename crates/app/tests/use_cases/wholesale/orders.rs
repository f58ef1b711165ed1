//! Supply orders: placed, repeated, listed, cancelled, packed, sent.

use crossdock_app::hub::orders::list::DateKind;
use crossdock_app::hub::{
    AttachmentInput, CancelProblem, CancelSupplyOrder, ChangeDelivery, DeliveryTo, LineFault, NewParcel, OrderDates,
    OrderError, OrderRef, OrderingError, Page, ParcelChange, PlaceSupplyOrder, ProductRef, SetSupplyStatus,
    StaffOrderQuery, SupplyOrderQuery,
};
use std::collections::HashSet;

use crossdock_domain::clock::Span;
use crossdock_domain::wholesale::{
    CourierId, DropshippingStatus, OrderSerial, PaymentKind, Quantity, RecipientAddress, RecipientField, SupplyActor,
    SupplyEvent, SupplyOrder, SupplyStatus, Wholesaler,
};
use crossdock_testkit::wholesale::{
    DOOR, POINTS, add_account, add_wholesaler, caller, order_of, pieces, recipient, set_stock,
};
use crossdock_testkit::{Engine, TestApp, on_both_engines};
use serde_json::json;

use super::{fault, kinds, line_faults, listen, stock_of, told};

fn staff() -> SupplyActor {
    SupplyActor::Staff("ola".to_owned())
}

fn to(hurt: &Wholesaler, serial: OrderSerial, to: SupplyStatus) -> SetSupplyStatus {
    SetSupplyStatus { wholesaler: hurt.id, serial, to, actor: staff(), reason: String::new() }
}

async fn placed(app: &TestApp, hurt: &Wholesaler, order: PlaceSupplyOrder) -> SupplyOrder {
    let shop = caller(app, hurt, "shop1").await;
    app.hub().ordering().place(&shop, order).await.expect("placed").order
}

fn cancel(order: OrderRef) -> Vec<CancelSupplyOrder> {
    vec![CancelSupplyOrder { order, reason: "changed mind".to_owned() }]
}

on_both_engines! {
    async fn an_order_puts_goods_aside_and_knows_its_costs(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        listen(&app, hurt.id).await;
        let command = PlaceSupplyOrder {
            external_id: Some("R-1".to_owned()),
            note_to_order: "gift".to_owned(),
            payment: Some(PaymentKind::CashOnDelivery),
            ..order_of(vec![pieces("5900000000011", 2), pieces("3-uniw", 1)])
        };
        let order = placed(&app, &hurt, command).await;
        assert_eq!((order.order_id().as_str(), order.status), ("shop1-1", SupplyStatus::New));
        // 2 × 50.00 and 80.00, 23 % on each; 600 g; collecting 3.00.
        let amounts = order.document.amounts;
        assert_eq!((amounts.products_net.minor, amounts.products.minor), (18_000, 22_140));
        assert_eq!((amounts.delivery.minor, amounts.payment.minor), (1230, 369));
        let collected = order.document.cash_on_delivery.expect("collected").amount;
        assert_eq!(collected, amounts.total().expect("in range"), "nobody named another amount");
        assert_eq!(order.document.billing.firm, "shop1 sp. z o.o.");
        assert_eq!(order.document.lines[1].components.len(), 2);
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 2));
        assert_eq!(stock_of(&app, hurt.id, "2-uniw").await, (5, 2), "two mugs of the set");
        assert_eq!(stock_of(&app, hurt.id, "1-M").await, (10, 1), "the shirt of the set");
        let told = told(&app, hurt.id, order.serial).await;
        assert_eq!((told.len(), told[0].0), (1, "dropshipping_order_placed"));
        let payload = &told[0].1;
        assert_eq!((payload["orderId"].as_str(), payload["orderExternalId"].as_str()), (Some("shop1-1"), Some("R-1")));
        assert_eq!(app.mailbox().mails()[0].recipient, "shop1@example.com");
        assert_eq!(app.hub().orders().get(hurt.id, order.serial).await.expect("stored"), order);
        app.run_jobs().await;
    }

    async fn prices_are_those_of_the_group_and_step(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        add_account(&app, hurt.id, "golden", "gold").await;
        let golden = caller(&app, &hurt, "golden").await;
        let order = app.hub().ordering().place(&golden, order_of(vec![pieces("1-S", 1)])).await.expect("placed").order;
        assert_eq!(order.document.amounts.products_net.minor, 4800);
        let order = placed(&app, &hurt, order_of(vec![pieces("1-M", 10)])).await;
        assert_eq!(order.document.amounts.products_net.minor, 49_000);
        app.run_jobs().await;
    }

    async fn when_one_line_cannot_be_delivered_nothing_is_ordered(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        app.hub().baskets().add(&shop, vec![pieces("1-S", 5), pieces("1-M", 5)]).await.expect("added");
        set_stock(&app, hurt.id, &[("1-M", 4)]).await;
        let from_basket = PlaceSupplyOrder { products: None, ..order_of(vec![]) };
        let refused = app.hub().ordering().place(&shop, from_basket.clone()).await;
        assert_eq!(line_faults(refused), [None, Some(LineFault::NotEnough)]);
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 0));
        assert_eq!(app.hub().baskets().get(&shop).await.expect("a basket").lines.len(), 2, "the basket stays");
        set_stock(&app, hurt.id, &[("1-M", 5)]).await;
        let order = app.hub().ordering().place(&shop, from_basket.clone()).await.expect("placed").order;
        assert_eq!(order.serial, OrderSerial(1), "a refused order takes no number");
        assert!(app.hub().baskets().get(&shop).await.expect("a basket").lines.is_empty());
        assert!(matches!(fault(app.hub().ordering().place(&shop, from_basket).await), OrderingError::EmptyBasket));
        app.run_jobs().await;
    }

    async fn the_same_external_id_gives_the_first_order_again(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let command = PlaceSupplyOrder { external_id: Some("R-1".to_owned()), ..order_of(vec![pieces("1-S", 1)]) };
        let first = app.hub().ordering().place(&shop, command.clone()).await.expect("placed");
        let again = app.hub().ordering().place(&shop, command.clone()).await.expect("the same");
        assert_eq!((first.repeated, again.repeated), (false, true));
        assert_eq!(again.order, first.order);
        let other = PlaceSupplyOrder { products: Some(vec![pieces("1-S", 2)]), ..command.clone() };
        assert!(matches!(fault(app.hub().ordering().place(&shop, other).await), OrderingError::ExternalIdReused));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 1));
        add_account(&app, hurt.id, "shop2", "standard").await;
        let second = caller(&app, &hurt, "shop2").await;
        let theirs = app.hub().ordering().place(&second, command).await.expect("another shop counts for itself");
        assert_eq!((theirs.repeated, theirs.order.serial), (false, OrderSerial(2)));
        app.run_jobs().await;
    }

    async fn an_order_from_the_basket_is_repeated_though_the_basket_is_empty(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let label = AttachmentInput { name: "label.pdf".to_owned(), contents: b"%PDF-1.7 label".to_vec() };
        let line = ProductRef { attachments: vec![label], ..pieces("1-S", 1) };
        app.hub().baskets().add(&shop, vec![line]).await.expect("added");
        let command =
            PlaceSupplyOrder { products: None, external_id: Some("R-2".to_owned()), ..order_of(vec![]) };
        let first = app.hub().ordering().place(&shop, command.clone()).await.expect("placed");
        let again = app.hub().ordering().place(&shop, command).await.expect("the same");
        assert_eq!((again.repeated, again.order.serial), (true, first.order.serial));
        let line = &first.order.document.lines[0];
        assert_eq!(line.attachments[0].media_type, "application/pdf");
        let bytes = app.hub().orders().attachment(hurt.id, first.order.serial, line.position, 0).await.expect("the file");
        assert_eq!(bytes, b"%PDF-1.7 label");
        assert!(app.hub().orders().attachment(hurt.id, first.order.serial, line.position, 1).await.is_err());
        app.run_jobs().await;
    }

    async fn of_64_buyers_of_the_last_pieces_as_many_get_one_as_there_are(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        set_stock(&app, hurt.id, &[("1-S", 1), ("1-M", 3)]).await;
        let mut shops = Vec::new();
        for n in 0..8 {
            add_account(&app, hurt.id, &format!("buyer{n}"), "standard").await;
            shops.push(caller(&app, &hurt, &format!("buyer{n}")).await);
        }
        let mut buyers = tokio::task::JoinSet::new();
        for n in 0..64 {
            let (app, shop) = (app.app().clone(), shops[n % shops.len()].clone());
            let code = if n % 2 == 0 { "1-S" } else { "1-M" };
            buyers.spawn(async move { (code, app.hub().ordering().place(&shop, order_of(vec![pieces(code, 1)])).await) });
        }
        let (mut bought, mut serials) = (Vec::new(), HashSet::new());
        for (code, outcome) in buyers.join_all().await {
            match outcome {
                Ok(placed) => {
                    bought.push(code);
                    serials.insert(placed.order.serial);
                }
                refused => assert_eq!(line_faults(refused), [Some(LineFault::NotEnough)]),
            }
        }
        bought.sort_unstable();
        assert_eq!(bought, ["1-M", "1-M", "1-M", "1-S"]);
        assert_eq!(serials, (1..=4).map(OrderSerial).collect(), "numbers have no gaps");
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (1, 1));
        assert_eq!(stock_of(&app, hurt.id, "1-M").await, (3, 3));
        app.run_jobs().await;
    }

    async fn buyers_of_crossing_baskets_do_not_wait_in_a_circle(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let mut shops = Vec::new();
        for n in 0..4 {
            add_account(&app, hurt.id, &format!("buyer{n}"), "standard").await;
            shops.push(caller(&app, &hurt, &format!("buyer{n}")).await);
        }
        let mut buyers = tokio::task::JoinSet::new();
        for n in 0..16 {
            let (app, shop) = (app.app().clone(), shops[n % shops.len()].clone());
            let mut lines = vec![pieces("1-S", 1), pieces("1-M", 1), pieces("1-L", 1)];
            lines.rotate_left(n % 3);
            buyers.spawn(async move { app.hub().ordering().place(&shop, order_of(lines)).await.is_ok() });
        }
        let bought = buyers.join_all().await.into_iter().filter(|bought| *bought).count();
        assert_eq!(bought, 10);
        for code in ["1-S", "1-M", "1-L"] {
            assert_eq!(stock_of(&app, hurt.id, code).await, (10, 10));
        }
        app.run_jobs().await;
        if app.db().engine() == Engine::Postgres {
            assert_eq!(app.deadlocks().await, 0);
        }
    }

    async fn of_many_that_send_one_external_id_at_once_one_places_the_order(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (app, shop) = (app.app().clone(), shop.clone());
            let command = PlaceSupplyOrder { external_id: Some("R-9".to_owned()), ..order_of(vec![pieces("1-S", 1)]) };
            calls.spawn(async move { app.hub().ordering().place(&shop, command).await.expect("an order") });
        }
        let answers = calls.join_all().await;
        assert_eq!(answers.iter().filter(|placed| !placed.repeated).count(), 1);
        assert!(answers.iter().all(|placed| placed.order.serial == OrderSerial(1)));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 1));
        app.run_jobs().await;
    }

    async fn what_the_reference_forbids_is_refused_and_changes_nothing(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let base = || order_of(vec![pieces("1-S", 1)]);
        let inline = |address: RecipientAddress| DeliveryTo::Inline(Box::new(address));
        let stored = DeliveryTo::Stored(crossdock_domain::wholesale::RecipientId(5));
        let nameless = RecipientAddress { first_name: String::new(), ..recipient() };
        let credit = Some(PaymentKind::Tradecredit);
        for (command, wanted) in [
            (PlaceSupplyOrder { courier: CourierId(99), ..base() }, OrderingError::UnknownCourier),
            (PlaceSupplyOrder { courier: POINTS, ..base() }, OrderingError::PickupPoint),
            (
                PlaceSupplyOrder { courier: POINTS, pickup_point: Some("NONE".to_owned()), ..base() },
                OrderingError::PickupPoint,
            ),
            (PlaceSupplyOrder { deliver_to: stored, ..base() }, OrderingError::RecipientNotFound),
            (
                PlaceSupplyOrder { deliver_to: inline(nameless), ..base() },
                OrderingError::RecipientIncomplete(vec![RecipientField::FirstName]),
            ),
            (PlaceSupplyOrder { payment: credit, ..base() }, OrderingError::PaymentNotAvailable),
            (PlaceSupplyOrder { payment_form: Some(1), ..base() }, OrderingError::PaymentNotAvailable),
            (PlaceSupplyOrder { payment_form: Some(9), payment: None, ..base() }, OrderingError::PaymentNotAvailable),
            (PlaceSupplyOrder { products: Some(vec![]), ..base() }, OrderingError::EmptyBasket),
        ] {
            let told = fault(app.hub().ordering().place(&shop, command.clone()).await);
            assert_eq!(format!("{told:?}"), format!("{wanted:?}"), "{command:?}");
        }
        let invalid: Vec<PlaceSupplyOrder> = vec![
            PlaceSupplyOrder { external_id: Some(" ".to_owned()), ..base() },
            PlaceSupplyOrder { preferred_date: Some("tomorrow".to_owned()), ..base() },
            PlaceSupplyOrder { currency: "EUR".parse().ok(), ..base() },
            PlaceSupplyOrder { note_to_order: "x".repeat(2001), ..base() },
            PlaceSupplyOrder { cash_on_delivery: Some(("1.001".parse().expect("number"), None)), ..base() },
        ];
        for command in invalid {
            let told = fault(app.hub().ordering().place(&shop, command).await);
            assert!(matches!(told, OrderingError::Invalid { .. }), "{told:?}");
        }
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 0));
        assert_eq!(app.hub().orders().list(&shop, SupplyOrderQuery::default()).await.expect("a list").total, 0);
    }

    async fn a_parcel_goes_to_a_pickup_point_and_the_courier_collects_another_amount(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let command = PlaceSupplyOrder {
            courier: POINTS,
            pickup_point: Some("WAW1".to_owned()),
            cash_on_delivery: Some(("199.90".parse().expect("number"), "EUR".parse().ok())),
            ..order_of(vec![pieces("1-S", 1)])
        };
        let order = placed(&app, &hurt, command).await;
        assert_eq!(order.delivery.pickup_point.as_ref().map(|point| point.id.as_str()), Some("WAW1"));
        assert_eq!(order.document.cash_on_delivery.expect("collected").amount.to_string(), "199.90 EUR");
        assert_eq!(order.document.amounts.payment.minor, 369, "collecting costs, however the shop pays");
        assert_eq!(order.document.payment, PaymentKind::Prepaid);
        app.run_jobs().await;
    }

    async fn an_order_keeps_the_address_it_was_placed_with(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let id = *app.hub().recipients().add(&shop, vec![recipient()]).await.expect("stored")[0].as_ref().expect("good");
        let command = PlaceSupplyOrder { deliver_to: DeliveryTo::Stored(id), ..order_of(vec![pieces("1-S", 1)]) };
        let order = app.hub().ordering().place(&shop, command).await.expect("placed").order;
        let moved = crossdock_app::hub::RecipientChange {
            street: Some("Krzywa 7".to_owned()),
            ..Default::default()
        };
        app.hub().recipients().edit(&shop, vec![(id, moved)]).await.expect("changed");
        let order = app.hub().orders().get(hurt.id, order.serial).await.expect("there");
        assert_eq!((order.delivery.address.street.as_str(), order.delivery.recipient), ("Prosta 1", Some(id)));
        app.run_jobs().await;
    }

    async fn orders_are_found_by_every_criterion_newest_first(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let start = app.now();
        for n in 1..=3 {
            let command =
                PlaceSupplyOrder { external_id: Some(format!("R-{n}")), ..order_of(vec![pieces("1-S", 1)]) };
            placed(&app, &hurt, command).await;
            app.advance(Span::hours(1));
        }
        app.hub().orders().set_status(to(&hurt, OrderSerial(2), SupplyStatus::OnOrder)).await.expect("moved");
        let shop = caller(&app, &hurt, "shop1").await;
        let found = async |query: SupplyOrderQuery| {
            let orders = app.hub().orders().list(&shop, query).await.expect("a list");
            (orders.items.iter().map(|order| order.serial.0).collect::<Vec<_>>(), orders.total)
        };
        let all = SupplyOrderQuery::default;
        assert_eq!(found(all()).await, (vec![3, 2, 1], 3));
        assert_eq!(found(SupplyOrderQuery { serials: vec![OrderSerial(1), OrderSerial(9)], ..all() }).await.0, [1]);
        assert_eq!(found(SupplyOrderQuery { order_ids: vec!["shop1-3".to_owned()], ..all() }).await.0, [3]);
        assert_eq!(found(SupplyOrderQuery { order_ids: vec!["shop9-3".to_owned()], ..all() }).await, (vec![], 0));
        let both = SupplyOrderQuery { external_ids: vec!["R-2".to_owned()], serials: vec![OrderSerial(1)], ..all() };
        assert_eq!(found(both).await.0, [2, 1]);
        assert_eq!(found(SupplyOrderQuery { statuses: vec![SupplyStatus::OnOrder], ..all() }).await, (vec![2], 1));
        let named = SupplyOrderQuery {
            statuses: vec![SupplyStatus::New],
            serials: vec![OrderSerial(2), OrderSerial(3)],
            ..all()
        };
        assert_eq!(found(named).await.0, [3]);
        let range = |kind, from, until| SupplyOrderQuery {
            dates: Some(OrderDates { kind, from: Some(from), to: until }),
            ..all()
        };
        let second = start + Span::hours(1);
        assert_eq!(found(range(DateKind::Added, second, Some(second))).await.0, [2]);
        assert_eq!(found(range(DateKind::Modified, start + Span::hours(3), None)).await.0, [2]);
        assert_eq!(found(range(DateKind::Dispatched, start, None)).await.0, [] as [i64; 0]);
        let page = SupplyOrderQuery { page: Page::new(Some(1), Some(2)), ..all() };
        assert_eq!(found(page).await, (vec![1], 3));
        let beyond = SupplyOrderQuery { page: Page::new(Some(7), Some(2)), ..all() };
        assert_eq!(found(beyond).await, (vec![], 3));
        app.run_jobs().await;
    }

    async fn a_shop_cancels_until_the_packers_have_it(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        listen(&app, hurt.id).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let command = PlaceSupplyOrder { external_id: Some("R-1".to_owned()), ..order_of(vec![pieces("1-S", 4)]) };
        let first = placed(&app, &hurt, command).await;
        for by in [OrderRef::External("R-1".to_owned()), OrderRef::Id("shop1-1".to_owned()), OrderRef::Serial(first.serial)] {
            let outcome = app.hub().orders().cancel(&shop, cancel(by)).await.expect("an answer").remove(0);
            assert_eq!(outcome.problem, None, "repeating it is harmless");
            let order = outcome.order.expect("the order");
            assert_eq!((order.status, order.dropshipping()), (SupplyStatus::Cancelled, DropshippingStatus::Cancelled));
        }
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 0));
        let second = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)])).await;
        app.hub().orders().set_status(to(&hurt, second.serial, SupplyStatus::Packed)).await.expect("moved");
        let late = app.hub().orders().cancel(&shop, cancel(OrderRef::Serial(second.serial))).await.expect("an answer");
        assert_eq!(late[0].problem, Some(CancelProblem::TooLate { status: SupplyStatus::Packed }));
        let order = late[0].order.clone().expect("the order");
        assert_eq!((order.status, order.dropshipping()), (SupplyStatus::Packed, DropshippingStatus::NotCancelled));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 1));
        let missing = app.hub().orders().cancel(&shop, cancel(OrderRef::Id("shop1-77".to_owned()))).await;
        assert_eq!(missing.expect("an answer")[0].problem, Some(CancelProblem::NotFound));
        let canceled_once = ["dropshipping_order_canceled", "dropshipping_order_placed"];
        assert_eq!(kinds(&app, hurt.id, first.serial).await, canceled_once);
        app.run_jobs().await;
    }

    async fn a_sent_order_takes_its_goods_and_tells_its_numbers(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        listen(&app, hurt.id).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 2)])).await;
        app.hub().orders().set_status(to(&hurt, order.serial, SupplyStatus::Packed)).await.expect("moved");
        app.advance(Span::hours(2));
        let numbers = NewParcel {
            shipping_number: " SN 1 ".to_owned(),
            package_number: "PN1".to_owned(),
            weight_grams: 450,
            ..NewParcel::default()
        };
        let parcels = app.hub().orders().add_parcels(hurt.id, order.serial, staff(), vec![numbers.clone()]).await.expect("added");
        assert_eq!(parcels[0].tracking_url(), "https://track.example/SN%201");
        let again = app.hub().orders().add_parcels(hurt.id, order.serial, staff(), vec![numbers]).await.expect("the same");
        assert_eq!(again, parcels, "an impatient program adds nothing");
        let sent = app.hub().orders().set_status(to(&hurt, order.serial, SupplyStatus::Finished)).await.expect("moved");
        assert_eq!((sent.dispatched_at, sent.dropshipping()), (Some(app.now()), DropshippingStatus::Finished));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (8, 0));
        let history = app.hub().orders().history(hurt.id, order.serial).await.expect("a history");
        assert_eq!(history.len(), 4);
        assert!(matches!(history[2].event, SupplyEvent::ParcelAdded { .. }), "{history:?}");
        let finished = SupplyEvent::StatusChanged { from: SupplyStatus::Packed, to: SupplyStatus::Finished, reason: String::new() };
        assert_eq!(history[3].event, finished);
        let told = told(&app, hurt.id, order.serial).await;
        let kinds: Vec<_> = told.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, ["dropshipping_order_packed", "dropshipping_order_placed", "dropshipping_order_sent"]);
        let last = &told[2].1;
        assert_eq!(last["orderStatus"], "finished");
        assert!(last["dispatchDate"].is_string());
        let parcel = &last["packages"][0];
        let numbers = (&parcel["deliveryShippingNumber"], &parcel["deliveryPackageNumber"]);
        assert_eq!(numbers, (&json!("SN 1"), &json!("PN1")));
        assert_eq!((&parcel["courierId"], &parcel["courierName"]), (&json!(DOOR), &json!("DPD")));
        assert_eq!(parcel["trackingUrl"], "https://track.example/SN%201");
        let back = app.hub().orders().set_status(to(&hurt, order.serial, SupplyStatus::Cancelled)).await;
        assert!(matches!(fault(back), OrderError::InvalidTransition(_)));
        let by_number = StaffOrderQuery { parcel_number: Some("SN 1".to_owned()), ..StaffOrderQuery::default() };
        assert_eq!(app.hub().orders().search(hurt.id, by_number).await.expect("a list").total, 1);
        app.run_jobs().await;
    }

    async fn parcels_are_changed_and_removed_with_events(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        listen(&app, hurt.id).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)])).await;
        let new = NewParcel { package_number: "PN1".to_owned(), ..NewParcel::default() };
        let added = app.hub().orders().add_parcels(hurt.id, order.serial, staff(), vec![new]).await.expect("added").remove(0);
        let change = ParcelChange {
            parcel: Some(added.id),
            shipping_number: Some("SN2".to_owned()),
            ..ParcelChange::default()
        };
        let changed = app.hub().orders().change_parcel(hurt.id, order.serial, staff(), change.clone()).await.expect("changed");
        assert_eq!((changed.number(), changed.package_number.as_str()), ("SN2", "PN1"));
        app.hub().orders().change_parcel(hurt.id, order.serial, staff(), change).await.expect("no change");
        app.hub().orders().remove_parcel(hurt.id, order.serial, staff(), added.id).await.expect("removed");
        assert!(matches!(
            fault(app.hub().orders().remove_parcel(hurt.id, order.serial, staff(), added.id).await),
            OrderError::NotFound(_)
        ));
        let mut told = told(&app, hurt.id, order.serial).await;
        let kinds: Vec<_> = told.iter().map(|(kind, _)| *kind).collect();
        let removed = "dropshipping_package_number_removed";
        assert_eq!(kinds, ["dropshipping_order_placed", removed, removed], "a changed number is gone as well");
        told.sort_by_key(|(_, payload)| payload["packages"][0]["deliveryShippingNumber"].to_string());
        let packages = |at: usize| &told[at].1["packages"][0];
        assert_eq!(packages(0)["deliveryPackageNumber"], "PN1", "{told:?}");
        assert_eq!(packages(1)["deliveryShippingNumber"], "SN2", "{told:?}");
        let history = app.hub().orders().history(hurt.id, order.serial).await.expect("a history");
        assert_eq!(history.len(), 4);
        assert_eq!(history[0].event, SupplyEvent::Placed);
        let number = |event: &SupplyEvent| match event {
            SupplyEvent::ParcelChanged { number, .. } | SupplyEvent::ParcelRemoved { number, .. } => number.clone(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(history[1].event, SupplyEvent::ParcelAdded { .. }), "{history:?}");
        assert_eq!((number(&history[2].event), number(&history[3].event)), ("SN2".to_owned(), "SN2".to_owned()));
        assert_eq!((history[0].actor.clone(), history[1].actor.clone()), (SupplyActor::Shop("shop1".to_owned()), staff()));
        app.run_jobs().await;
    }

    async fn goods_that_a_recount_did_not_find_cannot_be_sent(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 5)])).await;
        set_stock(&app, hurt.id, &[("1-S", 3)]).await;
        let shop = caller(&app, &hurt, "shop1").await;
        assert!(!app.hub().stock().availability(&shop, vec![pieces("1-S", 1)]).await.expect("an answer").available);
        let sent = app.hub().orders().set_status(to(&hurt, order.serial, SupplyStatus::Finished)).await;
        assert!(matches!(fault(sent), OrderError::GoodsMissing));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (3, 5), "nothing of it was done");
        assert_eq!(app.hub().orders().get(hurt.id, order.serial).await.expect("there").status, SupplyStatus::New);
        set_stock(&app, hurt.id, &[("1-S", 5)]).await;
        app.hub().orders().set_status(to(&hurt, order.serial, SupplyStatus::Finished)).await.expect("sent");
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (0, 0));
        app.run_jobs().await;
    }

    async fn staff_change_courier_point_address_and_note_until_it_is_sent(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)])).await;
        let change = |courier, point: Option<&str>| ChangeDelivery {
            wholesaler: hurt.id,
            serial: order.serial,
            actor: staff(),
            courier,
            pickup_point: point.map(ToOwned::to_owned),
            address: None,
            estimated_date: None,
        };
        assert!(matches!(fault(app.hub().orders().change_delivery(change(Some(POINTS), None)).await), OrderError::PickupPoint));
        assert!(matches!(fault(app.hub().orders().change_delivery(change(Some(CourierId(9)), None)).await), OrderError::UnknownCourier));
        let changed = app.hub().orders().change_delivery(change(Some(POINTS), Some("WAW2"))).await.expect("changed");
        assert_eq!((changed.delivery.courier, changed.delivery.courier_name.as_str()), (POINTS, "Boxes"));
        let back = app.hub().orders().change_delivery(change(Some(DOOR), None)).await.expect("changed");
        assert_eq!(back.delivery.pickup_point, None);
        let moved = RecipientAddress { street: "Krzywa 7".to_owned(), ..recipient() };
        let moved = ChangeDelivery { address: Some(Box::new(moved)), ..change(None, None) };
        assert_eq!(app.hub().orders().change_delivery(moved).await.expect("changed").delivery.address.street, "Krzywa 7");
        app.hub().orders().set_note(hurt.id, order.serial, staff(), "call first".to_owned()).await.expect("noted");
        app.hub().orders().set_status(to(&hurt, order.serial, SupplyStatus::Finished)).await.expect("sent");
        assert!(matches!(
            fault(app.hub().orders().change_delivery(change(Some(POINTS), Some("WAW2"))).await),
            OrderError::Refused(_)
        ));
        let order = app.hub().orders().get(hurt.id, order.serial).await.expect("there");
        assert_eq!(order.note, "call first");
        assert_eq!(order.document.lines[0].quantity, Quantity::pieces(1));
        app.run_jobs().await;
    }

    async fn of_a_shop_that_cancels_and_staff_that_pack_at_once_one_wins(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        for _ in 0..6 {
            let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)])).await;
            let by = cancel(OrderRef::Serial(order.serial));
            let (cancelled, sent) = tokio::join!(
                app.hub().orders().cancel(&shop, by),
                app.hub().orders().set_status(to(&hurt, order.serial, SupplyStatus::Finished)),
            );
            let cancelled = cancelled.expect("an answer").remove(0).problem.is_none();
            assert_eq!(cancelled, sent.is_err(), "either sent or cancelled");
            set_stock(&app, hurt.id, &[("1-S", 10)]).await;
            assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 0));
        }
        app.run_jobs().await;
    }
}
