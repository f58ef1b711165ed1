//! What supply orders can be searched by beside number, status and date: short words about each, in a table of their own.
//!
//! The words follow from delivery and document and are written with them.

use std::fmt;

use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{
    CourierId, Delivery, PaymentKind, ProductId, SupplyOrder, SupplyOrderDocument, VariantId,
};

use crate::error::DbError;
use crate::json::json;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::params;

statements! {
    CLEAR = { "DELETE FROM supply_order_terms WHERE wholesaler_id = $1 AND serial = $2" }
    PUT = {
        sqlite "INSERT INTO supply_order_terms (wholesaler_id, term, serial) \
            SELECT $1, value, $2 FROM json_each($3) WHERE true",
        postgres "INSERT INTO supply_order_terms (wholesaler_id, term, serial) \
            SELECT CAST($1 AS BIGINT), v, CAST($2 AS BIGINT) FROM jsonb_array_elements_text($3::jsonb) AS v"
    }
}

/// A word about an order that it can be found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupplyTerm {
    /// It is paid so.
    Payment(PaymentKind),
    /// It is carried by this courier.
    Courier(CourierId),
    /// It is in this currency; the code.
    Currency(&'static str),
    /// It holds this product in any size.
    Product(ProductId),
    /// It holds this size.
    Size(VariantId),
}

impl fmt::Display for SupplyTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payment(kind) => write!(f, "payment:{}", kind.code()),
            Self::Courier(id) => write!(f, "courier:{id}"),
            Self::Currency(code) => write!(f, "currency:{code}"),
            Self::Product(id) => write!(f, "product:{id}"),
            Self::Size(variant) => write!(f, "size:{variant}"),
        }
    }
}

impl SupplyTerm {
    /// In this currency.
    pub fn currency(currency: Currency) -> Self {
        Self::Currency(currency.code())
    }

    /// Every word about an order, each once.
    pub(super) fn of(delivery: &Delivery, document: &SupplyOrderDocument) -> Vec<Self> {
        let mut terms =
            vec![Self::Payment(document.payment), Self::Courier(delivery.courier), Self::currency(document.currency)];
        for line in &document.lines {
            terms.extend([Self::Product(line.variant.product), Self::Size(line.variant.clone())]);
        }
        terms.sort_unstable();
        terms.dedup();
        terms
    }
}

/// A list of words as a parameter.
pub(super) fn words(terms: &[SupplyTerm]) -> Result<String, DbError> {
    json(&terms.iter().map(ToString::to_string).collect::<Vec<_>>())
}

impl Tx {
    /// Writes the words about an order that has none.
    pub(super) async fn add_supply_terms(&mut self, order: &SupplyOrder) -> Result<(), DbError> {
        let words = words(&SupplyTerm::of(&order.delivery, &order.document))?;
        self.execute(&PUT, params![order.wholesaler.get(), order.serial.0, words]).await.map(drop)
    }

    /// Replaces the words about an order.
    pub(super) async fn put_supply_terms(&mut self, order: &SupplyOrder) -> Result<(), DbError> {
        self.execute(&CLEAR, params![order.wholesaler.get(), order.serial.0]).await?;
        self.add_supply_terms(order).await
    }
}
