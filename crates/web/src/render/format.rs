//! How numbers look. English forms only so far; the style of another language goes into one more match arm here.

use crossdock_domain::money::Currency;
use rust_decimal::Decimal;
use serde::Deserialize;

/// An amount as contexts carry it: money in minor units, or an exact price that may have more decimals.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(super) enum Amount {
    Minor { minor: i64, currency: Currency },
    Exact { amount: Decimal, currency: Currency },
}

impl Amount {
    /// `$1,299.00`, `¥1,990`, `−$5.00`, `CHF 12.50`; prices keep decimals beyond the currency's own.
    pub(super) fn to_text(self) -> String {
        let (amount, currency) = match self {
            Self::Minor { minor, currency } => (Decimal::new(minor, currency.exponent()), currency),
            Self::Exact { amount, currency } => (at_least(amount, currency.exponent()), currency),
        };
        let minus = if amount.is_sign_negative() && !amount.is_zero() { "\u{2212}" } else { "" };
        let digits = amount.abs().to_string();
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{minus}{}{}{point}{fraction}", sign(currency), grouped(whole))
    }
}

/// Drops closing zeros, but keeps `decimals` of them.
fn at_least(amount: Decimal, decimals: u32) -> Decimal {
    let mut amount = amount.normalize();
    if amount.scale() < decimals {
        amount.rescale(decimals);
    }
    amount
}

fn grouped(whole: &str) -> String {
    let mut text = String::with_capacity(whole.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Symbols an English reader cannot mistake (the choice of the Unicode locale data); others get their code, since
/// half a dozen currencies share the dollar sign.
fn sign(currency: Currency) -> String {
    let symbol = match currency.code() {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "CNY" => "CN¥",
        "INR" => "₹",
        "KRW" => "₩",
        "ILS" => "₪",
        "VND" => "₫",
        "PHP" => "₱",
        "AUD" => "A$",
        "CAD" => "CA$",
        "NZD" => "NZ$",
        "HKD" => "HK$",
        "TWD" => "NT$",
        "MXN" => "MX$",
        "BRL" => "R$",
        code => return format!("{code}\u{a0}"),
    };
    symbol.to_owned()
}

/// A quantity without closing zeros: `2`, `1.5`, `1,200`. Text that is no number stays as it is.
pub(super) fn quantity(number: &str) -> String {
    let Ok(number) = number.parse::<Decimal>() else { return number.to_owned() };
    let digits = number.normalize().to_string();
    match digits.split_once('.') {
        Some((whole, fraction)) => format!("{}.{fraction}", grouped(whole)),
        None => grouped(&digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(minor: i64, code: &str) -> String {
        Amount::Minor { minor, currency: Currency::from_code(code).unwrap() }.to_text()
    }

    fn exact(amount: &str, code: &str) -> String {
        Amount::Exact { amount: amount.parse().unwrap(), currency: Currency::from_code(code).unwrap() }.to_text()
    }

    #[test]
    fn money_shows_the_decimals_of_its_currency() {
        assert_eq!(minor(19_900, "USD"), "$199.00");
        assert_eq!(minor(1_990, "JPY"), "¥1,990");
        assert_eq!(minor(1_500, "KWD"), "KWD\u{a0}1.500");
        assert_eq!(minor(5, "EUR"), "€0.05");
        assert_eq!(minor(0, "USD"), "$0.00");
    }

    #[test]
    fn thousands_are_grouped_up_to_the_largest_amount() {
        assert_eq!(minor(99_999, "USD"), "$999.99");
        assert_eq!(minor(100_000, "USD"), "$1,000.00");
        assert_eq!(minor(i64::MAX, "USD"), "$92,233,720,368,547,758.07");
        assert_eq!(minor(i64::MIN, "JPY"), "\u{2212}¥9,223,372,036,854,775,808");
    }

    #[test]
    fn discounts_have_a_real_minus_before_the_symbol() {
        assert_eq!(minor(-500, "USD"), "\u{2212}$5.00");
        assert_eq!(minor(-500, "CHF"), "\u{2212}CHF\u{a0}5.00");
    }

    #[test]
    fn prices_keep_decimals_beyond_the_currency() {
        assert_eq!(exact("0.0125", "USD"), "$0.0125");
        assert_eq!(exact("19.9", "USD"), "$19.90");
        assert_eq!(exact("19.9000", "USD"), "$19.90");
        assert_eq!(exact("1200", "JPY"), "¥1,200");
        assert_eq!(exact("-0.00", "USD"), "$0.00");
    }

    #[test]
    fn quantities_lose_closing_zeros() {
        assert_eq!(quantity("2.0000"), "2");
        assert_eq!(quantity("1.50"), "1.5");
        assert_eq!(quantity("1200"), "1,200");
        assert_eq!(quantity("100"), "100");
    }
}
