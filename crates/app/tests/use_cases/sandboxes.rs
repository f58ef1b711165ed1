//! Sandboxes: made with everything, answered like any wholesaler, limited, and gone without a trace.

use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::tenants::login::system_key;
use crossdock_app::hub::tenants::sample;
use crossdock_app::hub::tenants::sandbox::{NewSandbox, Sandbox, SandboxAccess, SandboxRules, State};
use crossdock_app::hub::{
    AccessError, AdminAccessError, AttachmentInput, Caller, GateKeys, GateLogin, GoodsError, NewParcel, OrderingError,
    ProductRef, SandboxError, SandboxLimit, SetSupplyStatus, StaffAccessError, WholesalerRef,
};
use crossdock_app::platform::webhook::NewEndpoint;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use crossdock_db::removal::{OWNER_TABLES, WHOLESALER_TABLES};
use crossdock_db::wholesalers::WholesalerRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::webhook::{ContentType, Method, Owner, WebhookEvent};
use crossdock_domain::wholesale::{ProductId, SupplyActor, SupplyStatus, WholesalerId};
use crossdock_testkit::wholesale::{add_wholesaler, order_of, pieces, product, recipient, size, wholesaler};
use crossdock_testkit::{Builder, TestApp, on_both_engines};
use secrecy::SecretString;

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

fn wanted(email: &str) -> NewSandbox {
    NewSandbox { name: "Ada".to_owned(), email: email.to_owned(), client: Some(CLIENT), days: None, mails: false }
}

/// What staff make.
fn vouched(email: &str) -> NewSandbox {
    NewSandbox { client: None, mails: true, ..wanted(email) }
}

async fn register(app: &TestApp, wanted: NewSandbox) -> SandboxAccess {
    app.hub().sandboxes().register(wanted).await.expect("a sandbox")
}

fn fault<T: std::fmt::Debug, E>(answer: Result<T, E>) -> E {
    answer.expect_err("it is refused")
}

async fn log_in(app: &TestApp, access: &SandboxAccess, system_key: &str) -> Result<SecretString, AccessError> {
    let login = GateLogin {
        wholesaler: access.wholesaler,
        login: access.login.clone(),
        system_key: SecretString::from(system_key),
        client: CLIENT,
    };
    app.hub().access().login(login).await.map(|session| session.session_key)
}

fn keys(access: &SandboxAccess, session: &SecretString) -> GateKeys {
    GateKeys {
        wholesaler: access.wholesaler,
        session_key: Some(session.clone()),
        dropshipping_key: Some(SecretString::from(access.dropshipping_key.as_str())),
        language: "eng".to_owned(),
    }
}

async fn caller(app: &TestApp, access: &SandboxAccess) -> Caller {
    let session = log_in(app, access, &todays_key(app, access)).await.expect("logs in");
    app.hub().access().caller(keys(access, &session)).await.expect("the keys are good")
}

/// `systemKey` of this day.
fn todays_key(app: &TestApp, access: &SandboxAccess) -> String {
    use sha1::{Digest as _, Sha1};
    use std::fmt::Write as _;
    let inner = Sha1::digest(access.password.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    });
    system_key(&sample::settings().time_zone.compact_day(app.now()), &inner)
}

async fn admin(app: &TestApp, access: &SandboxAccess) -> Result<AdminCaller, AdminAccessError> {
    app.hub().admin_keys().caller(&SecretString::from(access.admin_key.as_str()), CLIENT).await
}

