//! What a shop asks before it orders: availability, basket, couriers, recipients.

use crossdock_app::hub::{
    AttachmentInput, AvailabilityError, AvailableQuantity, BasketEdit, ComponentRef, CourierQuery, CouriersForOrder,
    DeliveryTo, LineFault, OrderingError, Page, ProductRef, RecipientChange, RecipientProblem,
};
use crossdock_domain::clock::{Span, Zone};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{
    AttachmentProblem, CodeKind, Coordinates, PaymentKind, Quantity, RecipientAddress, RecipientField, RecipientId,
    StockMode, Unit,
};
use crossdock_testkit::on_both_engines;
use crossdock_testkit::wholesale::{
    DOOR, POINTS, add_account, add_wholesaler, caller, order_of, pieces, product, recipient, set_stock, size,
};
use rust_decimal::Decimal;

use super::{fault, line_faults, variant};

fn known(pieces: i64) -> AvailableQuantity {
    AvailableQuantity::Known(Quantity::pieces(pieces))
}

on_both_engines! {
    async fn availability_tells_each_line_by_any_code(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let asked = vec![
            pieces("1-S", 3),
            pieces("5900000000022", 10),
            pieces("ext-5900000000033", 11),
            pieces("nothing", 1),
            ProductRef { kind: Some(CodeKind::External), ..pieces("1-S", 1) },
            ProductRef { quantity: Decimal::ZERO, ..pieces("1-S", 1) },
            ProductRef { quantity: "1.2345".parse().expect("number"), ..pieces("1-S", 1) },
        ];
        let answer = app.hub().stock().availability(&shop, asked).await.expect("an answer");
        let told: Vec<_> = answer.lines.iter().map(|l| (l.kind, l.available_quantity, l.fault)).collect();
        assert_eq!(told, [
            (CodeKind::Internal, known(10), None),
            (CodeKind::Producer, known(10), None),
            (CodeKind::External, known(10), Some(LineFault::NotEnough)),
            (CodeKind::Internal, known(0), Some(LineFault::UnknownCode)),
            (CodeKind::External, known(0), Some(LineFault::UnknownCode)),
            (CodeKind::Internal, known(10), Some(LineFault::BadQuantity)),
            (CodeKind::Internal, known(10), Some(LineFault::BadQuantity)),
        ]);
        assert!(!answer.available);
        assert_eq!(answer.lines[1].variant, Some(variant("1-M")));
        assert_eq!(answer.lines[0].delivery_days, Some(1));
    }

    async fn availability_holds_quantities_against_the_unit_as_orders_do(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let mut rope = product("rope", vec![size("uniw", "700", 300)]);
        rope.details.unit = Unit { name: "m".to_owned(), step: Quantity(500), minimum: Quantity(1500) };
        app.hub().catalogue().upsert(hurt.id, vec![rope]).await.expect("stored");
        set_stock(&app, hurt.id, &[("4-uniw", 100)]).await;
        for (metres, allowed) in [("1", false), ("1.5", true), ("1.75", false), ("20", true), ("20.25", false)] {
            let line = ProductRef { quantity: metres.parse().expect("number"), ..pieces("700", 1) };
            let told = app.hub().stock().availability(&shop, vec![line.clone()]).await.expect("an answer").lines.remove(0);
            let fault = (!allowed).then_some(LineFault::BadQuantity);
            assert_eq!((told.available, told.fault), (allowed, fault), "{metres}");
            let added = app.hub().baskets().add(&shop, vec![line]).await.expect("an answer");
            assert_eq!(added.refused.first().and_then(|line| line.fault), fault, "{metres}");
        }
    }

    async fn parts_that_a_shop_names_must_be_those_of_the_set(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let part = |code: &str, quantity: i64| ComponentRef {
            code: code.to_owned(),
            quantity: quantity.into(),
            ..ComponentRef::default()
        };
        let set = |parts: Vec<ComponentRef>| ProductRef { parts, ..pieces("3-uniw", 1) };
        let nested = ComponentRef { nested: true, ..part("2-uniw", 2) };
        let cases = [
            (set(vec![part("2-uniw", 2), part("1-M", 1)]), None),
            (set(vec![part("5900000000022", 1), part("5900000000099", 2)]), None),
            (set(vec![part("2-uniw", 1), part("1-M", 1)]), Some(LineFault::OtherComponents)),
            (set(vec![part("2-uniw", 2), part("1-S", 1)]), Some(LineFault::OtherComponents)),
            (set(vec![part("2-uniw", 2)]), Some(LineFault::OtherComponents)),
            (set(vec![part("2-uniw", 2), part("nothing", 1)]), Some(LineFault::OtherComponents)),
            (set(vec![nested, part("1-M", 1)]), Some(LineFault::OtherComponents)),
            (ProductRef { parts: vec![part("1-S", 1)], ..pieces("1-S", 1) }, Some(LineFault::OtherComponents)),
        ];
        let lines: Vec<ProductRef> = cases.iter().map(|(line, _)| line.clone()).collect();
        let answer = app.hub().stock().availability(&shop, lines).await.expect("an answer");
        for ((line, fault), told) in cases.into_iter().zip(answer.lines) {
            assert_eq!(told.fault, fault, "{line:?}");
            let added = app.hub().baskets().add(&shop, vec![line]).await.expect("an answer");
            assert_eq!(added.refused.first().and_then(|line| line.fault), fault);
        }
    }

    async fn lines_of_one_call_share_the_stock_and_sets_take_their_parts(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let answer = app.hub().stock().availability(&shop, vec![pieces("3-uniw", 2), pieces("2-uniw", 1)]).await.expect("an answer");
        assert_eq!(answer.lines[0].available_quantity, known(2), "5 mugs make 2 sets");
        assert!(answer.available, "4 mugs and one more");
        let answer = app.hub().stock().availability(&shop, vec![pieces("3-uniw", 2), pieces("2-uniw", 2)]).await.expect("an answer");
        assert_eq!(answer.lines[1].fault, Some(LineFault::NotEnough));
        assert_eq!(answer.lines[1].available_quantity, known(5), "what there is without the other lines");
    }

    async fn hidden_and_uncounted_quantities_are_not_told(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let mut hidden = size("uniw", "5900000000204", 100);
        hidden.stock_mode = StockMode::Hidden;
        let mut endless = size("uniw", "5900000000211", 100);
        endless.stock_mode = StockMode::Uncounted;
        let goods = vec![product("hidden", vec![hidden]), product("endless", vec![endless])];
        app.hub().catalogue().upsert(hurt.id, goods).await.expect("stored");
        let ask = || vec![pieces("5900000000204", 3), pieces("5900000000211", 1_000_000)];
        let answer = app.hub().stock().availability(&shop, ask()).await.expect("an answer");
        assert_eq!(answer.lines[0].available_quantity, known(0), "nothing there is no secret");
        assert_eq!(answer.lines[1].available_quantity, AvailableQuantity::Undisclosed);
        assert!(answer.lines[1].available);
        set_stock(&app, hurt.id, &[("5900000000204", 3)]).await;
        let answer = app.hub().stock().availability(&shop, ask()).await.expect("an answer");
        assert_eq!(answer.lines[0].available_quantity, AvailableQuantity::Undisclosed);
        assert!(answer.available);
        let placed = app.hub().ordering().place(&shop, order_of(vec![pieces("5900000000211", 7)])).await.expect("placed");
        assert_eq!(placed.order.document.lines[0].quantity, Quantity::pieces(7));
        app.run_jobs().await;
    }

    async fn what_a_group_has_no_price_for_is_not_sold_to_it(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        add_account(&app, hurt.id, "golden", "gold").await;
        let (shop, golden) = (caller(&app, &hurt, "shop1").await, caller(&app, &hurt, "golden").await);
        let mut rare = size("uniw", "5900000000303", 1000);
        rare.prices.retain(|price| price.group == "gold");
        app.hub().catalogue().upsert(hurt.id, vec![product("rare", vec![rare])]).await.expect("stored");
        set_stock(&app, hurt.id, &[("5900000000303", 3)]).await;
        let answer = app.hub().stock().availability(&shop, vec![pieces("5900000000303", 1)]).await.expect("an answer");
        assert_eq!((answer.lines[0].fault, answer.lines[0].available_quantity), (Some(LineFault::NotSold), known(0)));
        assert!(app.hub().stock().availability(&golden, vec![pieces("5900000000303", 1)]).await.expect("an answer").available);
        assert_eq!(
            line_faults(app.hub().ordering().place(&shop, order_of(vec![pieces("5900000000303", 1)])).await),
            [Some(LineFault::NotSold)]
        );
    }

    async fn too_many_and_no_products_are_refused(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let many = vec![pieces("1-S", 1); 101];
        let asked = fault(app.hub().stock().availability(&shop, many.clone()).await);
        assert!(matches!(asked, AvailabilityError::TooManyElements { max: 100 }), "{asked:?}");
        let added = fault(app.hub().baskets().add(&shop, many).await);
        assert!(matches!(added, OrderingError::TooManyElements { max: 100 }), "{added:?}");
        assert!(matches!(fault(app.hub().stock().availability(&shop, vec![]).await), AvailabilityError::Invalid { .. }));
    }

    async fn a_basket_adds_up_same_size_and_same_remark(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let red = ProductRef { note: "red".to_owned(), ..pieces("1-S", 2) };
        let added = app.hub().baskets().add(&shop, vec![pieces("1-S", 1), red, pieces("5900000000011", 2)]).await;
        let basket = added.expect("added").basket;
        let lines: Vec<_> = basket.lines.iter().map(|l| (l.position, l.quantity, l.note.as_str())).collect();
        assert_eq!(lines, [(1, Quantity::pieces(3), ""), (2, Quantity::pieces(2), "red")]);
        // 5 × 50.00, with 23 % on each line.
        assert_eq!((basket.cost_net.minor, basket.cost.minor, basket.weight_grams), (25_000, 30_750, 1000));
        assert_eq!(basket.lines[0].name, "Product shirt");
        let again = caller(&app, &hurt, "shop1").await;
        assert_eq!(app.hub().baskets().get(&again).await.expect("a basket"), basket, "one basket, whatever session");
    }

    async fn lines_that_fail_are_told_and_the_others_are_added(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let half = ProductRef { quantity: "0.5".parse().expect("number"), ..pieces("1-M", 1) };
        let evil = AttachmentInput { name: "a.html".to_owned(), contents: b"<script>".to_vec() };
        let file = ProductRef { attachments: vec![evil], ..pieces("1-L", 1) };
        let asked = vec![pieces("nothing", 1), pieces("1-S", 11), half, file, pieces("1-S", 10)];
        let change = app.hub().baskets().add(&shop, asked).await.expect("an answer");
        let faults: Vec<_> = change.refused.iter().map(|line| (line.code.as_str(), line.fault)).collect();
        assert_eq!(faults, [
            ("nothing", Some(LineFault::UnknownCode)),
            ("1-S", Some(LineFault::NotEnough)),
            ("1-M", Some(LineFault::BadQuantity)),
            ("1-L", Some(LineFault::Attachment(AttachmentProblem::Kind))),
        ]);
        assert_eq!(change.basket.lines.len(), 1);
        let more = app.hub().baskets().add(&shop, vec![pieces("1-S", 1)]).await.expect("an answer");
        assert_eq!(more.refused[0].fault, Some(LineFault::NotEnough), "the basket holds them all");
    }

    async fn positions_stay_with_their_lines(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        app.hub().baskets().add(&shop, vec![pieces("1-S", 1), pieces("1-M", 1), pieces("1-L", 1)]).await.expect("added");
        let edit = |position, quantity: i64| BasketEdit { position, quantity: quantity.into(), note: None };
        let change = app.hub().baskets().edit(&shop, vec![edit(1, 0), edit(2, 4), edit(3, 11), edit(9, 1)]).await.expect("changed");
        let lines: Vec<_> = change.basket.lines.iter().map(|line| (line.position, line.quantity)).collect();
        assert_eq!(lines, [(2, Quantity::pieces(4)), (3, Quantity::pieces(1))]);
        let faults: Vec<_> = change.refused.iter().map(|line| (line.position, line.fault)).collect();
        assert_eq!(faults, [(Some(3), Some(LineFault::NotEnough)), (Some(9), Some(LineFault::UnknownPosition))]);
        let change = app.hub().baskets().delete(&shop, vec![3, 8]).await.expect("deleted");
        assert_eq!((change.basket.lines.len(), change.refused[0].position), (1, Some(8)));
        let added = app.hub().baskets().add(&shop, vec![pieces("1-L", 1)]).await.expect("added");
        assert_eq!(added.basket.lines[1].position, 4, "no position is given twice");
        assert!(app.hub().baskets().delete(&shop, vec![]).await.expect("emptied").basket.lines.is_empty());
    }

    async fn goods_that_are_gone_are_marked_in_the_basket(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        app.hub().baskets().add(&shop, vec![pieces("1-S", 4), pieces("2-uniw", 1)]).await.expect("added");
        set_stock(&app, hurt.id, &[("1-S", 3)]).await;
        app.hub().catalogue().upsert(hurt.id, vec![product("mug", vec![size("new", "5900000000990", 1500)])]).await.expect("stored");
        let faults: Vec<_> = app.hub().baskets().get(&shop).await.expect("a basket").lines.iter().map(|line| line.fault).collect();
        assert_eq!(faults, [Some(LineFault::NotEnough), Some(LineFault::NotSold)]);
    }

    async fn couriers_are_told_with_what_the_account_may_use(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let query = CourierQuery { country: None, page: Page::FIRST };
        let all = app.hub().couriers().list(&shop, query).await.expect("couriers");
        assert_eq!(all.items.iter().map(|courier| courier.id).collect::<Vec<_>>(), [DOOR, POINTS]);
        assert_eq!(all.items[0].settings.payment_kinds, [PaymentKind::CashOnDelivery, PaymentKind::Prepaid]);
        let germany = CourierQuery { country: Country::from_code("DE"), page: Page::FIRST };
        assert_eq!(app.hub().couriers().list(&shop, germany).await.expect("couriers").total, 0);
        let second = CourierQuery { country: None, page: Page::new(Some(1), Some(1)) };
        let second = app.hub().couriers().list(&shop, second).await.expect("couriers");
        assert_eq!((second.items[0].id, second.total, second.pages()), (POINTS, 2, 2));
        let forms = app.hub().couriers().payment_methods(&shop, true);
        assert_eq!(forms.iter().map(|form| form.id).collect::<Vec<_>>(), [1, 2]);
    }

    async fn couriers_for_an_order_know_weight_address_and_payment(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        app.advance_to(Zone::warsaw().read("2026-11-21 12:00:00").expect("a moment"));
        let shop_again = caller(&app, &hurt, "shop1").await;
        let to = |address: RecipientAddress| DeliveryTo::Inline(Box::new(address));
        let query = |products: Option<Vec<ProductRef>>, payment| CouriersForOrder {
            deliver_to: to(recipient()),
            products,
            payment,
        };
        assert!(matches!(fault(app.hub().couriers().for_order(&shop, query(None, None)).await), OrderingError::EmptyBasket));
        app.hub().baskets().add(&shop_again, vec![pieces("1-S", 6)]).await.expect("added");
        let heavy = app.hub().couriers().for_order(&shop, query(None, None)).await.expect("couriers");
        assert_eq!(heavy[0].offer.net.minor, 2000, "1.2 kg");
        assert_eq!((heavy[0].days, heavy[0].estimated_date.as_str()), (2, "2026-11-23"));
        assert_eq!(heavy[1].pickup_points.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["WAW1"]);
        let light = query(Some(vec![pieces("1-S", 1)]), Some(PaymentKind::CashOnDelivery));
        let light = app.hub().couriers().for_order(&shop, light).await.expect("couriers");
        assert_eq!((light[0].offer.gross.minor, light[0].offer.collection_gross.minor), (1230, 369));
        let abroad = RecipientAddress { country: Country::from_code("DE").expect("DE"), ..recipient() };
        let abroad = CouriersForOrder { deliver_to: to(abroad), ..query(None, None) };
        assert!(matches!(fault(app.hub().couriers().for_order(&shop, abroad).await), OrderingError::NoCourier));
        let credit = query(None, Some(PaymentKind::Tradecredit));
        let carriers = app.hub().couriers().for_order(&shop, credit).await;
        assert!(carriers.is_ok(), "what the account may pay is the order's business: {carriers:?}");
        let unknown = query(Some(vec![pieces("nothing", 1)]), None);
        assert_eq!(line_faults(app.hub().couriers().for_order(&shop, unknown).await), [Some(LineFault::UnknownCode)]);
    }

    async fn the_nearest_pickup_points_come_first(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let here = |latitude: &str, longitude: &str| {
            let degrees = |text: &str| text.parse().expect("degrees");
            Coordinates::from_degrees(degrees(latitude), degrees(longitude)).expect("on the globe")
        };
        let near = app.hub().couriers().nearest(hurt.id, POINTS, here("52.2000", "21.0000"), 2).await.expect("points");
        assert_eq!(near.iter().map(|n| n.point.id.as_str()).collect::<Vec<_>>(), ["WAW1", "WAW2"]);
        assert!((3000..4000).contains(&near[0].metres), "{}", near[0].metres);
        let far = app.hub().couriers().nearest(hurt.id, POINTS, here("-33.8", "151.2"), 5).await.expect("points");
        assert_eq!(far.len(), 3, "the whole world is looked at");
        assert_eq!(app.hub().couriers().pickup_points(hurt.id, POINTS, Page::FIRST).await.expect("points").total, 3);
    }

    async fn recipients_are_stored_read_and_changed_one_by_one(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        let nobody = RecipientAddress { last_name: " ".to_owned(), phone: String::new(), ..recipient() };
        let outcomes = app.hub().recipients().add(&shop, vec![recipient(), nobody, recipient()]).await.expect("an answer");
        assert_eq!(outcomes, [
            Ok(RecipientId(1)),
            Err(RecipientProblem::Missing(vec![RecipientField::LastName, RecipientField::Phone])),
            Ok(RecipientId(2)),
        ]);
        let moved = RecipientChange { street: Some("Krzywa 7".to_owned()), ..RecipientChange::default() };
        let emptied = RecipientChange { city: Some(String::new()), ..RecipientChange::default() };
        let long = RecipientChange { additional: Some("x".repeat(201)), ..RecipientChange::default() };
        let changes = vec![
            (RecipientId(2), moved.clone()),
            (RecipientId(7), moved),
            (RecipientId(1), emptied),
            (RecipientId(1), long),
        ];
        assert_eq!(app.hub().recipients().edit(&shop, changes).await.expect("an answer"), [
            Ok(RecipientId(2)),
            Err(RecipientProblem::NotFound),
            Err(RecipientProblem::Missing(vec![RecipientField::City])),
            Err(RecipientProblem::TooLong(vec![RecipientField::Additional])),
        ]);
        let all = app.hub().recipients().list(&shop, vec![], Page::new(None, Some(1))).await.expect("recipients");
        assert_eq!((all.total, all.items[0].address.clone()), (2, recipient()));
        let some = app.hub().recipients().list(&shop, vec![RecipientId(2), RecipientId(9)], Page::FIRST).await.expect("recipients");
        assert_eq!((some.total, some.items[0].address.street.as_str()), (1, "Krzywa 7"));
        assert_eq!(some.items[0].address.city, "Warszawa", "what is left out stays");
    }

    async fn availability_counts_expired_reservations_as_free(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let until = app.now() + Span::minutes(5);
        let made = app.hub().stock().reserve(hurt.id, variant("1-S"), 8.into(), None, until, "fair".to_owned()).await.expect("aside");
        assert_eq!(made.len(), 1);
        let shop = caller(&app, &hurt, "shop1").await;
        let left = app.hub().stock().availability(&shop, vec![pieces("1-S", 3)]).await.expect("an answer");
        assert_eq!((left.available, left.lines[0].available_quantity), (false, known(2)));
        app.advance(Span::minutes(5));
        let left = app.hub().stock().availability(&shop, vec![pieces("1-S", 10)]).await.expect("an answer");
        assert_eq!((left.available, left.lines[0].available_quantity), (true, known(10)));
        let placed = app.hub().ordering().place(&shop, order_of(vec![pieces("1-S", 10)])).await;
        placed.expect("the reservation no longer holds them");
        assert_eq!(super::stock_of(&app, hurt.id, "1-S").await, (10, 10));
        app.run_jobs().await;
    }
}
