//! Endpoints, events, deliveries, mails.

use crossdock_db::deliveries::{AttemptLog, DeliveryRow};
use crossdock_db::mails::MailRow;
use crossdock_db::outbox::EventRow;
use crossdock_db::webhooks::EndpointRow;
use crossdock_db::{Db, DbError};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{DeliveryId, EndpointId, EventId, MailId};
use crossdock_domain::random::SeededRandom;
use crossdock_domain::webhook::{ContentType, DeliveryState, Endpoint, MailState, Method, Owner, WebhookEvent};

use crate::sample::{ODD_TEXT, at};

static RANDOM: SeededRandom = SeededRandom::new(4);

fn owner(id: i64) -> Owner {
    format!("wholesaler:{id}").parse().expect("owner")
}

fn endpoint(of: Owner) -> EndpointRow {
    EndpointRow {
        endpoint: Endpoint {
            owner: of,
            id: EndpointId::new(at(0), &RANDOM),
            account: Some(ODD_TEXT.to_owned()),
            events: vec![WebhookEvent::DropshippingOrderSent, WebhookEvent::Test],
            url: "https://shop.example/hook".to_owned(),
            method: Method::Put,
            content_type: ContentType::Xml,
            headers: vec![("X-A".to_owned(), "b".to_owned())],
            body: Some(ODD_TEXT.to_owned()),
            active: true,
            note: None,
            failing_since: None,
            paused_until: None,
            created_at: at(0),
        },
        secret: "sealed".to_owned(),
        old_secret: None,
    }
}

fn event(of: Owner, second: i64) -> EventRow {
    EventRow {
        owner: of,
        id: EventId::new(at(second), &RANDOM),
        kind: WebhookEvent::DropshippingOrderSent,
        account: Some("shop1".to_owned()),
        address: Some("https://brought.example/".to_owned()),
        payload: format!("{{\"text\":{}}}", serde_json::Value::from(ODD_TEXT)),
        at: at(second),
    }
}

fn delivery(event: &EventRow, endpoint: &EndpointRow) -> DeliveryRow {
    DeliveryRow {
        owner: event.owner,
        id: DeliveryId::new(event.at, &RANDOM),
        event: event.id,
        endpoint: endpoint.endpoint.id,
        state: DeliveryState::Waiting,
        attempts: 0,
        attempts_before: 0,
        next_at: Some(event.at),
        created_at: event.at,
        kind: event.kind,
    }
}

fn log(number: i64, error: Option<&str>) -> AttemptLog {
    AttemptLog {
        number,
        at: at(number),
        took: Span(1_234),
        status: error.map(|_| 500),
        error: error.map(str::to_owned),
        answer: Some(ODD_TEXT.to_owned()),
    }
}

fn mail(of: Owner, key: &str) -> MailRow {
    MailRow {
        owner: of,
        id: MailId::new(at(0), &RANDOM),
        key: key.to_owned(),
        recipient: "a@shop.example".to_owned(),
        template: "order-placed".to_owned(),
        language: "en".to_owned(),
        content: "{}".to_owned(),
        state: MailState::Waiting,
        last_error: None,
        created_at: at(0),
    }
}

async fn add(db: &Db, row: &EndpointRow) {
    write!(db, |tx, row| tx.insert_endpoint(&row).await).await.unwrap();
}

async fn read(db: &Db, of: Owner, id: EndpointId) -> Option<EndpointRow> {
    read!(db, |tx| tx.endpoint(of, id).await).await.unwrap()
}

/// An endpoint, an event, and the event on its way there.
async fn on_its_way(db: &Db, of: Owner) -> (EndpointRow, EventRow, DeliveryRow) {
    let (endpoint, event) = (endpoint(of), event(of, 0));
    let delivery = delivery(&event, &endpoint);
    add(db, &endpoint).await;
    write!(db, |tx, event, delivery| {
        tx.insert_event(&event).await?;
        assert!(tx.insert_delivery(&delivery).await?);
        Ok(())
    })
    .await
    .unwrap();
    (endpoint, event, delivery)
}

