//! Quotes for merchants before any cart exists, and the small public one for product pages.

use crossdock_db::landed_costs::LandedQuoteRow;
use crossdock_db::{Operation, Tx};
use crossdock_domain::cart::{CartItem, CartProblem, MAX_LINES, check_line};
use crossdock_domain::clock::Day;
use crossdock_domain::ids::{QuoteId, StoreId};
use crossdock_domain::landed_cost::{BuyerKind, CostRequest, LandedCostError, Location, StoredCost};
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::quote::{GoodsError, GoodsLine, Shipment, cost_request_for_goods};
use crossdock_domain::random::Random;
use crossdock_domain::store::{Closed, Store};
use crossdock_platform::credentials::hex;
use rust_decimal::Decimal;

use crate::{LandedCosts, QuoteError};

/// Largest shipping or insurance amount; far beyond trade, far below overflow.
const LARGEST: i64 = 1_000_000_000;
/// Longest name of a supplier, in characters.
const LONGEST_SUPPLIER: usize = 100;

/// What a landed cost is asked for.
#[derive(Debug, Clone)]
pub struct LandedQuote {
    /// Where the goods leave from; `None`: the store's own address.
    pub ship_from: Option<Location>,
    /// Where they go.
    pub ship_to: Location,
    /// Currency of all amounts; `None`: the store's.
    pub currency: Option<Currency>,
    /// The day whose rules hold; `None`: today (UTC).
    pub day: Option<Day>,
    /// Whom they go to.
    pub buyer: BuyerKind,
    /// Freight of everything.
    pub shipping: Option<Decimal>,
    /// Insurance of everything.
    pub insurance: Option<Decimal>,
    /// Goods and discounts.
    pub items: Vec<LandedItem>,
}

/// A line, with what only landed costs ask for.
#[derive(Debug, Clone)]
pub struct LandedItem {
    /// The line as in a cart; a negative price is a discount.
    pub line: CartItem,
    /// Who sends it: lines of one supplier are one consignment.
    pub supplier: Option<String>,
}

/// A new public key for a store: its number, so that the store is found by it, and randomness.
pub fn new_public_key(store: StoreId, random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    format!("pk-{store}-{}", hex(&bytes))
}

/// The store that a public key names; whether it is that store's key is another question.
pub fn store_of_key(key: &str) -> Option<StoreId> {
    let (store, rest) = key.strip_prefix("pk-")?.split_once('-')?;
    if rest.is_empty() || !store.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    store.parse().ok().and_then(StoreId::new)
}

struct Keep(LandedQuoteRow);

impl Operation for Keep {
    type Output = ();
    type Error = QuoteError;
    async fn run(&self, tx: &mut Tx) -> Result<(), QuoteError> {
        Ok(tx.insert_landed_quote(&self.0).await?)
    }
}

struct Find(StoreId, QuoteId);

impl Operation for Find {
    type Output = Option<LandedQuoteRow>;
    type Error = QuoteError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, QuoteError> {
        Ok(tx.landed_quote(self.0, self.1).await?)
    }
}

impl LandedCosts {
    /// Computes a landed cost for a store and keeps it.
    ///
    /// Errors: [`QuoteError::CartRefused`] with the line, [`QuoteError::ShipFromMissing`], [`QuoteError::Embargoed`],
    /// [`QuoteError::Request`].
    pub async fn quote(&self, store: &Store, quote: LandedQuote) -> Result<LandedQuoteRow, QuoteError> {
        let cost = self.estimate(store, quote).await?;
        let now = self.now();
        let row = LandedQuoteRow { id: QuoteId::new(now, self.random()), store: store.id, cost, created_at: now };
        self.db().write(Keep(row.clone())).await?;
        Ok(row)
    }

    /// The same without keeping anything.
    pub async fn estimate(&self, store: &Store, quote: LandedQuote) -> Result<StoredCost, QuoteError> {
        let request = self.cost_request(store, quote)?;
        Ok(self.compute(request).await?)
    }

