//! Rule books, tariffs, exchange rates and quoted landed costs.

use crossdock_db::landed_costs::{LandedQuoteRow, RatesRow, TariffSummary};
use crossdock_db::{Db, DbError};
use crossdock_domain::clock::Day;
use crossdock_domain::ids::QuoteId;
use crossdock_domain::landed_cost::Rates;

use crate::sample::{self, at, store_id};

fn head(second: i64, territory: &str, rows: i64) -> TariffSummary {
    TariffSummary { id: sample::tariff_id(second), territory: territory.to_owned(), rows, imported_at: at(second) }
}

fn rates(second: i64, day: &str, usd: &str) -> RatesRow {
    let per_base = [("USD".to_owned(), usd.parse().unwrap())].into();
    let rates = Rates {
        base: "EUR".parse().unwrap(),
        day: day.parse().unwrap(),
        source: sample::ODD_TEXT.to_owned(),
        per_base,
        origins: [].into(),
    };
    RatesRow { id: sample::rates_id(second), rates, imported_at: at(second) }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn quote(store: i64, second: i64) -> LandedQuoteRow {
    LandedQuoteRow {
        id: sample::quote_id(second),
        store: store_id(store),
        cost: sample::stored_cost(second),
        created_at: at(second),
    }
}

async fn insert_quote(db: &Db, row: &LandedQuoteRow) -> Result<(), DbError> {
    write!(db, |tx, row| tx.insert_landed_quote(&row).await).await
}

pub async fn a_rule_book_is_kept_once_and_read_back(db: Db) {
    let files = format!("{{\"DE.toml\": \"{}\"}}", "x".repeat(100_000));
    write!(db, |tx, files| tx.keep_rule_book("v1", &files, at(1)).await).await.unwrap();
    write!(db, |tx| tx.keep_rule_book("v1", "other", at(2)).await).await.unwrap();
    assert_eq!(read!(db, |tx| tx.rule_book("v1").await).await.unwrap(), Some(files));
    assert_eq!(read!(db, |tx| tx.rule_book("v2").await).await.unwrap(), None);
}

pub async fn of_many_that_keep_one_rule_book_at_once_all_succeed(db: Db) {
    let mut keepers = tokio::task::JoinSet::new();
    for n in 0..16 {
        let db = db.clone();
        keepers.spawn(async move { write!(db, |tx| tx.keep_rule_book("v1", "files", at(n)).await).await });
    }
    for kept in keepers.join_all().await {
        kept.unwrap();
    }
    assert_eq!(read!(db, |tx| tx.rule_book("v1").await).await.unwrap().as_deref(), Some("files"));
}

pub async fn tariffs_are_listed_by_territory_with_the_newest_last(db: Db) {
    assert_eq!(read!(db, |tx| tx.tariffs().await).await.unwrap(), []);
    let heads = [head(3, "EU", 20_000), head(1, "NO", 7), head(2, "EU", 1)];
    for head in &heads {
        let document = format!("[{}]", head.rows);
        write!(db, |tx, head, document| tx.insert_tariff(&head, &document).await).await.unwrap();
    }
    let [second, norway, first] = heads;
    assert_eq!(read!(db, |tx| tx.tariffs().await).await.unwrap(), [first.clone(), second, norway]);
    let id = first.id;
    assert_eq!(read!(db, |tx| tx.tariff(id).await).await.unwrap().as_deref(), Some("[1]"));
    assert_eq!(read!(db, |tx| tx.tariff(sample::tariff_id(9)).await).await.unwrap(), None);
    let again = write!(db, |tx, first| tx.insert_tariff(&first, "[]").await).await;
    assert!(matches!(again, Err(DbError::Conflict)), "{again:?}");
}

pub async fn rates_come_newest_first_up_to_a_day(db: Db) {
    let rows = [
        rates(1, "2026-11-20", "1.10"),
        rates(5, "2026-11-19", "1.11"),
        rates(3, "2026-11-20", "1.12"),
        rates(4, "2026-11-23", "1.13"),
    ];
    for row in &rows {
        write!(db, |tx, row| tx.insert_rates(&row).await).await.unwrap();
    }
    let [first, older, corrected, future] = rows;
    let found = read!(db, |tx| tx.rates(day("2026-11-22"), 10).await).await.unwrap();
    assert_eq!(found, [corrected, first, older]);
    assert_eq!(read!(db, |tx| tx.rates(day("2026-11-23"), 1).await).await.unwrap(), [future]);
    assert_eq!(read!(db, |tx| tx.rates(day("2026-11-18"), 1).await).await.unwrap(), []);
}

pub async fn a_landed_quote_is_read_back_by_its_store_only(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let row = quote(1, 5);
    insert_quote(&db, &row).await.unwrap();
    let id = row.id;
    assert_eq!(read!(db, |tx| tx.landed_quote(store_id(1), id).await).await.unwrap(), Some(row.clone()));
    assert_eq!(read!(db, |tx| tx.landed_quote(store_id(2), id).await).await.unwrap(), None);
    let again = insert_quote(&db, &row).await;
    assert!(matches!(again, Err(DbError::Conflict)), "{again:?}");
    let nobodys = insert_quote(&db, &quote(3, 6)).await;
    assert!(nobodys.is_err(), "the store must exist");
}

pub async fn landed_quotes_are_walked_in_steps(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let mut rows: Vec<_> = (0..5).map(|n| quote(1, n)).collect();
    rows.push(quote(2, 9));
    for row in &rows {
        insert_quote(&db, row).await.unwrap();
    }
    let mut seen: Vec<QuoteId> = Vec::new();
    loop {
        let after = seen.last().copied();
        let step = read!(db, |tx, after| tx.landed_quotes_after(store_id(1), after, 2).await).await.unwrap();
        if step.is_empty() {
            break;
        }
        seen.extend(step.iter().map(|row| row.id));
    }
    assert_eq!(seen, rows[..5].iter().map(|row| row.id).collect::<Vec<_>>());
    assert_eq!(read!(db, |tx| tx.count_quotes(store_id(1)).await).await.unwrap(), 5);
}

pub async fn quotes_of_the_checkout_show_their_landed_cost(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let paid = sample::paid(&db, 1, 1).await;
    let id = paid.quote.id;
    let found = read!(db, |tx| tx.checkout_cost(store_id(1), id).await).await.unwrap().unwrap();
    assert_eq!((found.id, found.store, found.cost), (id, store_id(1), None));
    assert_eq!(read!(db, |tx| tx.checkout_cost(store_id(2), id).await).await.unwrap(), None);
    let walked = read!(db, |tx| tx.checkout_costs_after(store_id(1), None, 10).await).await.unwrap();
    assert_eq!(walked.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
    let walked = read!(db, |tx| tx.checkout_costs_after(store_id(1), Some(id), 10).await).await.unwrap();
    assert_eq!(walked, []);
    assert_eq!(read!(db, |tx| tx.count_quotes(store_id(1)).await).await.unwrap(), 1);
}
