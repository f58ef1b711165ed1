//! Products, their codes, what is on offer, stock and reservations.

use crossdock_db::availability::CodeLookup;
use crossdock_db::{Db, DbError, Operation, Tx};
use crossdock_domain::wholesale::{CodeKind, OrderSerial, ProductId, Quantity, StockMode, WarehouseId};

use super::wholesale::{goods, id, product, reservation, reserved, size, variant};
use crate::sample::at;

pub async fn products_are_read_back_and_replaced_whole(db: Db) {
    goods(&db).await;
    let ids = [ProductId(1), ProductId(2), ProductId(9)];
    let found = read!(db, |tx| tx.products_by_ids(id(1), &[ProductId(1), ProductId(2), ProductId(9)]).await).await;
    let wanted = [product(1, vec![size("1-S", &[]), size("1-M", &[])]), product(2, vec![size("2-set", &[("1-S", 2)])])];
    assert_eq!(found.expect("read"), wanted);
    let code = wanted[0].code.clone();
    let by_code = read!(db, |tx, code| tx.products_by_codes(id(1), &[code.as_str(), "none"]).await).await;
    assert_eq!(by_code.expect("read"), wanted[..1]);
    assert!(read!(db, |tx, ids| tx.products_by_ids(id(2), &ids).await).await.expect("read").is_empty());
    let slim = product(1, vec![size("1-M", &[])]);
    write!(db, |tx, slim| tx.put_products(id(1), &[slim], at(5)).await).await.expect("replaced");
    let since = read!(db, |tx| tx.products_behind(id(1), ProductId(0), Some(at(5)), 10).await).await.expect("read");
    assert_eq!(since, [slim]);
    let asked = read!(db, |tx| tx.codes(id(1), &[(CodeKind::Internal, "1-S"), (CodeKind::Internal, "1-M")]).await);
    assert_eq!(asked.await.expect("read").len(), 1, "a size that is gone has no code");
    assert_eq!(read!(db, |tx| tx.count_products(id(1)).await).await.expect("read"), 2);
}

pub async fn a_code_names_one_size_of_a_wholesaler(db: Db) {
    goods(&db).await;
    let mut thief = product(3, vec![size("3-S", &[])]);
    thief.sizes[0].producer_code = size("1-S", &[]).producer_code;
    let taken = write!(db, |tx, thief| tx.put_products(id(1), &[thief], at(0)).await).await;
    assert!(matches!(taken, Err(DbError::Conflict)), "{taken:?}");
    write!(db, |tx, thief| tx.put_products(id(2), &[thief], at(0)).await).await.expect("free at another wholesaler");
}

pub async fn what_is_on_offer_counts_sellable_stock_less_live_reservations(db: Db) {
    goods(&db).await;
    let write = write!(db, |tx| {
        assert!(tx.reserve_stock(id(1), &reservation("1-S", 3, None, Some(100)), at(0)).await?);
        assert!(tx.reserve_stock(id(1), &reservation("1-S", 2, Some(1), None), at(0)).await?);
        Ok(())
    });
    write.await.expect("reserved");
    let ask = |second: i64, wholesaler: i64| {
        let questions: Vec<_> = ["1-S", "2-set", "none"]
            .into_iter()
            .enumerate()
            .map(|(index, code)| CodeLookup { index, kind: CodeKind::Internal, code: code.to_owned() })
            .collect();
        read!(db, |tx, questions, second, wholesaler| tx.on_offer(id(wholesaler), &questions, at(second)).await)
    };
    for (second, left) in [(99, 5), (100, 8)] {
        let mut offers = ask(second, 1).await.expect("read");
        offers.sort_by_key(|offer| offer.index);
        assert_eq!(offers.len(), 2);
        assert_eq!(offers[0].stocks[0].available, Quantity::pieces(left), "the second warehouse is not for sale");
        let part = &offers[1].stocks[0];
        assert_eq!((&part.part, part.available), (&size("2-set", &[("1-S", 2)]).components[0], Quantity::pieces(left)));
        assert_eq!((offers[0].mode, offers[0].prepare_days, offers[0].active), (StockMode::Hidden, Some(2), true));
    }
    assert!(ask(0, 2).await.expect("read").is_empty());
}

pub async fn goods_are_put_aside_once_and_only_while_there_are_enough(db: Db) {
    goods(&db).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (db, row) = (db.clone(), reservation("1-S", 3, Some(1), None));
        tasks.spawn(async move { write!(db, |tx, row| tx.reserve_stock(id(1), &row, at(0)).await).await });
    }
    let won = tasks.join_all().await.into_iter().filter(|won| matches!(won, Ok(true))).count();
    assert_eq!((won, reserved(&db).await), (3, 9));
    let rows = read!(db, |tx| tx.reservations_of_order(id(1), OrderSerial(1)).await).await.expect("read");
    assert_eq!(rows.len(), 3);
    let first = rows[0].clone();
    for wanted in [true, false] {
        let dropped = write!(db, |tx, first| tx.drop_reservation(id(1), &first, at(1)).await).await.expect("asked");
        assert_eq!(dropped, wanted, "once");
    }
    let second = rows[1].clone();
    assert!(write!(db, |tx, second| tx.take_reserved(id(1), &second, at(1)).await).await.expect("taken"));
    let level = read!(db, |tx| tx.stock_levels(id(1), &[variant("1-S")]).await).await.expect("read")[0].level;
    assert_eq!((level.quantity, level.reserved), (Quantity::pieces(7), Quantity::pieces(3)));
    let other = read!(db, |tx| tx.reservations_of_order(id(2), OrderSerial(1)).await).await.expect("read");
    assert!(other.is_empty());
}

