//! Orders as people look for them: by buyer, country, status and text.

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::country::Country;
use crossdock_domain::ids::{OrderId, OrderNumber, StoreId};
use crossdock_domain::order::{OrderDocument, OrderStatus};

pub use crossdock_db::orders::FoundOrder;

use crate::{Orders, StaffOrderError};

/// Orders that are read at a time. Their documents are compared here, so that both databases fold letters alike.
const PAGE: i64 = 500;

/// Asks for orders of a store; what is empty does not restrict.
#[derive(Debug, Clone)]
pub struct SearchOrders {
    /// The tenant.
    pub store: StoreId,
    /// Placed at this moment or later.
    pub since: Timestamp,
    /// Placed before this moment.
    pub until: Option<Timestamp>,
    /// In one of these statuses.
    pub statuses: Vec<OrderStatus>,
    /// Shipped to this country.
    pub country: Option<Country>,
    /// The buyer's name, company, e-mail address or phone number contains this, in large or small letters.
    pub buyer: Option<String>,
    /// Any of that, the order's own or the merchant's number, or an item contains this.
    pub text: Option<String>,
    /// Most orders to answer.
    pub limit: usize,
}

struct PageBehind {
    query: SearchOrders,
    after: OrderNumber,
}

impl Operation for PageBehind {
    type Output = Vec<FoundOrder>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let query = &self.query;
        let until = query.until.unwrap_or(Timestamp(i64::MAX));
        tx.search_orders(query.store, query.since, until, self.after, PAGE).await
    }
}

/// Upper and lower case alike.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn buyer_words(document: &OrderDocument) -> impl Iterator<Item = &str> {
    [&document.ship_to, &document.bill_to]
        .into_iter()
        .flat_map(|address| [&address.name, &address.company, &address.email, &address.phone])
        .map(String::as_str)
}

impl SearchOrders {
    fn wants(&self, order: &FoundOrder) -> bool {
        let FoundOrder { summary, document } = order;
        let has = |word: &str, wanted: &str| word.to_lowercase().contains(wanted);
        let by_buyer = |wanted: &str| buyer_words(document).any(|word| has(word, wanted));
        let by_text = |wanted: &str| {
            let id = OrderId { store: self.store, number: summary.number }.to_string();
            let number = summary.merchant_order_id.as_deref().unwrap_or_default();
            let mut items = document.cart.items.iter();
            has(&id, wanted)
                || has(number, wanted)
                || by_buyer(wanted)
                || items.any(|item| {
                    has(&item.description, wanted) || item.sku.as_deref().is_some_and(|sku| has(sku, wanted))
                })
        };
        (self.statuses.is_empty() || self.statuses.contains(&summary.status))
            && self.country.is_none_or(|country| document.ship_to.country == country)
            && self.buyer.as_deref().map(folded).is_none_or(|wanted| by_buyer(&wanted))
            && self.text.as_deref().map(folded).is_none_or(|wanted| by_text(&wanted))
    }
}

impl Orders<'_> {
    /// The orders that were asked for, by number.
    pub async fn search(self, query: SearchOrders) -> Result<Vec<FoundOrder>, StaffOrderError> {
        self.0.stores().find(query.store).await?.ok_or(StaffOrderError::StoreNotFound)?;
        let mut found = Vec::new();
        let mut after = OrderNumber(0);
        while found.len() < query.limit {
            let page = self.0.db().read(PageBehind { query: query.clone(), after }).await?;
            let Some(last) = page.last() else { break };
            after = last.summary.number;
            let room = query.limit - found.len();
            found.extend(page.into_iter().filter(|order| query.wants(order)).take(room));
        }
        Ok(found)
    }
}
