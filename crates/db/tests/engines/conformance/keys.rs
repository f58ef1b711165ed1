//! Idempotency keys, and facts about the database.

use crossdock_db::idempotency::{IdempotencyKey, StoredResponse};
use crossdock_db::{Db, DbError};
use crossdock_domain::clock::Timestamp;

use crate::sample::{self, at, store_id};

fn key(store: i64, operation: &'static str, key: &str) -> IdempotencyKey {
    IdempotencyKey { store: store_id(store), operation, key: key.to_owned() }
}

fn answer(text: &str) -> StoredResponse {
    StoredResponse { request_hash: format!("hash of {text}"), answer: text.to_owned() }
}

async fn claim(db: &Db, key: &IdempotencyKey, new: &StoredResponse, now: Timestamp) -> Option<StoredResponse> {
    write!(db, |tx, key, new| tx.claim_idempotency_key(&key, &new, now, at(100)).await).await.unwrap()
}

pub async fn the_first_claim_of_a_key_wins_and_later_ones_see_its_answer(db: Db) {
    sample::stores(&db, &[1]).await;
    let key = key(1, "createTempCart", sample::ODD_TEXT);
    let first = answer(sample::ODD_TEXT);
    assert_eq!(claim(&db, &key, &first, at(1)).await, None);
    assert_eq!(claim(&db, &key, &answer("second"), at(2)).await, Some(first));
}

pub async fn a_key_counts_for_one_operation_of_one_store(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    for key in [key(1, "a", "k"), key(2, "a", "k"), key(1, "b", "k"), key(1, "a", "K")] {
        assert_eq!(claim(&db, &key, &answer("x"), at(1)).await, None, "{key:?}");
    }
}

pub async fn a_key_is_free_again_when_its_time_is_over(db: Db) {
    sample::stores(&db, &[1]).await;
    let key = key(1, "a", "k");
    claim(&db, &key, &answer("old"), at(1)).await;
    assert_eq!(claim(&db, &key, &answer("new"), at(99)).await, Some(answer("old")));
    assert_eq!(claim(&db, &key, &answer("new"), at(100)).await, None);
}

pub async fn a_key_claimed_by_a_failed_operation_is_free(db: Db) {
    sample::stores(&db, &[1]).await;
    let key = key(1, "a", "k");
    let outcome: Result<(), _> = write!(db, |tx, key| {
        tx.claim_idempotency_key(&key, &answer("x"), at(1), at(100)).await?;
        Err(DbError::Conflict)
    })
    .await;
    assert!(outcome.is_err());
    assert_eq!(claim(&db, &key, &answer("y"), at(1)).await, None);
}

/// The whole use: whoever claims the key makes the cart, all others get that cart's id.
pub async fn of_many_requests_with_one_key_one_has_the_effect(db: Db) {
    sample::stores(&db, &[1]).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..32 {
        let db = db.clone();
        callers.spawn(async move {
            let cart = sample::new_cart(1, n);
            let (key, new) = (key(1, "createTempCart", "k"), answer(&cart.id.to_string()));
            write!(db, |tx, cart, key, new| {
                if let Some(before) = tx.claim_idempotency_key(&key, &new, at(1), at(100)).await? {
                    return Ok(before.answer);
                }
                tx.insert_cart(&cart).await?;
                Ok(new.answer)
            })
            .await
            .unwrap()
        });
    }
    let answers = callers.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let id = answers[0].parse().unwrap();
    assert!(read!(db, |tx| tx.cart(id).await).await.unwrap().is_some());
}

pub async fn keys_past_their_time_are_forgotten(db: Db) {
    sample::stores(&db, &[1]).await;
    for name in ["a", "b"] {
        claim(&db, &key(1, "op", name), &answer("x"), at(1)).await;
    }
    assert_eq!(write!(db, |tx| tx.delete_old_idempotency_keys(at(99)).await).await.unwrap(), 0);
    assert_eq!(write!(db, |tx| tx.delete_old_idempotency_keys(at(100)).await).await.unwrap(), 2);
}

pub async fn a_fact_is_set_and_replaced(db: Db) {
    assert_eq!(read!(db, |tx| tx.meta("demo").await).await.unwrap(), None);
    for value in ["", "yes", sample::ODD_TEXT] {
        write!(db, |tx| tx.set_meta("demo", value).await).await.unwrap();
        assert_eq!(read!(db, |tx| tx.meta("demo").await).await.unwrap().as_deref(), Some(value));
    }
    assert_eq!(read!(db, |tx| tx.meta("other").await).await.unwrap(), None);
}
