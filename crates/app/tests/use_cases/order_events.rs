//! What shops hear of their supply orders: each number once, removals, mails on placing and on dispatch.

use crossdock_app::hub::NewAccount;
use crossdock_app::hub::orders::news;
use crossdock_app::platform::error::DbError;
use crossdock_app::platform::webhook::NewEndpoint;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::webhook::{ContentType, Method, WebhookEvent};
use crossdock_domain::wholesale::{
    AccountId, AccountProfile, CourierId, EventAccount, EventId, EventOrder, EventParcel, EventPayload, OrderSerial,
    ParcelId, SupplyEventKind, SupplyStatus, WholesalerId,
};
use crossdock_testkit::{TestApp, on_both_engines};
use secrecy::SecretString;
use serde_json::Value;

struct Publish {
    id: EventId,
    kind: SupplyEventKind,
    payload: EventPayload,
    at: Timestamp,
}

impl Operation for Publish {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        news::publish(tx, self.id, self.kind, &self.payload, &Zone::warsaw(), self.at).await
    }
}

fn parcel(id: i64, package: &str, shipping: &str) -> EventParcel {
    EventParcel {
        id: ParcelId(id),
        courier: CourierId(51),
        courier_name: "DPD".to_owned(),
        package_number: package.to_owned(),
        shipping_number: shipping.to_owned(),
        tracking_url: format!("https://tracking.example/{shipping}"),
    }
}

fn payload(serial: i64, status: SupplyStatus, parcels: &[EventParcel]) -> EventPayload {
    EventPayload {
        order: EventOrder {
            wholesaler: WholesalerId::new(7).expect("id"),
            id: format!("shop1-{serial}"),
            serial: OrderSerial(serial),
            external_id: Some("R-2026-991".to_owned()),
            status,
            dropshipping_status: String::new(),
            placed_at: Timestamp(0),
            dispatched_at: Some(Timestamp(1_795_269_730_000_000)),
            webhook_url: None,
            parcels: parcels.to_vec(),
        },
        account: EventAccount { id: AccountId(1), login: "shop1".to_owned(), email: "a@shop.example".to_owned() },
        from_status: None,
        parcel: None,
        parcel_before: None,
        without_mail: false,
    }
}

async fn happen(app: &TestApp, kind: SupplyEventKind, payload: EventPayload) {
    let id = EventId::new(app.now(), app.random());
    app.db().write(Publish { id, kind, payload, at: app.now() }).await.expect("written");
}

async fn listen(app: &TestApp) {
    let endpoint = NewEndpoint {
        owner: "wholesaler:7".parse().expect("owner"),
        account: None,
        events: WebhookEvent::ALL.to_vec(),
        url: "https://shop.example/hook".to_owned(),
        method: Method::Post,
        content_type: ContentType::Json,
        headers: Vec::new(),
        body: None,
        secret: None,
    };
    crate::support::wholesaler(app, 7).await;
    app.webhooks().add(endpoint).await.expect("good");
}

/// Events with the numbers they told, in the order of their names and numbers.
async fn heard(app: &TestApp) -> Vec<String> {
    app.run_jobs().await;
    let mut heard: Vec<String> = app
        .receiver()
        .calls()
        .iter()
        .map(|call| {
            let body: Value = serde_json::from_slice(&call.body).expect("JSON");
            let packages = body["packages"].as_array().expect("packages");
            let numbers: Vec<&str> = packages
                .iter()
                .map(|p| match p["deliveryShippingNumber"].as_str() {
                    Some("") | None => p["deliveryPackageNumber"].as_str().unwrap_or_default(),
                    Some(number) => number,
                })
                .collect();
            let event = body["event"].as_str().unwrap_or_default().trim_start_matches("dropshipping_").to_owned();
            format!("{event} {}: {}", body["orderSerialNumber"], numbers.join(","))
        })
        .collect();
    heard.sort();
    heard
}

