//! The fake as its callers meet it, without a network and with a clock that stands still.

use std::sync::Arc;

use crossdock_domain::clock::{FixedClock, Timestamp};
use crossdock_domain::random::SeededRandom;
use crossdock_stripe_fake::{Answer, Call, Settings, StripeFake, signature};
use serde_json::{Value, json};

const START: i64 = 1_800_000_000;

fn fake() -> StripeFake {
    let settings = Settings { webhooks: vec!["http://127.0.0.1:9/hook".to_owned()], ..Settings::new("http://fake") };
    let clock = FixedClock::new(Timestamp(START * 1_000_000));
    StripeFake::new(settings, Arc::new(clock), Arc::new(SeededRandom::new(7))).expect("sound settings")
}

fn request(method: &str, target: &str, body: &str) -> Call {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = [
        ("authorization", "Bearer sk_test_crossdock"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("stripe-version", "2026-06-24.dahlia"),
    ];
    Call {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: body.as_bytes().to_vec(),
    }
}

async fn send(fake: &StripeFake, method: &str, target: &str, body: &str) -> (u16, Value) {
    let answer = fake.handle(request(method, target, body)).await.expect("an answer");
    (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

async fn good(fake: &StripeFake, method: &str, target: &str, body: &str) -> Value {
    let (status, shown) = send(fake, method, target, body).await;
    assert_eq!(status, 200, "{method} {target} {body}: {shown:#}");
    shown
}

async fn refused(fake: &StripeFake, method: &str, target: &str, body: &str) -> (u16, Value) {
    let (status, mut shown) = send(fake, method, target, body).await;
    assert!(status >= 400, "{method} {target} {body}: {shown:#}");
    (status, shown["error"].take())
}

async fn keyed(fake: &StripeFake, key: &str, target: &str, body: &str) -> Option<Answer> {
    let mut call = request("POST", target, body);
    call.headers.push(("idempotency-key".to_owned(), key.to_owned()));
    fake.handle(call).await
}

const SESSION: &str = "mode=payment&success_url=https://shop.example/ok?s={CHECKOUT_SESSION_ID}\
    &cancel_url=https://shop.example/back&payment_intent_data[capture_method]=manual\
    &payment_intent_data[metadata][attempt]=a1&line_items[0][quantity]=1\
    &line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=1234\
    &line_items[0][price_data][product_data][name]=Order";
const HELD: &str = "amount=1234&currency=eur&capture_method=manual&confirm=true&payment_method=pm_card_visa";

async fn session(fake: &StripeFake) -> String {
    let shown = good(fake, "POST", "/v1/checkout/sessions", SESSION).await;
    assert_eq!((&shown["payment_intent"], &shown["status"]), (&Value::Null, &json!("open")));
    shown["id"].as_str().expect("an id").to_owned()
}

async fn held(fake: &StripeFake) -> String {
    good(fake, "POST", "/v1/payment_intents", HELD).await["id"].as_str().expect("an id").to_owned()
}

fn told(fake: &StripeFake) -> Vec<String> {
    let kind = |body: &str| serde_json::from_str::<Value>(body).expect("JSON")["type"].as_str().map(str::to_owned);
    fake.due().iter().filter_map(|outgoing| kind(&outgoing.body)).collect()
}

async fn press(fake: &StripeFake, session: &str, form: &str) -> Answer {
    fake.handle(request("POST", &format!("/pay/{session}"), form)).await.expect("a page")
}

#[tokio::test]
async fn a_buyer_is_declined_then_passes_3d_secure_and_comes_back() {
    let fake = fake();
    let id = session(&fake).await;
    let page = press(&fake, &id, "action=pay&number=4000000000009995&expiry=12/34&cvc=123").await;
    assert!(page.status == 200 && page.body.contains("insufficient funds"), "{}", page.body);
    let page = press(&fake, &id, "action=pay&number=4000 0027 6000 3184&expiry=12/34&cvc=123").await;
    assert!(page.body.contains("3-D Secure"), "{}", page.body);
    let back = press(&fake, &id, "action=three_ds_ok").await;
    assert_eq!((back.status, back.header("location")), (303, Some(format!("https://shop.example/ok?s={id}").as_str())));
    let target = format!("/v1/checkout/sessions/{id}?expand[]=payment_intent.latest_charge");
    let shown = good(&fake, "GET", &target, "").await;
    assert_eq!((&shown["status"], &shown["payment_status"]), (&json!("complete"), &json!("unpaid")));
    let intent = &shown["payment_intent"];
    assert_eq!((&intent["status"], &intent["amount_capturable"]), (&json!("requires_capture"), &json!(1234)));
    assert_eq!(intent["metadata"], json!({ "attempt": "a1" }));
    let card = &intent["latest_charge"]["payment_method_details"]["card"];
    assert_eq!(card["capture_before"], json!(START + 7 * 86_400));
    assert_eq!(card["three_d_secure"]["result"], "authenticated");
    assert_eq!(
        told(&fake),
        [
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "payment_intent.requires_action",
            "charge.succeeded",
            "payment_intent.amount_capturable_updated",
            "checkout.session.completed",
        ]
    );
    assert_eq!(press(&fake, &id, "action=pay").await.status, 303, "paid once");
}

#[tokio::test]
async fn closing_the_window_charges_nothing_and_an_expired_page_says_so() {
    let fake = fake();
    let id = session(&fake).await;
    let back = press(&fake, &id, "action=close").await;
    assert_eq!(back.header("location"), Some("https://shop.example/back"));
    good(&fake, "POST", &format!("/v1/checkout/sessions/{id}/expire"), "").await;
    assert!(press(&fake, &id, "action=pay").await.body.contains("expired"));
    let (status, _) = refused(&fake, "POST", &format!("/v1/checkout/sessions/{id}/expire"), "").await;
    assert_eq!(status, 400);
    assert_eq!(told(&fake), ["checkout.session.expired"]);
}

#[tokio::test]
async fn what_is_not_understood_is_refused_by_its_name() {
    let fake = fake();
    for (extra, param) in [
        ("&automatic_tax[enabled]=true", "automatic_tax[enabled]"),
        ("&ui_mode=hosted", "ui_mode"),
        ("&locale=tlh", "locale"),
        ("&expires_at=1800000060", "expires_at"),
        ("&line_items[0][price_data][unit_amount_decimal]=1", "line_items[0][price_data][unit_amount_decimal]"),
    ] {
        let (status, error) = refused(&fake, "POST", "/v1/checkout/sessions", &format!("{SESSION}{extra}")).await;
        assert_eq!((status, &error["param"]), (400, &json!(param)), "{extra}");
    }
    let (_, error) = refused(&fake, "POST", "/v1/payment_intents", "amount=49&currency=eur").await;
    assert_eq!(error["code"], "amount_too_small");
    let mut call = request("GET", "/v1/account", "");
    call.headers.retain(|(name, _)| name != "stripe-version");
    call.headers.push(("stripe-version".to_owned(), "2099-01-01.zinnia".to_owned()));
    assert_eq!(fake.handle(call).await.expect("an answer").status, 400);
}

#[tokio::test]
async fn money_is_taken_once_and_never_given_back_twice() {
    let fake = fake();
    let id = held(&fake).await;
    let capture = format!("/v1/payment_intents/{id}/capture");
    let (_, error) = refused(&fake, "POST", &capture, "amount_to_capture=1235").await;
    assert_eq!(error["code"], "amount_too_large");
    let shown = good(&fake, "POST", &capture, "amount_to_capture=1000").await;
    assert_eq!((&shown["status"], &shown["amount_received"]), (&json!("succeeded"), &json!(1000)));
    let (_, error) = refused(&fake, "POST", &capture, "").await;
    assert_eq!(error["code"], "payment_intent_unexpected_state");
    let refund = format!("payment_intent={id}&amount=600");
    good(&fake, "POST", "/v1/refunds", &refund).await;
    refused(&fake, "POST", "/v1/refunds", &refund).await;
    assert_eq!(good(&fake, "POST", "/v1/refunds", &format!("payment_intent={id}")).await["amount"], 400);
    let (_, error) = refused(&fake, "POST", "/v1/refunds", &format!("payment_intent={id}")).await;
    assert_eq!(error["code"], "charge_already_refunded");
}

#[tokio::test]
async fn a_key_answers_the_same_again_for_a_day_and_refuses_another_call() {
    let fake = fake();
    let first = keyed(&fake, "k", "/v1/payment_intents", HELD).await.expect("an answer");
    let again = keyed(&fake, "k", "/v1/payment_intents", HELD).await.expect("an answer");
    assert_eq!((first.body.clone(), again.header("idempotent-replayed")), (again.body.clone(), Some("true")));
    assert_eq!(again.header("original-request"), first.header("request-id"));
    let other = keyed(&fake, "k", "/v1/payment_intents", "amount=999&currency=eur").await.expect("an answer");
    assert!(other.status == 400 && other.body.contains("idempotency_error"), "{}", other.body);
    good(&fake, "POST", "/_fake/clock", "advance=86401").await;
    let later = keyed(&fake, "k", "/v1/payment_intents", HELD).await.expect("an answer");
    assert_ne!(later.body, first.body);
}

#[tokio::test]
async fn calls_go_wrong_on_purpose() {
    let fake = fake();
    let fault = |kind: &str| format!("call=POST /v1/payment_intents&kind={kind}");
    good(&fake, "POST", "/_fake/faults", &fault("lost")).await;
    assert!(keyed(&fake, "lost", "/v1/payment_intents", HELD).await.is_none());
    let found = keyed(&fake, "lost", "/v1/payment_intents", HELD).await.expect("an answer");
    assert_eq!((found.status, found.header("idempotent-replayed")), (200, Some("true")));
    good(&fake, "POST", "/_fake/faults", &fault("500")).await;
    for _ in 0..2 {
        assert_eq!(keyed(&fake, "500", "/v1/payment_intents", HELD).await.expect("an answer").status, 500);
    }
    good(&fake, "POST", "/_fake/faults", &fault("429")).await;
    assert_eq!(keyed(&fake, "429", "/v1/payment_intents", HELD).await.expect("an answer").status, 429);
    assert_eq!(keyed(&fake, "429", "/v1/payment_intents", HELD).await.expect("an answer").status, 200);
    good(&fake, "POST", "/_fake/faults", &fault("timeout")).await;
    let waiting = keyed(&fake, "slow", "/v1/payment_intents", HELD);
    tokio::pin!(waiting);
    assert!(futures_now(&mut waiting).await.is_none(), "it waits");
    assert_eq!(keyed(&fake, "slow", "/v1/payment_intents", HELD).await.expect("an answer").status, 409);
    fake.release();
    assert_eq!(waiting.await.expect("an answer").status, 200);
}

/// What a future has to say at once.
async fn futures_now<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}

#[tokio::test]
async fn an_authorisation_runs_out_after_seven_days() {
    let fake = fake();
    let id = held(&fake).await;
    told(&fake);
    good(&fake, "POST", "/_fake/clock", "advance=604800").await;
    let shown = good(&fake, "GET", &format!("/v1/payment_intents/{id}"), "").await;
    assert_eq!((&shown["status"], &shown["cancellation_reason"]), (&json!("canceled"), &json!("automatic")));
    assert_eq!(told(&fake), ["charge.expired", "payment_intent.canceled"]);
}

#[tokio::test]
async fn lists_are_newest_first_and_go_on_behind_the_last() {
    let fake = fake();
    let ids = [held(&fake).await, held(&fake).await, held(&fake).await];
    let first = good(&fake, "GET", "/v1/payment_intents?limit=2&expand[]=data.latest_charge", "").await;
    assert_eq!((&first["data"][0]["id"], &first["has_more"]), (&json!(ids[2]), &json!(true)));
    assert_eq!(first["data"][0]["latest_charge"]["object"], "charge");
    let next = good(&fake, "GET", &format!("/v1/payment_intents?starting_after={}", ids[1]), "").await;
    assert_eq!((&next["data"][0]["id"], &next["has_more"]), (&json!(ids[0]), &json!(false)));
    let target = format!("/v1/payment_intents?created[gte]={}", START + 1);
    assert_eq!(good(&fake, "GET", &target, "").await["data"], json!([]));
}

#[tokio::test]
async fn webhooks_are_signed_by_both_secrets_tried_again_and_disturbed() {
    let fake = fake();
    let endpoint =
        good(&fake, "GET", "/v1/webhook_endpoints", "").await["data"][0]["id"].as_str().expect("an id").to_owned();
    let rotated = good(&fake, "POST", "/_fake/webhooks/rotate", &format!("endpoint={endpoint}&overlap=60")).await;
    good(&fake, "POST", "/_fake/webhooks", "duplicate=true&reorder=true&drop=1").await;
    good(&fake, "POST", "/v1/payment_intents", "amount=500&currency=eur").await;
    let due = fake.due();
    assert_eq!(due.len(), 1, "one of two was dropped");
    for secret in [fake.webhook_secret(), rotated["secret"].as_str().expect("a secret")] {
        assert!(due[0].signature.contains(&format!("v1={}", signature(secret, START, &due[0].body))));
    }
    fake.record(&due[0].id, Ok(503));
    assert!(fake.due().is_empty(), "not before its time");
    good(&fake, "POST", "/_fake/clock", "advance=60").await;
    let again = fake.due();
    assert_eq!((again.len(), &again[0].body), (1, &due[0].body));
    assert_eq!(again[0].signature.matches("v1=").count(), 1, "the old secret has ended");
    fake.record(&again[0].id, Ok(200));
}

#[tokio::test]
async fn the_dashboard_acts_behind_the_shop_s_back() {
    let fake = fake();
    let id = held(&fake).await;
    let act = |act: &str| format!("/_fake/payments/{id}/{act}");
    good(&fake, "POST", &act("capture"), "").await;
    good(&fake, "POST", "/_fake/refunds", "pending=true").await;
    let refund = good(&fake, "POST", &act("refund"), "amount=100").await;
    let settle = format!("/_fake/refunds/{}/settle", refund["id"].as_str().expect("an id"));
    assert_eq!(good(&fake, "POST", &settle, "status=failed").await["status"], "failed");
    good(&fake, "POST", &act("fraud_warning"), "").await;
    let dispute = good(&fake, "POST", &act("dispute"), "").await;
    let (_, error) = refused(&fake, "POST", "/v1/refunds", &format!("payment_intent={id}")).await;
    assert_eq!(error["code"], "charge_disputed");
    let close = format!("/_fake/disputes/{}/close", dispute["id"].as_str().expect("an id"));
    assert_eq!(good(&fake, "POST", &close, "status=won").await["status"], "won");
    let told = told(&fake);
    for kind in ["refund.failed", "radar.early_fraud_warning.created", "charge.dispute.closed"] {
        assert!(told.iter().any(|event| event == kind), "{kind} in {told:?}");
    }
}

#[tokio::test]
async fn a_restricted_key_may_what_it_may() {
    let fake = fake();
    good(&fake, "POST", "/_fake/keys", "key=rk_test_shop&rights[]=rak_payment_intent_write").await;
    for (target, status) in [("/v1/payment_intents", 200), ("/v1/refunds", 403)] {
        let mut call = request("GET", target, "");
        call.headers[0].1 = "Bearer rk_test_shop".to_owned();
        assert_eq!(fake.handle(call).await.expect("an answer").status, status, "{target}");
    }
    let mut call = request("GET", "/v1/account", "");
    call.headers[0].1 = "Bearer sk_test_other".to_owned();
    assert_eq!(fake.handle(call).await.expect("an answer").status, 401);
}
