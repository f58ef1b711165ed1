//! Staff order for shops and change orders: prices, lines, goods, remarks, way of paying.

use crossdock_app::hub::orders::list::SupplyTerm;
use crossdock_app::hub::{
    Caller, ChangeDelivery, EditSupplyOrder, LineEdit, LineFault, LineRef, LineTerms, OrderError, OrderingError,
    PlaceSupplyOrder, SetSupplyStatus, StaffOrderQuery, StaffTerms,
};
use crossdock_app::platform::webhook::NewEndpoint;
use std::collections::BTreeMap;

use crossdock_domain::money::Currency;
use crossdock_domain::webhook::{ContentType, Method, Owner, WebhookEvent};
use crossdock_domain::wholesale::stock::StockOperation::{self, Add, Set, Subtract};
use crossdock_domain::wholesale::{
    CourierId, OrderSerial, PaymentKind, ProductId, Quantity, SupplyActor, SupplyEvent, SupplyOrder, SupplyStatus,
    Wholesaler,
};
use crossdock_testkit::wholesale::{
    DOOR, MAIN, POINTS, SECOND, add_account, add_wholesaler, order_of, pieces, set_stock,
};
use crossdock_testkit::{Engine, TestApp, on_both_engines};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;

use super::{fault, kinds, line_faults, listen, stock_of, variant};

fn staff() -> SupplyActor {
    SupplyActor::Staff("ola".to_owned())
}

