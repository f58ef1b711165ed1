//! `Products/getAvailability`: what can be sold now. One read, because it sits inside a consumer's click.

use crossdock_db::availability::VariantOffer;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{CodeKind, Quantity, VariantId, WholesalerId, price_for};
use rust_decimal::Decimal;

use crate::ordering::price_check::{OfferLookup, StockDemand, has_these_components, own_days};
use crate::{AvailabilityError, Caller, LineFault, MAX_ELEMENTS, ProductRef, Stock};

/// Whether goods are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// Every line can be delivered in full, all together.
    pub available: bool,
    /// One per reference, in their order.
    pub lines: Vec<LineAvailability>,
}

/// Whether a line can be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAvailability {
    /// The code as it was sent.
    pub code: String,
    /// Kind of the code: found, else as it was sent, else internal.
    pub kind: CodeKind,
    /// How much was asked for.
    pub quantity: Decimal,
    /// The size, when the code is known.
    pub variant: Option<VariantId>,
    /// What could be sold of it.
    pub available_quantity: AvailableQuantity,
    /// This line can be delivered in full beside those before it.
    pub available: bool,
    /// Days to prepare it.
    pub delivery_days: Option<i64>,
    /// What is wrong with it.
    pub fault: Option<LineFault>,
}

/// What could be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvailableQuantity {
    /// This much.
    Known(Quantity),
    /// Some, but how much is not told: -1 on the wire.
    Undisclosed,
}

struct Ask {
    wholesaler: WholesalerId,
    asked: OfferLookup,
    now: Timestamp,
}

impl Operation for Ask {
    type Output = Vec<Option<VariantOffer>>;
    type Error = AvailabilityError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, AvailabilityError> {
        Ok(self.asked.answers(tx, self.wholesaler, self.now).await?)
    }
}

impl Stock<'_> {
    /// What can be sold now of up to [`MAX_ELEMENTS`] products: stock less reservations. Reads by one statement.
    pub async fn availability(
        self,
        caller: &Caller,
        products: Vec<ProductRef>,
    ) -> Result<Availability, AvailabilityError> {
        if products.len() > MAX_ELEMENTS {
            return Err(AvailabilityError::TooManyElements { max: MAX_ELEMENTS });
        }
        if products.is_empty() {
            return Err(AvailabilityError::Invalid { field: "products", must: "must name at least one product" });
        }
        let mut asked = OfferLookup::default();
        for product in &products {
            asked.ask(&product.code, product.kind);
        }
        for part in products.iter().flat_map(|product| &product.parts) {
            asked.ask(&part.code, part.kind);
        }
        let ask = Ask { wholesaler: caller.wholesaler.id, asked, now: self.0.now() };
        let mut offers = self.0.db().read(ask).await?;
        let parts = offers.split_off(products.len());
        let mut parts = parts.as_slice();
        let own = own_days(&caller.wholesaler);
        let mut demand = StockDemand::default();
        let mut lines = Vec::with_capacity(products.len());
        for (product, offer) in products.into_iter().zip(offers) {
            let (found, rest) = parts.split_at(product.parts.len());
            parts = rest;
            let quantity = product.exact_quantity();
            let price = |offer: &VariantOffer| {
                price_for(&offer.prices, &caller.account.price_group, quantity.unwrap_or(Quantity::pieces(1)))
            };
            let fault = match (&offer, quantity) {
                (None, _) => Some(LineFault::UnknownCode),
                (Some(offer), _) if !offer.active || price(offer).is_none() => Some(LineFault::NotSold),
                (Some(_), None) => Some(LineFault::BadQuantity),
                // As baskets and orders judge it: the unit's step and minimum.
                (Some(offer), Some(quantity)) if !offer.allows(quantity) => Some(LineFault::BadQuantity),
                (Some(offer), _) if !has_these_components(offer, &product.parts, found) => {
                    Some(LineFault::OtherComponents)
                }
                (Some(offer), Some(quantity)) if !demand.take(offer, quantity) => Some(LineFault::NotEnough),
                _ => None,
            };
            let hidden = matches!(fault, Some(LineFault::NotSold | LineFault::UnknownCode));
            lines.push(LineAvailability {
                code: product.code,
                kind: offer.as_ref().map(|offer| offer.kind).or(product.kind).unwrap_or(CodeKind::Internal),
                quantity: product.quantity,
                available_quantity: match &offer {
                    // What is not sold to a customer is none of its business.
                    Some(offer) if !hidden => StockDemand::available(offer),
                    _ => AvailableQuantity::Known(Quantity::ZERO),
                },
                available: fault.is_none(),
                delivery_days: offer.as_ref().filter(|_| !hidden).map(|offer| offer.prepare_days.unwrap_or(own)),
                variant: offer.map(|offer| offer.variant),
                fault,
            });
        }
        Ok(Availability { available: lines.iter().all(|line| line.available), lines })
    }
}
