//! Codes of the Harmonized System and their prefixes, packed into one number for fast lookups.

mod read;

use std::fmt;
use std::str::FromStr;

pub use read::UnreadHsCode;

use crate::text::serde_as_text;

/// A commodity code or its beginning: 2 to 13 digits. `61` is a chapter, `6109` a heading, `610910` a subheading; more
/// digits are a country's own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HsCode {
    /// The digits, filled up with zeros to [`HsCode::MAX_DIGITS`]: codes sort like their texts.
    filled: u64,
    digits: u8,
}

impl HsCode {
    /// Longest code in use (Turkey: 12; one to spare).
    pub const MAX_DIGITS: u8 = 13;

    /// How many digits there are.
    pub const fn digits(self) -> u8 {
        self.digits
    }

    /// The first `digits` digits, or the whole code when it is shorter.
    #[must_use]
    pub const fn prefix(self, digits: u8) -> Self {
        if digits >= self.digits {
            return self;
        }
        let unit = 10_u64.pow((Self::MAX_DIGITS - digits) as u32);
        Self { filled: self.filled / unit * unit, digits }
    }

    /// Whether this code begins with `prefix`.
    pub fn starts_with(self, prefix: Self) -> bool {
        self.digits >= prefix.digits && self.prefix(prefix.digits) == prefix
    }

    /// All codes that begin with this one lie, filled up, in this range.
    pub(super) fn filled_range(self) -> std::ops::Range<u64> {
        let unit = 10_u64.pow(u32::from(Self::MAX_DIGITS - self.digits));
        self.filled..self.filled + unit
    }

    pub(super) const fn filled(self) -> u64 {
        self.filled
    }
}

/// A text that is no commodity code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no HS code; give 2 to 13 digits such as 610910")]
pub struct InvalidHsCode(pub String);

impl FromStr for HsCode {
    type Err = InvalidHsCode;

    /// For stored codes and rule files; what others wrote is read by [`HsCode::read`]. Points, blanks and hyphens between digits
    /// are what tariffs print: `6109.10.00`.
    fn from_str(text: &str) -> Result<Self, InvalidHsCode> {
        let wrong = || InvalidHsCode(text.chars().take(40).collect());
        let mut value = 0_u64;
        let mut digits = 0_u8;
        for c in text.trim().chars() {
            match c {
                '0'..='9' if digits < Self::MAX_DIGITS => {
                    value = value * 10 + u64::from(c as u32 - u32::from(b'0'));
                    digits += 1;
                }
                '.' | ' ' | '-' => {}
                _ => return Err(wrong()),
            }
        }
        if digits < 2 {
            return Err(wrong());
        }
        Ok(Self { filled: value * 10_u64.pow(u32::from(Self::MAX_DIGITS - digits)), digits })
    }
}

impl fmt::Display for HsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = format!("{:013}", self.filled);
        f.write_str(&all[..usize::from(self.digits)])
    }
}

impl fmt::Debug for HsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_as_text!(HsCode);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_read_as_tariffs_print_them() {
        let code: HsCode = "6109.10.00 10".parse().expect("code");
        assert_eq!(code.to_string(), "6109100010");
        assert_eq!(code.prefix(4).to_string(), "6109");
        assert!(code.starts_with("61".parse().expect("code")));
        assert!(!code.starts_with("62".parse().expect("code")));
        assert_eq!("0101".parse::<HsCode>().expect("code").to_string(), "0101");
        for wrong in ["", "6", "61A9", "12345678901234", "６１"] {
            assert!(wrong.parse::<HsCode>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn prefixes_are_those_of_the_text(text in "[0-9]{2,13}", other in "[0-9]{2,6}") {
            let (code, prefix): (HsCode, HsCode) = (text.parse().expect("code"), other.parse().expect("code"));
            prop_assert_eq!(code.to_string(), text.clone());
            prop_assert_eq!(code.starts_with(prefix), text.starts_with(&other));
            prop_assert_eq!(prefix.filled_range().contains(&code.filled()) && code.digits() >= prefix.digits(),
                text.starts_with(&other));
        }

        #[test]
        fn any_text_is_taken_or_refused(text in any::<String>()) {
            let _ = text.parse::<HsCode>();
        }
    }
}
