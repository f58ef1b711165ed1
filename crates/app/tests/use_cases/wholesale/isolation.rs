//! One wholesaler's or one account's anything is never seen or changed by another.

use crossdock_app::wholesale::{
    CancelProblem, CancelSupplyOrder, DeliveryTo, LineFault, OrderRef, Page, PlaceSupplyOrder, RecipientChange,
    RecipientProblem, SetSupplyStatus, StaffOrderQuery, SupplyOrderQuery, WholesaleError,
};
use crossdock_domain::wholesale::{
    OrderSerial, ParcelId, ProductId, Quantity, SupplyActor, SupplyStatus, WholesalerId,
};
use crossdock_testkit::on_both_engines;
use crossdock_testkit::wholesale::{
    POINTS, add_account, add_wholesaler, caller, order_of, pieces, product, recipient, size, wholesaler,
};

use super::{fault, line_faults, stock_of};

on_both_engines! {
    async fn two_accounts_of_one_wholesaler_know_nothing_of_each_other(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        add_account(&app, hurt.id, "shop2", "gold").await;
        let (one, two) = (caller(&app, &hurt, "shop1").await, caller(&app, &hurt, "shop2").await);
        app.add_to_basket(&one, vec![pieces("1-S", 1)]).await.expect("added");
        assert!(app.basket(&two).await.expect("a basket").lines.is_empty());
        assert!(app.delete_from_basket(&two, vec![]).await.expect("emptied").refused.is_empty());
        assert_eq!(app.basket(&one).await.expect("a basket").lines.len(), 1);
        let theirs = app.delete_from_basket(&two, vec![1]).await.expect("an answer");
        assert_eq!(theirs.refused[0].fault, Some(LineFault::UnknownPosition));

        let id = *app.add_recipients(&one, vec![recipient()]).await.expect("stored")[0].as_ref().expect("good");
        assert_eq!(app.recipients(&two, vec![id], Page::FIRST).await.expect("a list").total, 0);
        let change = RecipientChange { city: Some("Kraków".to_owned()), ..RecipientChange::default() };
        let edited = app.edit_recipients(&two, vec![(id, change)]).await.expect("an answer");
        assert_eq!(edited, [Err(RecipientProblem::NotFound)]);
        let stolen = PlaceSupplyOrder { deliver_to: DeliveryTo::Stored(id), ..order_of(vec![pieces("1-M", 1)]) };
        assert_eq!(fault(app.place_supply_order(&two, stolen).await), WholesaleError::RecipientNotFound);

        let command = PlaceSupplyOrder { external_id: Some("R-1".to_owned()), ..order_of(vec![pieces("1-M", 1)]) };
        let order = app.place_supply_order(&one, command).await.expect("placed").order;
        for query in [
            SupplyOrderQuery::default(),
            SupplyOrderQuery { serials: vec![order.serial], ..SupplyOrderQuery::default() },
            SupplyOrderQuery { order_ids: vec![order.order_id()], ..SupplyOrderQuery::default() },
            SupplyOrderQuery { external_ids: vec!["R-1".to_owned()], ..SupplyOrderQuery::default() },
        ] {
            assert_eq!(app.supply_orders(&two, query.clone()).await.expect("a list").total, 0, "{query:?}");
            assert_eq!(app.supply_orders(&one, query).await.expect("a list").total, 1);
        }
        for by in [
            OrderRef::Serial(order.serial),
            OrderRef::Id(order.order_id()),
            OrderRef::Id("shop2-1".to_owned()),
            OrderRef::External("R-1".to_owned()),
        ] {
            let wish = vec![CancelSupplyOrder { order: by, reason: String::new() }];
            let outcome = app.cancel_supply_orders(&two, wish).await.expect("an answer").remove(0);
            assert_eq!((outcome.order, outcome.problem), (None, Some(CancelProblem::NotFound)));
        }
        assert_eq!(app.supply_order(hurt.id, order.serial).await.expect("there").status, SupplyStatus::New);
        app.run_jobs().await;
    }

    async fn two_wholesalers_know_nothing_of_each_other(app: TestApp) {
        let (one, two) = (add_wholesaler(&app, 1).await, wholesaler(2));
        app.add_wholesaler(two.clone()).await.expect("new");
        app.set_dropshipping_key(two.id, &crossdock_testkit::wholesale::KEY.into()).await.expect("set");
        add_account(&app, two.id, "shop1", "standard").await;
        let (mine, theirs) = (caller(&app, &one, "shop1").await, caller(&app, &two, "shop1").await);
        let seen = app.availability(&theirs, vec![pieces("1-S", 1), pieces("5900000000011", 1)]).await.expect("an answer");
        assert!(seen.lines.iter().all(|line| line.fault == Some(LineFault::UnknownCode)));
        let refused = app.place_supply_order(&theirs, order_of(vec![pieces("1-S", 1)])).await;
        assert_eq!(line_faults(refused), [Some(LineFault::UnknownCode)]);
        let order = app.place_supply_order(&mine, order_of(vec![pieces("1-S", 2)])).await.expect("placed").order;
        let staff = SupplyActor::Staff("x".to_owned());
        let moved = SetSupplyStatus {
            wholesaler: two.id,
            serial: order.serial,
            to: SupplyStatus::Canceled,
            actor: staff.clone(),
            reason: String::new(),
        };
        assert_eq!(fault(app.set_supply_status(moved).await), WholesaleError::OrderNotFound);
        assert_eq!(fault(app.supply_order(two.id, order.serial).await), WholesaleError::OrderNotFound);
        assert_eq!(fault(app.supply_order_history(two.id, order.serial).await), WholesaleError::OrderNotFound);
        let parcel = app.remove_parcel(two.id, order.serial, staff.clone(), ParcelId(1)).await;
        assert_eq!(fault(parcel), WholesaleError::OrderNotFound);
        assert_eq!(app.staff_supply_orders(two.id, StaffOrderQuery::default()).await.expect("a list").total, 0);
        assert!(app.product(two.id, ProductId(1)).await.is_err());
        assert!(app.courier_list(two.id).await.expect("a list").is_empty());
        assert_eq!(app.pickup_points(two.id, POINTS, Page::FIRST).await.expect("a list").total, 0);
        assert!(app.reservations(two.id, super::variant("1-S")).await.expect("a list").is_empty());
        assert!(app.warehouses(two.id).await.expect("a list").is_empty());
        assert_eq!(stock_of(&app, one.id, "1-S").await, (10, 2));
        // The same codes and numbers are free at the other one.
        let goods = vec![product("shirt", vec![size("S", "5900000000011", 100)])];
        app.upsert_products(two.id, goods).await.expect("stored");
        let price = |product: crossdock_domain::wholesale::Product| product.sizes[0].prices[0].steps[0].net;
        assert_eq!(price(app.product(two.id, ProductId(1)).await.expect("theirs")), 100);
        assert_eq!(price(app.product(one.id, ProductId(1)).await.expect("mine")), 5000);
        assert_eq!(Quantity::pieces(2), order.document.lines[0].quantity);
        assert_eq!(order.serial, OrderSerial(1));
        app.run_jobs().await;
    }

    async fn nothing_is_made_for_a_wholesaler_that_is_not_there(app: TestApp) {
        let nobody = WholesalerId::new(7).expect("id");
        assert!(app.list_accounts(nobody).await.is_err());
        assert!(app.upsert_products(nobody, vec![product("x", vec![size("S", "1", 1)])]).await.is_err());
        assert!(app.set_dropshipping_key(nobody, &"a long enough key".into()).await.is_err());
        assert!(app.update_wholesaler(wholesaler(7)).await.is_err());
    }
}
