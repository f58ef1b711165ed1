//! The port to payment providers.
//!
//! A provider is asked outside any transaction, always with the attempt's id as idempotency key, so that asking twice
//! does the thing once. What it must remember between calls stands in [`AttemptDetails::provider_state`].

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crossdock_db::attempts::AttemptRow;
use crossdock_domain::address::FieldError;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::payment::{AttemptDetails, Provider, ProviderOutcome};
use secrecy::SecretString;

use crate::payment::provider_bank_transfer::BankTransfer;
use crate::payment::provider_test::TestProvider;
use crate::{PaymentError, PaymentField};

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

    /// `paymentProcessor` of the order (checkout protocol §6).
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

    /// Takes the reserved money. Refused once the reservation was given back; doing it twice is doing it once.
    fn capture<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>>;

    /// Gives the reservation back. Refused once the money was taken; doing it twice is doing it once.
    fn void<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>>;

    /// Gives taken money back; doing it twice is doing it once.
    fn refund<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>>;
}

/// The providers that this build knows; the test provider only in test mode.
pub fn built_in(test_mode: bool) -> Vec<Arc<dyn PaymentProvider>> {
    let mut providers: Vec<Arc<dyn PaymentProvider>> = vec![Arc::new(BankTransfer)];
    if test_mode {
        providers.push(Arc::new(TestProvider));
    }
    providers
}

/// The providers of this installation.
pub(crate) struct Providers(Vec<Arc<dyn PaymentProvider>>);

impl Providers {
    pub(crate) fn new(providers: Vec<Arc<dyn PaymentProvider>>) -> Self {
        Self(providers)
    }

    /// The provider; [`PaymentError::TestModeOnly`] for the test provider outside of test mode.
    pub(crate) fn get(&self, wanted: Provider) -> Result<&dyn PaymentProvider, PaymentError> {
        let found = self.0.iter().find(|provider| provider.provider() == wanted);
        found.map(|provider| &**provider).ok_or(match wanted {
            Provider::Test => PaymentError::TestModeOnly,
            Provider::BankTransfer => PaymentError::NotOffered,
        })
    }
}