/// An order with a file, sent with a number, heard of by a webhook and by mail; a full basket, a recipient, goods put aside.
async fn live(app: &TestApp, access: &SandboxAccess) {
    let id = access.wholesaler;
    let endpoint = NewEndpoint {
        owner: Owner::Wholesaler(id),
        account: None,
        events: WebhookEvent::ALL.to_vec(),
        url: "https://shop.example/hook".to_owned(),
        method: Method::Post,
        content_type: ContentType::Json,
        headers: Vec::new(),
        body: None,
        secret: None,
    };
    app.webhooks().add(endpoint).await.expect("a webhook");
    let caller = caller(app, access).await;
    let file = AttachmentInput { name: "note.txt".to_owned(), contents: b"hello".to_vec() };
    let lines = vec![ProductRef { attachments: vec![file], ..pieces("1-M", 1) }];
    let order = app.hub().ordering().place(&caller, order_of(lines)).await.expect("placed").order;
    app.hub().baskets().add(&caller, vec![pieces("2-M", 1)]).await.expect("in the basket");
    app.hub().recipients().add(&caller, vec![recipient()]).await.expect("a recipient");
    let variant = "3-M".parse().expect("a size");
    app.hub()
        .stock()
        .reserve(id, variant, 1.into(), None, app.now() + Span::days(30), String::new())
        .await
        .expect("put aside");
    let staff = admin(app, access).await.expect("the key is good");
    let audit = app.hub().admin_keys().begin_audit(&staff, "orders/orders", "", None).await.expect("noted");
    app.hub().admin_keys().end_audit(&staff, audit, 200).await.expect("noted");
    let parcel = NewParcel { shipping_number: "XY1".to_owned(), ..NewParcel::default() };
    app.hub()
        .orders()
        .add_parcels(id, order.serial, SupplyActor::Staff("ada".to_owned()), vec![parcel])
        .await
        .expect("a parcel");
    let done = SetSupplyStatus {
        wholesaler: id,
        serial: order.serial,
        to: SupplyStatus::Finished,
        actor: SupplyActor::Staff("ada".to_owned()),
        reason: String::new(),
    };
    app.hub().orders().set_status(done).await.expect("sent");
    app.run_jobs().await;
}

/// What a crash in the middle of building leaves.
struct HalfBuilt(i64, Timestamp);

impl Operation for HalfBuilt {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let mut wholesaler = wholesaler(self.0);
        wholesaler.domain = None;
        let row = Sandbox {
            wholesaler: wholesaler.id,
            state: State::Building,
            name: "Ada".to_owned(),
            email: "ada@dev.example".to_owned(),
            client: None,
            mails: false,
            created_at: self.1,
            expires_at: self.1 + Span::minutes(10),
        };
        tx.insert_wholesaler(&WholesalerRow { wholesaler, key_hash: None, sandbox_until: None }, self.1).await?;
        tx.insert_sandbox(&row).await
    }
}

