//! The quote: what the buyer is shown is what is charged.

use crossdock_db::quotes::QuoteRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::checkout::CheckoutDocument;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{CheckoutId, QuoteId, StoreId};
use crossdock_domain::money::Money;
use crossdock_domain::quote::{DutyMode, Quote, Totals};
use crossdock_domain::shipping;

use super::Passage;
use crate::error::Step;
use crate::{App, AppError};

/// Stores a quote and makes it the one that can be paid, unless the shown one says the same.
struct Keep {
    store: StoreId,
    checkout: CheckoutId,
    /// What the quote was computed from; another tab may have changed it since.
    based_on: CheckoutDocument,
    quote: Quote,
    id: QuoteId,
    now: Timestamp,
}

impl Operation for Keep {
    type Output = QuoteRow;
    type Error = AppError;
    async fn run(&self, tx: &mut Tx) -> Result<QuoteRow, AppError> {
        let found = tx.checkout(self.store, self.checkout).await?;
        let mut checkout = found.ok_or(AppError::CheckoutNotOpened)?;
        if let Some(id) = checkout.document.quote
            && let Some(shown) = tx.quote(self.store, id).await?
            && shown.quote == self.quote
        {
            return Ok(shown);
        }
        let same_inputs = CheckoutDocument { quote: None, ..checkout.document.clone() }
            == CheckoutDocument { quote: None, ..self.based_on.clone() };
        if !same_inputs {
            return Err(AppError::QuoteChanged);
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

impl App {
    /// Computes the quote for what was entered, stores it, and answers it. Asking again without a change answers the same.
    pub async fn quote(&self, passage: &Passage) -> Result<QuoteRow, AppError> {
        let quote = self.compute_quote(passage)?;
        let now = self.now();
        self.db()
            .write(Keep {
                store: passage.store.id,
                checkout: passage.checkout.id,
                based_on: passage.document().clone(),
                quote,
                id: QuoteId::new(now, self.random()),
                now,
            })
            .await
    }

    /// The quote as it would be now, not stored. The landed-cost engine takes its place here: it turns the same inputs into
    /// duty and tax components.
    pub(crate) fn compute_quote(&self, passage: &Passage) -> Result<Quote, AppError> {
        let currency = passage.store.currency;
        let ship_to = passage.document().ship_to.clone().ok_or(AppError::StepMissing(Step::Address))?;
        let options = self.shipping_options(passage)?;
        let chosen = if shipping::needs_shipping(&passage.cart.cart) {
            let id = passage.document().shipping.as_deref().ok_or(AppError::StepMissing(Step::Shipping))?;
            let option = options.into_iter().find(|option| option.id == id);
            Some(option.ok_or(AppError::ShippingNotOffered)?)
        } else {
            None
        };
        let items = passage.cart.cart.items_total(currency)?;
        let domestic_charge = self.domestic_charge(passage)?;
        let shipping_price = chosen.as_ref().map_or(Money::zero(currency), |option| option.price);
        let shipping = Money::sum(currency, [Some(shipping_price), domestic_charge].into_iter().flatten())?;
        // Paid on delivery: the courier collects duty and tax, nothing of it is charged here.
        let totals = Totals::of(items, shipping, Money::zero(currency))?;
        Ok(Quote {
            version: Quote::VERSION,
            ship_to,
            shipping: chosen,
            domestic_charge,
            duty_mode: DutyMode::OnDelivery,
            totals,
        })
    }
}
