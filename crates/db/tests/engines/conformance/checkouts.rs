//! Checkouts, quotes and payment attempts: what hangs on a cart.

use std::collections::HashSet;

use crossdock_db::{Db, DbError};
use crossdock_domain::ids::{CartId, OrderNumber};
use crossdock_domain::payment::{AttemptState, Provider};

use crate::sample::{self, at, store_id};

async fn cart(db: &Db, store: i64) -> CartId {
    let cart = sample::new_cart(store, 1);
    let id = cart.id;
    db.insert_cart(cart).await.unwrap();
    id
}

pub async fn a_checkout_is_read_back_as_it_was_opened(db: Db) {
    sample::stores(&db, &[999]).await;
    let row = sample::checkout(999, cart(&db, 999).await, "browser");
    assert_eq!(write!(db, |tx, row| tx.open_checkout(&row).await).await.unwrap(), row);
    read!(db, |tx, row| {
        assert_eq!(tx.checkout(row.store, row.id).await?.as_ref(), Some(&row));
        assert_eq!(tx.checkout_of_browser(row.store, row.cart_id, "browser").await?, Some(row));
        Ok(())
    })
    .await
    .unwrap();
}

pub async fn an_unknown_checkout_is_no_error(db: Db) {
    sample::stores(&db, &[999]).await;
    let row = sample::checkout(999, sample::cart_id(1), "browser");
    read!(db, |tx, row| {
        assert_eq!(tx.checkout(row.store, row.id).await?, None);
        assert_eq!(tx.checkout_of_browser(row.store, row.cart_id, "browser").await?, None);
        Ok(())
    })
    .await
    .unwrap();
    assert!(!write!(db, |tx, row| tx.update_checkout(&row, at(2)).await).await.unwrap());
}

pub async fn a_checkout_of_an_unknown_cart_is_refused(db: Db) {
    sample::stores(&db, &[999]).await;
    let row = sample::checkout(999, sample::cart_id(1), "browser");
    let outcome = write!(db, |tx, row| tx.open_checkout(&row).await).await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
}

pub async fn one_browser_has_one_checkout_for_a_cart_and_another_has_its_own(db: Db) {
    sample::stores(&db, &[999]).await;
    let cart = cart(&db, 999).await;
    let mut opened = Vec::new();
    for browser in ["a", "a", "b"] {
        let row = sample::checkout(999, cart, browser);
        opened.push(write!(db, |tx, row| tx.open_checkout(&row).await).await.unwrap().id);
    }
    assert_eq!(opened[0], opened[1]);
    assert_ne!(opened[0], opened[2]);
}

pub async fn all_that_open_a_checkout_at_once_get_the_same_one(db: Db) {
    sample::stores(&db, &[999]).await;
    let cart = cart(&db, 999).await;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let db = db.clone();
        callers.spawn(async move {
            let row = sample::checkout(999, cart, "browser");
            write!(db, |tx, row| tx.open_checkout(&row).await).await.unwrap().id
        });
    }
    let ids: HashSet<_> = callers.join_all().await.into_iter().collect();
    assert_eq!(ids.len(), 1);
}

pub async fn another_store_sees_no_checkout_and_opens_none(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let row = sample::checkout(1, cart(&db, 1).await, "browser");
    write!(db, |tx, row| tx.open_checkout(&row).await).await.unwrap();
    read!(db, |tx, row| {
        assert_eq!(tx.checkout(store_id(2), row.id).await?, None);
        assert_eq!(tx.checkout_of_browser(store_id(2), row.cart_id, "browser").await?, None);
        Ok(())
    })
    .await
    .unwrap();
    let mut foreign = row.clone();
    foreign.store = store_id(2);
    assert!(!write!(db, |tx, foreign| tx.update_checkout(&foreign, at(2)).await).await.unwrap());
    let outcome = write!(db, |tx, foreign| tx.open_checkout(&foreign).await).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
}

pub async fn a_change_needs_the_version_it_saw(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut row = sample::checkout(999, cart(&db, 999).await, "browser");
    write!(db, |tx, row| tx.open_checkout(&row).await).await.unwrap();
    row.document.note = "changed".to_owned();
    assert!(write!(db, |tx, row| tx.update_checkout(&row, at(7)).await).await.unwrap());
    // The other tab still holds version 1.
    assert!(!write!(db, |tx, row| tx.update_checkout(&row, at(8)).await).await.unwrap());
    row.version = 2;
    row.updated_at = at(7);
    assert_eq!(read!(db, |tx, row| tx.checkout(row.store, row.id).await).await.unwrap(), Some(row));
}

