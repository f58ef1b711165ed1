//! Carts: one row each, lines inside one JSON document. The hot write of the whole product.

use crossdock_domain::cart::Cart;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{CartId, StoreId};

use crate::engine::Session;
use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::{Operation, Tx};
use crate::value::{List, Row, params};

columns!(CartColumns, cart, "carts": id, store_id, document, trusted, created_at, expires_at);

statements! {
    INSERT = { "INSERT INTO carts (id, store_id, document, trusted, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)" }
    ONE = { "SELECT ", cart!(), " FROM carts WHERE id = $1" }
    LOCK = { locking "SELECT ", cart!(), " FROM carts WHERE id = $1 AND store_id = $2" }
    OLD = {
        sqlite "SELECT id FROM carts WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3",
        postgres "SELECT id FROM carts WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED"
    }
    // Only attempts that surely hold no money may go: refused ones and reservations given back.
    IN_USE = { "SELECT COUNT(*) FROM payment_attempts WHERE (store_id, checkout_id) IN \
                (SELECT store_id, id FROM checkouts WHERE cart_id = $1) \
                AND (order_number IS NOT NULL OR state NOT IN ('declined', 'voided'))" }
    DELETE = { "DELETE FROM carts WHERE id = $1" }
}

/// A cart to store.
#[derive(Debug, Clone)]
pub struct NewCart {
    /// Its id.
    pub id: CartId,
    /// The store that registered it.
    pub store: StoreId,
    /// [`Cart`] as JSON.
    pub document: String,
    /// Made with the store's secret.
    pub trusted: bool,
    /// Now.
    pub created_at: Timestamp,
    /// When it can no longer be paid.
    pub expires_at: Timestamp,
}

/// A stored cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartRow {
    /// Its id.
    pub id: CartId,
    /// The store that registered it.
    pub store: StoreId,
    /// The cart.
    pub cart: Cart,
    /// Made with the store's secret.
    pub trusted: bool,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it can no longer be paid.
    pub expires_at: Timestamp,
}

impl FromRow for CartRow {
    type Columns = CartColumns;

    fn from_row(row: &Row<'_>, at: &CartColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "carts", column, id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            store: StoreId::new(row.get(at.store_id)?).ok_or_else(|| bad("store_id"))?,
            cart: serde_json::from_str(row.text(at.document)?).map_err(|_| bad("document"))?,
            trusted: row.get(at.trusted)?,
            created_at: Timestamp(row.get(at.created_at)?),
            expires_at: Timestamp(row.get(at.expires_at)?),
        })
    }
}

/// One cart as an operation, for the SQLite writer that batches by itself.
pub(crate) struct InsertCart(pub(crate) NewCart);

impl Operation for InsertCart {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.insert_cart(&self.0).await
    }
}

/// PostgreSQL: many carts by one statement in one commit.
pub(crate) async fn insert_together(session: &mut Session, carts: &[NewCart]) -> Result<(), DbError> {
    let ids: Vec<String> = carts.iter().map(|c| c.id.to_string()).collect();
    let columns = [
        List::Text(ids.iter().map(String::as_str).collect()),
        List::Int(carts.iter().map(|c| c.store.get()).collect()),
        List::Text(carts.iter().map(|c| c.document.as_str()).collect()),
        List::Bool(carts.iter().map(|c| c.trusted).collect()),
        List::Int(carts.iter().map(|c| c.created_at.0).collect()),
        List::Int(carts.iter().map(|c| c.expires_at.0).collect()),
    ];
    let insert = "INSERT INTO carts (id, store_id, document, trusted, created_at, expires_at) \
         SELECT * FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::boolean[], $5::bigint[], $6::bigint[])";
    session.execute(insert, &columns).await?;
    Ok(())
}

impl Tx {
    /// Stores a cart inside a larger transaction; alone, use [`Db::insert_cart`](crate::Db::insert_cart).
    pub async fn insert_cart(&mut self, cart: &NewCart) -> Result<(), DbError> {
        let values = params![
            cart.id.to_string(),
            cart.store.get(),
            cart.document.as_str(),
            cart.trusted,
            cart.created_at.0,
            cart.expires_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// The cart of this id, whoever's it is: the id is the buyer's only key and tells the store.
    pub async fn cart(&mut self, id: CartId) -> Result<Option<CartRow>, DbError> {
        self.fetch_optional(&ONE, params![id.to_string()]).await
    }

    /// A store's cart, locked until the transaction ends: everybody who makes an order from it queues here.
    pub async fn lock_cart(&mut self, store: StoreId, id: CartId) -> Result<Option<CartRow>, DbError> {
        self.fetch_optional(&LOCK, params![id.to_string(), store.get()]).await
    }

    /// Walks up to `limit` carts with ids between `after` and `before` (both excluded, ids are ordered by time) and deletes
    /// those on which no order stands and no payment that may have moved money, with their checkouts and quotes. Carts that
    /// somebody holds at this moment are passed over.
    ///
    /// Answers how many were deleted and the last id walked, the next call's `after`; `None` at the end.
    pub async fn delete_old_carts(
        &mut self,
        after: CartId,
        before: CartId,
        limit: i64,
    ) -> Result<(u64, Option<CartId>), DbError> {
        let ids: Vec<String> =
            self.fetch_all(&OLD, params![after.to_string(), before.to_string(), limit.max(0)]).await?;
        let mut deleted = 0;
        for id in &ids {
            // Locked, its checkouts can get no further attempt between the question and the deletion.
            if self.lock_checkouts_of(id).await? {
                let in_use: Option<i64> = self.fetch_optional(&IN_USE, params![id.as_str()]).await?;
                if in_use != Some(0) {
                    continue;
                }
                self.delete_checkouts_of(id).await?;
            }
            deleted += self.execute(&DELETE, params![id.as_str()]).await?;
        }
        let Some(last) = ids.last() else { return Ok((deleted, None)) };
        let bad = |_| DbError::Inconsistent { table: "carts", column: "id", id: last.clone() };
        Ok((deleted, Some(last.parse().map_err(bad)?)))
    }
}
