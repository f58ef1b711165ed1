//! Reads the numbers that clients send: JSON numbers and texts, exact.

use rust_decimal::Decimal;

/// Longest text that may be a number; longer ones cannot fit.
const LONGEST: usize = 100;
/// Largest exponent either way that can fit.
const LARGEST_EXPONENT: i32 = 60;
/// Decimals of prices in this protocol (checkout protocol §3).
const PRICE_DECIMALS: u32 = 4;
/// Binary fractions miss the decimal that was meant by less than this.
const NOISE: Decimal = Decimal::from_parts(1, 0, 0, false, 9);

/// The number that a text spells, normalised: no trailing zeros, no negative zero. `None` when it spells none, or one
/// beyond 28 digits.
///
/// Accepts blanks around it, a sign, missing digits on one side of the point, and an exponent.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let value: Decimal = shift_point(whole, fraction, exponent).parse().ok()?;
    let value = without_noise(value.normalize());
    Some(if negative && !value.is_zero() { -value } else { value })
}

fn read_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|exponent: &i32| exponent.abs() <= LARGEST_EXPONENT)
}

/// `1`, `5`, 2 → `150`; `15`, ``, -3 → `0.015`.
fn shift_point(whole: &str, fraction: &str, exponent: i32) -> String {
    let zeros = "0".repeat(exponent.unsigned_abs() as usize);
    let (digits, point) = if exponent < 0 {
        (format!("{zeros}{whole}{fraction}"), whole.len())
    } else {
        (format!("{whole}{fraction}{zeros}"), whole.len() + zeros.len())
    };
    let (whole, fraction) = digits.split_at(point);
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// Shops compute in binary floating point and send 59.699999999999996 where they mean 59.70: what misses a price by less
/// than a billionth is that price. Everything else stays exact.
fn without_noise(value: Decimal) -> Decimal {
    if value.scale() <= PRICE_DECIMALS {
        return value;
    }
    let near = value.round_dp(PRICE_DECIMALS).normalize();
    if !near.is_zero() && (value - near).abs() < NOISE { near } else { value }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_exactly_in_every_spelling() {
        for (text, wanted) in [
            ("199.00", "199"),
            (" 19.90 ", "19.9"),
            ("-5", "-5"),
            ("+5", "5"),
            ("-0.00", "0"),
            ("0", "0"),
            ("1.0000", "1"),
            (".5", "0.5"),
            ("5.", "5"),
            ("007", "7"),
            ("1e2", "100"),
            ("1E+2", "100"),
            ("1.5e1", "15"),
            ("1.25e1", "12.5"),
            ("15e-3", "0.015"),
            ("0e50", "0"),
            ("12345678901234567890.1234", "12345678901234567890.1234"),
            ("2.123456", "2.123456"),
            ("0.00001", "0.00001"),
            ("0.0000000000001", "0.0000000000001"),
        ] {
            assert_eq!(decimal(text).map(|d| d.to_string()).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_long_is_none() {
        for text in [
            "",
            " ",
            "abc",
            "NaN",
            "Infinity",
            "-inf",
            "1,5",
            "1.2.3",
            "1_000",
            "$5",
            "--1",
            "+-1",
            "1e",
            "e5",
            "1e1.5",
            "1e999999999999",
            "1e61",
            "1e30",
            "0x10",
            ".",
            "-",
            "1 2",
            "١",
            "99999999999999999999999999999999",
            "5e-324x",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal(&"9".repeat(1_000_000)), None);
    }

    #[test]
    fn noise_of_binary_fractions_is_taken_off() {
        for (text, wanted) in [
            ("59.699999999999996", "59.7"),
            ("19.899999999999999", "19.9"),
            ("0.1000000000000000055511151231257827021181583404541015625", "0.1"),
            ("-0.30000000000000004", "-0.3"),
            ("1.00005", "1.00005"),
        ] {
            assert_eq!(decimal(text).map(|d| d.to_string()).as_deref(), Some(wanted), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in any::<String>()) {
            let _ = decimal(&text);
        }

        #[test]
        fn anything_like_a_number_is_taken(text in "[-+]?[0-9]{0,40}[.]?[0-9]{0,40}([eE][-+]?[0-9]{0,12})?") {
            let _ = decimal(&text);
        }

        #[test]
        fn a_price_reads_back_equal(digits in any::<i64>(), scale in 0_u32..=4) {
            let price = Decimal::new(digits, scale);
            prop_assert_eq!(decimal(&price.to_string()), Some(price));
        }

        #[test]
        fn a_double_reads_as_the_price_it_was_made_from(cents in -100_000_000_i32..100_000_000) {
            let wanted = Decimal::new(i64::from(cents), 2);
            let double = f64::from(cents) / 100.0;
            prop_assert_eq!(decimal(&format!("{double:.17}")), Some(wanted));
            prop_assert_eq!(decimal(&format!("{double:e}")), Some(wanted));
        }
    }
}
