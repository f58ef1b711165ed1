//! The test provider: card numbers that always do the same. Demo and test mode only; no money exists.
//!
//! It has no memory of its own: what a card number means is decided once, in `prepare`, and kept with the attempt.

use crossdock_db::attempts::AttemptRow;
use crossdock_domain::address::FieldError;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::payment::{AttemptDetails, Provider, ProviderOutcome};
use crossdock_platform::BoxFuture;
use secrecy::ExposeSecret;

use crate::PaymentField;
use crate::payment::provider::{PaymentInput, PaymentProvider, ProviderError};

/// Test cards: number, what it does, and words for the page.
pub const CARDS: [(&str, &str, &str); 5] = [
    ("4242424242424242", "approve", "is approved"),
    ("4000000000000002", "decline", "is declined"),
    ("4000002500003155", "challenge", "asks for a further step at the bank"),
    ("4000000000009235", "review", "is approved and goes to fraud review"),
    ("4000000000000119", "timeout", "gets no answer in time; the answer comes later"),
];

pub(crate) struct TestProvider;

fn brand(digits: &str) -> &'static str {
    match digits.as_bytes() {
        [b'4', ..] => "VISA",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "MASTERCARD",
        [b'3', b'4' | b'7', ..] => "AMEX",
        _ => "OTHER",
    }
}

/// The check digit that every card number ends with (ISO/IEC 7812).
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(byte, double)| match (u32::from(byte - b'0'), double) {
            (digit, false) => digit,
            (digit, true) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether `MM/YY` or `MM/YYYY` is a month that is not over at `now`.
fn expiry_is_good(text: &str, now: Timestamp) -> bool {
    let Some((month, year)) = text.split_once('/') else { return false };
    let (Ok(month), Ok(year)) = (month.trim().parse::<u32>(), year.trim().parse::<u32>()) else { return false };
    let year = if year < 100 { 2000 + year } else { year };
    // `yyyy-MM` of now, as a number of months.
    let today = now.to_rfc3339();
    let this_year: u32 = today.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0);
    let this_month: u32 = today.get(5..7).and_then(|m| m.parse().ok()).unwrap_or(0);
    (1..=12).contains(&month) && year < 2100 && year * 12 + month >= this_year * 12 + this_month
}

fn transaction_id(attempt: &AttemptRow) -> String {
    format!("test_{}", attempt.id.0.simple())
}

impl TestProvider {
    fn outcome(attempt: &AttemptRow, asked_again: bool) -> ProviderOutcome {
        let transaction_id = transaction_id(attempt);
        match attempt.details.provider_state.as_str() {
            "decline" => ProviderOutcome::Declined { reason: "card_declined".to_owned() },
            "challenge" => ProviderOutcome::Challenge { transaction_id },
            "timeout" if !asked_again => ProviderOutcome::Pending,
            scenario => ProviderOutcome::Authorised { review: scenario == "review", transaction_id },
        }
    }
}

impl PaymentProvider for TestProvider {
    fn provider(&self) -> Provider {
        Provider::Test
    }

    fn is_test(&self) -> bool {
        true
    }

    fn processor(&self) -> &'static str {
        "TEST"
    }

    fn prepare(&self, input: &PaymentInput, now: Timestamp) -> Result<AttemptDetails, Vec<(PaymentField, FieldError)>> {
        let PaymentInput::Card { number, expiry, cvc, .. } = input else {
            return Err(vec![(PaymentField::CardNumber, FieldError::Required)]);
        };
        let digits: String = number.expose_secret().chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let cvc = cvc.expose_secret().trim();
        let mut mistakes = Vec::new();
        if digits.is_empty() {
            mistakes.push((PaymentField::CardNumber, FieldError::Required));
        } else if !(12..=19).contains(&digits.len())
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || !passes_luhn(&digits)
        {
            mistakes.push((PaymentField::CardNumber, FieldError::Invalid));
        }
        if expiry.trim().is_empty() {
            mistakes.push((PaymentField::CardExpiry, FieldError::Required));
        } else if !expiry_is_good(expiry, now) {
            mistakes.push((PaymentField::CardExpiry, FieldError::Invalid));
        }
        if cvc.is_empty() {
            mistakes.push((PaymentField::CardCvc, FieldError::Required));
        } else if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|b| b.is_ascii_digit()) {
            mistakes.push((PaymentField::CardCvc, FieldError::Invalid));
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let Some((_, scenario, _)) = CARDS.into_iter().find(|(card, ..)| *card == digits) else {
            // A real card must never go through a pretend provider.
            return Err(vec![(PaymentField::CardNumber, FieldError::Invalid)]);
        };
        Ok(AttemptDetails {
            card_type: brand(&digits).to_owned(),
            last_four: digits.get(digits.len() - 4..).map(ToOwned::to_owned),
            provider_state: scenario.to_owned(),
            ..AttemptDetails::default()
        })
    }

    fn authorise<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        Box::pin(async move { Ok(Self::outcome(attempt, false)) })
    }

    fn status<'a>(&'a self, attempt: &'a AttemptRow) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        Box::pin(async move { Ok(Self::outcome(attempt, true)) })
    }

    fn answer_challenge<'a>(
        &'a self,
        attempt: &'a AttemptRow,
        passed: bool,
    ) -> BoxFuture<'a, Result<ProviderOutcome, ProviderError>> {
        Box::pin(async move {
            Ok(if passed {
                ProviderOutcome::Authorised { review: false, transaction_id: transaction_id(attempt) }
            } else {
                ProviderOutcome::Declined { reason: "challenge_failed".to_owned() }
            })
        })
    }

    fn capture<'a>(&'a self, _: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(async { Ok(()) })
    }

    fn void<'a>(&'a self, _: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(async { Ok(()) })
    }

    fn refund<'a>(&'a self, _: &'a AttemptRow) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000_000_000); // 2026-11-18

    fn card(number: &str, expiry: &str, cvc: &str) -> PaymentInput {
        PaymentInput::Card {
            number: SecretString::from(number),
            expiry: expiry.to_owned(),
            cvc: SecretString::from(cvc),
            name: String::new(),
        }
    }

    #[test]
    fn every_test_card_is_a_well_formed_number() {
        for (number, scenario, _) in CARDS {
            assert!(passes_luhn(number), "{number}");
            let details = TestProvider.prepare(&card(number, "12/30", "123"), NOW).expect(number);
            assert_eq!(details.provider_state, scenario);
            assert_eq!(details.last_four.as_deref(), number.get(12..));
        }
    }

    #[test]
    fn a_real_looking_card_is_refused_and_not_charged_in_pretence() {
        let mistakes = TestProvider.prepare(&card("4111 1111 1111 1111", "12/30", "123"), NOW);
        assert_eq!(mistakes, Err(vec![(PaymentField::CardNumber, FieldError::Invalid)]));
    }

    #[test]
    fn the_month_of_expiry_still_counts() {
        assert!(expiry_is_good("11/26", NOW));
        assert!(expiry_is_good("11 / 2026", NOW));
        assert!(!expiry_is_good("10/26", NOW));
        assert!(!expiry_is_good("13/27", NOW));
        assert!(!expiry_is_good("1127", NOW));
    }

    #[test]
    fn every_mistake_of_a_card_is_named() {
        let mistakes = TestProvider.prepare(&card("", "", ""), NOW).expect_err("all fields are empty");
        assert_eq!(mistakes.len(), 3);
    }
}