on_both_engines! {
    async fn a_sandbox_opens_with_every_key_and_answers_like_any_wholesaler(app: TestApp) {
        let access = register(&app, wanted("ada@dev.example")).await;
        assert!(access.wholesaler.get() >= 900_000_000);
        assert_eq!(access.expires_at, app.now() + Span::days(14));
        assert_eq!(access.system_key, todays_key(&app, &access));
        let session = log_in(&app, &access, &access.system_key).await.expect("logs in");
        let caller = app.hub().access().caller(keys(&access, &session)).await.expect("the keys are good");
        let asked = app.hub().stock().availability(&caller, vec![pieces("1-M", 1), pieces("20-uniw", 1)]).await.expect("an answer");
        assert!(asked.lines.iter().all(|line| line.fault.is_none()), "{asked:?}");
        let placed = app.hub().ordering().place(&caller, order_of(vec![pieces("1-M", 2)])).await.expect("placed");
        assert_eq!(placed.order.document.lines.len(), 1);
        assert_eq!(admin(&app, &access).await.expect("good").id(), access.wholesaler);
        let reader = app.hub().feeds().reader(&SecretString::from(access.feed_token.as_str())).await.expect("read").expect("good");
        assert_eq!(reader.account().login, "shop1");
        assert_eq!(app.hub().catalogue().products(access.wholesaler, ProductId(0), None, 500).await.map(|all| all.len()).expect("read"), 200);
        app.run_jobs().await;
        assert!(app.mailbox().mails().is_empty(), "nobody has proved the address");
    }

    async fn an_expired_sandbox_refuses_keys_and_sessions_alike(app: TestApp) {
        let access = register(&app, wanted("ada@dev.example")).await;
        app.advance(Span::minutes(14 * 24 * 60 - 1));
        let session = log_in(&app, &access, &todays_key(&app, &access)).await.expect("still open");
        app.hub().access().caller(keys(&access, &session)).await.expect("still open");
        app.advance(Span::minutes(1));
        assert!(matches!(fault(app.hub().access().caller(keys(&access, &session)).await), AccessError::SwitchedOff));
        assert!(matches!(fault(log_in(&app, &access, &todays_key(&app, &access)).await), AccessError::SwitchedOff));
        assert!(matches!(fault(log_in(&app, &access, "guess").await), AccessError::LoginFailed { .. }));
        let key = SecretString::from(access.dropshipping_key.as_str());
        let asked = app.hub().access().check_dropshipping_key(access.wholesaler, Some(&key)).await;
        assert!(matches!(fault(asked), AccessError::SwitchedOff));
        assert!(matches!(fault(admin(&app, &access).await), AdminAccessError::LoginFailed { .. }));
        let token = SecretString::from(access.feed_token.as_str());
        assert_eq!(app.hub().feeds().reader(&token).await.expect("read"), None);

        assert_eq!(app.hub().sandboxes().extend(access.wholesaler, 3).await.expect("extended"), app.now() + Span::days(3));
        caller(&app, &access).await;
        admin(&app, &access).await.expect("good again");
    }

    async fn an_expired_sandbox_goes_without_a_trace_and_spares_the_others(app: TestApp) {
        let real = add_wholesaler(&app, 1).await;
        let going = register(&app, vouched("ada@dev.example")).await;
        let staying = register(&app, NewSandbox { days: Some(60), ..vouched("bob@dev.example") }).await;
        live(&app, &going).await;
        live(&app, &staying).await;
        let (gone, kept) = (going.wholesaler.to_string(), staying.wholesaler.to_string());
        let before: BTreeSet<String> = app.rows_naming(&gone).await.into_keys().collect();
        let every = WHOLESALER_TABLES.iter().chain(OWNER_TABLES).chain(&["wholesalers", "jobs"]);
        let missing: Vec<_> = every.filter(|table| !before.contains(**table)).collect();
        assert!(missing.is_empty(), "the test has nothing to delete in {missing:?}");
        let spared = app.rows_naming(&kept).await;

        app.advance(Span::days(14));
        assert!(app.housekeeping().await.expect("it runs") > 2_000);
        let left = app.rows_naming(&gone).await;
        assert!(left.is_empty(), "{left:?}");
        let mut after = app.rows_naming(&kept).await;
        // Housekeeping forgets sessions and finished jobs of everybody.
        for (table, rows) in spared {
            if !["gate_sessions", "jobs"].contains(&table.as_str()) {
                assert_eq!(after.remove(&table), Some(rows), "{table}");
            }
        }
        assert_eq!(app.hub().catalogue().products(real.id, ProductId(0), None, 10).await.expect("read").len(), 3);
        assert_eq!(app.hub().sandboxes().list().await.expect("a list").len(), 1);
        assert!(matches!(fault(app.hub().sandboxes().extend(going.wholesaler, 1).await), SandboxError::NotFound));
    }

    async fn staff_remove_a_sandbox_at_once_and_nothing_else(app: TestApp) {
        let real = add_wholesaler(&app, 1).await;
        let access = register(&app, wanted("ada@dev.example")).await;
        assert!(matches!(fault(app.hub().sandboxes().remove(real.id).await), SandboxError::NotFound));
        assert!(app.hub().sandboxes().remove(access.wholesaler).await.expect("removed") > 1_000);
        assert!(app.rows_naming(&access.wholesaler.to_string()).await.is_empty());
        assert!(matches!(fault(app.hub().sandboxes().remove(access.wholesaler).await), SandboxError::NotFound));
        app.hub().wholesalers().find(&WholesalerRef::Id(real.id)).await.expect("read").expect("it stays");
    }

    async fn what_a_crash_left_half_built_was_never_open_and_goes(app: TestApp) {
        let id = WholesalerId::new(900_000_007).expect("an id");
        app.db().write(HalfBuilt(id.get(), app.now())).await.expect("written");
        let account = crossdock_testkit::wholesale::add_account(&app, id, "shop1", "standard").await;
        let key = SecretString::from("test-dropshipping-key");
        app.hub().wholesalers().set_dropshipping_key(id, &key).await.expect("set");
        assert!(matches!(fault(app.hub().access().check_dropshipping_key(id, Some(&key)).await), AccessError::SwitchedOff));
        assert!(matches!(fault(app.hub().access().caller_for_staff(id, account.id, "eng").await), StaffAccessError::SwitchedOff));
        assert!(matches!(fault(app.hub().sandboxes().extend(id, 1).await), SandboxError::NotFound));
        app.housekeeping().await.expect("it runs");
        assert_eq!(app.hub().sandboxes().list().await.expect("a list").len(), 1, "it may still be built");
        app.advance(Span::minutes(10));
        app.housekeeping().await.expect("it runs");
        assert!(app.rows_naming("900000007").await.is_empty());
    }

    async fn sandboxes_do_not_change_which_wholesaler_a_bare_address_means(app: TestApp) {
        let real = add_wholesaler(&app, 1).await;
        register(&app, wanted("ada@dev.example")).await;
        let found = app.hub().wholesalers().find(&WholesalerRef::Host("anything.example".to_owned())).await.expect("read").expect("the real one");
        assert_eq!(found.id, real.id);
    }

    async fn a_name_and_an_address_are_needed(app: TestApp) {
        for (bad, field) in [
            (NewSandbox { name: " \n".to_owned(), ..wanted("ada@dev.example") }, "name"),
            (NewSandbox { name: "x".repeat(101), ..wanted("ada@dev.example") }, "name"),
            (wanted("ada"), "email"),
            (wanted(&format!("{}@dev.example", "x".repeat(100))), "email"),
            (NewSandbox { days: Some(0), ..wanted("ada@dev.example") }, "days"),
        ] {
            let told = fault(app.hub().sandboxes().register(bad).await);
            assert!(matches!(told, SandboxError::Invalid { field: named, .. } if named == field), "{told:?}");
        }
        assert!(app.hub().sandboxes().list().await.expect("a list").is_empty());
        assert!(app.hub().wholesalers().list().await.expect("a list").is_empty());
        register(&app, NewSandbox { name: " Ada \u{7}\0 L ".to_owned(), ..wanted(" Ada@Dev.Example ") }).await;
        let row = app.hub().sandboxes().list().await.expect("a list").remove(0);
        assert_eq!((row.name.as_str(), row.email.as_str()), ("Ada L", "ada@dev.example"));
    }

    async fn mails_go_to_the_registered_address_and_nowhere_else(app: TestApp) {
        let access = register(&app, vouched("ada@dev.example")).await;
        let shop = caller(&app, &access).await;
        app.hub().ordering().place(&shop, order_of(vec![pieces("1-M", 1)])).await.expect("placed");
        app.run_jobs().await;
        let letters = app.mailbox().mails();
        assert_eq!(letters.iter().map(|letter| letter.recipient.as_str()).collect::<Vec<_>>(), ["ada@dev.example"]);
        let mut account = app.hub().accounts().by_login(access.wholesaler, "shop1").await.expect("there");
        account.profile.email = "victim@elsewhere.example".to_owned();
        app.hub().accounts().update(access.wholesaler, account).await.expect("changed");
        let shop = caller(&app, &access).await;
        app.hub().ordering().place(&shop, order_of(vec![pieces("1-M", 1)])).await.expect("placed");
        app.run_jobs().await;
        assert_eq!(app.mailbox().mails().len(), 1);
    }

    async fn a_sealed_access_opens_in_its_browser_for_ten_minutes(app: TestApp) {
        let access = register(&app, wanted("ada@dev.example")).await;
        let sealed = app.hub().sandboxes().seal_access(&access, "browser a");
        assert!(!sealed.contains(&access.password));
        assert_eq!(app.hub().sandboxes().open_access(&sealed, "browser a"), Some(access));
        assert_eq!(app.hub().sandboxes().open_access(&sealed, "browser b"), None);
        assert_eq!(app.hub().sandboxes().open_access("x1:AAAA", "browser a"), None);
        app.advance(Span::minutes(10));
        assert_eq!(app.hub().sandboxes().open_access(&sealed, "browser a"), None);
    }
}

