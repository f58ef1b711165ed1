//! Webhooks from the event to the log: schedule, signatures, repeats, switching off, and one owner's things kept from others.

use crossdock_app::Job;
use crossdock_app::platform::error::DbError;
use crossdock_app::platform::http_client::HttpError;
use crossdock_app::platform::job::JobRun;
use crossdock_app::platform::queue::Room;
use crossdock_app::platform::webhook::record::{EventStamp, NewEvent};
use crossdock_app::platform::webhook::{EndpointChange, NewEndpoint, WebhookError};
use crossdock_db::deliveries::DeliveryRow;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Span;
use crossdock_domain::webhook::{ContentType, DeliveryState, Endpoint, Method, Owner, WebhookEvent};
use crossdock_testkit::{TestApp, answer, on_both_engines};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use crate::support;

const SENT: WebhookEvent = WebhookEvent::DropshippingOrderSent;
const REMOVED: WebhookEvent = WebhookEvent::DropshippingPackageNumberRemoved;

fn owner() -> Owner {
    "wholesaler:7".parse().expect("owner")
}

fn new(url: &str) -> NewEndpoint {
    NewEndpoint {
        owner: owner(),
        account: None,
        events: vec![SENT, REMOVED],
        url: url.to_owned(),
        method: Method::Post,
        content_type: ContentType::Json,
        headers: vec![("X-Shop".to_owned(), "17".to_owned())],
        body: None,
        secret: None,
    }
}

async fn add(app: &TestApp, new: NewEndpoint) -> (Endpoint, SecretString) {
    support::wholesaler(app, 7).await;
    app.webhooks().add(new).await.expect("the endpoint is good")
}

/// What a use case does when numbers of an order become known.
struct AnnounceNumbers {
    stamp: EventStamp,
    kind: WebhookEvent,
    account: &'static str,
    address: Option<String>,
    numbers: Vec<&'static str>,
}

impl Operation for AnnounceNumbers {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let keys: Vec<String> = self.numbers.iter().map(|number| format!("17:{number}")).collect();
        let fresh = self.stamp.claim(tx, owner(), self.kind, &keys).await?;
        let mut payload = self.kind.sample();
        let packages: Vec<Value> = self
            .numbers
            .iter()
            .zip(&fresh)
            .filter(|(_, fresh)| **fresh)
            .map(|(number, _)| {
                json!({"deliveryPackageId": 1, "courierId": 51, "courierName": "DPD", "deliveryPackageNumber": "",
                       "deliveryShippingNumber": number, "trackingUrl": ""})
            })
            .collect();
        if packages.is_empty() {
            return Ok(false);
        }
        payload["packages"] = json!(packages);
        let event = NewEvent {
            owner: owner(),
            kind: self.kind,
            account: Some(self.account.to_owned()),
            address: self.address.clone(),
            payload,
        };
        self.stamp.record(tx, event).await?;
        Ok(true)
    }
}

fn numbers_known(app: &TestApp, numbers: &[&'static str]) -> AnnounceNumbers {
    AnnounceNumbers {
        stamp: app.webhooks().event_stamp(),
        kind: SENT,
        account: "shop1",
        address: None,
        numbers: numbers.to_vec(),
    }
}

async fn happen(app: &TestApp, numbers_known: AnnounceNumbers) -> bool {
    app.db().write(numbers_known).await.expect("written")
}

/// The only delivery.
async fn only(app: &TestApp) -> DeliveryRow {
    let mut all = app.webhooks().deliveries(owner(), None, 10).await.expect("listed");
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn header<'a>(call: &'a crossdock_app::platform::http_client::HttpRequest, name: &str) -> &'a str {
    let mut found = call.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let value = found.next().unwrap_or_else(|| panic!("no {name}: {:?}", call.headers));
    assert!(found.next().is_none(), "{name} once");
    &value.1
}

fn numbers(call: &crossdock_app::platform::http_client::HttpRequest) -> Vec<String> {
    let body: Value = serde_json::from_slice(&call.body).expect("JSON");
    let packages = body["packages"].as_array().expect("packages");
    packages.iter().map(|p| p["deliveryShippingNumber"].as_str().expect("a number").to_owned()).collect()
}

