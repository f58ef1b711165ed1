//! `orderNumbers`: orders of a store since a day or an order, or still without the merchant's number.

use crossdock_db::Tx;
use crossdock_db::orders::{ListFrom, OrderFilter, OrderSummary, PlacedOrder};
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
pub struct OrderList<R = OrderSummary> {
    /// The store of all of them.
    pub store: StoreId,
    /// The rows.
    pub orders: Vec<R>,
}

async fn check_start(tx: &mut Tx, filter: &OrderFilter) -> Result<(), OrderError> {
    if let ListFrom::After(number) = filter.from
        && !tx.order_exists(OrderId { store: filter.store, number }).await?
    {
        return Err(OrderError::NotFound);
    }
    Ok(())
}

impl Orders<'_> {
    /// The list; [`OrderError::NotFound`] when `after` names no order of the store.
    pub async fn list(self, query: ListOrders) -> Result<OrderList, OrderError> {
        let filter = self.filter(query).await?;
        let store = filter.store;
        let listed = self.0.db().read_with(filter, |tx, filter| {
            Box::pin(async move {
                check_start(tx, filter).await?;
                Ok::<_, OrderError>(tx.list_orders(filter).await?)
            })
        });
        Ok(OrderList { store, orders: listed.await? })
    }

    /// The same orders without their state, for lists of ids.
    pub async fn list_placed(self, query: ListOrders) -> Result<OrderList<PlacedOrder>, OrderError> {
        let filter = self.filter(query).await?;
        let store = filter.store;
        let listed = self.0.db().read_with(filter, |tx, filter| {
            Box::pin(async move {
                check_start(tx, filter).await?;
                Ok::<_, OrderError>(tx.list_placed_orders(filter).await?)
            })
        });
        Ok(OrderList { store, orders: listed.await? })
    }

    async fn filter(self, query: ListOrders) -> Result<OrderFilter, OrderError> {
        let store = self.0.stores().authenticate(&query.credentials).await?.id;
        let from = match (query.after, query.since) {
            (Some(number), _) => ListFrom::After(number),
            // An explicit day replaces the two weeks (checkout protocol §5).
            (None, Some(since)) => ListFrom::Time(since),
            (None, None) => ListFrom::Time(self.0.now() - MISSING_WINDOW),
        };
        let (until, missing_merchant_id) = (query.until, query.missing_merchant_id);
        Ok(OrderFilter { store, from, until, missing_merchant_id, limit: None })
    }
}
