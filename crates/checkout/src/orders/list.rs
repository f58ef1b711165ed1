//! `orderNumbers`: orders of a store since a day or an order, or still without the merchant's number.

use crossdock_db::orders::{ListFrom, OrderFilter, OrderSummary};
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{OrderId, OrderNumber, StoreId};

use crate::stores::access::Credentials;
use crate::{OrderError, Orders};

/// "the last two weeks" of `missingMerchantOrderId` (checkout protocol §5).
const MISSING_WINDOW: Span = Span::days(14);

/// Asks for a list. Without `since` and `after` it is the list of orders of the last two weeks without merchant's number.
#[derive(Debug, Clone)]
pub struct ListOrders {
    /// Who asks.
    pub credentials: Credentials,
    /// Orders placed at this moment or later.
    pub since: Option<Timestamp>,
    /// Orders placed before this moment.
    pub until: Option<Timestamp>,
    /// Orders behind this one, which must exist.
    pub after: Option<OrderNumber>,
    /// Only orders without merchant's number.
    pub missing_merchant_id: bool,
}

/// A list of orders in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderList {
    /// The store of all of them.
    pub store: StoreId,
    /// The rows.
    pub orders: Vec<OrderSummary>,
}

struct List {
    store: StoreId,
    filter: OrderFilter,
}

impl Operation for List {
    type Output = Vec<OrderSummary>;
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, OrderError> {
        if let ListFrom::After(number) = self.filter.from
            && !tx.order_exists(OrderId { store: self.store, number }).await?
        {
            return Err(OrderError::NotFound);
        }
        Ok(tx.list_orders(&self.filter).await?)
    }
}

impl Orders<'_> {
    /// The list; [`OrderError::NotFound`] when `after` names no order of the store.
    pub async fn list(self, query: ListOrders) -> Result<OrderList, OrderError> {
        let store = self.0.stores().authenticate(&query.credentials).await?.id;
        let from = match (query.after, query.since) {
            (Some(number), _) => ListFrom::After(number),
            // An explicit day replaces the two weeks (checkout protocol §5).
            (None, Some(since)) => ListFrom::Time(since),
            (None, None) => ListFrom::Time(self.0.now() - MISSING_WINDOW),
        };
        let filter = OrderFilter {
            store,
            from,
            until: query.until,
            missing_merchant_id: query.missing_merchant_id,
            limit: None,
        };
        Ok(OrderList { store, orders: self.0.db().read(List { store, filter }).await? })
    }
}
