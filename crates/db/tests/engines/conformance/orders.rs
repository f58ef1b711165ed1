//! Orders, their history and their parcels.

use crossdock_db::orders::OrderHead;
use crossdock_db::{Db, DbError};
use crossdock_domain::ids::{OrderId, OrderNumber};
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, Order, OrderStatus, Parcel};

use crate::sample::{self, at, store_id};

fn parcel(number: &str, second: i64) -> Parcel {
    Parcel { number: number.to_owned(), courier: (second % 2 == 0).then(|| "DHL".to_owned()), added_at: at(second) }
}

async fn order(db: &Db, id: OrderId) -> Option<Order> {
    read!(db, |tx| tx.order(id).await).await.unwrap()
}

pub async fn an_order_is_read_back_as_it_was_placed(db: Db) {
    sample::stores(&db, &[999]).await;
    let paid = sample::paid(&db, 999, 1).await;
    let id = sample::place(&db, &paid, at(10)).await;
    let new = sample::order(id, &paid, at(10));
    let expected = Order {
        id,
        cart_id: paid.checkout.cart_id,
        merchant_order_id: None,
        status: OrderStatus::FraudReview,
        status_at: at(10),
        test: true,
        placed_at: at(10),
        document: new.document,
        payment: Some(sample::payment()),
        parcels: Vec::new(),
        statuses: vec![OrderStatus::FraudReview],
    };
    assert_eq!(order(&db, id).await, Some(expected));
}

pub async fn an_unknown_order_is_no_error(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = OrderId { store: store_id(999), number: OrderNumber(7) };
    let cart = sample::cart_id(1);
    read!(db, |tx| {
        assert_eq!(tx.order(id).await?, None);
        assert!(tx.stored_order_by_reference(id.store, "nothing").await?.is_none());
        assert_eq!(tx.order_id_of_cart(id.store, cart).await?, None);
        assert_eq!(tx.order_history(id).await?, []);
        assert_eq!(tx.parcels(id).await?, []);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(write!(db, |tx| tx.lock_order(id).await).await.unwrap(), None);
    let (from, to) = (OrderStatus::FraudReview, OrderStatus::InProcess);
    assert!(!write!(db, |tx| tx.move_order(id, from, to, at(1)).await).await.unwrap());
}

pub async fn another_store_sees_nothing_of_an_order_and_changes_nothing(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let paid = sample::paid(&db, 1, 1).await;
    let id = sample::place(&db, &paid, at(10)).await;
    let before = order(&db, id).await;
    let foreign = OrderId { store: store_id(2), number: id.number };
    write!(db, |tx, paid| {
        assert_eq!(tx.order(foreign).await?, None);
        assert!(tx.stored_order_by_reference(foreign.store, "ref").await?.is_none());
        assert_eq!(tx.order_id_of_cart(foreign.store, paid.checkout.cart_id).await?, None);
        assert_eq!(tx.lock_order(foreign).await?, None);
        assert_eq!(tx.order_history(foreign).await?, []);
        assert_eq!(tx.parcels(foreign).await?, []);
        let (from, to) = (OrderStatus::FraudReview, OrderStatus::InProcess);
        assert!(!tx.move_order(foreign, from, to, at(11)).await?);
        tx.set_merchant_order_id(foreign, "stolen").await?;
        tx.set_order_payment(foreign, &sample::payment()).await?;
        tx.replace_parcels(foreign, &[]).await
    })
    .await
    .unwrap();
    assert_eq!(order(&db, id).await, before);
}

pub async fn a_cart_an_attempt_and_a_number_make_one_order_each(db: Db) {
    sample::stores(&db, &[999]).await;
    let (first, second) = (sample::paid(&db, 999, 1).await, sample::paid(&db, 999, 2).await);
    let taken = sample::place(&db, &first, at(10)).await;
    let next = OrderId { number: OrderNumber(taken.number.0 + 1), ..taken };

    let mut same_cart = sample::order(next, &second, at(11));
    same_cart.cart_id = first.checkout.cart_id;
    let mut same_attempt = sample::order(next, &second, at(11));
    same_attempt.attempt_id = first.attempt.id;
    let same_number = sample::order(taken, &second, at(11));
    for again in [same_cart, same_attempt, same_number] {
        let outcome = write!(db, |tx, again| tx.insert_order(&again, &sample::placed(&again)).await).await;
        assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
    }
    assert_eq!(order(&db, next).await, None);
}

pub async fn of_many_that_place_the_same_cart_one_makes_the_order(db: Db) {
    sample::stores(&db, &[999]).await;
    let paid = sample::paid(&db, 999, 1).await;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (db, paid) = (db.clone(), paid.clone());
        callers.spawn(async move {
            write!(db, |tx, paid| {
                let store = paid.checkout.store;
                let id = OrderId { store, number: tx.take_order_number(store).await? };
                let order = sample::order(id, &paid, at(10));
                tx.insert_order(&order, &sample::placed(&order)).await?;
                Ok(id)
            })
            .await
        });
    }
    let outcomes = callers.join_all().await;
    let made: Vec<OrderId> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok().copied()).collect();
    assert_eq!(made, [OrderId { store: store_id(999), number: OrderNumber::FIRST }]);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(DbError::Conflict))), "{outcomes:?}");
    // Nobody's failure used up a number.
    let next = write!(db, |tx| tx.take_order_number(store_id(999)).await).await.unwrap();
    assert_eq!(next, OrderNumber(OrderNumber::FIRST.0 + 1));
}

