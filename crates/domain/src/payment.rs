//! Payment attempts: their states, and what a provider may answer.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::named::named_enum;

named_enum! {
    /// A payment provider that this build knows.
    pub enum Provider: "payment provider" {
        /// Card numbers that always do the same; demo and test mode only.
        Test = "test",
        /// Bank transfer or purchase order: paid outside, booked by staff.
        BankTransfer = "bank_transfer",
    }
}

named_enum! {
    /// Where a payment attempt stands. Moves are listed in [`AttemptState::allowed_transitions`].
    pub enum AttemptState: "state of a payment attempt" {
        /// Stored, the provider not yet heard.
        Started = "started",
        /// The buyer must pass a further step (3-D Secure or the like).
        Challenge = "challenge",
        /// The provider did not answer in time; a job asks again.
        Unknown = "unknown",
        /// Money is reserved.
        Authorised = "authorised",
        /// No money moves until staff book it (bank transfer).
        Awaiting = "awaiting",
        /// The provider refused.
        Declined = "declined",
        /// Money is taken.
        Captured = "captured",
        /// The reservation was given back.
        Voided = "voided",
        /// Taken money was given back.
        Refunded = "refunded",
    }
}

impl AttemptState {
    /// States that this one may turn into.
    pub const fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Started => &[
                Self::Challenge,
                Self::Unknown,
                Self::Authorised,
                Self::Awaiting,
                // There was nothing to pay.
                Self::Captured,
                Self::Declined,
            ],
            Self::Challenge => &[Self::Unknown, Self::Authorised, Self::Declined],
            Self::Unknown => &[Self::Challenge, Self::Authorised, Self::Awaiting, Self::Declined],
            Self::Authorised | Self::Awaiting => &[Self::Captured, Self::Voided],
            Self::Captured => &[Self::Refunded],
            Self::Declined | Self::Voided | Self::Refunded => &[],
        }
    }

    /// Whether its end is still to come.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Challenge | Self::Unknown)
    }

    /// Whether an order can stand on an attempt in this state.
    pub const fn carries_order(self) -> bool {
        matches!(self, Self::Authorised | Self::Awaiting | Self::Captured)
    }
}

/// What a provider answered to "authorise" or "what became of it".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ProviderOutcome {
    /// Money is reserved.
    Authorised {
        /// The provider wants or the rules want a person to look first.
        review: bool,
        /// Provider's id of the transaction.
        transaction_id: String,
    },
    /// Goods wait until money arrives by another way.
    Awaiting {
        /// Text the buyer quotes when paying.
        transaction_id: String,
    },
    /// The buyer must pass a further step.
    Challenge {
        /// Provider's id of the transaction.
        transaction_id: String,
    },
    /// Refused.
    Declined {
        /// Stable reason for the page: `card_declined`, `expired_card`, …
        reason: String,
    },
    /// No answer yet: ask again later.
    Pending,
    /// The total is zero. No provider says this: it is not asked.
    NothingToPay,
}

/// `paymentProcessor` of payments that the buyer transfers after the order.
pub const BANK_TRANSFER: &str = "BANK_TRANSFER";

/// How an order was paid; frozen into the order, shown as `paymentProcessing` (checkout protocol §6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecord {
    /// `paymentProcessor`: `TEST`, `BANK_TRANSFER`, `NONE`.
    pub processor: String,
    /// Provider's transaction id.
    pub transaction_id: String,
    /// `VISA`, `PURCHASE_ORDER`, …
    pub card_type: String,
    /// Last four digits, when there is a card.
    pub last_four: Option<String>,
    /// When the money was taken.
    pub captured_at: Option<Timestamp>,
}

/// What is kept of a payment attempt beside its state; one JSON document. Never holds a card number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AttemptDetails {
    /// Provider's transaction id, once known.
    pub transaction_id: Option<String>,
    /// `VISA`, `PURCHASE_ORDER`, …
    pub card_type: String,
    /// Last four digits of a card.
    pub last_four: Option<String>,
    /// Why it was declined: `card_declined`, `expired_card`, …
    pub decline_reason: Option<String>,
    /// Screening asked for a person.
    pub review: bool,
    /// The provider's own memory of the attempt; its meaning is the provider's business.
    pub provider_state: String,
}
