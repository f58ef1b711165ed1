//! Test cards: numbers for the pay page, ids of payment methods for the API.

/// What happens when a card is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Authorised.
    Good,
    /// Refused.
    Declined(Decline),
    /// 3-D Secure first, then authorised.
    Challenge,
    /// 3-D Secure first, then refused.
    ChallengeThenDeclined(Decline),
}

/// Why an issuer, or the risk check, refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decline {
    /// Code of the error.
    pub code: &'static str,
    /// Reason of the issuer, when the code does not say all.
    pub reason: Option<&'static str>,
    /// Whether to try the card again.
    pub advice: &'static str,
    /// Text for the buyer.
    pub message: &'static str,
    /// Stopped by the risk check before the issuer was asked.
    pub blocked: bool,
}

/// A card of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// Its number.
    pub number: &'static str,
    /// The id by which the API takes it.
    pub method: &'static str,
    /// `visa`, `mastercard`, …
    pub brand: &'static str,
    /// `credit` or `debit`.
    pub funding: &'static str,
    /// Country of the issuer.
    pub country: &'static str,
    /// Verdict of the risk check.
    pub risk: &'static str,
    /// What happens.
    pub behaviour: Behaviour,
}

impl Card {
    /// The last four digits.
    pub fn last4(&self) -> &'static str {
        &self.number[self.number.len() - 4..]
    }
}

const fn declined(
    code: &'static str,
    reason: Option<&'static str>,
    advice: &'static str,
    message: &'static str,
) -> Decline {
    Decline { code, reason, advice, message, blocked: false }
}

const GENERIC: Decline =
    declined("card_declined", Some("generic_decline"), "try_again_later", "Your card was declined.");

const fn card(number: &'static str, method: &'static str, behaviour: Behaviour) -> Card {
    Card { number, method, brand: "visa", funding: "credit", country: "US", risk: "normal", behaviour }
}

/// Every card. The first one is what the page offers.
pub const CARDS: &[Card] = &[
    card("4242424242424242", "pm_card_visa", Behaviour::Good),
    Card { brand: "mastercard", ..card("5555555555554444", "pm_card_mastercard", Behaviour::Good) },
    Card { brand: "amex", ..card("378282246310005", "pm_card_amex", Behaviour::Good) },
    Card { funding: "debit", ..card("4000056655665556", "pm_card_visa_debit", Behaviour::Good) },
    Card { country: "DE", ..card("4000002760000016", "pm_card_de", Behaviour::Good) },
    Card { risk: "elevated", ..card("4000000000009235", "pm_card_riskLevelElevated", Behaviour::Good) },
    card("4000000000000002", "pm_card_chargeDeclined", Behaviour::Declined(GENERIC)),
    card(
        "4000000000009995",
        "pm_card_chargeDeclinedInsufficientFunds",
        Behaviour::Declined(declined(
            "card_declined",
            Some("insufficient_funds"),
            "try_again_later",
            "Your card has insufficient funds.",
        )),
    ),
    card(
        "4000000000009987",
        "pm_card_chargeDeclinedLostCard",
        Behaviour::Declined(declined(
            "card_declined",
            Some("lost_card"),
            "do_not_try_again",
            "Your card was declined.",
        )),
    ),
    card(
        "4000000000009979",
        "pm_card_chargeDeclinedStolenCard",
        Behaviour::Declined(declined(
            "card_declined",
            Some("stolen_card"),
            "do_not_try_again",
            "Your card was declined.",
        )),
    ),
    card(
        "4000000000000069",
        "pm_card_chargeDeclinedExpiredCard",
        Behaviour::Declined(declined("expired_card", None, "confirm_card_data", "Your card has expired.")),
    ),
    card(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        Behaviour::Declined(declined(
            "incorrect_cvc",
            None,
            "confirm_card_data",
            "Your card's security code is incorrect.",
        )),
    ),
    card(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        Behaviour::Declined(declined(
            "processing_error",
            None,
            "try_again_later",
            "An error occurred while processing your card. Try again in a little bit.",
        )),
    ),
    Card {
        risk: "highest",
        ..card(
            "4100000000000019",
            "pm_card_radarBlock",
            Behaviour::Declined(Decline {
                blocked: true,
                ..declined("card_declined", Some("fraudulent"), "do_not_try_again", "Your card was declined.")
            }),
        )
    },
    card("4000000000003220", "pm_card_threeDSecure2Required", Behaviour::Challenge),
    card("4000002760003184", "pm_card_authenticationRequired", Behaviour::Challenge),
    card("4000002500003155", "pm_card_authenticationRequiredOnSetup", Behaviour::Challenge),
    card("4000008400001629", "pm_card_threeDSecureRequiredChargeDeclined", Behaviour::ChallengeThenDeclined(GENERIC)),
];

/// The card of a number; blanks and hyphens do not count.
pub fn by_number(text: &str) -> Option<Card> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    CARDS.iter().copied().find(|card| card.number == digits)
}

/// The card of a payment method; a few have a second, older name.
pub fn by_method(id: &str) -> Option<Card> {
    let id = id.replace("pm_card_visa_charge", "pm_card_charge");
    CARDS.iter().copied().find(|card| card.method == id)
}