fn tight(builder: Builder) -> Builder {
    builder.sandbox(SandboxRules {
        living: 3,
        per_address: 2,
        per_email: 1,
        orders_per_day: 2,
        products: 201,
        ..SandboxRules::default()
    })
}

on_both_engines!(
    with = tight,
    registering_has_limits_by_address_by_email_and_in_all,
    two_that_come_at_once_are_counted_one_after_the_other,
    a_sandbox_takes_so_many_orders_a_day_and_products,
);

async fn registering_has_limits_by_address_by_email_and_in_all(app: TestApp) {
    let limit = |answer: Result<SandboxAccess, SandboxError>| match fault(answer) {
        SandboxError::Limit(limit) => limit,
        other => panic!("{other:?}"),
    };
    register(&app, wanted("ada@dev.example")).await;
    assert_eq!(limit(app.hub().sandboxes().register(wanted("ADA@dev.example")).await), SandboxLimit::Email { max: 1 });
    register(&app, wanted("bob@dev.example")).await;
    assert_eq!(
        limit(app.hub().sandboxes().register(wanted("eve@dev.example")).await),
        SandboxLimit::Address { max: 2 }
    );
    register(&app, vouched("eve@dev.example")).await;
    assert_eq!(
        limit(app.hub().sandboxes().register(vouched("dan@dev.example")).await),
        SandboxLimit::Living { max: 3 }
    );
    assert_eq!(app.hub().wholesalers().list().await.expect("a list").len(), 3, "a refused one leaves nothing");
    app.advance(Span::days(14));
    register(&app, wanted("ada@dev.example")).await;
}