pub async fn an_endpoint_is_read_back_by_its_owner_only(db: Db) {
    let row = endpoint(owner(7));
    add(&db, &row).await;
    let id = row.endpoint.id;
    assert_eq!(read(&db, owner(7), id).await, Some(row.clone()));
    assert_eq!(read(&db, owner(8), id).await, None);
    assert_eq!(read!(db, |tx| tx.endpoints(owner(7)).await).await.unwrap(), [row.clone()]);
    assert_eq!(read!(db, |tx| tx.endpoints(owner(8)).await).await.unwrap(), []);
    let taken = write!(db, |tx, row| tx.insert_endpoint(&row).await).await;
    assert!(matches!(taken, Err(DbError::Conflict)), "{taken:?}");
    // The same id at another owner is another endpoint.
    let other = EndpointRow { endpoint: Endpoint { owner: owner(8), ..row.endpoint.clone() }, ..row };
    add(&db, &other).await;
    assert!(write!(db, |tx| tx.delete_endpoint(owner(8), id).await).await.unwrap());
    assert!(read(&db, owner(7), id).await.is_some());
}

pub async fn an_endpoint_changes_everything_but_its_secret(db: Db) {
    let mut row = endpoint(owner(7));
    add(&db, &row).await;
    row.endpoint = Endpoint {
        account: None,
        events: vec![WebhookEvent::Test],
        url: "http://other.example".to_owned(),
        method: Method::Get,
        content_type: ContentType::Form,
        headers: Vec::new(),
        body: None,
        active: false,
        note: Some("off".to_owned()),
        failing_since: Some(at(3)),
        ..row.endpoint
    };
    let endpoint = &row.endpoint;
    assert!(write!(db, |tx, endpoint| tx.update_endpoint(&endpoint, at(9)).await).await.unwrap());
    assert_eq!(read(&db, owner(7), endpoint.id).await, Some(row.clone()));
    let foreign = Endpoint { owner: owner(8), ..row.endpoint };
    assert!(!write!(db, |tx, foreign| tx.update_endpoint(&foreign, at(9)).await).await.unwrap());
}

pub async fn a_new_secret_keeps_the_one_before(db: Db) {
    let row = endpoint(owner(7));
    add(&db, &row).await;
    let id = row.endpoint.id;
    assert!(!write!(db, |tx| tx.set_endpoint_secret((owner(8), id), "new", at(60), at(1)).await).await.unwrap());
    assert!(write!(db, |tx| tx.set_endpoint_secret((owner(7), id), "new", at(60), at(1)).await).await.unwrap());
    let after = read(&db, owner(7), id).await.expect("there");
    assert_eq!((after.secret.as_str(), after.old_secret), ("new", Some(("sealed".to_owned(), at(60)))));
}

pub async fn an_endpoint_is_switched_off_when_it_has_failed_since_long(db: Db) {
    let row = endpoint(owner(7));
    add(&db, &row).await;
    let id = row.endpoint.id;
    let note = async |worked: bool, give_up: Timestamp, now: Timestamp| {
        write!(db, |tx| tx.note_endpoint((owner(7), id), worked, give_up, "why", now).await).await.unwrap()
    };
    assert!(!note(false, at(0), at(10)).await);
    assert!(!note(false, at(9), at(20)).await, "since 10 only");
    assert_eq!(read(&db, owner(7), id).await.expect("there").endpoint.failing_since, Some(at(10)));
    assert!(!note(true, at(0), at(30)).await);
    assert_eq!(read(&db, owner(7), id).await.expect("there").endpoint.failing_since, None);
    assert!(!note(false, at(30), at(40)).await);
    assert!(note(false, at(40), at(50)).await);
    let off = read(&db, owner(7), id).await.expect("there").endpoint;
    assert_eq!((off.active, off.note.as_deref()), (false, Some("why")));
    assert!(!note(false, at(60), at(60)).await, "off already");
}

pub async fn an_event_is_read_back_by_its_owner_only_and_told_once(db: Db) {
    let row = event(owner(7), 0);
    write!(db, |tx, row| tx.insert_event(&row).await).await.unwrap();
    assert_eq!(read!(db, |tx, row| tx.event(row.owner, row.id).await).await.unwrap(), Some(row.clone()));
    assert_eq!(read!(db, |tx, row| tx.event(owner(8), row.id).await).await.unwrap(), None);

    let claim = async |of: Owner, kind: WebhookEvent, key: &str| {
        let (key, id) = (key.to_owned(), row.id);
        write!(db, |tx, key| tx.claim_event_key(of, kind, &key, id).await).await.unwrap()
    };
    let (sent, removed) = (WebhookEvent::DropshippingOrderSent, WebhookEvent::DropshippingPackageNumberRemoved);
    assert!(claim(owner(7), sent, "17:SN1").await);
    assert!(!claim(owner(7), sent, "17:SN1").await);
    assert!(claim(owner(7), removed, "17:SN1").await && claim(owner(8), sent, "17:SN1").await);
    write!(db, |tx| tx.release_event_key(owner(7), sent, "17:SN1").await).await.unwrap();
    assert!(claim(owner(7), sent, "17:SN1").await);
    assert!(!claim(owner(8), sent, "17:SN1").await);
}

