//! Payment attempts: their states, and what a provider may answer.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// A payment provider that this build knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Card numbers that always do the same; demo and test mode only.
    Test,
    /// Bank transfer or purchase order: paid outside, booked by staff.
    BankTransfer,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 2] = [Self::Test, Self::BankTransfer];

    /// Stored and configured name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::BankTransfer => "bank_transfer",
        }
    }

    /// The provider of this stored name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// Where a payment attempt stands. Moves are listed in [`AttemptState::may_become`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Stored, the provider not yet heard.
    Started,
    /// The buyer must pass a further step (3-D Secure or the like).
    Challenge,
    /// The provider did not answer in time; a job asks again.
    Unknown,
    /// Money is reserved.
    Authorised,
    /// No money moves until staff book it (bank transfer).
    Awaiting,
    /// The provider refused.
    Declined,
    /// Money is taken.
    Captured,
    /// The reservation was given back.
    Voided,
    /// Taken money was given back.
    Refunded,
}

impl AttemptState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Started,
        Self::Challenge,
        Self::Unknown,
        Self::Authorised,
        Self::Awaiting,
        Self::Declined,
        Self::Captured,
        Self::Voided,
        Self::Refunded,
    ];

    /// Stored name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Challenge => "challenge",
            Self::Unknown => "unknown",
            Self::Authorised => "authorised",
            Self::Awaiting => "awaiting",
            Self::Declined => "declined",
            Self::Captured => "captured",
            Self::Voided => "voided",
            Self::Refunded => "refunded",
        }
    }

    /// The state of this stored name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// States that this one may turn into.
    pub const fn may_become(self) -> &'static [Self] {
        match self {
            Self::Started => &[Self::Challenge, Self::Unknown, Self::Authorised, Self::Awaiting, Self::Declined],
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
}

/// How an order was paid; frozen into the order, shown as `paymentProcessing` (reference §6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecord {
    /// `paymentProcessor`: `TEST`, `BANK_TRANSFER`.
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