/// The way of the real use case: whoever waits for the cart's lock finds the order made.
pub async fn all_that_lock_the_cart_first_get_the_same_order(db: Db) {
    sample::stores(&db, &[999]).await;
    let paid = sample::paid(&db, 999, 1).await;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (db, paid) = (db.clone(), paid.clone());
        callers.spawn(async move {
            write!(db, |tx, paid| {
                let (store, cart) = (paid.checkout.store, paid.checkout.cart_id);
                tx.lock_cart(store, cart).await?;
                if let Some(id) = tx.order_id_of_cart(store, cart).await? {
                    return Ok(id);
                }
                let id = OrderId { store, number: tx.take_order_number(store).await? };
                let order = sample::order(id, &paid, at(10));
                tx.insert_order(&order, &sample::placed(&order)).await?;
                Ok(id)
            })
            .await
            .unwrap()
        });
    }
    let first = OrderId { store: store_id(999), number: OrderNumber::FIRST };
    assert_eq!(callers.join_all().await, [first; 32]);
}

pub async fn an_order_is_found_by_its_cart(db: Db) {
    sample::stores(&db, &[999]).await;
    let paid = sample::paid(&db, 999, 1).await;
    let id = sample::place(&db, &paid, at(10)).await;
    let cart = paid.checkout.cart_id;
    assert_eq!(read!(db, |tx| tx.order_id_of_cart(store_id(999), cart).await).await.unwrap(), Some(id));
}

pub async fn of_several_orders_with_a_reference_the_newest_is_found(db: Db) {
    sample::stores(&db, &[1, 2]).await;
    let mut newest = None;
    for (n, store, reference) in
        [(1, 1, Some("a")), (2, 1, Some("a")), (3, 1, Some("b")), (4, 1, None), (5, 2, Some("a"))]
    {
        let paid = sample::paid(&db, store, n).await;
        let id = sample::place_with_reference(&db, &paid, at(n), reference).await;
        if n == 2 {
            newest = Some(id);
        }
    }
    let found = read!(db, |tx| tx.stored_order_by_reference(store_id(1), "a").await).await.unwrap();
    assert_eq!(found.map(|order| order.read().unwrap().id), newest);
    assert!(read!(db, |tx| tx.stored_order_by_reference(store_id(1), "A").await).await.unwrap().is_none());
}

pub async fn a_status_moves_only_from_where_it_was_seen(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = sample::place(&db, &sample::paid(&db, 999, 1).await, at(10)).await;
    let (review, process, hold) = (OrderStatus::FraudReview, OrderStatus::InProcess, OrderStatus::OnHold);
    assert!(write!(db, |tx| tx.move_order(id, review, process, at(11)).await).await.unwrap());
    assert!(!write!(db, |tx| tx.move_order(id, review, hold, at(12)).await).await.unwrap());
    let order = order(&db, id).await.unwrap();
    assert_eq!((order.status, order.status_at, order.placed_at), (process, at(11), at(10)));
}

