//! The one reader of HS codes that others wrote: behind words (`HS 6109.10`), with dots, blanks and full-width digits, with words
//! after them. What is no code, or has lost its leading zero in a spreadsheet, is refused: `9012100` is coffee, not optics.

use std::fmt;

use super::HsCode;
use crate::text::{is_invisible, plain_char, truncate_chars};

/// A text that cannot be read as a commodity code, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadHsCode {
    text: String,
    why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    /// There is none in it.
    NoCode,
    /// No nomenclature has so many digits.
    Digits(usize),
    /// A zero in front is missing, most likely; what the code would be with it.
    LostZero(String),
    /// More than one.
    Several,
}

impl fmt::Display for UnreadHsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} cannot be read as an HS code", self.text)?;
        match &self.why {
            Why::NoCode => f.write_str("; give digits such as 610910"),
            Why::Digits(digits) => write!(f, ": no nomenclature has {digits} digits; give 6, 8 or 10"),
            Why::LostZero(code) => write!(f, ": if its leading zero was lost, give {code}"),
            Why::Several => f.write_str(": it holds more than one; give one"),
        }
    }
}

impl UnreadHsCode {
    /// Whether it is a code of a length that none has, most likely damaged on its way, rather than no code at all.
    pub fn is_damaged(&self) -> bool {
        matches!(self.why, Why::LostZero(_) | Why::Digits(_))
    }
}

impl std::error::Error for UnreadHsCode {}

/// Words in front of a code, in the languages that shops write them in.
const LABELS: [&str; 46] = [
    "hs",
    "hts",
    "htsus",
    "hsn",
    "hscode",
    "hsno",
    "code",
    "codes",
    "no",
    "nr",
    "num",
    "number",
    "tariff",
    "tarif",
    "taric",
    "customs",
    "commodity",
    "cn",
    "kn",
    "ncm",
    "nandina",
    "harmonized",
    "harmonised",
    "system",
    "schedule",
    "b",
    "zolltarif",
    "zolltarifnummer",
    "zolltarifnr",
    "warennummer",
    "warentarifnummer",
    "statistische",
    "kod",
    "pcn",
    "taryfa",
    "celna",
    "sh",
    "douanier",
    "nomenclature",
    "arancel",
    "partida",
    "us",
    "eu",
    "uk",
    "gb",
    "intrastat",
];

/// Editions of the Harmonized System that no heading shares its number with.
const EDITIONS: [&str; 4] = ["2012", "2017", "2022", "2027"];

/// How many headings the chapters 01 to 09 have: with a zero in front, a shortened code is one of these.
const HEADINGS: [u32; 9] = [6, 10, 9, 10, 11, 4, 14, 14, 10];

/// Longer texts are no code.
const LONGEST: usize = 200;

impl HsCode {
    /// Reads a code as shops, suppliers and tariffs write it.
    ///
    /// # Errors
    /// When the text holds no code or several, when the number of digits is one that no nomenclature has (3, 5, 7), or when 9 or 11
    /// digits without any grouping may be 10 or 12 with the leading zero lost.
    pub fn read(text: &str) -> Result<Self, UnreadHsCode> {
        let wrong = |why| UnreadHsCode { text: truncate_chars(text.trim(), 40).to_owned(), why };
        if text.chars().nth(LONGEST).is_some() {
            return Err(wrong(Why::NoCode));
        }
        let plain: String = text.chars().filter(|c| !is_invisible(*c)).map(plain_char).collect();
        let (rest, labelled) = without_labels(&plain);
        let Some(run) = Run::of(rest) else { return Err(wrong(Why::NoCode)) };
        if run.rest.starts_with(char::is_alphanumeric) {
            return Err(wrong(Why::NoCode));
        }
        if other_codes(run.rest).any(|other| !run.digits.starts_with(&other) && !other.starts_with(&run.digits)) {
            return Err(wrong(Why::Several));
        }
        let count = run.digits.len();
        // `42 cm` and `100 % cotton` are no codes; `610910 (shirts)` is one.
        let bare = !run.rest.contains(char::is_alphanumeric) && !run.rest.contains('%');
        if count < 2 || (!bare && !labelled && count < 6) {
            return Err(wrong(Why::NoCode));
        }
        if let Some(with_zero) = run.lost_zero() {
            return Err(wrong(Why::LostZero(with_zero)));
        }
        if matches!(count, 3 | 5 | 7) || count > usize::from(Self::MAX_DIGITS) {
            return Err(wrong(Why::Digits(count)));
        }
        if matches!(&run.digits[..2], "00" | "77") {
            return Err(wrong(Why::NoCode));
        }
        run.digits.parse().map_err(|_| wrong(Why::NoCode))
    }
}

/// The first run of digits, and what follows it.
struct Run<'a> {
    digits: String,
    /// Digits of the first group, when there is more than one group.
    first_group: Option<usize>,
    rest: &'a str,
}

fn is_joint(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '-' | '\'' | '’' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '·')
}

impl<'a> Run<'a> {
    /// The run that `text` begins with.
    fn of(text: &'a str) -> Option<Self> {
        let mut run = Self { digits: String::new(), first_group: None, rest: text };
        let mut joint = false;
        for (at, c) in text.char_indices() {
            if c.is_ascii_digit() {
                if joint && run.first_group.is_none() {
                    run.first_group = Some(run.digits.len());
                }
                joint = false;
                run.digits.push(c);
                run.rest = &text[at + 1..];
            } else if is_joint(c) {
                joint = true;
            } else {
                break;
            }
        }
        (!run.digits.is_empty()).then_some(run)
    }

