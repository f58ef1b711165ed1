//! One wholesaler's or one account's anything is never seen or changed by another.

use crossdock_app::hub::{
    CancelProblem, CancelSupplyOrder, DeliveryTo, LineFault, OrderError, OrderRef, OrderingError, Page,
    PlaceSupplyOrder, RecipientChange, RecipientProblem, SetSupplyStatus, StaffOrderQuery, SupplyOrderQuery,
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
        app.hub().baskets().add(&one, vec![pieces("1-S", 1)]).await.expect("added");
        assert!(app.hub().baskets().get(&two).await.expect("a basket").lines.is_empty());
        assert!(app.hub().baskets().delete(&two, vec![]).await.expect("emptied").refused.is_empty());
        assert_eq!(app.hub().baskets().get(&one).await.expect("a basket").lines.len(), 1);
        let theirs = app.hub().baskets().delete(&two, vec![1]).await.expect("an answer");
        assert_eq!(theirs.refused[0].fault, Some(LineFault::UnknownPosition));

        let id = *app.hub().recipients().add(&one, vec![recipient()]).await.expect("stored")[0].as_ref().expect("good");
        assert_eq!(app.hub().recipients().list(&two, vec![id], Page::FIRST).await.expect("a list").total, 0);
        let change = RecipientChange { city: Some("Kraków".to_owned()), ..RecipientChange::default() };
        let edited = app.hub().recipients().edit(&two, vec![(id, change)]).await.expect("an answer");
        assert_eq!(edited, [Err(RecipientProblem::NotFound)]);
        let stolen = PlaceSupplyOrder { deliver_to: DeliveryTo::Stored(id), ..order_of(vec![pieces("1-M", 1)]) };
        assert!(matches!(fault(app.hub().ordering().place(&two, stolen).await), OrderingError::RecipientNotFound));

        let command = PlaceSupplyOrder { external_id: Some("R-1".to_owned()), ..order_of(vec![pieces("1-M", 1)]) };
        let order = app.hub().ordering().place(&one, command).await.expect("placed").order;
        for query in [
            SupplyOrderQuery::default(),
            SupplyOrderQuery { serials: vec![order.serial], ..SupplyOrderQuery::default() },
            SupplyOrderQuery { order_ids: vec![order.order_id()], ..SupplyOrderQuery::default() },
            SupplyOrderQuery { external_ids: vec!["R-1".to_owned()], ..SupplyOrderQuery::default() },
        ] {
            assert_eq!(app.hub().orders().list(&two, query.clone()).await.expect("a list").total, 0, "{query:?}");
            assert_eq!(app.hub().orders().list(&one, query).await.expect("a list").total, 1);
        }
        for by in [
            OrderRef::Serial(order.serial),
            OrderRef::Id(order.order_id()),
            OrderRef::Id("shop2-1".to_owned()),
            OrderRef::External("R-1".to_owned()),
        ] {
            let wish = vec![CancelSupplyOrder { order: by, reason: String::new() }];
            let outcome = app.hub().orders().cancel(&two, wish).await.expect("an answer").remove(0);
            assert_eq!((outcome.order, outcome.problem), (None, Some(CancelProblem::NotFound)));
        }
        assert_eq!(app.hub().orders().get(hurt.id, order.serial).await.expect("there").status, SupplyStatus::New);
        app.run_jobs().await;
    }

    async fn two_wholesalers_know_nothing_of_each_other(app: TestApp) {
        let (one, two) = (add_wholesaler(&app, 1).await, wholesaler(2));
        app.hub().wholesalers().add(two.clone()).await.expect("new");
        app.hub().wholesalers().set_dropshipping_key(two.id, &crossdock_testkit::wholesale::KEY.into()).await.expect("set");
        add_account(&app, two.id, "shop1", "standard").await;
        let (mine, theirs) = (caller(&app, &one, "shop1").await, caller(&app, &two, "shop1").await);
        let seen = app.hub().stock().availability(&theirs, vec![pieces("1-S", 1), pieces("5900000000011", 1)]).await.expect("an answer");
        assert!(seen.lines.iter().all(|line| line.fault == Some(LineFault::UnknownCode)));
        let refused = app.hub().ordering().place(&theirs, order_of(vec![pieces("1-S", 1)])).await;
        assert_eq!(line_faults(refused), [Some(LineFault::UnknownCode)]);
        let order = app.hub().ordering().place(&mine, order_of(vec![pieces("1-S", 2)])).await.expect("placed").order;
        let staff = SupplyActor::Staff("x".to_owned());
        let moved = SetSupplyStatus {
            wholesaler: two.id,
            serial: order.serial,
            to: SupplyStatus::Cancelled,
            actor: staff.clone(),
            reason: String::new(),
        };
        assert!(matches!(fault(app.hub().orders().set_status(moved).await), OrderError::OrderNotFound));
        assert!(matches!(fault(app.hub().orders().get(two.id, order.serial).await), OrderError::OrderNotFound));
        assert!(matches!(fault(app.hub().orders().history(two.id, order.serial).await), OrderError::OrderNotFound));
        let parcel = app.hub().orders().remove_parcel(two.id, order.serial, staff.clone(), ParcelId(1)).await;
        assert!(matches!(fault(parcel), OrderError::OrderNotFound));
        assert_eq!(app.hub().orders().search(two.id, StaffOrderQuery::default()).await.expect("a list").total, 0);
        assert!(app.hub().catalogue().product(two.id, ProductId(1)).await.is_err());
        assert!(app.hub().couriers().all(two.id).await.expect("a list").is_empty());
        assert_eq!(app.hub().couriers().pickup_points(two.id, POINTS, Page::FIRST).await.expect("a list").total, 0);
        assert!(app.hub().stock().reservations(two.id, super::variant("1-S")).await.expect("a list").is_empty());
        assert!(app.hub().stock().warehouses(two.id).await.expect("a list").is_empty());
        assert_eq!(stock_of(&app, one.id, "1-S").await, (10, 2));
        // The same codes and numbers are free at the other one.
        let goods = vec![product("shirt", vec![size("S", "5900000000011", 100)])];
        app.hub().catalogue().upsert(two.id, goods).await.expect("stored");
        let price = |product: crossdock_domain::wholesale::Product| product.sizes[0].prices[0].steps[0].net;
        assert_eq!(price(app.hub().catalogue().product(two.id, ProductId(1)).await.expect("theirs")), 100);
        assert_eq!(price(app.hub().catalogue().product(one.id, ProductId(1)).await.expect("mine")), 5000);
        assert_eq!(Quantity::pieces(2), order.document.lines[0].quantity);
        assert_eq!(order.serial, OrderSerial(1));
        app.run_jobs().await;
    }

    async fn nothing_is_made_for_a_wholesaler_that_is_not_there(app: TestApp) {
        let nobody = WholesalerId::new(7).expect("id");
        assert!(app.hub().accounts().list(nobody).await.is_err());
        assert!(app.hub().catalogue().upsert(nobody, vec![product("x", vec![size("S", "1", 1)])]).await.is_err());
        assert!(app.hub().wholesalers().set_dropshipping_key(nobody, &"a long enough key".into()).await.is_err());
        assert!(app.hub().wholesalers().update(wholesaler(7)).await.is_err());
    }
}
