//! Every statement is prepared on both engines, and binds its parameters alike on both.

use std::collections::HashSet;

use crossdock_db::{Db, sql};

use crate::harness::{PostgresScratch, Scratch, SqliteScratch, with_scratch};

async fn migrated<S: Scratch>(scratch: &S) {
    Db::open(&scratch.options()).await.unwrap().close().await;
}

/// SQLite numbers named parameters by their first appearance, and we bind by position: `$2` before `$1` would swap them.
#[tokio::test]
async fn sqlite_prepares_every_statement_with_parameters_in_order() {
    with_scratch(async |scratch: &SqliteScratch| {
        migrated(scratch).await;
        let connection = scratch.connect();
        for statement in sql::all() {
            let prepared = connection.prepare(statement.sqlite).unwrap_or_else(|e| panic!("{}: {e}", statement.name));
            for index in 1..=prepared.parameter_count() {
                let name = prepared.parameter_name(index).map(ToOwned::to_owned);
                assert_eq!(name, Some(format!("${index}")), "{}", statement.name);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn postgres_prepares_every_statement_with_as_many_parameters_as_sqlite() {
    with_scratch(async |scratch: &PostgresScratch| {
        migrated(scratch).await;
        let sqlite = SqliteScratch::create().await.unwrap();
        migrated(&sqlite).await;
        let client = scratch.connect().await;
        for statement in sql::all() {
            let prepared = client.prepare(statement.postgres).await;
            let count = prepared.unwrap_or_else(|e| panic!("{}: {e:?}", statement.name)).params().len();
            let twin = sqlite.connect().prepare(statement.sqlite).unwrap().parameter_count();
            assert_eq!(count, twin, "{}", statement.name);
        }
    })
    .await;
}

#[test]
fn statements_are_listed_once_and_readers_get_those_that_only_read() {
    let mut seen = HashSet::new();
    for statement in sql::all() {
        assert!(seen.insert((statement.sqlite, statement.postgres)), "{} is there twice", statement.name);
        let writes = ["INSERT ", "UPDATE ", "DELETE "].iter().any(|verb| statement.sqlite.starts_with(verb));
        assert!(statement.is_read() != writes, "{}", statement.name);
    }
    assert!(seen.len() > 40);
}