on_both_engines! {
    async fn an_order_is_told_from_its_placing_to_its_dispatch(app: TestApp) {
        listen(&app).await;
        happen(&app, SupplyEventKind::OrderPlaced, payload(17, SupplyStatus::New, &[])).await;
        for status in [SupplyStatus::OnOrder, SupplyStatus::Packed, SupplyStatus::Ready] {
            happen(&app, SupplyEventKind::StatusChanged, payload(17, status, &[])).await;
        }
        let parcels = [parcel(1, "PN1", "SN1"), parcel(2, "PN2", "SN1"), parcel(3, "PN3", "")];
        happen(&app, SupplyEventKind::ParcelAdded, payload(17, SupplyStatus::Packed, &parcels)).await;
        happen(&app, SupplyEventKind::StatusChanged, payload(17, SupplyStatus::Finished, &parcels)).await;
        assert_eq!(
            heard(&app).await,
            ["order_confirmed 17: ", "order_packed 17: ", "order_placed 17: ", "order_sent 17: SN1,SN1,PN3"]
        );
        let sent = app.receiver().calls().into_iter().find(|call| call.body.windows(4).any(|w| w == b"sent"));
        let body: Value = serde_json::from_slice(&sent.expect("told").body).expect("JSON");
        assert_eq!(body["dispatchDate"], "2026-11-21 15:02:10", "the wholesaler's wall clock");
        assert_eq!((&body["orderId"], &body["orderExternalId"]), (&"shop1-17".into(), &"R-2026-991".into()));
        let mails: Vec<_> = app.mailbox().mails().into_iter().map(|mail| (mail.template, mail.recipient)).collect();
        let to = || "a@shop.example".to_owned();
        assert_eq!(mails.len(), 2);
        assert!(mails.contains(&("order-placed".to_owned(), to())) && mails.contains(&("order-sent".to_owned(), to())));
    }

    async fn a_number_is_told_once_for_an_order_however_often_that_is_finished(app: TestApp) {
        listen(&app).await;
        let (one, two) = (parcel(1, "", "SN1"), parcel(2, "", "SN2"));
        happen(&app, SupplyEventKind::StatusChanged, payload(17, SupplyStatus::Finished, std::slice::from_ref(&one))).await;
        happen(&app, SupplyEventKind::StatusChanged, payload(17, SupplyStatus::Finished, std::slice::from_ref(&one))).await;
        // A number of an order that is finished already.
        happen(&app, SupplyEventKind::ParcelAdded, payload(17, SupplyStatus::Finished, &[one.clone(), two.clone()])).await;
        // The same number on another order is another matter.
        happen(&app, SupplyEventKind::StatusChanged, payload(18, SupplyStatus::Finished, &[one])).await;
        assert_eq!(heard(&app).await, ["order_sent 17: SN1", "order_sent 17: SN2", "order_sent 18: SN1"]);
        assert_eq!(app.mailbox().mails().len(), 2, "one mail on dispatch of each order");
    }

    async fn without_a_number_nothing_is_sent(app: TestApp) {
        listen(&app).await;
        happen(&app, SupplyEventKind::StatusChanged, payload(17, SupplyStatus::Finished, &[])).await;
        happen(&app, SupplyEventKind::ParcelAdded, payload(17, SupplyStatus::Finished, &[parcel(1, "", "")])).await;
        assert_eq!(heard(&app).await, [""; 0]);
        assert_eq!(app.mailbox().mails(), []);
    }

    async fn a_removed_number_is_told_and_may_be_told_again_when_it_comes_back(app: TestApp) {
        listen(&app).await;
        let (one, two) = (parcel(1, "", "SN1"), parcel(2, "PN2", "SN2"));
        happen(&app, SupplyEventKind::StatusChanged, payload(17, SupplyStatus::Finished, std::slice::from_ref(&one))).await;
        let gone = EventPayload { parcel: Some(one.clone()), ..payload(17, SupplyStatus::Finished, &[]) };
        happen(&app, SupplyEventKind::ParcelRemoved, gone).await;
        happen(&app, SupplyEventKind::ParcelAdded, payload(17, SupplyStatus::Finished, std::slice::from_ref(&one))).await;
        let changed = EventPayload {
            parcel: Some(two.clone()),
            parcel_before: Some(one),
            ..payload(17, SupplyStatus::Finished, &[two])
        };
        happen(&app, SupplyEventKind::ParcelChanged, changed).await;
        assert_eq!(
            heard(&app).await,
            ["order_sent 17: SN1", "order_sent 17: SN1", "order_sent 17: SN2", "package_number_removed 17: SN1",
             "package_number_removed 17: SN1"]
        );
    }

    async fn the_address_of_an_order_hears_of_its_parcels(app: TestApp) {
        let mut order = payload(17, SupplyStatus::Finished, &[parcel(1, "", "SN1")]);
        order.order.webhook_url = Some("https://brought.example/".to_owned());
        happen(&app, SupplyEventKind::OrderPlaced, order.clone()).await;
        happen(&app, SupplyEventKind::StatusChanged, order).await;
        assert_eq!(heard(&app).await, ["order_sent 17: SN1"]);
        assert_eq!(app.receiver().calls()[0].url.as_str(), "https://brought.example/");
    }

    async fn mails_speak_the_language_of_the_account_as_it_is_now(app: TestApp) {
        let wholesaler = WholesalerId::new(7).expect("id");
        listen(&app).await;
        let languages = async || {
            let mails = app.mail().list("wholesaler:7".parse().expect("owner"), 10).await.expect("listed");
            let mut languages: Vec<_> = mails.into_iter().map(|mail| (mail.template, mail.language)).collect();
            languages.sort();
            languages
        };
        let mail = |template: &str, language: &str| (template.to_owned(), language.to_owned());
        // Nobody knows this account any more.
        happen(&app, SupplyEventKind::OrderPlaced, payload(1, SupplyStatus::New, &[])).await;
        assert_eq!(languages().await, [mail("order-placed", "en")]);
        let new = NewAccount {
            wholesaler,
            login: "shop1".to_owned(),
            password: SecretString::from("long enough"),
            price_group: "standard".to_owned(),
            profile: AccountProfile::default(),
        };
        let mut account = app.hub().accounts().add(new).await.expect("added");
        assert_eq!(account.id, AccountId(1));
        happen(&app, SupplyEventKind::OrderPlaced, payload(2, SupplyStatus::New, &[])).await;
        assert_eq!(languages().await, [mail("order-placed", "en"), mail("order-placed", "en")]);
        account.profile.language = "pl".to_owned();
        app.hub().accounts().update(wholesaler, account.clone()).await.expect("changed");
        happen(&app, SupplyEventKind::StatusChanged, payload(2, SupplyStatus::Finished, &[parcel(1, "", "SN1")])).await;
        assert_eq!(languages().await[2], mail("order-sent", "pl"));
        app.run_jobs().await;
        for wrong in ["pol", "PL", "p", "<>", "pl-PL"] {
            account.profile.language = wrong.to_owned();
            let error = app.hub().accounts().update(wholesaler, account.clone()).await.expect_err(wrong);
            assert!(error.to_string().contains("two small letters"), "{error}");
        }
        let kept = app.hub().accounts().by_login(wholesaler, "shop1").await.expect("there");
        assert_eq!(kept.profile.language, "pl");
    }
}
