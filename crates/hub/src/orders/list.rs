//! Supply orders out: to the shop that placed them, and to staff.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_db::baskets::FileRow;
use crossdock_db::supply_orders::SupplyFilter;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{
    AccountId, OrderSerial, SupplyHistoryEntry, SupplyOrder, SupplyStatus, WholesalerId,
};

use crate::{Caller, MAX_ELEMENTS, OrderError, OrderListError, Orders, Page, Paged, UnknownEntity};

pub use crossdock_db::supply_orders::{DateKind, SupplyTerm};

/// A range of moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderDates {
    /// Which moment of an order counts.
    pub kind: DateKind,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// At this moment or earlier.
    pub to: Option<Timestamp>,
}

/// Asks for orders; what is empty does not restrict. Newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplyOrderQuery {
    /// `ordersSerialNumbers`.
    pub serials: Vec<OrderSerial>,
    /// `ordersSerialNumberRange`: only from the first to the second, both included.
    pub serials_between: Option<(OrderSerial, OrderSerial)>,
    /// `ordersIds`: `shop1-17`.
    pub order_ids: Vec<String>,
    /// `orderExternalIds`.
    pub external_ids: Vec<String>,
    /// `ordersStatuses`.
    pub statuses: Vec<SupplyStatus>,
    /// `ordersDateRange`.
    pub dates: Option<OrderDates>,
    /// Which part.
    pub page: Page,
}

impl Default for SupplyOrderQuery {
    fn default() -> Self {
        Self {
            serials: Vec::new(),
            serials_between: None,
            order_ids: Vec::new(),
            external_ids: Vec::new(),
            statuses: Vec::new(),
            dates: None,
            page: Page::FIRST,
        }
    }
}

/// What staff may ask beside that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffOrderQuery {
    /// Only orders of this shop.
    pub account: Option<AccountId>,
    /// Only orders with this consignment or parcel number.
    pub parcel_number: Option<String>,
    /// Only orders that have one term of each of these lists. A list without terms finds nothing.
    pub terms: Vec<Vec<SupplyTerm>>,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
    /// The rest.
    pub query: SupplyOrderQuery,
}

struct List {
    wholesaler: WholesalerId,
    query: StaffOrderQuery,
}

impl Operation for List {
    type Output = Paged<SupplyOrder>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let StaffOrderQuery { account, parcel_number, terms, oldest_first, query } = &self.query;
        // Numbers, ids and external ids together name the orders that are meant.
        let named = !query.serials.is_empty() || !query.order_ids.is_empty() || !query.external_ids.is_empty();
        let mut serials = named.then(|| query.serials.clone());
        if let Some(serials) = &mut serials {
            serials.extend(query.order_ids.iter().filter_map(|id| serial_of(id)));
            if !query.external_ids.is_empty() {
                serials.extend(tx.serials_of_external_ids(self.wholesaler, *account, &query.external_ids).await?);
            }
        }
        if let Some(number) = parcel_number {
            let with = tx.supply_orders_with_number(self.wholesaler, number).await?;
            serials = Some(match serials {
                Some(serials) => serials.into_iter().filter(|serial| with.contains(serial)).collect(),
                None => with,
            });
        }
        let dates = query.dates.map(|dates| {
            (dates.kind, dates.from.unwrap_or(Timestamp(i64::MIN)), dates.to.unwrap_or(Timestamp(i64::MAX)))
        });
        let page = query.page;
        let filter = SupplyFilter {
            wholesaler: self.wholesaler,
            account: *account,
            serials,
            serials_between: query.serials_between,
            statuses: query.statuses.clone(),
            dates,
            terms: terms.clone(),
            oldest_first: *oldest_first,
            limit: page.limit,
            offset: page.offset(),
        };
        let (items, total) = tx.supply_orders(&filter).await?;
        Ok(Paged { items, total, page })
    }
}