    /// The code with a zero in front, when it looks as if it had lost one.
    fn lost_zero(&self) -> Option<String> {
        let count = self.digits.len();
        // A first group of three digits is a heading that lost its zero, whatever follows.
        let odd = count % 2 == 1 && (3..13).contains(&count) && self.first_group.is_none_or(|first| first % 2 == 1);
        if !(odd || self.first_group == Some(3)) {
            return None;
        }
        let chapter = self.digits[..1].parse::<usize>().ok()?;
        let heading: u32 = self.digits.get(1..3)?.parse().ok()?;
        let headings = *HEADINGS.get(chapter.checked_sub(1)?)?;
        (1..=headings).contains(&heading).then(|| format!("0{}", self.digits))
    }
}

/// Other runs of four digits and more.
fn other_codes(text: &str) -> impl Iterator<Item = String> {
    let pieces = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|piece| piece.replace('.', ""));
    pieces.filter(|piece| piece.len() >= 4)
}

/// The text behind the words that announce a code, and whether there were any.
fn without_labels(text: &str) -> (&str, bool) {
    let mut rest = text;
    let mut labelled = false;
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let word_end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let word = rest[..word_end].to_lowercase();
        let is_edition = labelled
            && EDITIONS.iter().any(|edition| {
                rest.strip_prefix(edition).is_some_and(|after| {
                    let after = after.trim_start_matches(|c: char| !c.is_alphanumeric());
                    !rest[4..].starts_with(|c: char| c.is_ascii_digit() || c == '.')
                        && Run::of(after).is_some_and(|run| run.digits.len() >= 4)
                })
            });
        if is_edition {
            rest = &rest[4..];
        } else if LABELS.contains(&word.as_str()) {
            labelled = true;
            rest = &rest[word_end..];
            // `KN8: 61091000`, `HS6 610910`: the digits say how many follow.
            for digits in ["6", "8", "10"] {
                let after = rest.strip_prefix(digits).filter(|after| after.starts_with([':', ' ', ')', '=']));
                if let Some(after) = after
                    && Run::of(after.trim_start_matches(|c: char| !c.is_alphanumeric()))
                        .is_some_and(|run| run.digits.len() >= 6)
                {
                    rest = after;
                }
            }
        } else {
            return (rest, labelled);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        HsCode::read(text).map_or_else(|error| error.to_string(), |code| code.to_string())
    }

    #[test]
    fn codes_are_read_behind_words_and_in_every_spelling() {
        for (texts, code) in [
            (
                "610910|6109.10| 6109-10 |61 09 10|6109\u{a0}10|６１０９１０|６１０９．１０|٦١٠٩١٠|HS 6109.10|HS: 6109.10|hs6109.10|HS-Code 610910|HS code: 6109 10|HTS 6109.10|HSN-610910|HS6: 610910|Tariff No. 6109.10|Zolltarifnummer: 610910|kod CN 610910|(610910)|#610910|610910.|610910 T-shirts, of cotton|6109.10 - T-shirts|HS2022: 6109.10|HS 2022 610910|HS2017 6109.10|6109.10 (HS 610910)",
                "610910",
            ),
            ("6109.10.00/80|6109.10.00|61091000|CN 6109 10 00|KN8: 61091000|US 6109.10.00", "61091000"),
            ("6109.10.00.12|6109100012|US HTS 6109.10.0012", "6109100012"),
            ("0901.21|0901 21|HS 090121|090121 coffee", "090121"),
            ("61|chapter".split('|').next().unwrap_or_default(), "61"),
            ("6109|HS 6109", "6109"),
            ("6109.10-011|6109.10.011|610910011", "610910011"),
        ] {
            for text in texts.split('|') {
                assert_eq!(read(text), code, "{text:?}");
            }
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            " ",
            "n/a",
            "N/A",
            "none",
            "-",
            "0",
            "T-shirt",
            "61A9",
            "6109A",
            "size 42",
            "42 cm",
            "100 % cotton",
            "2 pieces",
            "000000",
            "6.1091E+5",
            "HS",
            "77",
            "style 123456",
            "610910 / 620520",
            "610910,620520",
            "12345678901234",
        ] {
            let error = read(text);
            assert!(error.contains("cannot be read as an HS code"), "{text}: {error}");
        }
    }

    #[test]
    fn lost_zeros_are_seen() {
        for text in [
            "9012100",
            "901.21",
            "901.21.00",
            "901210000",
            "90121",
            "901",
            "HS 9012100",
            "90121000000",
            "9012100 coffee",
        ] {
            let error = read(text);
            assert!(error.contains("leading zero was lost, give 0901") || text.contains("coffee"), "{text}: {error}");
        }
        for text in ["610", "61091", "6109100", "6109.10.0"] {
            let error = read(text);
            assert!(error.contains("no nomenclature has"), "{text}: {error}");
        }
        assert_eq!(
            read("9012100"),
            "\"9012100\" cannot be read as an HS code: if its leading zero was lost, give 09012100"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in any::<String>(), pieces in "(HS|code|20|2022|61|09|10|\\.| |/|-|KN8|:|cotton){0,10}") {
            let _ = HsCode::read(&text);
            let _ = HsCode::read(&pieces);
        }

        #[test]
        fn what_tariffs_print_is_read_as_it_is(code in "[1-6][0-9]([0-9]{2}){0,5}") {
            prop_assert_eq!(read(&code), code);
        }
    }
}