fn terms() -> StaffTerms {
    StaffTerms { actor: staff(), lines: Vec::new(), delivery_cost: None, mail: true }
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

async fn shop(app: &TestApp, hurt: &Wholesaler) -> Caller {
    let account = app.hub().accounts().by_login(hurt.id, "shop1").await.expect("there").id;
    app.hub().access().caller_for_staff(hurt.id, account, "eng").await.expect("it may order")
}

async fn placed(app: &TestApp, hurt: &Wholesaler, order: PlaceSupplyOrder, terms: StaffTerms) -> SupplyOrder {
    app.hub().ordering().place_for(&shop(app, hurt).await, order, terms).await.expect("placed").order
}

fn code(code: &str) -> LineRef {
    LineRef::Code { code: code.to_owned(), kind: None }
}

fn line(line: LineRef, operation: StockOperation, quantity: i64) -> LineEdit {
    LineEdit { quantity: Some((operation, quantity.into())), ..LineEdit::of(line) }
}

fn edit(hurt: &Wholesaler, serial: OrderSerial, lines: Vec<LineEdit>) -> EditSupplyOrder {
    EditSupplyOrder { lines, ..EditSupplyOrder::of(hurt.id, serial, staff()) }
}

/// Code and pieces of every line.
fn lines_of(order: &SupplyOrder) -> Vec<(String, i64)> {
    order.document.lines.iter().map(|line| (line.variant.to_string(), line.quantity.0 / 1000)).collect()
}

on_both_engines! {
    async fn staff_order_for_a_shop_at_prices_they_agreed_on(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        listen(&app, hurt.id).await;
        let agreed = StaffTerms {
            lines: vec![LineTerms { price: Some(number("49.99")), ..LineTerms::default() }],
            delivery_cost: Some(number("5.00")),
            ..terms()
        };
        let command = PlaceSupplyOrder {
            payment: Some(PaymentKind::CashOnDelivery),
            external_id: Some("ERP-1".to_owned()),
            ..order_of(vec![pieces("1-S", 3), pieces("2-uniw", 1)])
        };
        let order = placed(&app, &hurt, command.clone(), agreed.clone()).await;
        let line = &order.document.lines[0];
        assert_eq!((line.value.unit_gross.minor, line.value.gross.minor, line.price_agreed), (4999, 14_997, true));
        assert_eq!(order.document.lines[1].value.gross.minor, 1845, "the shop's own price");
        let amounts = order.document.amounts;
        assert_eq!((amounts.products.minor, amounts.delivery.minor, amounts.delivery_net.minor), (16_842, 500, 407));
        let cash = order.document.cash_on_delivery.expect("collected").amount;
        assert_eq!(cash, amounts.total().expect("in range"));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 3));
        let history = app.hub().orders().history(hurt.id, order.serial).await.expect("a history");
        assert_eq!((&history[0].actor, &history[0].event), (&staff(), &SupplyEvent::Placed));
        assert_eq!(kinds(&app, hurt.id, order.serial).await, ["dropshipping_order_placed"]);
        let again = app.hub().ordering().place_for(&shop(&app, &hurt).await, command.clone(), agreed.clone()).await;
        assert_eq!(again.expect("the same").order, order);
        let other = StaffTerms { delivery_cost: None, ..agreed };
        let other = app.hub().ordering().place_for(&shop(&app, &hurt).await, command, other).await;
        assert!(matches!(fault(other), OrderingError::ExternalIdReused), "at another price it is another order");
        app.run_jobs().await;
    }

    async fn staff_choose_the_warehouse_and_whether_the_shop_gets_a_mail(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let from = |warehouse| StaffTerms {
            lines: vec![LineTerms { warehouse: Some(warehouse), ..LineTerms::default() }],
            mail: false,
            ..terms()
        };
        let one = || order_of(vec![pieces("1-S", 1)]);
        let refused = app.hub().ordering().place_for(&shop(&app, &hurt).await, one(), from(SECOND)).await;
        assert_eq!(line_faults(refused), [Some(LineFault::NotEnough)], "there is nothing of it");
        let quiet = placed(&app, &hurt, one(), from(MAIN)).await;
        placed(&app, &hurt, one(), terms()).await;
        app.run_jobs().await;
        let mails = app.mailbox().mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        let sent = EditSupplyOrder { status: Some(SupplyStatus::Finished), mail: false, ..edit(&hurt, quiet.serial, vec![]) };
        app.hub().orders().edit(sent).await.expect("sent");
        app.run_jobs().await;
        assert_eq!(app.mailbox().mails().len(), 1);
    }

    async fn what_staff_must_not_settle_is_refused_and_changes_nothing(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop1 = shop(&app, &hurt).await;
        let one = || order_of(vec![pieces("1-S", 1)]);
        let with = |terms_of_line| StaffTerms { lines: vec![terms_of_line], ..terms() };
        for (wanted, terms_of_line) in [
            (LineFault::BadPrice, LineTerms { price: Some(number("-1")), ..LineTerms::default() }),
            (LineFault::BadPrice, LineTerms { price: Some(number("1.999")), ..LineTerms::default() }),
            (LineFault::OtherVat, LineTerms { vat: (Some(number("8")), None), ..LineTerms::default() }),
            (LineFault::OtherVat, LineTerms { vat: (None, Some(true)), ..LineTerms::default() }),
        ] {
            let refused = app.hub().ordering().place_for(&shop1, one(), with(terms_of_line)).await;
            assert_eq!(line_faults(refused), [Some(wanted)]);
        }
        let dear = StaffTerms { delivery_cost: Some(number("-0.01")), ..terms() };
        let refused = app.hub().ordering().place_for(&shop1, one(), dear).await;
        assert!(matches!(fault(refused), OrderingError::Invalid { field: "delivery_cost", .. }));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 0));
        let none = app.hub().orders().search(hurt.id, StaffOrderQuery::default()).await.expect("a list");
        assert_eq!(none.total, 0);
    }

    async fn lines_are_changed_added_and_removed_and_the_goods_follow(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        listen(&app, hurt.id).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 2), pieces("3-uniw", 1)]), terms()).await;
        let changed = app.hub().orders().edit(edit(&hurt, order.serial, vec![
            line(LineRef::Position(1), Add, 3),
            line(code("3-uniw"), Set, 2),
            line(code("ext-5900000000033"), Set, 4),
        ])).await.expect("changed");
        assert_eq!(lines_of(&changed), [("1-S".to_owned(), 5), ("3-uniw".to_owned(), 2), ("1-L".to_owned(), 4)]);
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 5));
        assert_eq!(stock_of(&app, hurt.id, "1-M").await, (10, 2), "a shirt of each set");
        assert_eq!(stock_of(&app, hurt.id, "2-uniw").await, (5, 4), "two mugs of each set");
        assert_eq!(stock_of(&app, hurt.id, "1-L").await, (10, 4));
        // 5 × 50 + 2 × 80 + 4 × 55 = 630 net; 2200 g.
        assert_eq!(changed.document.amounts.products_net.minor, 63_000);
        assert_eq!(changed.document.amounts.products.minor, 77_490);
        assert_eq!(changed.document.amounts.delivery, order.document.amounts.delivery, "as agreed on");
        assert_eq!(changed.document.weight_grams, 2200);
        assert_eq!(app.hub().orders().get(hurt.id, order.serial).await.expect("stored"), changed);
        let fewer = vec![line(code("3-uniw"), Set, 0), line(code("1-S"), Subtract, 4)];
        let fewer = app.hub().orders().edit(edit(&hurt, order.serial, fewer)).await.expect("changed");
        assert_eq!(lines_of(&fewer), [("1-S".to_owned(), 1), ("1-L".to_owned(), 4)]);
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 1));
        assert_eq!(stock_of(&app, hurt.id, "1-M").await, (10, 0));
        assert_eq!(stock_of(&app, hurt.id, "2-uniw").await, (5, 0));
        let history = app.hub().orders().history(hurt.id, order.serial).await.expect("a history");
        let SupplyEvent::LinesChanged { lines } = &history[2].event else { panic!("{history:?}") };
        let told: Vec<_> = lines.iter().map(|line| (line.position, line.from, line.to)).collect();
        assert_eq!(told, [
            (1, Quantity::pieces(5), Quantity::pieces(1)),
            (2, Quantity::pieces(2), Quantity::ZERO),
        ]);
        assert_eq!(history[2].actor, staff());
        let edited = ["dropshipping_order_edited", "dropshipping_order_edited", "dropshipping_order_placed"];
        assert_eq!(kinds(&app, hurt.id, order.serial).await, edited);
        app.hub().orders().set_status(SetSupplyStatus {
            wholesaler: hurt.id, serial: order.serial, to: SupplyStatus::Finished, actor: staff(), reason: String::new(),
        }).await.expect("sent");
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (9, 0));
        assert_eq!(stock_of(&app, hurt.id, "1-L").await, (6, 0));
        app.run_jobs().await;
    }

    async fn a_change_that_cannot_be_served_changes_nothing_at_all(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        listen(&app, hurt.id).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 2), pieces("1-M", 1)]), terms()).await;
        let refused = |lines: Vec<LineEdit>| app.hub().orders().edit(EditSupplyOrder {
            note_to_order: Some("changed".to_owned()),
            status: Some(SupplyStatus::Packed),
            ..edit(&hurt, order.serial, lines)
        });
        let vat = LineEdit { vat: (Some(number("8")), None), ..LineEdit::of(code("1-S")) };
        let price = LineEdit { price: Some(number("0.001")), ..LineEdit::of(code("1-S")) };
        for (lines, wanted) in [
            (vec![line(code("1-M"), Add, 1), line(code("1-S"), Set, 11)], vec![None, Some(LineFault::NotEnough)]),
            (vec![line(code("3-uniw"), Set, 3)], vec![Some(LineFault::NotEnough)]),
            (vec![line(code("1-S"), Subtract, 3)], vec![Some(LineFault::BadQuantity)]),
            (vec![line(code("2-uniw"), Subtract, 1)], vec![Some(LineFault::BadQuantity)]),
            (vec![line(code("nothing"), Set, 1)], vec![Some(LineFault::UnknownCode)]),
            (vec![line(LineRef::Position(9), Set, 1)], vec![Some(LineFault::UnknownPosition)]),
            (vec![vat], vec![Some(LineFault::OtherVat)]),
            (vec![price], vec![Some(LineFault::BadPrice)]),
        ] {
            assert_eq!(line_faults(refused(lines.clone()).await), wanted, "{lines:?}");
        }
        let half = LineEdit { quantity: Some((Set, number("1.5"))), ..LineEdit::of(code("1-S")) };
        assert_eq!(line_faults(refused(vec![half]).await), [Some(LineFault::BadQuantity)], "nobody sells half a shirt");
        let nothing_left = vec![line(code("1-S"), Set, 0), line(code("1-M"), Set, 0)];
        assert!(matches!(fault(refused(nothing_left).await), OrderError::Refused(_)));
        assert_eq!(app.hub().orders().get(hurt.id, order.serial).await.expect("there"), order);
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 2));
        assert_eq!(stock_of(&app, hurt.id, "1-M").await, (10, 1));
        assert_eq!(kinds(&app, hurt.id, order.serial).await, ["dropshipping_order_placed"]);
        app.run_jobs().await;
    }

    async fn goods_that_one_line_sets_free_serve_another(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("3-uniw", 2)]), terms()).await;
        assert_eq!(stock_of(&app, hurt.id, "2-uniw").await, (5, 4));
        let lines = vec![line(code("2-uniw"), Set, 3), line(code("3-uniw"), Set, 1)];
        let changed = app.hub().orders().edit(edit(&hurt, order.serial, lines)).await.expect("changed");
        assert_eq!(lines_of(&changed), [("3-uniw".to_owned(), 1), ("2-uniw".to_owned(), 3)]);
        assert_eq!(stock_of(&app, hurt.id, "2-uniw").await, (5, 5));
        app.run_jobs().await;
    }

    async fn a_recount_that_found_less_does_not_keep_lines_from_shrinking(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 5)]), terms()).await;
        set_stock(&app, hurt.id, &[("1-S", 3)]).await;
        let more = app.hub().orders().edit(edit(&hurt, order.serial, vec![line(code("1-S"), Add, 1)])).await;
        assert_eq!(line_faults(more), [Some(LineFault::NotEnough)]);
        app.hub().orders().edit(edit(&hurt, order.serial, vec![line(code("1-S"), Set, 3)])).await.expect("changed");
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (3, 3));
        app.run_jobs().await;
    }

    async fn prices_agreed_on_stay_when_quantities_change_and_cash_follows_the_total(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let command = PlaceSupplyOrder {
            payment: Some(PaymentKind::CashOnDelivery),
            ..order_of(vec![pieces("1-S", 1), pieces("1-M", 1)])
        };
        let order = placed(&app, &hurt, command, terms()).await;
        let price = LineEdit { price: Some(number("33.33")), ..LineEdit::of(code("1-S")) };
        let changed = app.hub().orders().edit(edit(&hurt, order.serial, vec![price])).await.expect("changed");
        assert_eq!(changed.document.lines[0].value.gross.minor, 3333);
        let more = vec![line(code("1-S"), Set, 3), line(code("1-M"), Set, 10)];
        let changed = app.hub().orders().edit(edit(&hurt, order.serial, more)).await.expect("changed");
        assert_eq!(changed.document.lines[0].value.gross.minor, 9999);
        assert_eq!(changed.document.lines[1].value.unit_net.minor, 5000, "the step from ten pieces was not agreed on");
        let cash = changed.document.cash_on_delivery.expect("collected").amount;
        assert_eq!(cash, changed.document.amounts.total().expect("in range"));
        // An amount that the shop named stays.
        let named = PlaceSupplyOrder {
            cash_on_delivery: Some((number("150"), None)),
            ..order_of(vec![pieces("1-L", 1)])
        };
        let order = placed(&app, &hurt, named, terms()).await;
        let more = vec![line(code("1-L"), Set, 2)];
        let changed = app.hub().orders().edit(edit(&hurt, order.serial, more)).await.expect("changed");
        assert_eq!(changed.document.cash_on_delivery.expect("collected").amount.minor, 15_000);
        app.run_jobs().await;
    }

    async fn the_way_of_paying_changes_with_what_collecting_costs(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)]), terms()).await;
        let pay = |kind| EditSupplyOrder { payment: Some(kind), ..edit(&hurt, order.serial, vec![]) };
        let refused = app.hub().orders().edit(pay(PaymentKind::Tradecredit)).await;
        assert!(matches!(fault(refused), OrderError::PaymentNotAvailable), "the account has no credit");
        let cash = app.hub().orders().edit(pay(PaymentKind::CashOnDelivery)).await.expect("changed");
        assert_eq!((cash.document.payment, cash.document.payment_form), (PaymentKind::CashOnDelivery, Some(1)));
        assert_eq!(cash.document.amounts.payment.minor, 369);
        let collected = cash.document.cash_on_delivery.expect("collected").amount;
        assert_eq!(collected, cash.document.amounts.total().expect("in range"));
        let back = app.hub().orders().edit(pay(PaymentKind::Prepaid)).await.expect("changed");
        assert_eq!(back.document, order.document);
        let history = app.hub().orders().history(hurt.id, order.serial).await.expect("a history");
        let changed = SupplyEvent::PaymentChanged { from: PaymentKind::Prepaid, to: PaymentKind::CashOnDelivery };
        assert_eq!(history[1].event, changed);
        app.run_jobs().await;
    }

    async fn what_is_sent_or_dropped_stays_as_it_was(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        for end in [SupplyStatus::Finished, SupplyStatus::Cancelled] {
            let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)]), terms()).await;
            let packed = EditSupplyOrder { status: Some(SupplyStatus::Packed), ..edit(&hurt, order.serial, vec![]) };
            app.hub().orders().edit(packed).await.expect("packed");
            let more = edit(&hurt, order.serial, vec![line(code("1-S"), Set, 2)]);
            app.hub().orders().edit(more.clone()).await.expect("packers find that one is missing");
            let ended = EditSupplyOrder { status: Some(end), ..edit(&hurt, order.serial, vec![]) };
            let ended = app.hub().orders().edit(ended).await.expect("ended");
            let less = edit(&hurt, order.serial, vec![line(code("1-S"), Set, 1)]);
            assert!(matches!(fault(app.hub().orders().edit(less).await), OrderError::Refused(_)), "{end}");
            let note = EditSupplyOrder { note_to_courier: Some("ring".to_owned()), ..edit(&hurt, order.serial, vec![]) };
            assert!(matches!(fault(app.hub().orders().edit(note).await), OrderError::Refused(_)), "{end}");
            app.hub().orders().edit(more).await.expect("what already is so is no change");
            let own = EditSupplyOrder { note: Some("phoned".to_owned()), ..edit(&hurt, order.serial, vec![]) };
            let own = app.hub().orders().edit(own).await.expect("staff may always remark");
            assert_eq!(own.document, ended.document);
        }
        app.run_jobs().await;
    }

    async fn those_who_listen_hear_of_every_edit_once(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let endpoint = NewEndpoint {
            owner: Owner::Wholesaler(hurt.id),
            account: Some("shop1".to_owned()),
            events: vec![WebhookEvent::DropshippingOrderEdited],
            url: "https://shop.example/edited".to_owned(),
            method: Method::Post,
            content_type: ContentType::Json,
            headers: Vec::new(),
            body: None,
            secret: None,
        };
        app.webhooks().add(endpoint).await.expect("good");
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)]), terms()).await;
        let change = edit(&hurt, order.serial, vec![line(code("1-S"), Set, 2)]);
        for _ in 0..2 {
            app.hub().orders().edit(change.clone()).await.expect("the second changes nothing");
        }
        let other_courier = ChangeDelivery {
            wholesaler: hurt.id,
            serial: order.serial,
            actor: staff(),
            courier: Some(POINTS),
            pickup_point: Some("WAW2".to_owned()),
            address: None,
            estimated_date: None,
        };
        app.hub().orders().change_delivery(other_courier).await.expect("changed");
        app.run_jobs().await;
        let calls = app.receiver().calls();
        assert_eq!(calls.len(), 2);
        let told: serde_json::Value = serde_json::from_slice(&calls[0].body).expect("JSON");
        assert_eq!((&told["event"], &told["orderId"]), (&"dropshipping_order_edited".into(), &"shop1-1".into()));
    }

    async fn of_16_edits_at_once_as_many_get_the_last_pieces_as_there_are(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let mut serials = Vec::new();
        for _ in 0..16 {
            serials.push(placed(&app, &hurt, order_of(vec![pieces("1-L", 1)]), terms()).await.serial);
            set_stock(&app, hurt.id, &[("1-L", 30)]).await;
        }
        set_stock(&app, hurt.id, &[("1-S", 3), ("1-M", 3)]).await;
        let mut calls = tokio::task::JoinSet::new();
        for (n, serial) in serials.into_iter().enumerate() {
            // Two orders of naming them, so that locks could be taken crosswise.
            let mut lines = vec![line(code("1-S"), Add, 1), line(code("1-M"), Add, 1)];
            lines.rotate_left(n % 2);
            let (app, command) = (app.app().clone(), edit(&hurt, serial, lines));
            calls.spawn(async move { app.hub().orders().edit(command).await.is_ok() });
        }
        let done = calls.join_all().await.into_iter().filter(|done| *done).count();
        assert_eq!(done, 3);
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (3, 3));
        assert_eq!(stock_of(&app, hurt.id, "1-M").await, (3, 3));
        app.run_jobs().await;
        if app.db().engine() == Engine::Postgres {
            assert_eq!(app.deadlocks().await, 0);
        }
    }

    async fn of_16_edits_of_one_order_at_once_every_one_counts(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let order = placed(&app, &hurt, order_of(vec![pieces("1-S", 1)]), terms()).await;
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let command = edit(&hurt, order.serial, vec![line(code("1-S"), Add, 1)]);
            let app = app.app().clone();
            calls.spawn(async move { app.hub().orders().edit(command).await.is_ok() });
        }
        assert_eq!(calls.join_all().await.into_iter().filter(|done| *done).count(), 9, "ten pieces, one of them taken");
        let order = app.hub().orders().get(hurt.id, order.serial).await.expect("there");
        assert_eq!(lines_of(&order), [("1-S".to_owned(), 10)]);
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 10));
        app.run_jobs().await;
    }

    async fn orders_are_found_by_what_they_hold_and_how_they_are_carried_and_paid(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        add_account(&app, hurt.id, "shop2", "standard").await;
        let cash = |products| PlaceSupplyOrder { payment: Some(PaymentKind::CashOnDelivery), ..order_of(products) };
        let at_point = |products| PlaceSupplyOrder {
            courier: POINTS,
            pickup_point: Some("WAW1".to_owned()),
            ..order_of(products)
        };
        placed(&app, &hurt, order_of(vec![pieces("1-S", 1)]), terms()).await;
        placed(&app, &hurt, cash(vec![pieces("1-M", 1)]), terms()).await;
        placed(&app, &hurt, at_point(vec![pieces("2-uniw", 1)]), terms()).await;
        let find = async |terms: Vec<Vec<SupplyTerm>>, oldest_first: bool| {
            let query = StaffOrderQuery { terms, oldest_first, ..StaffOrderQuery::default() };
            let found = app.hub().orders().search(hurt.id, query).await.expect("a list");
            assert_eq!(usize::try_from(found.total).expect("small"), found.items.len());
            found.items.iter().map(|order| order.serial.0).collect::<Vec<_>>()
        };
        let pln: Currency = "PLN".parse().expect("PLN");
        let courier = |id: CourierId| vec![SupplyTerm::Courier(id)];
        assert_eq!(find(vec![vec![SupplyTerm::Product(ProductId(1))]], false).await, [2, 1]);
        assert_eq!(find(vec![vec![SupplyTerm::Size(variant("1-S"))]], false).await, [1]);
        assert_eq!(find(vec![courier(DOOR), vec![SupplyTerm::Payment(PaymentKind::Prepaid)]], false).await, [1]);
        assert_eq!(find(vec![vec![SupplyTerm::currency(pln)]], true).await, [1, 2, 3]);
        assert_eq!(find(vec![vec![]], false).await, [0_i64; 0]);
        assert_eq!(find(vec![], true).await, [1, 2, 3]);
        // What staff change is found as it is now.
        let lines = vec![line(code("2-uniw"), Set, 1), line(code("1-S"), Set, 0)];
        app.hub().orders().edit(edit(&hurt, OrderSerial(1), lines)).await.expect("changed");
        assert_eq!(find(vec![vec![SupplyTerm::Product(ProductId(2))]], true).await, [1, 3]);
        let back = ChangeDelivery {
            wholesaler: hurt.id,
            serial: OrderSerial(3),
            actor: staff(),
            courier: Some(DOOR),
            pickup_point: None,
            address: None,
            estimated_date: None,
        };
        app.hub().orders().change_delivery(back).await.expect("changed");
        assert_eq!(find(vec![courier(POINTS)], false).await, [0_i64; 0]);
        let strangers = add_wholesaler(&app, 2).await;
        let query = StaffOrderQuery { terms: vec![courier(DOOR)], ..StaffOrderQuery::default() };
        assert_eq!(app.hub().orders().search(strangers.id, query).await.expect("a list").total, 0);
        app.run_jobs().await;
    }
}

