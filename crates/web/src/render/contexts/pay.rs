//! Pages about money: the choice of a way to pay, the bank's question, waiting for an answer.

use crossdock_domain::money::Money;
use crossdock_domain::payment::Provider;
use serde::Serialize;

use super::{FormErrors, Layout, Page, Step, Summary};

/// Why a payment was refused, as far as a buyer can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decline {
    /// No reason given, or one that helps nobody.
    Card,
    /// Not enough money.
    Funds,
    /// The card is too old.
    Expired,
    /// The security code is wrong.
    Cvc,
    /// The bank's question was not answered well.
    Challenge,
}

impl Decline {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Card, Self::Funds, Self::Expired, Self::Cvc, Self::Challenge];

    /// The reason a provider gave; unknown ones are the general one.
    pub fn from_reason(reason: &str) -> Self {
        match reason {
            "insufficient_funds" => Self::Funds,
            "expired_card" => Self::Expired,
            "incorrect_cvc" | "invalid_cvc" => Self::Cvc,
            "challenge_failed" | "authentication_failed" => Self::Challenge,
            _ => Self::Card,
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Card => "declined-card",
            Self::Funds => "declined-funds",
            Self::Expired => "declined-expired",
            Self::Cvc => "declined-cvc",
            Self::Challenge => "declined-challenge",
        }
    }
}

/// What is said above the ways to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayNotice {
    /// The last try was refused.
    Declined(Decline),
    /// The provider could not be asked at all; nothing was charged.
    Unavailable,
}

#[derive(Serialize)]
struct NoticeKeys {
    title_key: &'static str,
    text_key: &'static str,
}

impl Serialize for PayNotice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (title_key, text_key) = match self {
            Self::Declined(reason) => ("declined-title", reason.key()),
            Self::Unavailable => ("payment-unavailable-title", "payment-unavailable"),
        };
        NoticeKeys { title_key, text_key }.serialize(serializer)
    }
}

/// A card number of the test provider and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestCard {
    number: String,
    outcome_key: &'static str,
}

impl TestCard {
    /// A card by its number and the provider's name for what it does; `None` for an unknown one.
    pub fn new(number: &str, outcome: &str) -> Option<Self> {
        let outcome_key = match outcome {
            "approve" => "test-card-approve",
            "decline" => "test-card-decline",
            "challenge" => "test-card-challenge",
            "review" => "test-card-review",
            "timeout" => "test-card-timeout",
            _ => return None,
        };
        let groups: Vec<_> = number.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        Some(Self { number: groups.join(" "), outcome_key })
    }
}

/// Ways to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "layout and summary are on every page")]
pub struct PayPage {
    #[serde(skip)]
    pub layout: Layout,
    pub summary: Summary,
    /// Id of the quote that is being paid.
    pub quote: String,
    /// What is charged.
    pub amount: Money,
    /// Ways to pay in the order shown.
    pub methods: Vec<Provider>,
    /// The chosen one; the first when there is only one.
    pub method: Option<Provider>,
    /// Name on the card as typed. Numbers and codes are never echoed.
    pub card_name: String,
    /// Purchase order number as typed.
    pub purchase_order: String,
    /// The store's account and terms; plain text.
    pub bank_instructions: String,
    /// Said above the ways to pay.
    pub notice: Option<PayNotice>,
    /// Mistakes.
    pub errors: FormErrors,
    /// Numbers to try; empty outside test mode.
    pub test_cards: Vec<TestCard>,
}

impl Page for PayPage {
    const TEMPLATE: &'static str = "checkout/pay.html";
    const STEP: Option<Step> = Some(Step::Pay);
    const MERCHANT_FOOTER: bool = false;
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "pay-title"
    }
    fn has_errors(&self) -> bool {
        !self.errors.is_empty() || self.notice.is_some()
    }
}

/// The test bank's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChallengePage {
    #[serde(skip)]
    #[expect(missing_docs, reason = "every page has one")]
    pub layout: Layout,
    /// What is charged.
    pub amount: Money,
    /// Last digits of the card, when known.
    pub last_four: Option<String>,
}

impl Page for ChallengePage {
    const TEMPLATE: &'static str = "checkout/challenge.html";
    const STEP: Option<Step> = Some(Step::Pay);
    const MAY_LEAVE: bool = false;
    const MERCHANT_FOOTER: bool = false;
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "challenge-title"
    }
}

/// The provider has not answered yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PendingPage {
    #[serde(skip)]
    #[expect(missing_docs, reason = "every page has one")]
    pub layout: Layout,
    /// What is being paid.
    pub amount: Money,
    /// Seconds until the page asks again by itself.
    pub refresh_seconds: u32,
    /// Path that asks again.
    pub check_url: String,
}

impl Page for PendingPage {
    const TEMPLATE: &'static str = "checkout/pending.html";
    const STEP: Option<Step> = Some(Step::Pay);
    const MAY_LEAVE: bool = false;
    const MERCHANT_FOOTER: bool = false;
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "pending-title"
    }
}
