//! Lists of orders, checked against a plain model.

use crossdock_db::Db;
use crossdock_db::orders::{ListFrom, OrderFilter, OrderSummary};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{OrderId, OrderNumber};
use crossdock_domain::order::OrderStatus;

use crate::sample::{self, at, store_id};

fn filter(from: ListFrom) -> OrderFilter {
    OrderFilter { store: store_id(999), from, until: None, missing_merchant_id: false, limit: None }
}

async fn list(db: &Db, filter: OrderFilter) -> Vec<OrderSummary> {
    read!(db, |tx, filter| tx.list_orders(&filter).await).await.unwrap()
}

/// Orders of store 999 placed at these seconds, one after the other; every third has a merchant's number.
async fn place_at(db: &Db, seconds: &[i64]) -> Vec<OrderSummary> {
    sample::stores(db, &[998, 999]).await;
    let mut placed = Vec::new();
    for (n, second) in (0..).zip(seconds) {
        let paid = sample::paid(db, 999, n).await;
        let id = sample::place(db, &paid, at(*second)).await;
        let merchant_order_id = (n % 3 == 0).then(|| format!("M-{n}"));
        if let Some(value) = merchant_order_id.clone() {
            write!(db, |tx, value| tx.set_merchant_order_id(id, &value).await).await.unwrap();
        }
        placed.push(OrderSummary {
            number: id.number,
            test: true,
            placed_at: at(*second),
            merchant_order_id,
            status: OrderStatus::FraudReview,
            status_at: at(*second),
        });
    }
    // Another store's orders are in nobody else's list.
    for n in 100..103 {
        sample::place(db, &sample::paid(db, 998, n).await, at(n)).await;
    }
    placed
}

fn model(all: &[OrderSummary], filter: &OrderFilter) -> Vec<OrderSummary> {
    all.iter()
        .filter(|order| match filter.from {
            ListFrom::Time(time) => order.placed_at >= time,
            ListFrom::After(number) => order.number > number,
        })
        .filter(|order| filter.until.is_none_or(|until| order.placed_at < until))
        .filter(|order| !filter.missing_merchant_id || order.merchant_order_id.is_none())
        .take(filter.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(0)))
        .cloned()
        .collect()
}

/// Every combination of selectors over these orders.
async fn check_all_filters(db: &Db, all: &[OrderSummary]) {
    let times = [i64::MIN, 0, at(0).0, at(1).0, at(3).0, at(5).0, at(5).0 + 1, at(8).0, at(86_400 * 40).0, i64::MAX];
    let numbers = [i64::MIN, 0, 10_000, 10_001, 10_005, 10_009, 20_000, i64::MAX];
    let from = times.map(|time| ListFrom::Time(Timestamp(time))).into_iter();
    let from: Vec<_> = from.chain(numbers.map(|number| ListFrom::After(OrderNumber(number)))).collect();
    let until: Vec<_> = times.map(|time| Some(Timestamp(time))).into_iter().chain([None]).collect();
    for from in from {
        for until in &until {
            for missing_merchant_id in [false, true] {
                for limit in [None, Some(-1), Some(0), Some(2), Some(1000)] {
                    let filter = OrderFilter { until: *until, missing_merchant_id, limit, ..filter(from) };
                    assert_eq!(list(db, filter.clone()).await, model(all, &filter), "{filter:?}");
                }
            }
        }
    }
}

pub async fn an_empty_list_is_no_error(db: Db) {
    assert_eq!(list(&db, filter(ListFrom::Time(at(0)))).await, []);
    sample::stores(&db, &[999]).await;
    assert_eq!(list(&db, filter(ListFrom::After(OrderNumber(0)))).await, []);
}

pub async fn orders_are_listed_by_number_for_every_selector(db: Db) {
    let all = place_at(&db, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).await;
    check_all_filters(&db, &all).await;
}

pub async fn orders_of_one_moment_are_all_listed(db: Db) {
    let all = place_at(&db, &[5, 5, 5, 5]).await;
    check_all_filters(&db, &all).await;
}

/// Two nodes' clocks differ, and an operation may wait: numbers and times need not agree.
pub async fn no_order_is_lost_when_clocks_disagree(db: Db) {
    let all = place_at(&db, &[3, 1, 2, 8, 5, 7, 0, 9, 4, 5, 6]).await;
    check_all_filters(&db, &all).await;
}

/// One order stamped by a clock that is a month ahead must hide none of those that follow.
pub async fn no_order_is_lost_behind_a_clock_that_ran_ahead(db: Db) {
    let all = place_at(&db, &[1, 2, 86_400 * 30, 3, 4, 5, 86_400 * 50, 6, 7]).await;
    check_all_filters(&db, &all).await;
}

pub async fn a_list_shows_what_changed(db: Db) {
    let all = place_at(&db, &[1, 2]).await;
    let id = OrderId { store: store_id(999), number: all[1].number };
    let (from, to) = (OrderStatus::FraudReview, OrderStatus::InProcess);
    write!(db, |tx| {
        tx.move_order(id, from, to, at(9)).await?;
        tx.set_merchant_order_id(id, sample::ODD_TEXT).await
    })
    .await
    .unwrap();
    let listed = list(&db, filter(ListFrom::After(all[0].number))).await;
    let expected = OrderSummary {
        merchant_order_id: Some(sample::ODD_TEXT.to_owned()),
        status: to,
        status_at: at(9),
        ..all[1].clone()
    };
    assert_eq!(listed, [expected]);
    let missing = OrderFilter { missing_merchant_id: true, ..filter(ListFrom::Time(at(0))) };
    assert_eq!(list(&db, missing).await, []);
}
