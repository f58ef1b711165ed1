//! The embedded database as a file: its URL, its lock, its copies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossdock_db::{Db, DbError, FileLock, Options};

use crate::harness::{PostgresScratch, Scratch, SqliteScratch, with_scratch};
use crate::sample;

#[tokio::test]
async fn a_url_of_an_unknown_kind_is_refused_without_telling_its_password() {
    for (url, part) in [
        ("mysql://root:secret@host/db", "unknown database scheme \"mysql\""),
        ("nonsense", "unknown database scheme \"\""),
        ("", "unknown database scheme \"\""),
        ("sqlite:", "names no file"),
        ("sqlite::memory:", "names no file"),
        ("sqlite:a.db?mode=rwc", "no options"),
    ] {
        let error = Db::open(&Options::new(url)).await.unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains("secret"), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_unavailable_and_named() {
    let error = Db::open(&Options::new("sqlite:/nowhere/to/be/found.db")).await.unwrap_err();
    assert!(matches!(&error, DbError::Unavailable(text) if text.contains("/nowhere/to/be/found.db")), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    with_scratch(async |scratch: &SqliteScratch| {
        std::fs::write(scratch.file(), "not a database, and long enough to be looked at".repeat(100)).unwrap();
        let error = Db::open(&scratch.options()).await.unwrap_err();
        assert!(error.to_string().contains("not a database"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn an_open_file_is_locked_until_it_is_closed() {
    with_scratch(async |scratch: &SqliteScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        let error = Db::open(&scratch.options()).await.unwrap_err();
        assert!(matches!(&error, DbError::Locked { path } if *path == scratch.file()), "{error:?}");
        assert!(error.to_string().contains("a running crossdock holds its lock"), "{error}");
        db.close().await;
        Db::open(&scratch.options()).await.unwrap().close().await;
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn another_name_of_an_open_file_is_locked_too() {
    with_scratch(async |scratch: &SqliteScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        let link = scratch.0.path().join("link.db");
        std::os::unix::fs::symlink(scratch.file(), &link).unwrap();
        let error = Db::open(&Options::new(format!("sqlite:{}", link.display()))).await.unwrap_err();
        assert!(matches!(error, DbError::Locked { .. }), "{error:?}");
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_replaces_the_file_can_hold_its_lock() {
    with_scratch(async |scratch: &SqliteScratch| {
        let lock = FileLock::take(&scratch.file()).unwrap();
        assert!(matches!(Db::open(&scratch.options()).await, Err(DbError::Locked { .. })));
        drop(lock);
        let db = Db::open(&scratch.options()).await.unwrap();
        assert!(matches!(FileLock::take(&scratch.file()), Err(DbError::Locked { .. })));
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_closed_database_is_one_file() {
    with_scratch(async |scratch: &SqliteScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        sample::stores(&db, &[999]).await;
        db.close().await;
        let files = std::fs::read_dir(scratch.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut files: Vec<_> = files.collect();
        files.sort();
        assert_eq!(files, ["test.db", "test.db.lock"]);
    })
    .await;
}

/// Writers go on while the copy is made; what was acknowledged before it began must be in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_under_load_is_sound_and_has_every_cart_acknowledged_before() {
    with_scratch(async |scratch: &SqliteScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        sample::stores(&db, &[999]).await;
        let stop = Arc::new(AtomicBool::new(false));
        let (acknowledged, mut carts) = tokio::sync::mpsc::unbounded_channel();
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..8 {
            let (db, stop, acknowledged) = (db.clone(), stop.clone(), acknowledged.clone());
            writers.spawn(async move {
                for n in 0.. {
                    let cart = sample::new_cart(999, writer * 10_000 + n);
                    let id = cart.id;
                    db.insert_cart(cart).await.unwrap();
                    acknowledged.send(id).unwrap();
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                }
            });
        }
        let mut before = Vec::new();
        while before.len() < 200 {
            before.push(carts.recv().await.unwrap());
        }
        while let Ok(id) = carts.try_recv() {
            before.push(id);
        }
        let copy = scratch.0.path().join("copy.db");
        db.backup(copy.clone()).await.unwrap();
        stop.store(true, Ordering::SeqCst);
        writers.join_all().await;
        db.close().await;

        let copied = Db::open(&Options::new(format!("sqlite:{}", copy.display()))).await.unwrap();
        assert_eq!(copied.integrity_check().await.unwrap(), Vec::<String>::new());
        for id in before {
            assert!(read!(copied, |tx| tx.cart(id).await).await.unwrap().is_some(), "{id}");
        }
        copied.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_copy_never_replaces_a_file_and_a_failed_one_leaves_none() {
    with_scratch(async |scratch: &SqliteScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        let error = db.backup(scratch.file()).await.unwrap_err();
        assert!(error.to_string().contains("test.db"), "{error}");
        db.ping().await.unwrap();
        let error = db.backup(scratch.0.path().join("no/such/directory/copy.db")).await.unwrap_err();
        assert!(error.to_string().contains("copy.db"), "{error}");
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn postgres_answers_a_copy_with_advice() {
    with_scratch(async |scratch: &PostgresScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        let error = db.backup("copy".into()).await.unwrap_err().to_string();
        assert!(error.contains("pg_dump"), "{error}");
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_damaged_file_has_findings() {
    with_scratch(async |scratch: &SqliteScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        sample::stores(&db, &[999]).await;
        scratch.tamper("PRAGMA foreign_keys = OFF; DELETE FROM stores").await;
        assert_eq!(
            db.integrity_check().await.unwrap(),
            ["a row of order_counters points to a row of stores that is not there"]
        );
        db.close().await;
    })
    .await;
}