pub async fn locking_stock_clears_reservations_whose_time_is_over(db: Db) {
    goods(&db).await;
    let row = reservation("1-S", 4, None, Some(10));
    let read_back = write!(db, |tx, row| {
        assert!(tx.reserve_stock(id(1), &row, at(0)).await?);
        tx.reservation(id(1), row.id).await
    });
    assert_eq!(read_back.await.expect("read"), Some(row));
    let due = read!(db, |tx| tx.variants_with_expired(id(1), at(10), 9).await).await.expect("read");
    assert_eq!(due, [variant("1-S")]);
    let locked = write!(db, |tx| tx.lock_stock_levels(id(1), &[variant("1-S"), variant("1-S")], at(10)).await).await;
    let locked = locked.expect("locked");
    assert_eq!((locked.len(), locked[0].level.reserved), (2, Quantity::ZERO));
    assert_eq!(reserved(&db).await, 0);
    let ensure = write!(db, |tx| {
        tx.ensure_stock(id(1), &[(variant("1-S"), WarehouseId(1)), (variant("2-set"), WarehouseId(1))], at(1)).await?;
        tx.stock_levels(id(1), &[variant("1-S"), variant("2-set")]).await
    });
    let levels = ensure.await.expect("ensured");
    assert_eq!(levels.iter().map(|row| row.level.quantity.0).sum::<i64>(), 20_000, "what is there stays");
    assert_eq!(levels.len(), 3);
}

pub async fn stocks_are_set_together_and_only_where_they_differ(db: Db) {
    goods(&db).await;
    let set = |pieces: i64, second: i64| {
        write!(db, |tx, pieces, second| {
            let sizes = [variant("1-S"), variant("1-M")];
            let stocks = [
                (&sizes[0], WarehouseId(2), Quantity::pieces(pieces)),
                (&sizes[1], WarehouseId(1), Quantity::pieces(10)),
            ];
            tx.put_stocks(id(1), &stocks, at(second)).await
        })
    };
    assert_eq!(set(4, 5).await.expect("set"), 1);
    assert_eq!(set(4, 6).await.expect("set"), 0);
    let changed = |second: i64| read!(db, |tx, second| tx.products_or_stock_changed(id(1), at(second)).await);
    assert_eq!(changed(5).await.expect("read"), [ProductId(1), ProductId(2)], "a set changes with its parts");
    assert!(changed(6).await.expect("read").is_empty());
    let sets = read!(db, |tx| tx.bundles_among(id(1), &[&variant("1-S"), &variant("2-set"), &variant("2-set")]).await);
    assert_eq!(sets.await.expect("read"), [variant("2-set")]);
    let other = read!(db, |tx| tx.bundles_among(id(2), &[&variant("2-set")]).await).await;
    assert!(other.expect("read").is_empty(), "another wholesaler's");
}

/// Sets a stock, and fails when it is told to.
struct Long {
    pieces: i64,
    fails: bool,
}

impl Operation for Long {
    type Output = u64;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let size = variant("1-S");
        let count = tx.put_stocks(id(1), &[(&size, WarehouseId(1), Quantity::pieces(self.pieces))], at(1)).await?;
        if self.fails { Err(DbError::Conflict) } else { Ok(count) }
    }
}

pub async fn a_long_operation_is_kept_or_taken_back_by_itself(db: Db) {
    goods(&db).await;
    let mut tasks = tokio::task::JoinSet::new();
    for fails in [false, true, false, true] {
        let db = db.clone();
        tasks.spawn(
            async move { db.write_at_length(Long { pieces: if fails { 77 } else { 33 }, fails }).await.is_ok() },
        );
    }
    for _ in 0..4 {
        let (db, row) = (db.clone(), reservation("1-M", 1, Some(1), None));
        tasks.spawn(
            async move { write!(db, |tx, row| tx.reserve_stock(id(1), &row, at(0)).await).await.expect("asked") },
        );
    }
    let done = tasks.join_all().await;
    assert_eq!(done.iter().filter(|done| **done).count(), 6, "only those that fail do");
    let level = read!(db, |tx| tx.stock_levels(id(1), &[variant("1-S")]).await).await.expect("read")[0].level;
    assert_eq!(level.quantity, Quantity::pieces(33));
    let beside = read!(db, |tx| tx.stock_levels(id(1), &[variant("1-M")]).await).await.expect("read")[0].level;
    assert_eq!(beside.reserved, Quantity::pieces(4), "what others wrote meanwhile stays");
}
