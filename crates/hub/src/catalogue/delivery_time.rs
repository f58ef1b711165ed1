//! When goods could leave the warehouse if they were ordered now: stock, time to prepare them, opening hours.

use crossdock_db::availability::VariantOffer;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::wholesale::dispatch::ready_at;
use crossdock_domain::wholesale::{CodeKind, HandlingTime, Quantity, WarehouseId, Wholesaler, WholesalerId};
use rust_decimal::Decimal;

use crate::ordering::price_check::{OfferLookup, StockDemand};
use crate::{GoodsError, LineFault, MAX_ELEMENTS, Stock, UnknownEntity};

/// Goods that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedGoods {
    /// Size code, `15-3`.
    pub code: String,
    /// How much.
    pub quantity: Decimal,
}

/// Time until goods are ready to leave, in whole hours, rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadTime {
    /// Whole days.
    pub days: i64,
    /// Hours beyond them, 0 to 23.
    pub hours: i64,
}

impl LeadTime {
    fn between(from: Timestamp, to: Timestamp) -> Self {
        let hour = Span::hours(1).0;
        let hours = ((to - from).0.max(0) + hour - 1) / hour;
        Self { days: hours / 24, hours: hours % 24 }
    }
}

struct Ask {
    wholesaler: WholesalerId,
    warehouse: Option<WarehouseId>,
    asked: OfferLookup,
    now: Timestamp,
}

impl Operation for Ask {
    type Output = Vec<Option<VariantOffer>>;
    type Error = GoodsError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, GoodsError> {
        if let Some(wanted) = self.warehouse
            && !tx.warehouses(self.wholesaler).await?.iter().any(|known| known.id == wanted)
        {
            return Err(GoodsError::NotFound(UnknownEntity::Warehouse));
        }
        Ok(self.asked.answers_at(tx, self.wholesaler, self.warehouse, self.now).await?)
    }
}

impl Stock<'_> {
    /// When up to [`MAX_ELEMENTS`] goods could leave, all of them from one warehouse when it is named; one answer for each, in
    /// their order. A later one sees what those before it take. The time on the road is not in it: nobody said where to.
    pub async fn delivery_times(
        self,
        wholesaler: &Wholesaler,
        warehouse: Option<WarehouseId>,
        wanted: Vec<RequestedGoods>,
    ) -> Result<Vec<Result<LeadTime, LineFault>>, GoodsError> {
        if wanted.len() > MAX_ELEMENTS {
            return Err(GoodsError::TooManyElements { max: MAX_ELEMENTS });
        }
        let now = self.0.now();
        let mut asked = OfferLookup::default();
        for one in &wanted {
            asked.ask(&one.code, Some(CodeKind::Internal));
        }
        let ask = Ask { wholesaler: wholesaler.id, warehouse, asked, now };
        let offers = self.0.db().read(ask).await?;
        let settings = &wholesaler.settings;
        let mut demand = StockDemand::default();
        let answers = wanted.iter().zip(offers).map(|(wanted, offer)| {
            let offer = offer.ok_or(LineFault::UnknownCode)?;
            if !offer.active {
                return Err(LineFault::NotSold);
            }
            let quantity = Quantity::from_decimal(wanted.quantity).filter(|quantity| offer.allows(*quantity));
            if !demand.take(&offer, quantity.ok_or(LineFault::BadQuantity)?) {
                return Err(LineFault::NotEnough);
            }
            let own = offer.prepare_days.map(|days| HandlingTime { days, hours: 0 });
            let ready =
                ready_at(&settings.opening_hours, &settings.time_zone, now, own.unwrap_or(settings.prepare_time));
            Ok(LeadTime::between(now, ready))
        });
        Ok(answers.collect())
    }
}