async fn two_that_come_at_once_are_counted_one_after_the_other(app: TestApp) {
    let one = |n: usize| {
        let app = app.app().clone();
        tokio::spawn(
            async move { app.hub().sandboxes().register(vouched(&format!("dev{n}@dev.example"))).await.is_ok() },
        )
    };
    let all: Vec<_> = (0..6).map(one).collect();
    let mut made = 0;
    for task in all {
        made += usize::from(task.await.expect("it ends"));
    }
    assert_eq!(made, 3);
}

async fn a_sandbox_takes_so_many_orders_a_day_and_products(app: TestApp) {
    let access = register(&app, wanted("ada@dev.example")).await;
    let shop = caller(&app, &access).await;
    let order = || order_of(vec![pieces("1-M", 1)]);
    app.hub().ordering().place(&shop, order()).await.expect("the first");
    app.advance(Span::hours(1));
    app.hub().ordering().place(&shop, order()).await.expect("the second");
    let told = fault(app.hub().ordering().place(&shop, order()).await);
    assert!(matches!(told, OrderingError::DailyOrders { max: 2, again_in } if again_in == Span::hours(23)));
    app.advance(Span::hours(23));
    let last = app.hub().ordering().place(&shop, order()).await.expect("the first is a day old");
    assert_eq!(last.order.serial.0, 3, "a refused order takes no number");
    app.run_jobs().await;

    let id = access.wholesaler;
    let extra = |n: i64| product(&format!("extra-{n}"), vec![size("uniw", &format!("590999999999{n}"), 1000)]);
    app.hub().catalogue().upsert(id, vec![extra(1)]).await.expect("the last that fits");
    let told = fault(app.hub().catalogue().upsert(id, vec![extra(2)]).await);
    assert!(matches!(told, GoodsError::ProductLimit { max: 201 }));
    app.hub().catalogue().upsert(id, vec![extra(1)]).await.expect("it is there already");
}