pub async fn of_many_changes_at_once_one_wins(db: Db) {
    sample::stores(&db, &[999]).await;
    let row = sample::checkout(999, cart(&db, 999).await, "browser");
    write!(db, |tx, row| tx.open_checkout(&row).await).await.unwrap();
    let mut tabs = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (db, row) = (db.clone(), row.clone());
        tabs.spawn(async move { write!(db, |tx, row| tx.update_checkout(&row, at(2)).await).await.unwrap() });
    }
    assert_eq!(tabs.join_all().await.into_iter().filter(|won| *won).count(), 1);
}

pub async fn a_quote_is_read_back_by_its_store_only(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let quote = sample::paid(&db, 1, 1).await.quote;
    read!(db, |tx, quote| {
        assert_eq!(tx.quote(store_id(2), quote.id).await?, None);
        assert_eq!(tx.quote(store_id(1), quote.id).await?, Some(quote));
        Ok(())
    })
    .await
    .unwrap();
}

pub async fn a_taken_quote_id_is_a_conflict_and_a_quote_without_checkout_is_refused(db: Db) {
    sample::stores(&db, &[999]).await;
    let quote = sample::paid(&db, 999, 1).await.quote;
    let outcome = write!(db, |tx, quote| tx.insert_quote(&quote).await).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
    let orphan = sample::quote(&sample::checkout(999, sample::cart_id(1), "browser"));
    let outcome = write!(db, |tx, orphan| tx.insert_quote(&orphan).await).await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
}

pub async fn an_attempt_is_read_back_in_every_state_and_by_its_store_only(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let paid = sample::paid(&db, 1, 1).await;
    let mut expected = vec![paid.attempt.clone()];
    for (n, state) in (2..).zip(AttemptState::ALL) {
        let mut row = sample::attempt(&paid.checkout, &paid.quote, n);
        row.state = state;
        row.provider = Provider::ALL[usize::try_from(n).unwrap() % 2];
        row.order_number = (n % 3 == 0).then_some(OrderNumber(n));
        row.details.review = n % 2 == 0;
        row.details.provider_state = sample::ODD_TEXT.to_owned();
        write!(db, |tx, row| tx.insert_attempt(&row).await).await.unwrap();
        expected.push(row);
    }
    let checkout = paid.checkout.id;
    let (store, other) = (store_id(1), store_id(2));
    for row in expected.clone() {
        let id = row.id;
        assert_eq!(read!(db, |tx| tx.attempt(store, id).await).await.unwrap().as_ref(), Some(&row));
        assert_eq!(write!(db, |tx| tx.lock_attempt(store, id).await).await.unwrap(), Some(row));
        assert_eq!(read!(db, |tx| tx.attempt(other, id).await).await.unwrap(), None);
        assert_eq!(write!(db, |tx| tx.lock_attempt(other, id).await).await.unwrap(), None);
    }
    // Oldest first.
    assert_eq!(read!(db, |tx| tx.attempts_of_checkout(store, checkout).await).await.unwrap(), expected);
    assert_eq!(read!(db, |tx| tx.attempts_of_checkout(other, checkout).await).await.unwrap(), []);
}

pub async fn a_taken_attempt_id_is_a_conflict(db: Db) {
    sample::stores(&db, &[999]).await;
    let attempt = sample::paid(&db, 999, 1).await.attempt;
    let outcome = write!(db, |tx, attempt| tx.insert_attempt(&attempt).await).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
}

pub async fn an_attempt_moves_only_from_the_state_it_was_seen_in(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let mut row = sample::paid(&db, 1, 1).await.attempt;
    row.state = AttemptState::Authorised;
    row.details.transaction_id = Some("t-9".to_owned());
    row.order_number = Some(OrderNumber(7));

    let mut foreign = row.clone();
    foreign.store = store_id(2);
    assert!(!write!(db, |tx, foreign| tx.update_attempt(&foreign, AttemptState::Started, at(4)).await).await.unwrap());
    assert!(write!(db, |tx, row| tx.update_attempt(&row, AttemptState::Started, at(4)).await).await.unwrap());
    assert!(!write!(db, |tx, row| tx.update_attempt(&row, AttemptState::Started, at(5)).await).await.unwrap());
    row.updated_at = at(4);
    assert_eq!(read!(db, |tx, row| tx.attempt(row.store, row.id).await).await.unwrap(), Some(row));
}

pub async fn of_many_outcomes_of_an_attempt_at_once_one_is_kept(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut row = sample::paid(&db, 999, 1).await.attempt;
    row.state = AttemptState::Authorised;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (db, row) = (db.clone(), row.clone());
        callers.spawn(async move {
            write!(db, |tx, row| tx.update_attempt(&row, AttemptState::Started, at(2)).await).await.unwrap()
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|kept| *kept).count(), 1);
}