on_both_engines! {
    async fn an_event_reaches_its_receiver_with_both_signatures(app: TestApp) {
        let (_, secret) = add(&app, new("https://shop.example/hook")).await;
        assert!(happen(&app, numbers_known(&app, &["SN1"])).await);
        assert_eq!(app.run_jobs().await, 2, "fan out, send");
        let calls = app.receiver().calls();
        assert_eq!(calls.len(), 1);
        let call = &calls[0];
        assert_eq!((call.url.as_str(), call.method), ("https://shop.example/hook", Method::Post));
        assert_eq!(header(call, "content-type"), "application/json");
        assert_eq!(header(call, "x-shop"), "17");
        assert_eq!(header(call, "x-webhook-event"), "dropshipping_order_sent");
        assert_eq!(header(call, "x-webhook-id"), header(call, "webhook-id"));
        let body: Value = serde_json::from_slice(&call.body).expect("JSON");
        assert_eq!(body["eventId"], header(call, "webhook-id"));

        let delivery = only(&app).await;
        assert_eq!((delivery.state, delivery.attempts, delivery.next_at), (DeliveryState::Delivered, 1, None));
        let (_, log) = app.webhooks().delivery(owner(), delivery.id).await.expect("there");
        assert_eq!((log.len(), log[0].number, log[0].status, log[0].error.as_deref()), (1, 1, Some(200), None));
        assert!(app.run_jobs().await == 0 && secret.expose_secret().starts_with("whsec_"));
    }

    async fn an_independent_verifier_accepts_the_signature_and_refuses_a_changed_body(app: TestApp) {
        // The verifier compares with the machine's clock, so that the app's clock must be right here.
        app.advance_to(crossdock_domain::clock::Clock::now(&crossdock_domain::clock::SystemClock));
        let (_, secret) = add(&app, new("https://shop.example/hook")).await;
        happen(&app, numbers_known(&app, &["SN1"])).await;
        app.run_jobs().await;
        let call = app.receiver().calls().remove(0);
        let verifier = Webhook::new(secret.expose_secret()).expect("a secret of the standard");
        let mut headers = standard_headers(&call);
        verifier.verify(&call.body, &headers).expect("the standard's own check");
        assert!(verifier.verify(b"{}", &headers).is_err());
        headers.insert("webhook-id", "other".parse().expect("value"));
        assert!(verifier.verify(&call.body, &headers).is_err());

        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("key");
        mac.update(&call.body);
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(header(&call, "x-webhook-signature"), format!("sha256={hex}"));
    }

    async fn after_a_new_secret_both_sign_for_a_day(app: TestApp) {
        let (endpoint, old) = add(&app, new("https://shop.example/hook")).await;
        let fresh = app.webhooks().rotate_secret(owner(), endpoint.id, None).await.expect("rotated");
        app.webhooks().try_out(owner(), endpoint.id).await.expect("sent");
        app.advance(Span::hours(24));
        app.webhooks().try_out(owner(), endpoint.id).await.expect("sent");
        let calls = app.receiver().calls();
        let signs = |secret: &SecretString, call| {
            let seconds = header(call, "webhook-timestamp").parse().expect("seconds");
            let made = Webhook::new(secret.expose_secret()).expect("key").sign(
                header(call, "webhook-id"),
                seconds,
                &call.body,
            );
            header(call, "webhook-signature").split(' ').any(|signature| signature == made.as_deref().expect("signed"))
        };
        assert!(signs(&fresh, &calls[0]) && signs(&old, &calls[0]));
        assert!(signs(&fresh, &calls[1]) && !signs(&old, &calls[1]));
    }

    async fn a_number_of_an_order_is_told_once_and_a_removal_is_an_event_of_its_own(app: TestApp) {
        add(&app, new("https://shop.example/hook")).await;
        assert!(happen(&app, numbers_known(&app, &["SN1", "SN2"])).await);
        assert!(!happen(&app, numbers_known(&app, &["SN1"])).await, "known already");
        assert!(happen(&app, numbers_known(&app, &["SN2", "SN3"])).await, "one of them is new");
        assert!(happen(&app, AnnounceNumbers { kind: REMOVED, ..numbers_known(&app, &["SN1"]) }).await);
        app.run_jobs().await;
        let mut seen: Vec<_> =
            app.receiver().calls().iter().map(|call| (header(call, "x-webhook-event").to_owned(), numbers(call))).collect();
        seen.sort();
        let sent = "dropshipping_order_sent";
        assert_eq!(
            seen,
            [
                (sent.to_owned(), vec!["SN1".to_owned(), "SN2".to_owned()]),
                (sent.to_owned(), vec!["SN3".to_owned()]),
                ("dropshipping_package_number_removed".to_owned(), vec!["SN1".to_owned()]),
            ]
        );
    }

    async fn failures_are_tried_again_by_the_schedule_and_then_given_up(app: TestApp) {
        add(&app, new("https://shop.example/hook")).await;
        happen(&app, numbers_known(&app, &["SN1"])).await;
        app.receiver().reply(Err(HttpError::Unreachable("connection refused".to_owned())));
        assert_eq!(app.run_jobs().await, 2);
        let waits = [1, 5, 15, 60, 360, 360, 360];
        for (number, minutes) in (1..).zip(waits) {
            let delivery = only(&app).await;
            assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Waiting, number));
            assert_eq!(delivery.next_at, Some(app.now() + Span::minutes(minutes)));
            app.advance(Span(Span::minutes(minutes).0 - 1));
            assert_eq!(app.run_jobs().await, 0, "not before its time");
            app.advance(Span(1));
            app.receiver().say(500);
            assert_eq!(app.run_jobs().await, 1);
        }
        let delivery = only(&app).await;
        assert_eq!((delivery.state, delivery.attempts, delivery.next_at), (DeliveryState::Failed, 8, None));
        app.advance(Span::days(3));
        assert_eq!(app.run_jobs().await, 0, "given up");
        let (_, log) = app.webhooks().delivery(owner(), delivery.id).await.expect("there");
        assert_eq!(log[0].error.as_deref(), Some("not reached: connection refused"));
        assert_eq!((log[7].status, log[7].error.as_deref()), (Some(500), Some("answered 500")));
        let ids: std::collections::HashSet<_> =
            app.receiver().calls().iter().map(|call| header(call, "webhook-id").to_owned()).collect();
        assert_eq!((app.receiver().calls().len(), ids.len()), (8, 1), "one message, however often it is sent");
    }

    async fn a_delivery_can_be_sent_again_with_a_schedule_of_its_own(app: TestApp) {
        add(&app, new("https://shop.example/hook")).await;
        happen(&app, numbers_known(&app, &["SN1"])).await;
        app.run_jobs().await;
        let delivery = only(&app).await;
        app.receiver().say(503);
        app.webhooks().send_again(owner(), delivery.id).await.expect("in the queue");
        app.webhooks().send_again(owner(), delivery.id).await.expect("once is enough");
        assert_eq!(app.run_jobs().await, 1);
        let again = only(&app).await;
        assert_eq!((again.state, again.attempts), (DeliveryState::Waiting, 2));
        assert_eq!(again.next_at, Some(app.now() + Span::minutes(1)), "the schedule begins anew");
        // A waiting one does not wait for its turn.
        app.webhooks().send_again(owner(), delivery.id).await.expect("in the queue");
        assert_eq!(app.run_jobs().await, 1);
        assert_eq!(only(&app).await.state, DeliveryState::Delivered);
        app.advance(Span::days(1));
        assert_eq!(app.run_jobs().await, 0);
    }

    async fn a_receiver_may_ask_for_more_time_but_not_for_ever(app: TestApp) {
        add(&app, new("https://shop.example/hook")).await;
        happen(&app, numbers_known(&app, &["SN1"])).await;
        for (asked, minutes) in [("600", 10), ("1", 5), ("999999999", 24 * 60), ("soon", 60)] {
            let mut reply = answer(429);
            reply.headers.push(("retry-after".to_owned(), asked.to_owned()));
            app.receiver().reply(Ok(reply));
            app.run_jobs().await;
            let next = only(&app).await.next_at.expect("waits");
            assert_eq!(next, app.now() + Span::minutes(minutes), "{asked}");
            app.advance_to(next);
        }
        app.run_jobs().await;
    }

    async fn redirects_and_private_addresses_are_failures_that_the_log_explains(app: TestApp) {
        add(&app, new("https://shop.example/hook")).await;
        happen(&app, numbers_known(&app, &["SN1"])).await;
        app.receiver().say(302);
        app.run_jobs().await;
        app.advance(Span::minutes(1));
        app.receiver().reply(Err(HttpError::Forbidden("10.0.0.1 is private".to_owned())));
        app.run_jobs().await;
        let (_, log) = app.webhooks().delivery(owner(), only(&app).await.id).await.expect("there");
        assert_eq!(log[0].error.as_deref(), Some("answered 302; redirects are not followed"));
        assert_eq!(log[1].error.as_deref(), Some("not called: 10.0.0.1 is private"));
        let refused = app.webhooks().add(new("http://127.0.0.1/hook")).await.expect_err("refused");
        assert!(matches!(refused, WebhookError::Refused(_)), "{refused:?}");
    }

    async fn the_log_keeps_the_beginning_of_an_answer_as_harmless_text(app: TestApp) {
        let (endpoint, _) = add(&app, new("https://shop.example/hook")).await;
        let mut reply = answer(400);
        reply.body = [b"no\0pe \x1b[31m\xff".as_slice(), &[b'x'; 5_000]].concat();
        app.receiver().reply(Ok(reply));
        let (_, log) = app.webhooks().try_out(owner(), endpoint.id).await.expect("tried");
        let text = log[0].answer.as_deref().expect("kept");
        assert!(text.starts_with("no pe  [31m\u{FFFD}xxx") && text.len() < 1_100, "{text}");
    }

    async fn an_endpoint_that_fails_for_days_is_switched_off_with_a_note_and_can_be_switched_on(app: TestApp) {
        let (endpoint, _) = add(&app, new("https://shop.example/hook")).await;
        let fail = async || {
            app.receiver().say(500);
            app.webhooks().try_out(owner(), endpoint.id).await.expect("tried");
        };
        fail().await;
        let since = app.webhooks().get(owner(), endpoint.id).await.expect("there").failing_since;
        assert_eq!(since, Some(app.now()));
        app.advance(Span::days(2));
        app.receiver().say(204);
        app.webhooks().try_out(owner(), endpoint.id).await.expect("tried");
        assert_eq!(app.webhooks().get(owner(), endpoint.id).await.expect("there").failing_since, None, "it works again");
        fail().await;
        app.advance(Span::days(5));
        fail().await;
        let off = app.webhooks().get(owner(), endpoint.id).await.expect("there");
        assert!(!off.active && off.note.as_deref().is_some_and(|note| note.contains("answered 500")), "{off:?}");
        // What still waits is not sent, and nothing new is begun.
        let before = app.receiver().calls().len();
        happen(&app, numbers_known(&app, &["SN1"])).await;
        app.run_all_jobs().await;
        assert_eq!(app.receiver().calls().len(), before);
        let change = EndpointChange { active: Some(true), ..EndpointChange::default() };
        let on = app.webhooks().change(owner(), endpoint.id, change).await.expect("changed");
        assert_eq!((on.active, on.note, on.failing_since), (true, None, None));
        happen(&app, numbers_known(&app, &["SN2"])).await;
        app.run_all_jobs().await;
        assert_eq!(app.receiver().calls().len(), before + 1);
    }

    async fn a_receiver_that_is_gone_is_believed_at_once(app: TestApp) {
        let (endpoint, _) = add(&app, new("https://shop.example/hook")).await;
        app.receiver().say(410);
        let (delivery, _) = app.webhooks().try_out(owner(), endpoint.id).await.expect("tried");
        assert_eq!(delivery.state, DeliveryState::Failed);
        assert!(!app.webhooks().get(owner(), endpoint.id).await.expect("there").active);
    }

    async fn a_try_that_was_not_recorded_is_made_again_with_the_same_id(app: TestApp) {
        add(&app, new("https://shop.example/hook")).await;
        happen(&app, numbers_known(&app, &["SN1"])).await;
        // The fan-out and its repeat after a crash make one delivery.
        let row = app.jobs().claim(Span::seconds(90), Room::of(10)).await.expect("claimed").jobs.remove(0);
        let fan_out = Job::read(&row).expect("a job");
        for _ in 0..2 {
            assert!(matches!(app.run_job(fan_out).await, Ok(JobRun::Done)));
        }
        let delivery = only(&app).await;
        // The process dies between the call and its record.
        let send = Job::SendWebhook { owner: owner(), delivery: delivery.id, attempt: 1, endpoint: Some(delivery.endpoint) };
        app.receiver().hang();
        let run = tokio::spawn({
            let app = app.app().clone();
            async move { app.run_job(send).await }
        });
        app.receiver().called().await;
        run.abort();
        assert!(run.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(only(&app).await.attempts, 0);
        assert!(matches!(app.run_job(send).await, Ok(JobRun::Done)));
        let calls = app.receiver().calls();
        assert_eq!(calls.len(), 2);
        assert_eq!(header(&calls[0], "webhook-id"), header(&calls[1], "webhook-id"));
        assert_eq!(only(&app).await.attempts, 1);
        assert!(matches!(app.run_job(send).await, Ok(JobRun::Done)));
        app.advance(Span::seconds(90));
        app.run_jobs().await;
        assert_eq!(app.receiver().calls().len(), 2, "what is recorded is not repeated");
        assert_eq!(app.webhooks().delivery(owner(), delivery.id).await.expect("there").1.len(), 1);
    }

    async fn accounts_are_told_of_their_own_orders_only(app: TestApp) {
        for (account, url) in [(Some("shop1"), "https://one.example/"), (Some("shop2"), "https://two.example/"),
                               (None, "https://all.example/")] {
            add(&app, NewEndpoint { account: account.map(str::to_owned), ..new(url) }).await;
        }
        happen(&app, numbers_known(&app, &["SN1"])).await;
        app.run_jobs().await;
        let mut urls: Vec<_> = app.receiver().calls().iter().map(|call| call.url.to_string()).collect();
        urls.sort();
        assert_eq!(urls, ["https://all.example/", "https://one.example/"]);
    }

    async fn an_address_that_an_order_brought_along_is_told_of_that_order_alone(app: TestApp) {
        let address = || Some("https://brought.example/".to_owned());
        happen(&app, AnnounceNumbers { address: address(), ..numbers_known(&app, &["SN1"]) }).await;
        app.run_jobs().await;
        happen(&app, numbers_known(&app, &["SN2"])).await;
        app.run_jobs().await;
        happen(&app, AnnounceNumbers { address: address(), ..numbers_known(&app, &["SN3"]) }).await;
        app.run_jobs().await;
        assert_eq!(app.receiver().calls().iter().map(numbers).collect::<Vec<_>>(), [["SN1"], ["SN3"]]);
        assert_eq!(app.webhooks().list(owner()).await.expect("listed").len(), 1, "made once");
    }

    async fn get_carries_everything_in_its_query(app: TestApp) {
        let (endpoint, secret) = add(&app, NewEndpoint {
            method: Method::Get,
            content_type: ContentType::Form,
            body: Some("id={{ orderId }}&n={{ packages[0].deliveryShippingNumber }}".to_owned()),
            ..new("https://shop.example/hook?key=1")
        }).await;
        app.webhooks().try_out(owner(), endpoint.id).await.expect("tried");
        let call = app.receiver().calls().remove(0);
        assert_eq!(call.url.as_str(), "https://shop.example/hook?key=1&id=shop1-17&n=SN1");
        assert!(call.body.is_empty());
        let made = Webhook::new(secret.expose_secret()).expect("key").sign(
            header(&call, "webhook-id"),
            header(&call, "webhook-timestamp").parse().expect("seconds"),
            b"id=shop1-17&n=SN1",
        );
        assert_eq!(header(&call, "webhook-signature"), made.expect("signed"));
        let preview = app.webhooks().preview(owner(), endpoint.id, SENT).await.expect("shown");
        assert_eq!(preview.url, call.url.as_str());
    }

    async fn bad_endpoints_are_refused_and_nothing_is_stored(app: TestApp) {
        support::wholesaler(&app, 7).await;
        let field = async |new: NewEndpoint| match app.webhooks().add(new).await {
            Err(WebhookError::Refused(problem)) => problem.field,
            Err(WebhookError::BadSecret) => "secret",
            Err(WebhookError::NoOwner) => "owner",
            other => panic!("{other:?}"),
        };
        let good = || new("https://shop.example/hook");
        assert_eq!(field(new("shop.example")).await, "url");
        assert_eq!(field(NewEndpoint { events: vec![], ..good() }).await, "events");
        assert_eq!(field(NewEndpoint { body: Some("{{ x }}".to_owned()), ..good() }).await, "body");
        assert_eq!(field(NewEndpoint { secret: Some("hunter2".into()), ..good() }).await, "secret");
        assert_eq!(field(NewEndpoint { secret: Some("whsec_c2hvcnQ=".into()), ..good() }).await, "secret");
        let store = Owner::Store(crossdock_domain::ids::StoreId::new(1).expect("id"));
        assert_eq!(field(NewEndpoint { owner: store, ..good() }).await, "events");
        assert_eq!(field(NewEndpoint { owner: store, events: vec![WebhookEvent::Test], ..good() }).await, "owner");
        let nobody: Owner = "wholesaler:8".parse().expect("owner");
        assert_eq!(field(NewEndpoint { owner: nobody, ..good() }).await, "owner");
        assert_eq!(app.webhooks().list(owner()).await.expect("listed"), []);
    }

    async fn another_owner_sees_and_changes_nothing(app: TestApp) {
        let (endpoint, _) = add(&app, new("https://shop.example/hook")).await;
        let (delivery, _) = app.webhooks().try_out(owner(), endpoint.id).await.expect("tried");
        let other: Owner = "wholesaler:8".parse().expect("owner");
        let none = |error: WebhookError| assert!(
            matches!(error, WebhookError::NoEndpoint | WebhookError::NoDelivery), "{error:?}"
        );
        assert_eq!(app.webhooks().list(other).await.expect("listed"), []);
        assert_eq!(app.webhooks().deliveries(other, None, 10).await.expect("listed"), []);
        assert_eq!(app.webhooks().deliveries(other, Some(endpoint.id), 10).await.expect("listed"), []);
        none(app.webhooks().get(other, endpoint.id).await.expect_err("hidden"));
        none(app.webhooks().change(other, endpoint.id, EndpointChange::default()).await.expect_err("hidden"));
        none(app.webhooks().rotate_secret(other, endpoint.id, None).await.expect_err("hidden"));
        none(app.webhooks().preview(other, endpoint.id, SENT).await.expect_err("hidden"));
        none(app.webhooks().try_out(other, endpoint.id).await.expect_err("hidden"));
        none(app.webhooks().remove(other, endpoint.id).await.expect_err("hidden"));
        none(app.webhooks().delivery(other, delivery.id).await.expect_err("hidden"));
        none(app.webhooks().send_again(other, delivery.id).await.expect_err("hidden"));
        app.webhooks().remove(owner(), endpoint.id).await.expect("its own");
        assert_eq!(app.webhooks().deliveries(owner(), None, 10).await.expect("listed"), []);
    }

    async fn a_store_has_webhooks_of_its_own(app: TestApp) {
        let store = Owner::Store(crossdock_testkit::samples::store_id());
        let endpoint = NewEndpoint { owner: store, events: vec![WebhookEvent::Test], ..new("https://shop.example/hook") };
        let (endpoint, _) = add(&app, endpoint).await;
        app.receiver().say(500);
        app.webhooks().try_out(store, endpoint.id).await.expect("tried");
        app.run_all_jobs().await;
        let deliveries = app.webhooks().deliveries(store, Some(endpoint.id), 10).await.expect("listed");
        assert_eq!((deliveries[0].state, deliveries[0].attempts), (DeliveryState::Delivered, 2));
    }

    async fn what_was_told_long_ago_is_forgotten_but_not_told_again(app: TestApp) {
        add(&app, new("https://shop.example/hook")).await;
        happen(&app, numbers_known(&app, &["SN1"])).await;
        app.run_jobs().await;
        app.advance(Span::days(89));
        app.housekeeping().await.expect("done");
        only(&app).await;
        app.advance(Span::days(2));
        assert!(app.housekeeping().await.expect("done") >= 3);
        assert_eq!(app.webhooks().deliveries(owner(), None, 10).await.expect("listed"), []);
        assert!(!happen(&app, numbers_known(&app, &["SN1"])).await);
    }
}

fn standard_headers(call: &crossdock_app::platform::http_client::HttpRequest) -> http::HeaderMap {
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    names
        .into_iter()
        .map(|name| (name.parse().expect("name"), header(call, name).parse().expect("value")))
        .collect::<http::HeaderMap>()
}
