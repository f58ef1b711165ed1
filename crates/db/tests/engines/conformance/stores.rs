//! Stores and their order counters.

use crossdock_db::{Db, DbError};
use crossdock_domain::ids::{OrderId, OrderNumber};
use crossdock_domain::money::Currency;

use crate::sample::{self, at, store_id};

pub async fn a_store_is_read_back_as_it_was_written(db: Db) {
    let row = sample::store(999);
    write!(db, |tx, row| tx.insert_store(&row, OrderNumber(1), at(0)).await).await.unwrap();
    assert_eq!(read!(db, |tx| tx.store(store_id(999)).await).await.unwrap(), Some(row));
}

pub async fn an_unknown_store_is_no_error(db: Db) {
    sample::stores(&db, &[999]).await;
    assert_eq!(read!(db, |tx| tx.store(store_id(998)).await).await.unwrap(), None);
    let row = sample::store(998);
    assert!(!write!(db, |tx, row| tx.update_store(&row.store, at(1)).await).await.unwrap());
    assert!(!write!(db, |tx| tx.set_store_secret(store_id(998), "hash", at(1)).await).await.unwrap());
}

pub async fn a_taken_store_id_is_a_conflict_and_changes_nothing(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut other = sample::store(999);
    other.store.name = "another".to_owned();
    let outcome = write!(db, |tx, other| tx.insert_store(&other, OrderNumber(5), at(0)).await).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
    assert_eq!(read!(db, |tx| tx.stores().await).await.unwrap(), [sample::store(999)]);
    let number = write!(db, |tx| tx.take_order_number(store_id(999)).await).await.unwrap();
    assert_eq!(number, OrderNumber::FIRST);
}

pub async fn stores_are_listed_by_their_numbers(db: Db) {
    sample::stores(&db, &[10, 9, 999_999_999, 1]).await;
    let ids: Vec<i64> = read!(db, |tx| tx.stores().await).await.unwrap().iter().map(|row| row.store.id.get()).collect();
    assert_eq!(ids, [1, 9, 10, 999_999_999]);
}

pub async fn an_update_touches_name_and_settings_of_one_store(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let mut changed = sample::store(1);
    changed.store.name = "new name".to_owned();
    changed.store.settings.cart_lifetime_minutes = 5;
    changed.store.currency = Currency::from_code("EUR").unwrap();
    assert!(write!(db, |tx, changed| tx.update_store(&changed.store, at(1)).await).await.unwrap());
    changed.store.currency = Currency::USD;
    assert_eq!(read!(db, |tx| tx.stores().await).await.unwrap(), [changed, sample::store(2)]);
}

pub async fn a_new_secret_replaces_the_old_one_of_one_store(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    assert!(write!(db, |tx| tx.set_store_secret(store_id(1), "new hash", at(1)).await).await.unwrap());
    let hashes: Vec<String> =
        read!(db, |tx| tx.stores().await).await.unwrap().into_iter().map(|row| row.secret_hash).collect();
    assert_eq!(hashes, ["new hash", "hash of 2"]);
}

pub async fn order_numbers_count_up_for_each_store_from_its_first(db: Db) {
    for (id, first) in [(1, 10_001), (2, 1)] {
        let row = sample::store(id);
        write!(db, |tx, row| tx.insert_store(&row, OrderNumber(first), at(0)).await).await.unwrap();
    }
    let mut taken = Vec::new();
    for id in [1, 2, 1, 1, 2] {
        taken.push(write!(db, |tx| tx.take_order_number(store_id(id)).await).await.unwrap().0);
    }
    assert_eq!(taken, [10_001, 1, 10_002, 10_003, 2]);
}

pub async fn a_number_taken_by_a_failed_operation_is_taken_again(db: Db) {
    sample::stores(&db, &[999]).await;
    let outcome: Result<(), _> = write!(db, |tx| {
        tx.take_order_number(store_id(999)).await?;
        Err(DbError::Conflict)
    })
    .await;
    assert!(matches!(outcome, Err(DbError::Conflict)));
    let number = write!(db, |tx| tx.take_order_number(store_id(999)).await).await.unwrap();
    assert_eq!(number, OrderNumber::FIRST);
}

pub async fn a_store_without_a_counter_is_inconsistent(db: Db) {
    let outcome = write!(db, |tx| tx.take_order_number(store_id(999)).await).await;
    assert!(matches!(outcome, Err(DbError::Inconsistent { table: "order_counters", .. })), "{outcome:?}");
}

/// The heart of it: 64 writers at once, every third fails after it took a number.
pub async fn order_numbers_have_no_gaps_when_writers_fail(db: Db) {
    const WRITERS: i64 = 64;
    sample::stores(&db, &[1, 2]).await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..WRITERS {
        let db = db.clone();
        writers.spawn(async move {
            let paid = sample::paid(&db, 1 + n % 2, n).await;
            write!(db, |tx, paid| {
                let store = paid.checkout.store;
                let id = OrderId { store, number: tx.take_order_number(store).await? };
                let order = sample::order(id, &paid, at(n));
                tx.insert_order(&order, &sample::placed(&order)).await?;
                if n % 3 == 0 { Err(DbError::Other("a rule says no".into())) } else { Ok(id) }
            })
            .await
            .ok()
        });
    }
    let mut kept: Vec<OrderId> = writers.join_all().await.into_iter().flatten().collect();
    kept.sort();
    let expected: Vec<OrderId> = [1, 2]
        .into_iter()
        .flat_map(|store| {
            let count = (0..WRITERS).filter(|n| 1 + n % 2 == store && n % 3 != 0).count();
            (OrderNumber::FIRST.0..)
                .take(count)
                .map(move |n| OrderId { store: store_id(store), number: OrderNumber(n) })
        })
        .collect();
    assert_eq!(kept, expected);
    for id in expected {
        assert!(read!(db, |tx| tx.order(id).await).await.unwrap().is_some(), "{id}");
    }
}