pub async fn of_many_that_tell_the_same_at_once_one_does(db: Db) {
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            let id = EventId::new(at(0), &RANDOM);
            tokio::spawn(async move {
                write!(db, |tx| tx.claim_event_key(owner(7), WebhookEvent::Test, "17:SN1", id).await).await.unwrap()
            })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap());
    }
    assert_eq!(won, 1);
}

pub async fn an_event_goes_to_an_endpoint_once(db: Db) {
    let (endpoint, event, first) = on_its_way(&db, owner(7)).await;
    let again = delivery(&event, &endpoint);
    assert!(!write!(db, |tx, again| tx.insert_delivery(&again).await).await.unwrap());
    assert_eq!(read!(db, |tx| tx.deliveries(owner(7), None, 10).await).await.unwrap(), [first.clone()]);
    let id = first.id;
    assert_eq!(read!(db, |tx| tx.delivery(owner(7), id).await).await.unwrap(), Some(first));
    assert_eq!(read!(db, |tx| tx.delivery(owner(8), id).await).await.unwrap(), None);
    assert_eq!(read!(db, |tx| tx.deliveries(owner(8), None, 10).await).await.unwrap(), []);
    let mut nowhere = again.clone();
    nowhere.endpoint = EndpointId::new(at(0), &RANDOM);
    assert!(write!(db, |tx, nowhere| tx.insert_delivery(&nowhere).await).await.is_err(), "there is no such endpoint");
}

pub async fn deliveries_are_listed_newest_first(db: Db) {
    let (first, second) = (endpoint(owner(7)), endpoint(owner(7)));
    add(&db, &first).await;
    add(&db, &second).await;
    let mut written = Vec::new();
    for second_of_event in 0..4 {
        let event = event(owner(7), second_of_event);
        for endpoint in [&first, &second] {
            let row = delivery(&event, endpoint);
            write!(db, |tx, event, row| {
                if tx.event(event.owner, event.id).await?.is_none() {
                    tx.insert_event(&event).await?;
                }
                tx.insert_delivery(&row).await
            })
            .await
            .unwrap();
            written.push(row);
        }
    }
    written.sort_by_key(|row| std::cmp::Reverse(row.id));
    assert_eq!(read!(db, |tx| tx.deliveries(owner(7), None, 100).await).await.unwrap(), written);
    assert_eq!(read!(db, |tx| tx.deliveries(owner(7), None, 3).await).await.unwrap(), written[..3]);
    assert_eq!(read!(db, |tx| tx.deliveries(owner(7), None, -1).await).await.unwrap(), []);
    written.retain(|row| row.endpoint == second.endpoint.id);
    let id = second.endpoint.id;
    assert_eq!(read!(db, |tx| tx.deliveries(owner(7), Some(id), 100).await).await.unwrap(), written);
}

pub async fn a_try_is_recorded_once_and_only_from_where_it_was_seen(db: Db) {
    let (_, _, seen) = on_its_way(&db, owner(7)).await;
    let record = async |seen: &DeliveryRow, state: DeliveryState, next: Option<Timestamp>, log: AttemptLog| {
        write!(db, |tx, seen, log| tx.record_delivery(&seen, state, next, &log, at(9)).await).await.unwrap()
    };
    let read = async || read!(db, |tx, seen| tx.delivery(seen.owner, seen.id).await).await.unwrap().expect("there");
    assert!(record(&seen, DeliveryState::Waiting, Some(at(60)), log(1, Some("answered 500"))).await);
    assert!(!record(&seen, DeliveryState::Delivered, None, log(1, None)).await, "somebody was faster");
    let after = read().await;
    assert_eq!((after.state, after.attempts, after.next_at), (DeliveryState::Waiting, 1, Some(at(60))));
    let foreign = DeliveryRow { owner: owner(8), ..after.clone() };
    assert!(!record(&foreign, DeliveryState::Delivered, None, log(2, None)).await);
    assert!(record(&after, DeliveryState::Delivered, None, log(2, None)).await);
    let done = read().await;
    assert!(!record(&done, DeliveryState::Failed, None, log(3, None)).await, "it is over");
    let written = read!(db, |tx, seen| tx.delivery_log(seen.owner, seen.id).await).await.unwrap();
    assert_eq!(written, [log(1, Some("answered 500")), log(2, None)]);
    assert_eq!(read!(db, |tx, seen| tx.delivery_log(owner(8), seen.id).await).await.unwrap(), []);

    assert!(!write!(db, |tx, seen| tx.send_again(&seen, at(100)).await).await.unwrap(), "not as it was seen");
    assert!(write!(db, |tx, done| tx.send_again(&done, at(100)).await).await.unwrap());
    let again = read().await;
    assert_eq!((again.state, again.attempts, again.attempts_before), (DeliveryState::Waiting, 2, 2));
    assert!(record(&again, DeliveryState::Delivered, None, log(3, None)).await);
}

