//! What holds for every operation: all or nothing, neighbours apart, errors alike on both engines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crossdock_db::availability::CodeLookup;
use crossdock_db::{Db, DbError, Engine};
use crossdock_domain::wholesale::{CodeKind, WholesalerId};

use crate::sample::{self, at, store_id};

async fn fact(db: &Db, key: &'static str) -> Option<String> {
    read!(db, |tx| tx.meta(key).await).await.unwrap()
}

pub async fn an_acknowledged_write_is_read_at_once(db: Db) {
    for n in 0..50 {
        let value = n.to_string();
        write!(db, |tx, value| tx.set_meta("n", &value).await).await.unwrap();
        assert_eq!(fact(&db, "n").await, Some(value));
    }
}

pub async fn a_failed_operation_leaves_no_trace(db: Db) {
    let outcome: Result<(), _> = write!(db, |tx| {
        tx.set_meta("a", "1").await?;
        tx.set_meta("b", "1").await?;
        Err(DbError::Conflict)
    })
    .await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
    assert_eq!(fact(&db, "a").await, None);
    assert_eq!(fact(&db, "b").await, None);
}

pub async fn failed_operations_spare_those_beside_them(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..200 {
        let db = db.clone();
        callers.spawn(async move {
            let cart = sample::new_cart(999, n);
            let outcome = write!(db, |tx, cart| {
                tx.insert_cart(&cart).await?;
                match n % 4 {
                    // By a rule, by the engine, by an unknown row: each in its own way.
                    0 => Err(DbError::Other("a rule says no".into())),
                    1 => tx.insert_cart(&cart).await,
                    2 => tx.take_order_number(store_id(998)).await.map(drop),
                    _ => Ok(()),
                }
            })
            .await;
            (n, cart.id, outcome)
        });
    }
    for (n, id, outcome) in callers.join_all().await {
        let expected = match n % 4 {
            0 => matches!(outcome, Err(DbError::Other(_))),
            1 => matches!(outcome, Err(DbError::Conflict)),
            2 => matches!(outcome, Err(DbError::Inconsistent { table: "order_counters", .. })),
            _ => outcome.is_ok(),
        };
        assert!(expected, "{n}: {outcome:?}");
        let kept = read!(db, |tx| tx.cart(id).await).await.unwrap().is_some();
        assert_eq!(kept, n % 4 == 3, "{n}");
    }
}

pub async fn an_operation_that_goes_on_after_a_database_error_fails(db: Db) {
    sample::stores(&db, &[999]).await;
    let outcome = write!(db, |tx| {
        tx.set_meta("a", "1").await?;
        let conflict = tx.insert_store(&sample::store(999), crossdock_domain::ids::OrderNumber(1), at(0)).await;
        assert!(matches!(conflict, Err(DbError::Conflict)), "{conflict:?}");
        assert!(matches!(tx.meta("a").await, Err(DbError::Other(_))));
        Ok(())
    })
    .await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
    assert_eq!(fact(&db, "a").await, None);
    // The connection serves the next one.
    write!(db, |tx| tx.set_meta("a", "2").await).await.unwrap();
    assert_eq!(fact(&db, "a").await.as_deref(), Some("2"));
}

pub async fn a_write_inside_a_read_is_refused(db: Db) {
    sample::stores(&db, &[999]).await;
    let outcome = read!(db, |tx| tx.set_meta("a", "1").await).await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
    let outcome = read!(db, |tx| tx.take_order_number(store_id(999)).await).await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
    assert_eq!(fact(&db, "a").await, None);
}

pub async fn the_null_character_is_refused_in_text_and_kept_in_documents(db: Db) {
    let outcome = write!(db, |tx| tx.set_meta("a", "x\0y").await).await;
    assert!(matches!(outcome, Err(DbError::InvalidText)), "{outcome:?}");
    let outcome = read!(db, |tx| tx.meta("\0").await).await;
    assert!(matches!(outcome, Err(DbError::InvalidText)), "{outcome:?}");

    // Lists that a statement takes apart, which no engine sees as texts.
    let wholesaler = WholesalerId::new(1).unwrap();
    for code in ["\0", "x\0y"] {
        let outcome = read!(db, |tx, code| tx.codes(wholesaler, &[(CodeKind::Internal, code.as_str())]).await).await;
        assert!(matches!(outcome, Err(DbError::InvalidText)), "{outcome:?}");
        let outcome = read!(db, |tx, code| tx.serials_of_external_ids(wholesaler, None, &[code]).await).await;
        assert!(matches!(outcome, Err(DbError::InvalidText)), "{outcome:?}");
        let outcome = read!(db, |tx, code| {
            let question = CodeLookup { index: 0, kind: CodeKind::Internal, code };
            tx.on_offer(wholesaler, &[question], at(0)).await
        });
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(DbError::InvalidText)), "{outcome:?}");
    }

    sample::stores(&db, &[999]).await;
    let mut cart = sample::cart(None);
    cart.items[0].description = "x\0y".to_owned();
    let mut new = sample::new_cart(999, 1);
    new.document = serde_json::to_string(&cart).unwrap();
    let id = new.id;
    db.insert_cart(new.clone()).await.unwrap();
    assert_eq!(read!(db, |tx| tx.cart(id).await).await.unwrap().unwrap().cart, cart);

    new.document.push('\0');
    let outcome = db.insert_cart(new).await;
    assert!(matches!(outcome, Err(DbError::InvalidText)), "{outcome:?}");
}