pub async fn of_many_moves_at_once_one_wins(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = sample::place(&db, &sample::paid(&db, 999, 1).await, at(10)).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..16 {
        let db = db.clone();
        callers.spawn(async move {
            write!(db, |tx| {
                let (from, to) = (OrderStatus::FraudReview, OrderStatus::InProcess);
                tx.lock_order(id).await?;
                let moved = tx.move_order(id, from, to, at(n)).await?;
                if moved {
                    let event = HistoryEvent::StatusChanged { from, to, reason: String::new() };
                    tx.add_history(id, &HistoryEntry { at: at(n), actor: Actor::Merchant, event }).await?;
                }
                Ok(moved)
            })
            .await
            .unwrap()
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|moved| *moved).count(), 1);
    assert_eq!(read!(db, |tx| tx.order_history(id).await).await.unwrap().len(), 2);
}

pub async fn every_status_can_be_stored(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = sample::place(&db, &sample::paid(&db, 999, 1).await, at(10)).await;
    let mut from = OrderStatus::FraudReview;
    for to in OrderStatus::ALL {
        assert!(write!(db, |tx| tx.move_order(id, from, to, at(11)).await).await.unwrap(), "{to:?}");
        assert_eq!(order(&db, id).await.unwrap().status, to);
        from = to;
    }
}

pub async fn the_head_of_an_order_tells_what_changed(db: Db) {
    sample::stores(&db, &[999]).await;
    let paid = sample::paid(&db, 999, 1).await;
    let id = sample::place(&db, &paid, at(10)).await;
    let mut payment = sample::payment();
    payment.captured_at = Some(at(20));
    write!(db, |tx, payment| {
        tx.set_merchant_order_id(id, sample::ODD_TEXT).await?;
        tx.set_order_payment(id, &payment).await
    })
    .await
    .unwrap();
    let expected = OrderHead {
        status: OrderStatus::FraudReview,
        merchant_order_id: Some(sample::ODD_TEXT.to_owned()),
        attempt_id: paid.attempt.id,
        payment: payment.clone(),
    };
    assert_eq!(write!(db, |tx| tx.lock_order(id).await).await.unwrap(), Some(expected));
    let order = order(&db, id).await.unwrap();
    assert_eq!(order.payment, Some(payment));
    assert_eq!(order.merchant_order_id.as_deref(), Some(sample::ODD_TEXT));
}

pub async fn history_keeps_its_order_and_statuses_come_newest_first(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = sample::place(&db, &sample::paid(&db, 999, 1).await, at(10)).await;
    let (review, process) = (OrderStatus::FraudReview, OrderStatus::InProcess);
    let moved = |from, to| HistoryEvent::StatusChanged { from, to, reason: sample::ODD_TEXT.to_owned() };
    let actors = [Actor::System, Actor::Merchant, Actor::Staff(sample::ODD_TEXT.to_owned())];
    let events = [
        moved(review, process),
        HistoryEvent::MerchantOrderIdSet { from: None, to: "M-1".to_owned() },
        HistoryEvent::TrackingSet { numbers: vec!["1".to_owned()] },
        HistoryEvent::Payment { what: "captured".to_owned(), amount: "1.00 USD".to_owned() },
        moved(process, review),
    ];
    let mut expected = vec![HistoryEntry {
        at: at(10),
        actor: Actor::System,
        event: HistoryEvent::Placed { status: OrderStatus::FraudReview },
    }];
    // All at one moment: the order of writing counts.
    for (event, actor) in events.into_iter().zip(actors.into_iter().cycle()) {
        let entry = HistoryEntry { at: at(5), actor, event };
        write!(db, |tx, entry| tx.add_history(id, &entry).await).await.unwrap();
        expected.push(entry);
    }
    assert_eq!(read!(db, |tx| tx.order_history(id).await).await.unwrap(), expected);
    assert_eq!(order(&db, id).await.unwrap().statuses, [review, process, review]);
}

pub async fn history_of_an_unknown_order_is_refused(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = OrderId { store: store_id(999), number: OrderNumber(7) };
    let event = HistoryEvent::TrackingSet { numbers: Vec::new() };
    let entry = HistoryEntry { at: at(5), actor: Actor::System, event };
    let outcome = write!(db, |tx, entry| tx.add_history(id, &entry).await).await;
    assert!(matches!(outcome, Err(DbError::Other(_))), "{outcome:?}");
}

pub async fn parcels_are_replaced_and_keep_their_order(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = sample::place(&db, &sample::paid(&db, 999, 1).await, at(10)).await;
    // More than nine, so that an order by text would show.
    let many: Vec<Parcel> = (0..12).map(|n| parcel(&format!("{} {}", 40 - n, sample::ODD_TEXT), n)).collect();
    for parcels in [vec![parcel("x", 1)], many, vec![parcel("x", 2)], Vec::new()] {
        write!(db, |tx, parcels| tx.replace_parcels(id, &parcels).await).await.unwrap();
        assert_eq!(read!(db, |tx| tx.parcels(id).await).await.unwrap(), parcels);
        assert_eq!(order(&db, id).await.unwrap().parcels, parcels);
    }
}

pub async fn a_consignment_twice_is_a_conflict_and_the_old_parcels_stay(db: Db) {
    sample::stores(&db, &[999]).await;
    let id = sample::place(&db, &sample::paid(&db, 999, 1).await, at(10)).await;
    let old = vec![parcel("old", 1)];
    write!(db, |tx, old| tx.replace_parcels(id, &old).await).await.unwrap();
    let twice = vec![parcel("new", 1), parcel("new", 2)];
    let outcome = write!(db, |tx, twice| tx.replace_parcels(id, &twice).await).await;
    assert!(matches!(outcome, Err(DbError::Conflict)), "{outcome:?}");
    assert_eq!(read!(db, |tx| tx.parcels(id).await).await.unwrap(), old);
}
