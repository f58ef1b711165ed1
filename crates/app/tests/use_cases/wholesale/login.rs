//! Logging in at a gate, sessions, and the checks before every gate.

use crossdock_app::hub::tenants::login::system_key;
use crossdock_app::hub::{AccessError, GateLogin, TenantError, WholesalerRef};
use std::net::{IpAddr, Ipv4Addr};

use crossdock_domain::clock::{Span, Zone};
use crossdock_domain::wholesale::WholesalerId;
use crossdock_testkit::wholesale::{INNER, add_account, add_wholesaler, caller, keys, log_in, wholesaler};
use crossdock_testkit::{TestApp, on_both_engines};
use secrecy::{ExposeSecret as _, SecretString};

use super::fault;

async fn with_key(app: &TestApp, login: &str, key: &str) -> Result<SecretString, AccessError> {
    let login = GateLogin {
        wholesaler: WholesalerId::new(1).expect("id"),
        login: login.to_owned(),
        system_key: SecretString::from(key),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    app.hub().access().login(login).await.map(|session| session.session_key)
}

on_both_engines! {
    async fn a_session_key_is_forty_digits_good_for_fifteen_minutes_from_its_issue(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let session = log_in(&app, &hurt, "shop1").await.expect("logs in");
        let digits = session.expose_secret();
        assert!(digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{digits}");
        app.advance(Span::minutes(10));
        let second = log_in(&app, &hurt, "shop1").await.expect("logs in again");
        let asked = app.hub().access().caller(keys(hurt.id, &session)).await.expect("the first session lives on");
        assert_eq!(asked.account().login, "shop1");
        app.advance(Span::minutes(5));
        assert!(matches!(fault(app.hub().access().caller(keys(hurt.id, &session)).await), AccessError::SessionInvalid));
        app.hub().access().caller(keys(hurt.id, &second)).await.expect("the second is younger");
    }

    async fn the_key_of_the_neighbouring_day_counts_near_midnight(app: TestApp) {
        let _ = add_wholesaler(&app, 1).await;
        let at = |text: &str| Zone::warsaw().read(text).expect(text);
        let key = system_key("20261121", INNER);
        for (moment, good) in [
            ("2026-11-21 00:00:00", true),
            ("2026-11-22 01:59:00", true),
            ("2026-11-22 02:01:00", false),
            ("2026-11-20 22:30:00", true),
            ("2026-11-20 21:30:00", false),
        ] {
            app.advance_to(at(moment));
            assert_eq!(with_key(&app, "shop1", &key).await.is_ok(), good, "{moment}");
        }
        app.advance_to(at("2026-11-21 12:00:00"));
        with_key(&app, "shop1", &key.to_uppercase()).await.expect("upper case is the same");
    }

    async fn unknown_login_wrong_key_and_blocked_account_are_told_alike(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let good = system_key(&hurt.settings.time_zone.compact_day(app.now()), INNER);
        let first = fault(with_key(&app, "nobody", &good).await);
        assert!(matches!(first, AccessError::LoginFailed { .. }));
        let first = format!("{first:?}");
        assert_eq!(format!("{:?}", fault(with_key(&app, "shop1", "00").await)), first);
        let session = with_key(&app, "shop1", &good).await.expect("logs in");
        let mut account = app.hub().accounts().by_login(hurt.id, "shop1").await.expect("is there");
        account.blocked = true;
        app.hub().accounts().update(hurt.id, account.clone()).await.expect("changed");
        assert_eq!(format!("{:?}", fault(with_key(&app, "shop1", &good).await)), first);
        assert!(matches!(fault(app.hub().access().caller(keys(hurt.id, &session)).await), AccessError::SessionInvalid));
        account.blocked = false;
        app.hub().accounts().update(hurt.id, account.clone()).await.expect("changed");
        app.hub().accounts().set_password(hurt.id, account.id, &SecretString::from("another password")).await.expect("changed");
        assert_eq!(format!("{:?}", fault(with_key(&app, "shop1", &good).await)), first, "the old password is gone");
    }

    async fn session_then_key_then_switch_are_checked_in_this_order(app: TestApp) {
        let mut hurt = add_wholesaler(&app, 1).await;
        let session = log_in(&app, &hurt, "shop1").await.expect("logs in");
        hurt.settings.dropshipping = false;
        app.hub().wholesalers().update(hurt.clone()).await.expect("changed");
        let mut all = keys(hurt.id, &session);
        assert!(matches!(fault(app.hub().access().caller(all.clone()).await), AccessError::SwitchedOff));
        all.dropshipping_key = Some(SecretString::from("a wrong dropshipping key"));
        assert!(matches!(fault(app.hub().access().caller(all.clone()).await), AccessError::DropshippingKeyInvalid));
        all.dropshipping_key = None;
        assert!(matches!(fault(app.hub().access().caller(all.clone()).await), AccessError::DropshippingKeyInvalid));
        all.session_key = Some(SecretString::from("0".repeat(40)));
        assert!(matches!(fault(app.hub().access().caller(all.clone()).await), AccessError::SessionInvalid));
        all.session_key = None;
        assert!(matches!(fault(app.hub().access().caller(all).await), AccessError::SessionInvalid));
        hurt.settings.dropshipping = true;
        app.hub().wholesalers().update(hurt.clone()).await.expect("changed");
        let mut account = app.hub().accounts().by_login(hurt.id, "shop1").await.expect("is there");
        account.profile.dropshipping = false;
        app.hub().accounts().update(hurt.id, account).await.expect("changed");
        assert!(matches!(fault(app.hub().access().caller(keys(hurt.id, &session)).await), AccessError::SwitchedOff));
    }

    async fn a_session_counts_at_its_own_wholesaler_only(app: TestApp) {
        let (one, two) = (add_wholesaler(&app, 1).await, add_wholesaler(&app, 2).await);
        let session = log_in(&app, &one, "shop1").await.expect("logs in");
        app.hub().access().caller(keys(one.id, &session)).await.expect("its own");
        assert!(matches!(fault(app.hub().access().caller(keys(two.id, &session)).await), AccessError::SessionInvalid));
    }

    async fn a_wholesaler_is_found_by_number_and_by_host(app: TestApp) {
        let one = add_wholesaler(&app, 1).await;
        let by_host = |host: &str| WholesalerRef::Host(host.to_owned());
        let found = app.hub().wholesalers().find(&by_host("anything.example")).await.expect("read").expect("the only one");
        assert_eq!(found.id, one.id);
        app.hub().wholesalers().add(wholesaler(2)).await.expect("new");
        assert_eq!(app.hub().wholesalers().find(&by_host("HURT2.example:8080")).await.expect("read").expect("by host").id.get(), 2);
        assert_eq!(app.hub().wholesalers().find(&by_host("anything.example")).await.expect("read"), None);
        assert_eq!(app.hub().wholesalers().find(&WholesalerRef::Id(one.id)).await.expect("read").expect("by id").name, "Hurt 1");
        let nobody = WholesalerRef::Id(WholesalerId::new(3).expect("id"));
        assert_eq!(app.hub().wholesalers().find(&nobody).await.expect("read"), None);
        assert!(matches!(fault(app.hub().wholesalers().add(wholesaler(2)).await), TenantError::Exists(_)));
    }

    async fn supplier_data_needs_the_dropshipping_key_alone(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let key = SecretString::from(crossdock_testkit::wholesale::KEY);
        assert_eq!(app.hub().access().check_dropshipping_key(hurt.id, Some(&key)).await.expect("known").name, "Hurt 1");
        let wrong = app.hub().access().check_dropshipping_key(hurt.id, None).await;
        assert!(matches!(fault(wrong), AccessError::DropshippingKeyInvalid));
        app.hub().wholesalers().set_dropshipping_key(hurt.id, &SecretString::from("a new dropshipping key")).await.expect("changed");
        let old = app.hub().access().check_dropshipping_key(hurt.id, Some(&key)).await;
        assert!(matches!(fault(old), AccessError::DropshippingKeyInvalid));
    }

    async fn logins_are_unique_and_passwords_not_short(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let second = add_account(&app, hurt.id, "shop2", "gold").await;
        assert_eq!(second.id.0, 2);
        let mut renamed = second.clone();
        renamed.login = "shop1".to_owned();
        assert!(matches!(fault(app.hub().accounts().update(hurt.id, renamed).await), TenantError::Exists(_)));
        let short = app.hub().accounts().set_password(hurt.id, second.id, &SecretString::from("short")).await;
        assert!(matches!(fault(short), TenantError::Refused(_)));
        assert_eq!(caller(&app, &hurt, "shop2").await.account().price_group, "gold");
        let logins: Vec<_> = app.hub().accounts().list(hurt.id).await.expect("a list").into_iter().map(|a| a.login).collect();
        assert_eq!(logins, ["shop1", "shop2"]);
    }
}
