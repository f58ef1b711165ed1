//! Bank transfer and purchase order: the order waits on hold until staff book the money.

use crossdock_db::attempts::AttemptRow;
use crossdock_domain::address::{FIELD_LIMIT, FieldError};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::payment::{AttemptDetails, BANK_TRANSFER, Provider, ProviderOutcome};
use crossdock_domain::text::strip_control;
use crossdock_platform::BoxFuture;

use crate::PaymentField;
use crate::payment::provider::{PaymentInput, PaymentProvider, ProviderError};

pub(crate) struct BankTransfer;

/// What the buyer quotes when paying: the buyer's own number when there is one, else ours.
fn reference(attempt: &AttemptRow) -> String {
    let own = attempt.details.provider_state.trim();
    if own.is_empty() {
        let simple = attempt.id.0.simple().to_string();
        // The random end of a time-ordered id: short enough to type, long enough to be told apart.
        format!("CD-{}", simple.get(20..).unwrap_or(&simple).to_ascii_uppercase())
    } else {
        own.to_owned()
    }
}

fn not_offered<'a, T: Send + 'a>() -> BoxFuture<'a, Result<T, ProviderError>> {
    Box::pin(async { Err(ProviderError::Refused("bank transfers have no such step".to_owned())) })
}

impl PaymentProvider for BankTransfer {
    fn provider(&self) -> Provider {
        Provider::BankTransfer
    }

    fn is_test(&self) -> bool {
        false
    }

    fn processor(&self) -> &'static str {
        BANK_TRANSFER
    }

    fn prepare(&self, input: &PaymentInput, _: Timestamp) -> Result<AttemptDetails, Vec<(PaymentField, FieldError)>> {
        let PaymentInput::PurchaseOrder { number } = input else {
            return Err(vec![(PaymentField::PurchaseOrder, FieldError::Invalid)]);
        };
        let number = strip_control(number).trim().to_owned();
        if number.chars().count() > FIELD_LIMIT {
            return Err(vec![(PaymentField::PurchaseOrder, FieldError::TooLong)]);
        }
        // The value that Magento modules know for payments of this kind (checkout protocol §6).
        Ok(AttemptDetails {
            card_type: "PURCHASE_ORDER".to_owned(),
            provider_state: number,
            ..AttemptDetails::default()
        })
    }

    fn authorise<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        Box::pin(async move { Ok(ProviderOutcome::Awaiting { transaction_id: reference(attempt) }) })
    }

    fn status<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        self.authorise(attempt)
    }

    fn answer_challenge<'a>(
        &'a self,
        _: &'a AttemptRow,
        _: bool,
    ) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        not_offered()
    }

    fn capture<'a>(&'a self, _: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        not_offered()
    }

    fn void<'a>(&'a self, _: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        // Nothing was reserved.
        Box::pin(async { Ok(()) })
    }

    fn refund<'a>(&'a self, _: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        // Money came by bank and goes back by bank: staff do it, the history says so.
        Box::pin(async { Ok(()) })
    }
}
