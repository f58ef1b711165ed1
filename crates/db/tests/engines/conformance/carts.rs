//! Carts and their cleaning.

use crossdock_db::carts::CartRow;
use crossdock_db::{Db, DbError};
use crossdock_domain::ids::CartId;
use crossdock_domain::payment::AttemptState;

use crate::sample::{self, at, store_id};

pub async fn a_cart_is_read_back_as_it_was_written(db: Db) {
    sample::stores(&db, &[999]).await;
    let new = sample::new_cart(999, 5);
    db.insert_cart(new.clone()).await.unwrap();
    let id = new.id;
    let expected = CartRow {
        id,
        store: store_id(999),
        cart: sample::cart(Some("ref")),
        trusted: true,
        created_at: at(5),
        expires_at: at(3605),
    };
    assert_eq!(read!(db, |tx| tx.cart(id).await).await.unwrap().as_ref(), Some(&expected));
    assert_eq!(write!(db, |tx| tx.lock_cart(store_id(999), id).await).await.unwrap(), Some(expected));
}

pub async fn an_unknown_cart_is_no_error(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = sample::cart_id(1);
    assert_eq!(read!(db, |tx| tx.cart(id).await).await.unwrap(), None);
    assert_eq!(write!(db, |tx| tx.lock_cart(store_id(999), id).await).await.unwrap(), None);
}

pub async fn a_cart_can_be_locked_only_by_its_store(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let new = sample::new_cart(1, 1);
    let id = new.id;
    db.insert_cart(new).await.unwrap();
    assert_eq!(write!(db, |tx| tx.lock_cart(store_id(2), id).await).await.unwrap(), None);
}

pub async fn a_taken_cart_id_is_a_conflict(db: Db) {
    sample::stores(&db, &[999]).await;
    let new = sample::new_cart(999, 1);
    db.insert_cart(new.clone()).await.unwrap();
    let outcome = db.insert_cart(new.clone()).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
    let outcome = write!(db, |tx, new| tx.insert_cart(&new).await).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
}

pub async fn a_cart_of_an_unknown_store_is_refused(db: Db) {
    let new = sample::new_cart(999, 1);
    let id = new.id;
    let outcome = db.insert_cart(new).await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
    assert_eq!(read!(db, |tx| tx.cart(id).await).await.unwrap(), None);
}

pub async fn a_bad_cart_among_many_fails_alone(db: Db) {
    sample::stores(&db, &[999]).await;
    let twice = sample::new_cart(999, 0);
    db.insert_cart(twice.clone()).await.unwrap();
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..300 {
        let db = db.clone();
        let cart = if n % 50 == 7 { twice.clone() } else { sample::new_cart(999, n) };
        callers.spawn(async move { (n, cart.id, db.insert_cart(cart).await) });
    }
    for (n, id, outcome) in callers.join_all().await {
        if n % 50 == 7 {
            assert!(matches!(outcome, Err(DbError::Conflict)), "{n}: {outcome:?}");
        } else {
            outcome.unwrap();
            assert!(read!(db, |tx| tx.cart(id).await).await.unwrap().is_some(), "{n}");
        }
    }
}

pub async fn a_cart_of_a_failed_operation_is_not_there(db: Db) {
    sample::stores(&db, &[999]).await;
    let new = sample::new_cart(999, 1);
    let id = new.id;
    let outcome: Result<(), _> = write!(db, |tx, new| {
        tx.insert_cart(&new).await?;
        Err(DbError::Conflict)
    })
    .await;
    assert!(outcome.is_err());
    assert_eq!(read!(db, |tx| tx.cart(id).await).await.unwrap(), None);
}

fn before_all() -> CartId {
    "00000000-0000-0000-0000-000000000000".parse().unwrap()
}

/// One call of the cleaner: how many it deleted, and where the next call goes on.
async fn clean(db: &Db, after: CartId, before: CartId, limit: i64) -> (u64, Option<CartId>) {
    write!(db, |tx| tx.delete_old_carts(after, before, limit).await).await.unwrap()
}

pub async fn old_carts_go_with_their_checkouts_quotes_and_refused_payments(db: Db) {
    sample::stores(&db, &[999]).await;
    let bare = sample::new_cart(999, 1);
    let bare_id = bare.id;
    db.insert_cart(bare).await.unwrap();
    let mut tried = sample::paid(&db, 999, 2).await;
    tried.attempt.state = AttemptState::Declined;
    write!(db, |tx, tried| tx.update_attempt(&tried.attempt, AttemptState::Started, at(3)).await).await.unwrap();

    let cart = tried.checkout.cart_id;
    assert_eq!(clean(&db, before_all(), sample::cart_id(100), 10).await, (2, Some(cart)));
    let (checkout, quote, attempt) = (tried.checkout.id, tried.quote.id, tried.attempt.id);
    read!(db, |tx| {
        let store = store_id(999);
        assert_eq!(tx.cart(bare_id).await?, None);
        assert_eq!(tx.cart(cart).await?, None);
        assert_eq!(tx.checkout(store, checkout).await?, None);
        assert_eq!(tx.quote(store, quote).await?, None);
        assert_eq!(tx.attempt(store, attempt).await?, None);
        Ok(())
    })
    .await
    .unwrap();
}

pub async fn carts_with_orders_or_money_under_way_are_kept(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut ids = Vec::new();
    for (n, state) in (1..).zip(AttemptState::ALL) {
        let mut paid = sample::paid(&db, 999, n).await;
        paid.attempt.state = state;
        write!(db, |tx, paid| tx.update_attempt(&paid.attempt, AttemptState::Started, at(3)).await).await.unwrap();
        ids.push((state, paid.checkout.cart_id));
    }
    // An order keeps its cart whatever became of the money.
    let mut ordered = sample::paid(&db, 999, 50).await;
    ordered.attempt.order_number = Some(sample::place(&db, &ordered, at(51)).await.number);
    ordered.attempt.state = AttemptState::Voided;
    write!(db, |tx, ordered| tx.update_attempt(&ordered.attempt, AttemptState::Started, at(3)).await).await.unwrap();

    let (deleted, _) = clean(&db, before_all(), sample::cart_id(100), 100).await;
    assert_eq!(deleted, 2);
    for (state, id) in ids {
        let kept = read!(db, |tx| tx.cart(id).await).await.unwrap().is_some();
        assert_eq!(kept, !matches!(state, AttemptState::Declined | AttemptState::Voided), "{state:?}");
    }
    let id = ordered.checkout.cart_id;
    assert!(read!(db, |tx| tx.cart(id).await).await.unwrap().is_some());
}

pub async fn the_cleaner_walks_in_steps_and_spares_younger_carts(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut ids = Vec::new();
    for second in 1..=5 {
        let cart = sample::new_cart(999, second);
        ids.push(cart.id);
        db.insert_cart(cart).await.unwrap();
    }
    // The fifth is the bound itself and stays.
    assert_eq!(clean(&db, before_all(), ids[4], 3).await, (3, Some(ids[2])));
    assert_eq!(clean(&db, ids[2], ids[4], 3).await, (1, Some(ids[3])));
    assert_eq!(clean(&db, ids[3], ids[4], 3).await, (0, None));
    let last = ids[4];
    assert!(read!(db, |tx| tx.cart(last).await).await.unwrap().is_some());
    assert_eq!(clean(&db, before_all(), sample::cart_id(100), -1).await, (0, None));
}
