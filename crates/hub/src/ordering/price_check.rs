//! What shops ask for, held against what there is: codes, prices, units, stock. Shared by basket, couriers and orders.

use std::collections::HashMap;

use crossdock_db::availability::{CodeLookup, VariantOffer};
use crossdock_db::{DbError, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::money::MoneyError;
use crossdock_domain::wholesale::{
    Attachment, CodeKind, LineValue, OrderLine, Product, ProductId, Quantity, ShopAccount, StockMode, Variant,
    VariantId, WarehouseId, Wholesaler, WholesalerId, price_for, total_grams, value_of,
};
use rust_decimal::Decimal;

use crate::{AvailableQuantity, ComponentRef, LineFault, LineOutcome, ProductRef};

/// Longest remark on a line, in characters.
pub(crate) const MAX_NOTE: usize = 1000;

/// Why lines were not priced.
#[derive(Debug)]
pub(crate) enum LinesError {
    /// An amount does not fit.
    Amount(MoneyError),
    /// Storage failed.
    Db(DbError),
}

impl From<MoneyError> for LinesError {
    fn from(error: MoneyError) -> Self {
        Self::Amount(error)
    }
}

impl From<DbError> for LinesError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

/// A line that is wanted.
#[derive(Debug, Clone)]
pub(crate) struct RequestedLine {
    pub(crate) code: String,
    pub(crate) kind: Option<CodeKind>,
    pub(crate) quantity: Decimal,
    pub(crate) note: String,
    pub(crate) position: Option<i64>,
    pub(crate) parts: Vec<ComponentRef>,
}

impl From<&ProductRef> for RequestedLine {
    fn from(product: &ProductRef) -> Self {
        Self {
            code: product.code.trim().to_owned(),
            kind: product.kind,
            quantity: product.quantity,
            note: product.note.clone(),
            position: None,
            parts: product.parts.clone(),
        }
    }
}

/// A wanted line with everything that is known of it.
#[derive(Debug, Clone)]
pub(crate) struct PricedLine {
    pub(crate) request: RequestedLine,
    pub(crate) offer: Option<VariantOffer>,
    pub(crate) goods: Option<(Product, Variant)>,
    pub(crate) quantity: Quantity,
    pub(crate) value: Option<LineValue>,
    pub(crate) available: AvailableQuantity,
    pub(crate) fault: Option<LineFault>,
}

/// What a line takes of the stocks, and what was taken before it.
#[derive(Debug, Default)]
pub(crate) struct StockDemand(HashMap<VariantId, Quantity>);

impl StockDemand {
    /// What could be sold of it, other lines aside.
    fn of(offer: &VariantOffer, taken: impl Fn(&VariantId) -> Quantity) -> Quantity {
        let parts = offer.stocks.iter().map(|stock| {
            if stock.available == Quantity::UNCOUNTED {
                return Quantity::UNCOUNTED;
            }
            stock.available.minus(taken(&stock.part.variant)).max(Quantity::ZERO).divided_by(stock.part.quantity)
        });
        let least = parts.min().unwrap_or(Quantity::ZERO);
        // Nobody sells half a set.
        if offer.is_bundle() && least != Quantity::UNCOUNTED { Quantity(least.0 - least.0 % 1000) } else { least }
    }

    /// What could be sold of it, as shops are told.
    pub(crate) fn available(offer: &VariantOffer) -> AvailableQuantity {
        let quantity = Self::of(offer, |_| Quantity::ZERO);
        let counted = offer.mode == StockMode::Counted && offer.stocks.iter().all(|s| s.mode == StockMode::Counted);
        if counted || !quantity.is_positive() {
            AvailableQuantity::Known(quantity)
        } else {
            AvailableQuantity::Undisclosed
        }
    }

    /// Takes this much beside what was taken before; whether there is enough.
    pub(crate) fn take(&mut self, offer: &VariantOffer, quantity: Quantity) -> bool {
        let left = Self::of(offer, |variant| self.0.get(variant).copied().unwrap_or_default());
        if left < quantity {
            return false;
        }
        for stock in &offer.stocks {
            if stock.available != Quantity::UNCOUNTED {
                let part = stock.part.quantity.times(quantity).unwrap_or(Quantity::MAX);
                let taken = self.0.entry(stock.part.variant.clone()).or_default();
                *taken = taken.plus(part);
            }
        }
        true
    }
}

/// Codes asked for, and behind them those of their parts, so that all are found by one statement.
#[derive(Debug, Default)]
pub(crate) struct OfferLookup {
    questions: Vec<CodeLookup>,
    count: usize,
}

impl OfferLookup {
    /// Asks for every kind of code where none is named.
    pub(crate) fn ask(&mut self, code: &str, kind: Option<CodeKind>) {
        let kinds = CodeKind::candidates(kind.as_ref()).iter();
        let (index, code) = (self.count, code.trim());
        self.questions.extend(kinds.map(|kind| CodeLookup { index, kind: *kind, code: code.to_owned() }));
        self.count += 1;
    }

    /// The best answer to each: internal codes before producers', those before external ones.
    pub(crate) async fn answers(
        &self,
        tx: &mut Tx,
        wholesaler: WholesalerId,
        now: Timestamp,
    ) -> Result<Vec<Option<VariantOffer>>, DbError> {
        self.answers_at(tx, wholesaler, None, now).await
    }

    /// The same with the stock of one warehouse only, when it is named.
    pub(crate) async fn answers_at(
        &self,
        tx: &mut Tx,
        wholesaler: WholesalerId,
        warehouse: Option<WarehouseId>,
        now: Timestamp,
    ) -> Result<Vec<Option<VariantOffer>>, DbError> {
        let mut out: Vec<Option<VariantOffer>> = vec![None; self.count];
        for offer in tx.on_offer_at(wholesaler, warehouse, &self.questions, now).await? {
            if let Some(slot) = out.get_mut(offer.index)
                && slot.as_ref().is_none_or(|known| offer.kind < known.kind)
            {
                *slot = Some(offer);
            }
        }
        Ok(out)
    }
}

/// Whether the parts that a line names are those of the catalogue, for one set. What a set consists of is not the shop's to say:
/// nobody gets another set than was meant.
pub(crate) fn has_these_components(
    offer: &VariantOffer,
    named: &[ComponentRef],
    found: &[Option<VariantOffer>],
) -> bool {
    if named.is_empty() {
        return true;
    }
    let mut told: Vec<(&VariantId, Quantity)> = Vec::with_capacity(named.len());
    for (part, found) in named.iter().zip(found) {
        match (found, Quantity::from_decimal(part.quantity)) {
            (Some(found), Some(quantity)) if !part.nested => told.push((&found.variant, quantity)),
            _ => return false,
        }
    }
    let mut stored: Vec<_> = offer.stocks.iter().map(|stock| (&stock.part.variant, stock.part.quantity)).collect();
    told.sort_unstable();
    stored.sort_unstable();
    offer.is_bundle() && told == stored
}

/// Holds wanted lines against what there is, in their order: a later line sees what the earlier ones take.
pub(crate) async fn check_lines(
    tx: &mut Tx,
    wholesaler: &Wholesaler,
    account: &ShopAccount,
    requests: Vec<RequestedLine>,
    now: Timestamp,
) -> Result<Vec<PricedLine>, LinesError> {
    let mut asked = OfferLookup::default();
    for request in &requests {
        asked.ask(&request.code, request.kind);
    }
    for part in requests.iter().flat_map(|request| &request.parts) {
        asked.ask(&part.code, part.kind);
    }
    let mut offers = asked.answers(tx, wholesaler.id, now).await?;
    let parts = offers.split_off(requests.len());
    let mut parts = parts.as_slice();
    let mut ids: Vec<ProductId> = offers.iter().flatten().map(|offer| offer.variant.product).collect();
    ids.sort_unstable();
    ids.dedup();
    let products = tx.products_by_ids(wholesaler.id, &ids).await?;
    let mut demand = StockDemand::default();
    let mut priced = Vec::with_capacity(requests.len());
    for (request, offer) in requests.into_iter().zip(offers) {
        let (found, rest) = parts.split_at(request.parts.len());
        parts = rest;
        let goods = offer.as_ref().and_then(|offer| {
            let product = products.iter().find(|product| product.id == offer.variant.product)?;
            let size = product.sizes.iter().find(|size| size.id == offer.variant)?;
            Some((product.clone(), size.clone()))
        });
        let quantity = Quantity::from_decimal(request.quantity).unwrap_or_default();
        let net = offer.as_ref().and_then(|offer| price_for(&offer.prices, &account.price_group, quantity));
        let value = match (&goods, net) {
            (Some((product, _)), Some(net)) if quantity.is_positive() => {
                Some(value_of(net, wholesaler.currency, product.details.vat, quantity)?)
            }
            _ => None,
        };
        let fault = match (&offer, &goods) {
            (None, _) => Some(LineFault::UnknownCode),
            (Some(offer), Some(_)) if !offer.active || net.is_none() => Some(LineFault::NotSold),
            (Some(_), None) => Some(LineFault::NotSold),
            (Some(_), Some((product, _))) if !product.details.unit.allows(quantity) => Some(LineFault::BadQuantity),
            (Some(offer), Some(_)) if !has_these_components(offer, &request.parts, found) => {
                Some(LineFault::OtherComponents)
            }
            _ if request.note.chars().count() > MAX_NOTE => Some(LineFault::NoteTooLong),
            (Some(offer), Some(_)) if !demand.take(offer, quantity) => Some(LineFault::NotEnough),
            _ => None,
        };
        let available = offer.as_ref().map_or(AvailableQuantity::Known(Quantity::ZERO), StockDemand::available);
        priced.push(PricedLine { request, offer, goods, quantity, value, available, fault });
    }
    Ok(priced)
}

impl PricedLine {
    /// Weight of one unit in grams.
    pub(crate) fn unit_grams(&self) -> i64 {
        self.goods
            .as_ref()
            .map_or(0, |(product, size)| size.details.weight_grams.unwrap_or(product.details.weight_grams))
    }

    /// The line of an order that it becomes; `None` for one that cannot be sold.
    pub(crate) fn order_line(&self, position: i64, language: &str, attachments: Vec<Attachment>) -> Option<OrderLine> {
        let (Some(offer), Some((product, size)), Some(value)) = (&self.offer, &self.goods, self.value) else {
            return None;
        };
        Some(OrderLine {
            position,
            code: self.request.code.clone(),
            code_kind: offer.kind,
            variant: offer.variant.clone(),
            product_code: product.code.clone(),
            name: product.details.name(language).to_owned(),
            size_name: size.details.name.clone(),
            producer_code: size.producer_code.clone(),
            external_code: size.external_code.clone(),
            quantity: self.quantity,
            note: self.request.note.clone(),
            vat: product.details.vat,
            value,
            price_agreed: false,
            weight_grams: self.unit_grams(),
            components: size.components.clone(),
            attachments,
        })
    }

    /// How the line is told to the shop.
    pub(crate) fn outcome(&self) -> LineOutcome {
        LineOutcome {
            code: self.request.code.clone(),
            kind: self.offer.as_ref().map(|offer| offer.kind).or(self.request.kind),
            variant: self.offer.as_ref().map(|offer| offer.variant.clone()),
            position: self.request.position,
            quantity: self.request.quantity,
            fault: self.fault,
        }
    }
}

/// Weight of lines in whole grams, rounded up.
pub(crate) fn weight<'j>(lines: impl Iterator<Item = &'j PricedLine>) -> i64 {
    total_grams(lines.map(|line| (line.unit_grams(), line.quantity)))
}

/// Days to prepare the slowest of these goods, by the wholesaler's own time where they have none.
pub(crate) fn prepare_days<'o>(wholesaler: &Wholesaler, offers: impl Iterator<Item = &'o VariantOffer>) -> i64 {
    let own = own_days(wholesaler);
    offers.map(|offer| offer.prepare_days.unwrap_or(own)).max().unwrap_or(own)
}

/// The wholesaler's time to prepare an order in days; hours count as one more.
pub(crate) fn own_days(wholesaler: &Wholesaler) -> i64 {
    let time = wholesaler.settings.prepare_time;
    time.days + i64::from(time.hours > 0)
}
