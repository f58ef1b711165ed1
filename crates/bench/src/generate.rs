//! Fills the database with orders before they are read, and with carts on the point of being paid.

use std::sync::Arc;

use crossdock_app::App;
use crossdock_db::attempts::AttemptRow;
use crossdock_db::carts::NewCart;
use crossdock_db::checkouts::CheckoutRow;
use crossdock_db::orders::NewOrder;
use crossdock_db::quotes::QuoteRow;
use crossdock_db::{Db, DbError, Engine, Operation, Tx};
use crossdock_domain::checkout::CheckoutDocument;
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{AttemptId, CartId, CheckoutId, OrderNumber, QuoteId};
use crossdock_domain::order::HistoryEntry;
use crossdock_domain::payment::{AttemptDetails, AttemptState, Provider};
use crossdock_domain::quote::{DutyMode, Quote};
use crossdock_domain::random::SeededRandom;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::ProgressBar;

use crate::samples;

/// Orders of one transaction.
const ORDERS_AT_ONCE: i64 = 2000;
/// Paid-but-for-the-answer carts of one transaction.
const PREPARED_AT_ONCE: usize = 250;

/// Transactions under way at once: SQLite has one writer, for which the next batch is made meanwhile.
fn lanes(db: &Db) -> usize {
    match db.engine() {
        Engine::Sqlite => 2,
        Engine::Postgres => 4,
    }
}

struct AddOrders(Vec<(NewOrder, HistoryEntry)>);

impl Operation for AddOrders {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        for (order, entry) in &self.0 {
            let number = tx.take_order_number(order.id.store).await?;
            if number != order.id.number {
                return Err(DbError::Other(format!("order {} would get the number {number}", order.id).into()));
            }
            tx.insert_order(order, entry).await?;
        }
        Ok(())
    }
}

/// The orders that were generated.
#[derive(Debug, Clone, Copy)]
pub struct Generated {
    /// Number of the first.
    pub first: OrderNumber,
    /// How many.
    pub count: i64,
    /// The moment that their days are counted back from.
    pub now: Timestamp,
}

/// Stores so many orders of a store that has none, a thousand for each day that ended before `now`. The next batch is made
/// while one is written, and they are written in order: an order's number follows from its day.
pub async fn orders(app: &App, count: i64, bar: &ProgressBar) -> Result<Generated, DbError> {
    let (db, now) = (app.db(), app.now());
    let random = Arc::new(SeededRandom::new(1));
    let steps = usize::try_from(ORDERS_AT_ONCE).unwrap_or(1);
    let mut batches = stream::iter((0..count).step_by(steps))
        .map(|start| {
            let random = Arc::clone(&random);
            tokio::task::spawn_blocking(move || -> Vec<_> {
                let end = (start + ORDERS_AT_ONCE).min(count);
                (start..end).map(|index| samples::order(index, count, now, &*random)).collect()
            })
        })
        .buffered(2);
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(|error| DbError::Other(error.into()))?;
        let size = batch.len();
        db.write(AddOrders(batch)).await?;
        bar.inc(u64::try_from(size).unwrap_or(0));
    }
    Ok(Generated { first: samples::number(0), count, now })
}

/// A cart whose payment the provider is about to confirm.
struct Prepared {
    cart: NewCart,
    checkout: CheckoutRow,
    quote: QuoteRow,
    attempt: AttemptRow,
}

struct Prepare(Vec<Prepared>);

impl Operation for Prepare {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        for prepared in &self.0 {
            tx.insert_cart(&prepared.cart).await?;
            tx.open_checkout(&prepared.checkout).await?;
            tx.insert_quote(&prepared.quote).await?;
            tx.insert_attempt(&prepared.attempt).await?;
        }
        Ok(())
    }
}

fn prepared(turn: i64, now: Timestamp, random: &SeededRandom) -> Result<Prepared, DbError> {
    let store = samples::store_id();
    let document = serde_json::to_string(&samples::cart(turn)).map_err(|error| DbError::Other(error.into()))?;
    let cart = NewCart {
        id: CartId::new(now, random),
        store,
        document,
        trusted: true,
        created_at: now,
        expires_at: now + Span::days(1),
    };
    let quote_id = QuoteId::new(now, random);
    let checkout = CheckoutRow {
        id: CheckoutId::new(now, random),
        store,
        cart_id: cart.id,
        browser_hash: format!("browser-{turn}"),
        document: CheckoutDocument {
            country: Some(samples::address().country),
            ship_to: Some(samples::address()),
            shipping: Some(samples::shipping().id),
            quote: Some(quote_id),
            ..CheckoutDocument::default()
        },
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let quote = QuoteRow {
        id: quote_id,
        store,
        checkout_id: checkout.id,
        quote: Quote {
            version: Quote::VERSION,
            ship_to: samples::address(),
            shipping: Some(samples::shipping()),
            domestic_charge: None,
            duty_mode: DutyMode::OnDelivery,
            totals: samples::totals(),
            landed_cost: None,
            unavailable: None,
            absorbed_fees: None,
            foreign: None,
        },
        created_at: now,
    };
    let attempt = AttemptRow {
        id: AttemptId::new(now, random),
        store,
        checkout_id: checkout.id,
        cart_id: cart.id,
        quote_id,
        provider: Provider::Test,
        state: AttemptState::Started,
        amount: samples::totals().grand,
        details: AttemptDetails {
            card_type: "VISA".to_owned(),
            last_four: Some("4242".to_owned()),
            ..AttemptDetails::default()
        },
        order_number: None,
        created_at: now,
        updated_at: now,
    };
    Ok(Prepared { cart, checkout, quote, attempt })
}

/// Stores so many carts with checkout, quote and a started payment attempt; the attempts.
pub async fn attempts(app: &App, count: usize, bar: &ProgressBar) -> Result<Vec<AttemptId>, DbError> {
    let (db, now) = (app.db(), app.now());
    // A seed of its own for each call: ids of earlier calls must not come again.
    let random = SeededRandom::new(now.0.unsigned_abs());
    let mut ids = Vec::with_capacity(count);
    let mut batches = Vec::new();
    for start in (0..count).step_by(PREPARED_AT_ONCE) {
        let turns = start..(start + PREPARED_AT_ONCE).min(count);
        let batch = turns
            .map(|turn| prepared(i64::try_from(turn).unwrap_or(0), now, &random))
            .collect::<Result<Vec<_>, DbError>>()?;
        ids.extend(batch.iter().map(|prepared| prepared.attempt.id));
        batches.push(batch);
    }
    stream::iter(batches)
        .map(Ok::<_, DbError>)
        .try_for_each_concurrent(lanes(db), async |batch| {
            let size = batch.len();
            db.write(Prepare(batch)).await?;
            bar.inc(u64::try_from(size).unwrap_or(0));
            Ok(())
        })
        .await?;
    Ok(ids)
}
