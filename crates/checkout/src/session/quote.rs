//! The quote: what the buyer is shown is what is charged.

use crossdock_db::quotes::QuoteRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::checkout::CheckoutDocument;
use crossdock_domain::clock::{Day, Span, Timestamp};
use crossdock_domain::ids::{CheckoutId, QuoteId, StoreId};
use crossdock_domain::landed_cost::{CostRequest, LandedCostError, StoredCost};
use crossdock_domain::money::Money;
use crossdock_domain::quote::{DutiesUnavailable, DutyMode, Quote, Totals, cost_request, foreign_totals};
use crossdock_domain::shipping;
use crossdock_domain::store::{Duties, FeesPaidBy};
use crossdock_landed_cost::CalculationError;

use crate::session::CheckoutSession;
use crate::{CheckoutError, ProhibitedGoods, Quotes, Step};

/// Stores a quote and makes it the one that can be paid, unless the shown one says the same or is still good.
struct Keep {
    store: StoreId,
    checkout: CheckoutId,
    /// What the quote was computed from; another tab may have changed it since.
    based_on: CheckoutDocument,
    quote: Quote,
    id: QuoteId,
    guarantee: Span,
    now: Timestamp,
}

/// Whether a shown total is what would be charged now, or was promised for a time that is not over.
fn still_good(shown: &QuoteRow, fresh: &Quote, guarantee: Span, now: Timestamp) -> bool {
    shown.quote == *fresh || (now < shown.created_at + guarantee && shown.quote.asks_the_same(fresh))
}

impl Operation for Keep {
    type Output = QuoteRow;
    type Error = CheckoutError;
    async fn run(&self, tx: &mut Tx) -> Result<QuoteRow, CheckoutError> {
        let found = tx.checkout(self.store, self.checkout).await?;
        let mut checkout = found.ok_or(CheckoutError::UnsealError)?;
        if let Some(id) = checkout.document.quote
            && let Some(shown) = tx.quote(self.store, id).await?
            && still_good(&shown, &self.quote, self.guarantee, self.now)
        {
            return Ok(shown);
        }
        let same_inputs = CheckoutDocument { quote: None, ..checkout.document.clone() }
            == CheckoutDocument { quote: None, ..self.based_on.clone() };
        if !same_inputs {
            return Err(CheckoutError::QuoteChanged);
        }
        let row = QuoteRow {
            id: self.id,
            store: self.store,
            checkout_id: self.checkout,
            quote: self.quote.clone(),
            created_at: self.now,
        };
        tx.insert_quote(&row).await?;
        checkout.document.quote = Some(row.id);
        if tx.update_checkout(&checkout, self.now).await? { Ok(row) } else { Err(DbError::Retry.into()) }
    }
}

/// What is charged beside goods and shipping, and what lies behind it.
struct ImportCharges {
    mode: DutyMode,
    landed_cost: Option<StoredCost>,
    unavailable: Option<DutiesUnavailable>,
    absorbed_fees: Option<Money>,
}

impl ImportCharges {
    /// The courier collects whatever there is, and nobody knows how much.
    const fn unknown(unavailable: Option<DutiesUnavailable>) -> Self {
        Self { mode: DutyMode::OnDelivery, landed_cost: None, unavailable, absorbed_fees: None }
    }
}