/// The number in an `orderId`: what stands behind its last hyphen. Logins may hold hyphens too.
pub(crate) fn serial_of(order_id: &str) -> Option<OrderSerial> {
    let (_, digits) = order_id.trim().rsplit_once('-')?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok().map(OrderSerial))?
}

struct One(WholesalerId, OrderSerial);

impl Operation for One {
    type Output = SupplyOrder;
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<SupplyOrder, OrderError> {
        tx.supply_order(self.0, self.1).await?.ok_or(OrderError::OrderNotFound)
    }
}

struct History(WholesalerId, OrderSerial);

impl Operation for History {
    type Output = Vec<SupplyHistoryEntry>;
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, OrderError> {
        let history = tx.supply_history(self.0, self.1).await?;
        // Every order has its placing.
        if history.is_empty() { Err(OrderError::OrderNotFound) } else { Ok(history) }
    }
}

struct Files(WholesalerId, OrderSerial, i64);

impl Operation for Files {
    type Output = Vec<FileRow>;
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, OrderError> {
        let order = tx.supply_order(self.0, self.1).await?.ok_or(OrderError::OrderNotFound)?;
        Ok(tx.order_files(self.0, order.account, self.1, self.2).await?)
    }
}

fn check(query: &SupplyOrderQuery) -> Result<(), OrderListError> {
    let most = [query.serials.len(), query.order_ids.len(), query.external_ids.len()].into_iter().max();
    if most.unwrap_or(0) > MAX_ELEMENTS {
        return Err(OrderListError::TooManyElements { max: MAX_ELEMENTS });
    }
    Ok(())
}

impl Orders<'_> {
    /// The caller's orders, newest first. An order of another account is as if it were not there.
    pub async fn list(self, caller: &Caller, query: SupplyOrderQuery) -> Result<Paged<SupplyOrder>, OrderListError> {
        check(&query)?;
        let ids = query.order_ids.clone();
        let query = StaffOrderQuery { account: Some(caller.account.id), query, ..StaffOrderQuery::default() };
        let mut found = self.0.db().read(List { wholesaler: caller.wholesaler.id, query }).await?;
        // An id with another login in front is another order's.
        let wrong = |order: &SupplyOrder| {
            ids.iter().any(|id| serial_of(id) == Some(order.serial) && id.trim() != order.order_id())
                && ids.iter().all(|id| id.trim() != order.order_id())
        };
        if !ids.is_empty() {
            let before = found.items.len();
            found.items.retain(|order| !wrong(order));
            found.total -= i64::try_from(before - found.items.len()).unwrap_or(0);
        }
        Ok(found)
    }

    /// A wholesaler's orders, newest first, for staff.
    pub async fn search(
        self,
        wholesaler: WholesalerId,
        query: StaffOrderQuery,
    ) -> Result<Paged<SupplyOrder>, OrderListError> {
        check(&query.query)?;
        Ok(self.0.db().read(List { wholesaler, query }).await?)
    }

    /// One order, for staff.
    pub async fn get(self, wholesaler: WholesalerId, serial: OrderSerial) -> Result<SupplyOrder, OrderError> {
        self.0.db().read(One(wholesaler, serial)).await
    }

    /// Everything that happened to an order, oldest first.
    pub async fn history(
        self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
    ) -> Result<Vec<SupplyHistoryEntry>, OrderError> {
        self.0.db().read(History(wholesaler, serial)).await
    }

    /// Contents of the file `index` (from 0) of an order's line at `position`. Never to be shown inline.
    pub async fn attachment(
        self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        position: i64,
        index: usize,
    ) -> Result<Vec<u8>, OrderError> {
        let files = self.0.db().read(Files(wholesaler, serial, position)).await?;
        let file = files.get(index).ok_or(OrderError::NotFound(UnknownEntity::Attachment))?;
        Ok(STANDARD.decode(&file.content).map_err(|error| DbError::Other(error.into()))?)
    }
}
