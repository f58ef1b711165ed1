//! What only staff and their programs do: logins of applications, recipients of shops, delivery times.

use crossdock_app::hub::tenants::admin_keys::login::{NewLogin, Proof};
use crossdock_app::hub::tenants::admin_keys::{AdminCaller, NewAdminKey};
use crossdock_app::hub::tenants::login::system_key;
use crossdock_app::hub::{
    AdminAccessError, GoodsError, LeadTime, LineFault, Page, RecipientProblem, RequestedGoods, TenantError,
    UnknownEntity,
};
use std::net::{IpAddr, Ipv4Addr};

use crossdock_domain::admin_api::{AdminKey, Permission, Scope};
use crossdock_domain::clock::Zone;
use crossdock_domain::wholesale::{HandlingTime, OpeningHours, RecipientId, WarehouseId, Wholesaler, WholesalerId};
use crossdock_testkit::wholesale::{
    INNER, MAIN, SECOND, add_account, add_wholesaler, caller, order_of, pieces, recipient,
};
use crossdock_testkit::{TestApp, on_both_engines};
use secrecy::SecretString;

use super::fault;

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A key with this login; the password's inner SHA-1 is not that of the shops.
async fn add_login(
    app: &TestApp,
    wholesaler: WholesalerId,
    login: &str,
    password: &str,
) -> Result<AdminKey, TenantError> {
    let key = NewAdminKey {
        wholesaler,
        name: "ERP".to_owned(),
        permissions: [(Scope::Orders, Permission::Write)].into(),
        expires_at: None,
        key: None,
    };
    let login = NewLogin { login: login.to_owned(), password: SecretString::from(password) };
    app.hub().admin_keys().add_with_login(key, Some(login)).await.map(|(key, _)| key)
}

async fn by_password(
    app: &TestApp,
    wholesaler: WholesalerId,
    login: &str,
    password: &str,
) -> Result<AdminCaller, AdminAccessError> {
    app.hub()
        .admin_keys()
        .caller_by_login(wholesaler, login, &Proof::Password(SecretString::from(password)), CLIENT)
        .await
}

fn wanted(code: &str, quantity: i64) -> RequestedGoods {
    RequestedGoods { code: code.to_owned(), quantity: quantity.into() }
}