/// A change that somebody makes to one of three orders.
#[derive(Debug, Clone)]
struct Change {
    order: i64,
    lines: Vec<(&'static str, StockOperation, i64)>,
    status: Option<SupplyStatus>,
}

fn change() -> impl Strategy<Value = Change> {
    let line = (
        prop::sample::select(vec!["1-S", "1-M", "2-uniw", "3-uniw"]),
        prop::sample::select(vec![Set, Add, Subtract]),
        0_i64..5,
    );
    let status = prop::sample::select(vec![
        SupplyStatus::OnOrder,
        SupplyStatus::Packed,
        SupplyStatus::Finished,
        SupplyStatus::Cancelled,
    ]);
    (1_i64..4, prop::collection::vec(line, 0..4), prop::option::weighted(0.1, status))
        .prop_map(|(order, lines, status)| Change { order, lines, status })
}

/// What the lines of an order take of the stocks, in pieces.
fn taken(order: &SupplyOrder) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    for (variant, quantity) in order.document.lines.iter().flat_map(|line| line.parts().expect("whole sets")) {
        *all.entry(variant.to_string()).or_default() += quantity.0 / 1000;
    }
    all
}

/// Random edits of three orders: after each, exactly what the open orders hold is put aside, what was sent is gone, money adds
/// up, and a refused edit left everything as it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_and_money_add_up_after_every_edit_whatever_staff_do() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let strategy = prop::collection::vec(change(), 25);
    let app = TestApp::builder(Engine::Sqlite).start().await.expect("an app");
    let (mut edited, mut refused) = (0, 0);
    for tenant in 1..9 {
        let history = strategy.new_tree(&mut runner).expect("a history").current();
        let hurt = add_wholesaler(&app, tenant).await;
        let mut orders = BTreeMap::new();
        for (n, code) in (1_i64..).zip(["1-S", "2-uniw", "3-uniw"]) {
            orders.insert(n, placed(&app, &hurt, order_of(vec![pieces(code, 1)]), terms()).await);
        }
        for step in history {
            let told = format!("{step:?}");
            let lines = step.lines.iter().map(|(at, operation, n)| line(code(at), *operation, *n)).collect();
            let command = EditSupplyOrder { status: step.status, ..edit(&hurt, OrderSerial(step.order), lines) };
            match app.hub().orders().edit(command).await {
                Ok(order) => {
                    edited += 1;
                    orders.insert(step.order, order);
                }
                Err(_) => refused += 1,
            }
            let mut aside: BTreeMap<String, i64> = BTreeMap::new();
            let mut gone: BTreeMap<String, i64> = BTreeMap::new();
            for (n, order) in &orders {
                assert_eq!(&app.hub().orders().get(hurt.id, OrderSerial(*n)).await.expect("there"), order, "{told}");
                let counts = match order.status {
                    SupplyStatus::Finished => &mut gone,
                    SupplyStatus::Cancelled => continue,
                    _ => &mut aside,
                };
                for (code, pieces) in taken(order) {
                    *counts.entry(code).or_default() += pieces;
                }
                let amounts = order.document.amounts;
                let sum: i64 = order.document.lines.iter().map(|line| line.value.gross.minor).sum();
                assert_eq!(amounts.products.minor, sum, "{told}");
            }
            for (code, at_first) in [("1-S", 10), ("1-M", 10), ("2-uniw", 5)] {
                let of = |counts: &BTreeMap<String, i64>| counts.get(code).copied().unwrap_or(0);
                assert_eq!(stock_of(&app, hurt.id, code).await, (at_first - of(&gone), of(&aside)), "{code}: {told}");
            }
        }
    }
    assert!(edited > 40 && refused > 40, "{edited} edited, {refused} refused");
    app.run_jobs().await;
}