pub async fn an_endpoint_takes_its_deliveries_with_it(db: Db) {
    let (endpoint, event, seen) = on_its_way(&db, owner(7)).await;
    let (_, _, other) = on_its_way(&db, owner(8)).await;
    for row in [&seen, &other] {
        let entry = log(1, None);
        write!(db, |tx, row, entry| tx.record_delivery(&row, DeliveryState::Delivered, None, &entry, at(1)).await)
            .await
            .unwrap();
    }
    let id = endpoint.endpoint.id;
    assert!(!write!(db, |tx| tx.delete_endpoint(owner(8), id).await).await.unwrap());
    assert!(write!(db, |tx| tx.delete_endpoint(owner(7), id).await).await.unwrap());
    assert_eq!(read!(db, |tx| tx.deliveries(owner(7), None, 10).await).await.unwrap(), []);
    assert_eq!(read!(db, |tx| tx.deliveries(owner(8), None, 10).await).await.unwrap().len(), 1);
    assert!(read!(db, |tx, event| tx.event(event.owner, event.id).await).await.unwrap().is_some());
}

pub async fn old_events_go_with_their_deliveries_and_their_keys_stay(db: Db) {
    let (endpoint, old, seen) = on_its_way(&db, owner(7)).await;
    let entry = log(1, None);
    let young = event(owner(7), 100);
    let fresh = delivery(&young, &endpoint);
    write!(db, |tx, old, young, fresh, seen, entry| {
        tx.claim_event_key(old.owner, old.kind, "17:SN1", old.id).await?;
        tx.record_delivery(&seen, DeliveryState::Delivered, None, &entry, at(1)).await?;
        tx.insert_event(&young).await?;
        tx.insert_delivery(&fresh).await
    })
    .await
    .unwrap();
    assert_eq!(write!(db, |tx| tx.delete_old_events(at(0)).await).await.unwrap(), 0);
    assert_eq!(write!(db, |tx| tx.delete_old_events(at(50)).await).await.unwrap(), 3);
    assert_eq!(read!(db, |tx| tx.deliveries(owner(7), None, 10).await).await.unwrap(), [fresh]);
    assert!(!write!(db, |tx, old| tx.claim_event_key(old.owner, old.kind, "17:SN1", old.id).await).await.unwrap());
}

pub async fn a_mail_is_written_once_and_settled_once(db: Db) {
    let row = mail(owner(7), "order-placed:17");
    assert!(write!(db, |tx, row| tx.insert_mail(&row).await).await.unwrap());
    let twin = mail(owner(7), "order-placed:17");
    assert!(!write!(db, |tx, twin| tx.insert_mail(&twin).await).await.unwrap());
    let elsewhere = mail(owner(8), "order-placed:17");
    assert!(write!(db, |tx, elsewhere| tx.insert_mail(&elsewhere).await).await.unwrap());
    let id = row.id;
    assert_eq!(read!(db, |tx| tx.mail(owner(7), id).await).await.unwrap(), Some(row.clone()));
    assert_eq!(read!(db, |tx| tx.mail(owner(8), id).await).await.unwrap(), None);
    assert_eq!(read!(db, |tx| tx.mails(owner(7), 10).await).await.unwrap(), [row.clone()]);
    let settle = async |of: Owner, state: MailState, error: Option<&'static str>| {
        write!(db, |tx| tx.settle_mail(of, id, state, error, at(1)).await).await.unwrap()
    };
    assert!(!settle(owner(8), MailState::Sent, None).await);
    assert!(settle(owner(7), MailState::Failed, Some("no such user")).await);
    assert!(!settle(owner(7), MailState::Sent, None).await);
    let failed = MailRow { state: MailState::Failed, last_error: Some("no such user".to_owned()), ..row };
    assert_eq!(read!(db, |tx| tx.mail(owner(7), id).await).await.unwrap(), Some(failed));
    assert_eq!(write!(db, |tx| tx.delete_old_mails(at(0)).await).await.unwrap(), 0);
    assert_eq!(write!(db, |tx| tx.delete_old_mails(at(1)).await).await.unwrap(), 2);
}