impl Quotes<'_> {
    /// Computes the quote for what was entered, stores it, and answers it. Asking again without a change answers the same,
    /// and so does a change of rates or rules while the store's guarantee lasts.
    pub async fn quote(self, checkout_session: &CheckoutSession) -> Result<QuoteRow, CheckoutError> {
        let quote = Box::pin(self.compute(checkout_session)).await?;
        let now = self.0.now();
        self.0
            .db()
            .write(Keep {
                store: checkout_session.store.id,
                checkout: checkout_session.checkout.id,
                based_on: checkout_session.document().clone(),
                quote,
                id: QuoteId::new(now, self.0.random()),
                guarantee: guarantee(checkout_session),
                now,
            })
            .await
    }

    /// Whether `shown` may still be paid.
    ///
    /// [`CheckoutError::QuoteChanged`] when something else would be charged now, [`CheckoutError::GoodsProhibited`] when the goods must
    /// not be sent there.
    pub(crate) async fn check(self, checkout_session: &CheckoutSession, shown: &QuoteRow) -> Result<(), CheckoutError> {
        let fresh = Box::pin(self.compute(checkout_session)).await?;
        if !still_good(shown, &fresh, guarantee(checkout_session), self.0.now()) {
            return Err(CheckoutError::QuoteChanged);
        }
        let refused = prohibited(&shown.quote);
        if refused.is_empty() { Ok(()) } else { Err(CheckoutError::GoodsProhibited(refused)) }
    }

    /// Whether the buyer of this passage may choose between prepaying duty and tax and paying the courier.
    pub fn may_choose_duties(self, checkout_session: &CheckoutSession, quote: &Quote) -> bool {
        checkout_session.store.settings.landed_cost.duties == Duties::BuyerChoice
            && quote.quoted_duty_taxes().is_some_and(|amount| amount.minor > 0)
    }

    /// The buyer chooses who collects duty and tax. Without effect where the store leaves no choice.
    pub async fn choose_duties(
        self,
        checkout_session: CheckoutSession,
        mode: DutyMode,
    ) -> Result<CheckoutSession, CheckoutError> {
        self.0
            .sessions()
            .change(checkout_session, move |document| {
                document.duties = Some(mode);
                document.quote = None;
            })
            .await
    }

    /// The quote as it would be now, not stored.
    async fn compute(self, checkout_session: &CheckoutSession) -> Result<Quote, CheckoutError> {
        let currency = checkout_session.store.currency;
        let ship_to = checkout_session.document().ship_to.clone().ok_or(CheckoutError::StepMissing(Step::Address))?;
        let options = self.0.sessions().shipping_options(checkout_session)?;
        let chosen = if shipping::needs_shipping(&checkout_session.cart.cart) {
            let id =
                checkout_session.document().shipping.as_deref().ok_or(CheckoutError::StepMissing(Step::Shipping))?;
            let option = options.into_iter().find(|option| option.id == id);
            Some(option.ok_or(CheckoutError::ShippingNotOffered)?)
        } else {
            None
        };
        let items = checkout_session.cart.cart.items_total(currency)?;
        let domestic_charge = self.0.sessions().domestic_charge(checkout_session)?;
        let shipping_price = chosen.as_ref().map_or(Money::zero(currency), |option| option.price);
        let shipping = Money::sum(currency, [Some(shipping_price), domestic_charge].into_iter().flatten())?;
        let dues = self.dues(checkout_session, &ship_to, shipping).await?;
        let mut quote = Quote {
            version: Quote::VERSION,
            ship_to,
            shipping: chosen,
            domestic_charge,
            duty_mode: dues.mode,
            totals: Totals::of(items, shipping, Money::zero(currency))?,
            landed_cost: dues.landed_cost,
            unavailable: dues.unavailable,
            absorbed_fees: dues.absorbed_fees,
            foreign: None,
        };
        let quoted = quote.quoted_duty_taxes().unwrap_or(Money::zero(currency));
        if quote.duty_mode == DutyMode::Prepaid {
            quote.totals = Totals::of(items, shipping, quoted)?;
        }
        if let Some(stored) = &quote.landed_cost
            && let Some(rates) = &stored.rates
        {
            let margin = checkout_session.store.settings.landed_cost.exchange_margin_percent;
            quote.foreign = foreign_totals(&quote.totals, quoted, stored.cost.customs_currency, rates, margin)?;
        }
        Ok(quote)
    }

    /// Duty, tax and fees, and who collects them. What cannot be worked out is paid on delivery, and the quote says why.
    async fn dues(
        self,
        checkout_session: &CheckoutSession,
        ship_to: &crossdock_domain::address::Address,
        shipping: Money,
    ) -> Result<ImportCharges, CheckoutError> {
        let settings = &checkout_session.store.settings;
        let wanted = match (settings.landed_cost.duties, checkout_session.document().duties) {
            (Duties::OnDelivery, _) => return Ok(ImportCharges::unknown(None)),
            (Duties::Prepaid, _) | (Duties::BuyerChoice, None) => DutyMode::Prepaid,
            (Duties::BuyerChoice, Some(chosen)) => chosen,
        };
        let Some(origin) = &settings.origin else {
            return Ok(ImportCharges::unknown(Some(DutiesUnavailable::NoOrigin)));
        };
        let (cart, currency, day) =
            (&checkout_session.cart.cart, checkout_session.store.currency, Day::of(self.0.now()));
        let request = match cost_request(cart, currency, settings, origin, ship_to, shipping, day) {
            Ok(Some(request)) => request,
            // Nothing crosses a border: nothing to pay, and nobody to collect it.
            Ok(None) => return Ok(ImportCharges { mode: DutyMode::Prepaid, ..ImportCharges::unknown(None) }),
            Err(_) => return Ok(ImportCharges::unknown(Some(DutiesUnavailable::Amount))),
        };
        let stored = match self.calculate(checkout_session, request).await? {
            Ok(stored) => stored,
            Err(unavailable) => return Ok(ImportCharges::unknown(Some(unavailable))),
        };
        let fees = stored.cost.totals.fees;
        let absorbed_fees = (settings.landed_cost.fees == FeesPaidBy::Store && fees.minor != 0).then_some(fees);
        let nothing_due = stored.cost.totals.duty_taxes()?.minor == absorbed_fees.map_or(0, |fees| fees.minor);
        // Without anything due there is nothing to choose.
        let mode = if nothing_due { DutyMode::Prepaid } else { wanted };
        Ok(ImportCharges { mode, landed_cost: Some(stored), unavailable: None, absorbed_fees })
    }

    async fn calculate(
        self,
        checkout_session: &CheckoutSession,
        request: CostRequest,
    ) -> Result<Result<StoredCost, DutiesUnavailable>, CheckoutError> {
        let error = match self.0.landed_cost().compute(request).await {
            Ok(stored) => return Ok(Ok(stored)),
            Err(CalculationError::Request(error)) => error,
            Err(CalculationError::RulesBroken(why)) => return Err(CheckoutError::RulesBroken(why)),
            Err(CalculationError::Db(error)) => return Err(error.into()),
        };
        // Staff should know: the buyer goes on, but the price at the door is unknown.
        tracing::warn!(store = %checkout_session.store.id, cart = %checkout_session.cart.id, %error, "duty and tax could not be worked out");
        Ok(Err(match error {
            LandedCostError::NoRules(_)
            | LandedCostError::NoRulesInPlace { .. }
            | LandedCostError::NoRulesOn { .. } => DutiesUnavailable::NoRules,
            LandedCostError::NoRate(..) => DutiesUnavailable::NoRate,
            LandedCostError::NoLines | LandedCostError::Negative { .. } | LandedCostError::OutOfRange => {
                DutiesUnavailable::Amount
            }
        }))
    }
}

fn guarantee(checkout_session: &CheckoutSession) -> Span {
    Span::minutes(checkout_session.store.settings.landed_cost.guarantee_minutes.max(0))
}

/// Lines that must not be sent to where they are wanted.
pub fn prohibited(quote: &Quote) -> Vec<ProhibitedGoods> {
    let Some(stored) = &quote.landed_cost else { return Vec::new() };
    let lines = || stored.cost.consignments.iter().flat_map(|consignment| &consignment.lines);
    let name = |position| lines().find(|line| line.position == position).map(|line| line.description.clone());
    let refused = stored.cost.refused.iter();
    refused
        .map(|refusal| ProhibitedGoods {
            description: name(refusal.line).unwrap_or_default(),
            reason: refusal.reason.clone(),
        })
        .collect()
}
