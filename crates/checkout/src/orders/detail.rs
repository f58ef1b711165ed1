//! `orderDetail`: one order.

use crossdock_db::orders::StoredOrder;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::ids::{OrderId, StoreId};
use crossdock_domain::order::Order;

use crate::stores::access::Credentials;
use crate::{OrderError, Orders, StaffOrderError};

/// Names an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderKey {
    /// By its number in the caller's store.
    Id(OrderId),
    /// By its cart's reference; the newest when several carts had the same.
    Reference(String),
}

/// Asks for an order.
#[derive(Debug, Clone)]
pub struct FindOrder {
    /// Who asks.
    pub credentials: Credentials,
    /// Which order.
    pub key: OrderKey,
}

struct Find {
    store: StoreId,
    key: OrderKey,
}

impl Operation for Find {
    type Output = Option<StoredOrder>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Option<StoredOrder>, DbError> {
        Ok(match &self.key {
            OrderKey::Id(id) if id.store == self.store => tx.stored_order(*id).await?,
            OrderKey::Id(_) => None,
            OrderKey::Reference(reference) => tx.stored_order_by_reference(self.store, reference).await?,
        })
    }
}

impl Orders<'_> {
    /// The order, or [`OrderError::NotFound`].
    pub async fn find(self, query: FindOrder) -> Result<Order, OrderError> {
        let store = self.0.stores().authenticate(&query.credentials).await?;
        let stored = self.0.db().read(Find { store: store.id, key: query.key }).await?.ok_or(OrderError::NotFound)?;
        Ok(stored.read()?)
    }

    /// An order by its full id, for staff and pages that have checked the caller.
    pub async fn get(self, id: OrderId) -> Result<Order, StaffOrderError> {
        self.read(id).await?.ok_or(StaffOrderError::NotFound)
    }

    /// The same, `None` when there is none.
    pub(crate) async fn read(self, id: OrderId) -> Result<Option<Order>, DbError> {
        let stored = self.0.db().read(Find { store: id.store, key: OrderKey::Id(id) }).await?;
        stored.map(StoredOrder::read).transpose()
    }
}
