//! Decimal numbers as files write them: which mark parts the decimals, and which ones part thousands.
//!
//! A mark that may be either is not guessed at: `1.200` pieces in a file of a country with decimal commas are 1200 or 1.2, and
//! whoever wrote the file knows which.

use rust_decimal::Decimal;

/// Longest text that may be a number.
const LONGEST: usize = 64;

/// How a file writes decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// With a point; a comma parts cells and stands in no number. Files with `,` between their cells.
    Point,
    /// With a comma, or with a point where that cannot part thousands. Files with `;` between their cells.
    Comma,
    /// With a point, or with a comma where that cannot part thousands. XML, and files with tabs between their cells.
    Xml,
}

/// Why a text is no number, as the end of a sentence that begins with the text in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotationError {
    /// No number at all.
    #[error("is no number")]
    NoNumber,
    /// A comma in a file whose cells are parted by commas.
    #[error("has a comma, and commas part the cells of this file; write 1200 or 1200.50")]
    Comma,
    /// The mark may part thousands or decimals.
    #[error(
        "can be read in two ways, with thousands or with decimals; write it without the mark, or with one more decimal"
    )]
    Ambiguous,
    /// A spreadsheet shortened it.
    #[error("was shortened by a spreadsheet; format its column as a number or as text, and save the file again")]
    Shortened,
}

impl NotationError {
    /// Whether somebody meant a number.
    pub const fn is_numeric(self) -> bool {
        !matches!(self, Self::NoNumber)
    }
}

/// Blanks of every width, and the apostrophes of Switzerland.
const fn is_spacer(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' | '\'' | '\u{2019}')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `mark` parts digits into thousands: `1 234 567`.
fn is_grouped(whole: &str, mark: char) -> bool {
    let mut groups = whole.split(mark);
    let first = groups.next().unwrap_or("");
    first.len() <= 3 && is_digits(first) && groups.all(|group| group.len() == 3 && is_digits(group))
}

/// A whole part without its marks of thousands; `None` when they stand in wrong places.
fn without_groups(whole: &str, other_mark: char) -> Option<String> {
    let Some(mark) = whole.chars().find(|character| !character.is_ascii_digit()) else {
        return Some(whole.to_owned());
    };
    if !(is_spacer(mark) || mark == other_mark) || !is_grouped(whole, mark) {
        return None;
    }
    Some(whole.chars().filter(char::is_ascii_digit).collect())
}

/// `5,90123E+12`: what spreadsheets make of long numbers.
pub fn is_shortened(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.trim().split_once(['E', 'e']) else { return false };
    let mut mantissa = mantissa.split(['.', ',']);
    let whole = mantissa.next().unwrap_or("");
    let decimals = mantissa.next();
    let exponent_digits = exponent.strip_prefix('+');
    // `12E5` is a code; only a sign or decimals tell that a number was shortened.
    is_digits(whole)
        && decimals.is_none_or(is_digits)
        && mantissa.next().is_none()
        && (is_digits(exponent_digits.unwrap_or(""))
            || (decimals.is_some() && is_digits(exponent.strip_prefix('-').unwrap_or(exponent))))
}

impl Notation {
    /// The number that a text spells. Blanks around it are nothing; blanks and apostrophes may part its thousands.
    pub fn read(self, text: &str) -> Result<Decimal, NotationError> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.len() > LONGEST {
            return Err(NotationError::NoNumber);
        }
        if is_shortened(text) {
            return Err(NotationError::Shortened);
        }
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = self.parts(unsigned)?;
        if whole.is_empty() && decimals.is_empty() {
            return Err(NotationError::NoNumber);
        }
        let whole = if whole.is_empty() { "0" } else { &whole };
        let plain = if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") };
        let number: Decimal = plain.parse().map_err(|_| NotationError::NoNumber)?;
        // No negative zero.
        Ok(if number.is_zero() { number.abs() } else { number })
    }

    /// Digits in front of the decimal mark and behind it.
    fn parts(self, text: &str) -> Result<(String, &str), NotationError> {
        let numeric = |c: char| c.is_ascii_digit() || c == '.' || c == ',' || is_spacer(c);
        if !text.chars().all(numeric) || !text.chars().any(|c| c.is_ascii_digit()) {
            return Err(NotationError::NoNumber);
        }
        if self == Self::Point && text.contains(',') {
            return Err(NotationError::Comma);
        }
        let whole_only = |mark: char| Ok((without_groups(text, mark).ok_or(NotationError::NoNumber)?, ""));
        let (points, commas) = (text.matches('.').count(), text.matches(',').count());
        let mark = match (points, commas) {
            (0, 0) => return whole_only(' '),
            (1, 0) => '.',
            (0, 1) => ',',
            // A mark that is there twice parts thousands.
            (2.., 0) => return whole_only('.'),
            (0, 2..) => return whole_only(','),
            // Both are there: the last one parts decimals, and that one only once.
            _ => {
                let last = if text.rfind('.') > text.rfind(',') { '.' } else { ',' };
                if text.matches(last).count() > 1 {
                    return Err(NotationError::NoNumber);
                }
                last
            }
        };
        let (whole, decimals) = text.split_once(mark).unwrap_or((text, ""));
        if !(decimals.is_empty() || is_digits(decimals)) {
            return Err(NotationError::NoNumber);
        }
        let expected = match self {
            Self::Point | Self::Xml => '.',
            Self::Comma => ',',
        };
        let one_mark = points + commas == 1 && !whole.contains(is_spacer);
        let like_thousands = decimals.len() == 3 && is_digits(whole) && whole.len() <= 3 && !whole.starts_with('0');
        if mark != expected && one_mark && like_thousands {
            return Err(NotationError::Ambiguous);
        }
        let other = if mark == '.' { ',' } else { '.' };
        let whole = if whole.is_empty() {
            String::new()
        } else {
            without_groups(whole, other).ok_or(NotationError::NoNumber)?
        };
        Ok((whole, decimals))
    }
}