    /// A kept quote of the store; [`QuoteError::NotFound`] when it has none of this id.
    pub async fn find_quote(&self, store: StoreId, id: QuoteId) -> Result<LandedQuoteRow, QuoteError> {
        self.db().read(Find(store, id)).await?.ok_or(QuoteError::NotFound)
    }

    /// What the engine computes from, with the store's defaults filled in.
    fn cost_request(&self, store: &Store, quote: LandedQuote) -> Result<CostRequest, QuoteError> {
        if let Some(Closed::Embargoed(place)) = store.settings.closed_to(&quote.ship_to) {
            return Err(QuoteError::Embargoed(place));
        }
        let currency = quote.currency.unwrap_or(store.currency);
        let ship_from = match (quote.ship_from, &store.settings.origin) {
            (Some(place), _) => place,
            (None, Some(origin)) => Location::of_address(origin),
            (None, None) => return Err(QuoteError::ShipFromMissing),
        };
        if quote.items.is_empty() {
            return Err(CartProblem::NoItems.into());
        }
        if quote.items.len() > MAX_LINES {
            return Err(CartProblem::TooManyItems { max: MAX_LINES }.into());
        }
        for (item, number) in quote.items.iter().zip(1..) {
            check_line(&item.line, number)?;
            check_supplier(item, number)?;
        }
        let shipment = Shipment {
            currency,
            day: quote.day.unwrap_or_else(|| Day::of(self.now())),
            ship_from,
            ship_to: quote.ship_to,
            buyer: quote.buyer,
            freight: charge("shipping", quote.shipping, currency)?,
            insurance: charge("insurance", quote.insurance, currency)?,
        };
        let lines: Vec<GoodsLine<'_>> =
            quote.items.iter().map(|item| GoodsLine { item: &item.line, supplier: item.supplier.as_deref() }).collect();
        let request = cost_request_for_goods(&lines, shipment, &store.settings.landed_cost).map_err(refused)?;
        request.ok_or_else(|| LandedCostError::NoLines.into())
    }
}

fn refused(error: GoodsError) -> CartProblem {
    match error {
        GoodsError::OutOfRange => CartProblem::TotalTooLarge,
        GoodsError::DiscountTooGreat => CartProblem::NegativeTotal,
        GoodsError::DiscountOfNobody { line } => {
            let must = "must name a supplier of goods when the line is a discount";
            CartProblem::Invalid { item: Some(line + 1), field: "supplier", must }
        }
    }
}

fn charge(field: &'static str, amount: Option<Decimal>, currency: Currency) -> Result<i64, QuoteError> {
    let amount = amount.unwrap_or_default();
    if amount.is_sign_negative() && !amount.is_zero() || amount > Decimal::from(LARGEST) {
        return Err(CartProblem::Invalid { item: None, field, must: "must not be negative or out of range" }.into());
    }
    Ok(Money::from_decimal(amount, currency)?.minor)
}

fn check_supplier(item: &LandedItem, number: usize) -> Result<(), CartProblem> {
    let field = "supplier";
    match &item.supplier {
        Some(name) if name.chars().count() > LONGEST_SUPPLIER => {
            Err(CartProblem::TooLong { item: Some(number), field, max: LONGEST_SUPPLIER })
        }
        Some(name) if name.contains('\0') => {
            Err(CartProblem::Invalid { item: Some(number), field, must: "must not contain null characters" })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crossdock_domain::random::SeededRandom;

    use super::*;

    #[test]
    fn a_public_key_names_its_store() {
        let store = StoreId::new(999).expect("an id");
        let key = new_public_key(store, &SeededRandom::new(1));
        assert_eq!(key.len(), "pk-999-".len() + 32);
        assert_eq!(store_of_key(&key), Some(store));
        for bad in ["", "pk-", "pk-999", "pk-999-", "pk-x-1", "pk--1", "pk-+9-1", "999-1", "pk-0-1"] {
            assert_eq!(store_of_key(bad), None, "{bad}");
        }
    }
}