on_both_engines! {
    async fn a_login_opens_its_own_wholesaler_until_its_key_is_revoked(app: TestApp) {
        let (one, two) = (add_wholesaler(&app, 1).await, add_wholesaler(&app, 2).await);
        let key = add_login(&app, one.id, "erp", "a long password").await.expect("new");
        assert_eq!(key.login.as_deref(), Some("erp"));
        assert_eq!(app.hub().admin_keys().list(one.id).await.expect("a list"), std::slice::from_ref(&key));
        let found = by_password(&app, one.id, "erp", "a long password").await.expect("proved");
        assert_eq!((found.id(), found.key_id()), (one.id, key.id));
        let wrong = fault(by_password(&app, one.id, "erp", "another password").await);
        assert!(matches!(wrong, AdminAccessError::LoginFailed { .. }));
        let wrong = format!("{wrong:?}");
        assert_eq!(format!("{:?}", fault(by_password(&app, one.id, "nobody", "a long password").await)), wrong);
        assert_eq!(format!("{:?}", fault(by_password(&app, two.id, "erp", "a long password").await)), wrong);
        let token = app.hub().admin_keys().token(&found).token;
        app.hub().admin_keys().caller(&token, CLIENT).await.expect("it stands for the key");
        app.hub().admin_keys().revoke(one.id, key.id).await.expect("revoked");
        assert_eq!(format!("{:?}", fault(by_password(&app, one.id, "erp", "a long password").await)), wrong);
        assert_eq!(format!("{:?}", fault(app.hub().admin_keys().caller(&token, CLIENT).await)), wrong);
        add_login(&app, one.id, "erp", "a newer password").await.expect("the login is free again");
    }

    async fn no_login_belongs_to_an_application_and_to_a_shop(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        for (login, password) in
            [("", "a long password"), ("a b", "a long password"), ("OAuth_authorization", "a long password"), ("erp", "short")]
        {
            assert!(matches!(fault(add_login(&app, hurt.id, login, password).await), TenantError::Refused(_)));
        }
        assert!(matches!(fault(add_login(&app, hurt.id, "shop1", "a long password").await), TenantError::Exists(_)));
        assert_eq!(app.hub().admin_keys().list(hurt.id).await.expect("a list"), [], "nothing of a refused key stays");
        add_login(&app, hurt.id, "erp", "a long password").await.expect("new");
        assert!(matches!(fault(add_login(&app, hurt.id, "erp", "a long password").await), TenantError::Exists(_)));
        assert_eq!(app.hub().admin_keys().list(hurt.id).await.expect("a list").len(), 1);
        let mut shop = add_account(&app, hurt.id, "shop2", "gold").await;
        shop.login = "erp".to_owned();
        assert!(matches!(fault(app.hub().accounts().update(hurt.id, shop).await), TenantError::Exists(_)));
        // A shop's key of the day is none of an application, and the other way round.
        let day = hurt.settings.time_zone.compact_day(app.now());
        let shops = Proof::DailyKey(SecretString::from(system_key(&day, INNER)));
        for login in ["shop1", "erp"] {
            let refused = fault(app.hub().admin_keys().caller_by_login(hurt.id, login, &shops, CLIENT).await);
            assert!(matches!(refused, AdminAccessError::LoginFailed { .. }), "{login}");
        }
    }

    async fn forgotten_recipients_are_gone_and_orders_keep_their_address(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let other = add_account(&app, hurt.id, "shop2", "gold").await;
        let shop = caller(&app, &hurt, "shop1").await;
        let stored = app.hub().recipients().add(&shop, vec![recipient(), recipient()]).await.expect("stored");
        let ids: Vec<RecipientId> = stored.into_iter().map(|id| id.expect("good")).collect();
        let mut order = order_of(vec![pieces("1-S", 1)]);
        order.deliver_to = crossdock_app::hub::DeliveryTo::Stored(ids[0]);
        let order = app.hub().ordering().place(&shop, order).await.expect("placed").order;
        let staff = app.hub().access().caller_for_staff(hurt.id, other.id, "eng").await.expect("may order");
        let theirs = app.hub().recipients().remove(&staff, ids.clone()).await.expect("asked");
        assert_eq!(theirs, [Err(RecipientProblem::NotFound), Err(RecipientProblem::NotFound)]);
        let staff = app.hub().access().caller_for_staff(hurt.id, shop.account().id, "eng").await.expect("may order");
        let gone = app.hub().recipients().remove(&staff, vec![ids[0], RecipientId(99), ids[0]]).await.expect("asked");
        assert_eq!(gone, [Ok(ids[0]), Err(RecipientProblem::NotFound), Err(RecipientProblem::NotFound)]);
        let left = app.hub().recipients().list(&shop, Vec::new(), Page::FIRST).await.expect("a list");
        assert_eq!(left.items.iter().map(|one| one.id).collect::<Vec<_>>(), [ids[1]]);
        let kept = app.hub().orders().get(hurt.id, order.serial).await.expect("there");
        assert_eq!(kept.delivery.address, recipient().tidy());
        app.run_jobs().await;
    }

    async fn delivery_times_follow_stock_preparation_and_opening_hours(app: TestApp) {
        let mut hurt = add_wholesaler(&app, 1).await;
        let hours = |weekday| OpeningHours { weekday, opening: "08:00".to_owned(), closing: "16:00".to_owned() };
        hurt.settings.opening_hours = (1..=5).map(hours).collect();
        hurt.settings.prepare_time = HandlingTime { days: 0, hours: 4 };
        // A Friday afternoon.
        app.advance_to(Zone::warsaw().read("2026-11-20 13:00:00").expect("a moment"));
        let ask = async |hurt: &Wholesaler, at: Option<WarehouseId>, wanted: Vec<RequestedGoods>| {
            app.hub().stock().delivery_times(hurt, at, wanted).await.expect("an answer")
        };
        // Ready at 17:00, so it leaves on Monday at 8:00.
        let monday = Ok(LeadTime { days: 2, hours: 19 });
        let times = ask(&hurt, None, vec![wanted("1-S", 6), wanted("1-S", 5), wanted("9-S", 1), wanted("1-M", 0)]).await;
        let faults = [LineFault::NotEnough, LineFault::UnknownCode, LineFault::BadQuantity].map(Err);
        assert_eq!(times, [[monday].as_slice(), &faults].concat());
        hurt.settings.prepare_time = HandlingTime { days: 0, hours: 3 };
        assert_eq!(ask(&hurt, Some(MAIN), vec![wanted("1-S", 1)]).await, [monday], "closing is not open");
        hurt.settings.prepare_time = HandlingTime { days: 0, hours: 2 };
        let today = Ok(LeadTime { days: 0, hours: 2 });
        assert_eq!(ask(&hurt, Some(MAIN), vec![wanted("1-S", 1)]).await, [today]);
        assert_eq!(ask(&hurt, Some(SECOND), vec![wanted("1-S", 1)]).await, [Err(LineFault::NotEnough)]);
        // A set is ready when its parts are: five mugs make two kits, whose shirts lie beside them.
        let kits = ask(&hurt, None, vec![wanted("3-uniw", 2), wanted("3-uniw", 1)]).await;
        assert_eq!(kits, [today, Err(LineFault::NotEnough)]);
        let nowhere = app.hub().stock().delivery_times(&hurt, Some(WarehouseId(9)), vec![wanted("1-S", 1)]).await;
        assert!(matches!(fault(nowhere), GoodsError::NotFound(UnknownEntity::Warehouse)));
    }
}