pub async fn long_texts_are_kept_whole(db: Db) {
    let value = sample::ODD_TEXT.repeat(20_000);
    write!(db, |tx, value| tx.set_meta("long", &value).await).await.unwrap();
    assert_eq!(fact(&db, "long").await, Some(value));
}

pub async fn writers_of_the_same_row_follow_one_another(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..48 {
        let db = db.clone();
        callers.spawn(async move { write!(db, |tx| tx.take_order_number(store_id(999)).await).await.unwrap().0 });
    }
    let mut numbers = callers.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (10_001..10_049).collect::<Vec<_>>());
}

pub async fn a_sound_database_answers_and_has_no_findings(db: Db) {
    sample::stores(&db, &[999]).await;
    let paid = sample::paid(&db, 999, 1).await;
    sample::place(&db, &paid, at(10)).await;
    db.ping().await.unwrap();
    assert_eq!(db.integrity_check().await.unwrap(), Vec::<String>::new());
}

pub async fn a_closed_database_is_unavailable(db: Db) {
    sample::stores(&db, &[999]).await;
    db.close().await;
    assert!(matches!(db.ping().await, Err(DbError::Unavailable(_))));
    let outcome = write!(db, |tx| tx.set_meta("a", "1").await).await;
    assert!(matches!(outcome, Err(DbError::Unavailable(_))), "{outcome:?}");
    let outcome = db.insert_cart(sample::new_cart(999, 1)).await;
    assert!(matches!(outcome, Err(DbError::Unavailable(_))), "{outcome:?}");
    db.close().await;
}

/// Closing is orderly: what was queued is done and answered, what comes later is refused; nothing hangs or half happens.
pub async fn closing_finishes_what_was_queued(db: Db) {
    sample::stores(&db, &[999]).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..100 {
        let db = db.clone();
        callers.spawn(async move { db.insert_cart(sample::new_cart(999, n)).await });
    }
    tokio::task::yield_now().await;
    db.close().await;
    for outcome in callers.join_all().await {
        assert!(matches!(outcome, Ok(()) | Err(DbError::Unavailable(_))), "{outcome:?}");
    }
}

pub async fn a_closure_borrows_its_input_and_is_all_or_nothing(db: Db) {
    let outcome = db.write_with(("a", "1".to_owned()), |tx, (key, value)| {
        Box::pin(async move {
            tx.set_meta(key, value).await?;
            tx.meta(key).await
        })
    });
    assert_eq!(outcome.await.unwrap().as_deref(), Some("1"));
    assert_eq!(db.read_with("a", |tx, key| Box::pin(tx.meta(key))).await.unwrap().as_deref(), Some("1"));

    let outcome = db.write_with("b", |tx, key| {
        Box::pin(async move {
            tx.set_meta(key, "2").await?;
            Err::<(), _>(DbError::Conflict)
        })
    });
    assert!(matches!(outcome.await, Err(DbError::Conflict)));
    assert_eq!(fact(&db, "b").await, None);
    let outcome = db.read_with("b", |tx, key| Box::pin(tx.set_meta(key, "3"))).await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
}

/// As a use case does that meets a conflict which is gone the next time.
pub async fn a_closure_that_asks_for_it_is_run_again_or_tells_so(db: Db) {
    let runs = Arc::new(AtomicU32::new(0));
    let outcome = db.write_with(runs.clone(), |tx, runs| {
        Box::pin(async move {
            let run = runs.fetch_add(1, Ordering::Relaxed);
            tx.set_meta("run", &run.to_string()).await?;
            if run == 0 { Err(DbError::Retry) } else { Ok(run) }
        })
    });
    let outcome = outcome.await;
    match db.engine() {
        // One writer: nobody else can have been in the way.
        Engine::Sqlite => assert!(matches!(outcome, Err(DbError::Retry)), "{outcome:?}"),
        Engine::Postgres => {
            assert_eq!(outcome.unwrap(), 1);
            assert_eq!(fact(&db, "run").await.as_deref(), Some("1"), "the first run left nothing");
        }
    }
}
