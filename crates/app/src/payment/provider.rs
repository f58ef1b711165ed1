//! The port to payment providers.
//!
//! A provider is asked outside any transaction, always with the attempt's id as idempotency key, so that asking twice
//! does the thing once. What it must remember between calls stands in [`AttemptDetails::provider_state`].

use std::future::Future;
use std::pin::Pin;

use crossdock_db::attempts::AttemptRow;
use crossdock_domain::address::FieldError;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::payment::{AttemptDetails, Provider, ProviderOutcome};
use secrecy::SecretString;

use super::provider_bank_transfer::BankTransfer;
use super::provider_test::TestProvider;
use crate::AppError;
use crate::error::PaymentField;

/// A boxed future, so that providers can be trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the buyer entered to pay.
#[derive(Debug, Clone)]
pub enum PaymentInput {
    /// A card.
    Card {
        /// Digits, blanks allowed.
        number: SecretString,
        /// `MM/YY` or `MM/YYYY`.
        expiry: String,
        /// Three or four digits.
        cvc: SecretString,
        /// Name on the card; may be empty.
        name: String,
    },
    /// Bank transfer or purchase order.
    PurchaseOrder {
        /// The buyer's own order number; may be empty.
        number: String,
    },
}

/// A provider did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// No answer in time, or a broken connection: nobody knows, ask again.
    #[error("the payment provider did not answer: {0}")]
    Unreachable(String),
    /// It said no, and will say no again.
    #[error("the payment provider refused: {0}")]
    Refused(String),
}

/// What every provider can do.
pub trait PaymentProvider: Send + Sync {
    /// Which one this is.
    fn provider(&self) -> Provider;

    /// Whether its orders are marked `testOrder`.
    fn is_test(&self) -> bool;

    /// `paymentProcessor` of the order (reference §6).
    fn processor(&self) -> &'static str;

    /// Checks what the buyer entered and turns it into what may be stored; never a card number.
    fn prepare(&self, input: &PaymentInput, now: Timestamp) -> Result<AttemptDetails, Vec<(PaymentField, FieldError)>>;

    /// Reserves the money.
    fn authorise<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>>;

    /// What became of a reservation.
    fn status<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>>;

    /// The result of the further step that the buyer came back from.
    fn answer_challenge<'a>(
        &'a self,
        attempt: &'a AttemptRow,
        passed: bool,
    ) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>>;

    /// Takes the reserved money.
    fn capture<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>>;

    /// Gives the reservation back.
    fn void<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>>;

    /// Gives taken money back.
    fn refund<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>>;
}

/// The providers of this installation.
pub(crate) struct Providers {
    test: Option<TestProvider>,
    bank_transfer: BankTransfer,
}

impl Providers {
    pub(crate) fn new(test_mode: bool) -> Self {
        Self { test: test_mode.then_some(TestProvider), bank_transfer: BankTransfer }
    }

    /// The provider; the test provider only in test mode.
    pub(crate) fn get(&self, provider: Provider) -> Result<&dyn PaymentProvider, AppError> {
        match provider {
            Provider::Test => self.test.as_ref().map(|p| p as &dyn PaymentProvider).ok_or(AppError::TestModeOnly),
            Provider::BankTransfer => Ok(&self.bank_transfer),
        }
    }
}