/// A decimal so that every notation reads it back: one with three decimals gets a fourth, because `1.234` may also be
/// one thousand two hundred and thirty-four.
pub fn unmistakable(number: Decimal) -> String {
    let mut number = number;
    if number.scale() == 3 {
        number.rescale(4);
    }
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(notation: Notation, text: &str) -> String {
        notation.read(text).map_or_else(|error| format!("{error:?}"), |number| number.normalize().to_string())
    }

    #[test]
    fn numbers_are_read_by_the_marks_of_their_file() {
        for (text, point, comma, xml) in [
            ("1200", "1200", "1200", "1200"),
            ("12.50", "12.5", "12.5", "12.5"),
            ("12,50", "Comma", "12.5", "12.5"),
            ("1,200", "Comma", "1.2", "Ambiguous"),
            ("1.200", "1.2", "Ambiguous", "1.2"),
            ("0.200", "0.2", "0.2", "0.2"),
            ("0,200", "Comma", "0.2", "0.2"),
            ("1.2000", "1.2", "1.2", "1.2"),
            ("1234.567", "1234.567", "1234.567", "1234.567"),
            ("-1.200", "-1.2", "Ambiguous", "-1.2"),
            ("1.200,50", "Comma", "1200.5", "1200.5"),
            ("1,200.50", "Comma", "1200.5", "1200.5"),
            ("1.234.567", "1234567", "1234567", "1234567"),
            ("1,234,567", "Comma", "1234567", "1234567"),
            ("1.234.567,89", "Comma", "1234567.89", "1234567.89"),
            ("1 200,5", "Comma", "1200.5", "1200.5"),
            ("1\u{a0}200.5", "1200.5", "1200.5", "1200.5"),
            ("1\u{202f}200", "1200", "1200", "1200"),
            ("1'200.50", "1200.5", "1200.5", "1200.5"),
            ("1\u{2019}200", "1200", "1200", "1200"),
            (" 7 ", "7", "7", "7"),
            ("\u{a0}7\u{a0}", "7", "7", "7"),
            ("+7", "7", "7", "7"),
            (".5", "0.5", "0.5", "0.5"),
            (",5", "Comma", "0.5", "0.5"),
            ("5.", "5", "5", "5"),
            ("-0", "0", "0", "0"),
        ] {
            let all = [Notation::Point, Notation::Comma, Notation::Xml].map(|notation| told(notation, text));
            assert_eq!(all, [point, comma, xml], "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", " ", "-", ".", ",", "x", "12 zł", "€5", "1 2", "12 34", "1.2.3", "1,2,3", "1.200.50", "1 2.5",
            "1,2.3,4", "1'20", "--1", "1-", "１２", "0x10", "NaN", "1_000", "1.5 0", " '5",
        ] {
            for notation in [Notation::Comma, Notation::Xml] {
                assert_eq!(notation.read(text), Err(NotationError::NoNumber), "{text:?}");
            }
        }
        assert_eq!(Notation::Comma.read(&"9".repeat(40)), Err(NotationError::NoNumber));
        assert_eq!(Notation::Comma.read(&"9".repeat(1_000_000)), Err(NotationError::NoNumber));
    }

    #[test]
    fn numbers_that_a_spreadsheet_shortened_are_told() {
        for text in ["5,90123E+12", "5.90123e+12", "1E+05", "5,9E12", "1,2E-05"] {
            assert!(is_shortened(text), "{text}");
            assert_eq!(Notation::Comma.read(text), Err(NotationError::Shortened), "{text}");
        }
        for text in ["12E5", "E+5", "5E", "590E-1", "A5E+12", "5,9,1E+12"] {
            assert!(!is_shortened(text), "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back_in_every_notation() {
        for text in ["1.234", "0.001", "12.5", "7", "999.999", "1234.567", "12.50"] {
            let number: Decimal = text.parse().expect(text);
            for notation in [Notation::Point, Notation::Comma, Notation::Xml] {
                assert_eq!(notation.read(&unmistakable(number)), Ok(number), "{text}");
            }
        }
    }
}
