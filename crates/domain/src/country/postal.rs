//! Shapes of postal codes. Only shapes: whether a code exists, the courier knows.

/// Shapes per ISO code, after blanks and hyphens are gone: `9` is a digit, `A` a letter, `?` either. A country that is
/// not listed takes any text.
const SHAPES: [(&str, &[&str]); 63] = [
    ("AR", &["9999", "A9999AAA"]),
    ("AS", US),
    ("AT", &["9999"]),
    ("AU", &["9999"]),
    ("BE", &["9999"]),
    ("BG", &["9999"]),
    ("BR", &["99999999"]),
    ("CA", &["A9A9A9"]),
    ("CH", &["9999"]),
    ("CN", &["999999"]),
    ("CY", &["9999"]),
    ("CZ", &["99999"]),
    ("DE", &["99999"]),
    ("DK", &["9999"]),
    ("EE", &["99999"]),
    ("ES", &["99999"]),
    ("FI", &["99999"]),
    ("FR", &["99999"]),
    // The last four are the forces' BFPO numbers.
    (
        "GB",
        &[
            "A99AA", "A999AA", "A9A9AA", "AA99AA", "AA999AA", "AA9A9AA", "AAA9AA", "AAAA9", "AAAA99", "AAAA999",
            "AAAA9999",
        ],
    ),
    ("GF", &["99999"]),
    ("GP", &["99999"]),
    ("GR", &["99999"]),
    ("GU", US),
    ("HR", &["99999"]),
    ("HU", &["9999"]),
    ("ID", &["99999"]),
    // An Eircode, or the old Dublin district that people still write.
    ("IE", &["A??????", "A9", "A99", "A9A"]),
    ("IL", &["9999999", "99999"]),
    ("IN", &["999999"]),
    ("IS", &["999"]),
    ("IT", &["99999"]),
    ("JP", &["9999999"]),
    // Five digits since 2015, six before.
    ("KR", &["99999", "999999"]),
    ("LI", &["9999"]),
    ("LT", &["99999"]),
    ("LU", &["9999"]),
    ("LV", &["9999"]),
    ("MC", &["99999"]),
    ("MP", US),
    ("MQ", &["99999"]),
    ("MX", &["99999"]),
    ("MY", &["99999"]),
    ("NL", &["9999AA"]),
    ("NO", &["9999"]),
    ("NZ", &["9999"]),
    ("PH", &["9999"]),
    ("PL", &["99999"]),
    ("PR", US),
    ("PT", &["9999999", "9999"]),
    ("RE", &["99999"]),
    ("RO", &["999999"]),
    ("RU", &["999999"]),
    ("SE", &["99999"]),
    ("SG", &["999999"]),
    ("SI", &["9999"]),
    ("SK", &["99999"]),
    ("TH", &["99999"]),
    ("TR", &["99999"]),
    ("TW", &["999", "99999", "999999"]),
    ("UA", &["99999"]),
    ("US", US),
    ("VI", US),
    ("ZA", &["9999"]),
];

const US: &[&str] = &["99999", "999999999"];

/// Whether `text` has a shape that `iso` uses.
pub(super) fn looks_right(iso: &str, text: &str) -> bool {
    let Ok(index) = SHAPES.binary_search_by_key(&iso, |(code, _)| code) else { return true };
    let compact: Vec<char> = text.chars().map(half_width).filter(|c| !is_separator(*c)).collect();
    SHAPES[index].1.iter().any(|shape| {
        if shape.bytes().all(|b| b == b'9') {
            fits(shape, without_country_letters(&compact))
        } else {
            fits(shape, &compact)
        }
    })
}

fn fits(shape: &str, code: &[char]) -> bool {
    shape.len() == code.len()
        && shape.bytes().zip(code).all(|(want, c)| match want {
            b'9' => c.is_ascii_digit(),
            b'A' => c.is_ascii_alphabetic(),
            _ => c.is_ascii_alphanumeric(),
        })
}

/// People write `D-10115`, `SE-111 22`, `LV-1010`: up to three letters before digits are the country.
fn without_country_letters(code: &[char]) -> &[char] {
    let letters = code.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    if letters <= 3 { &code[letters..] } else { code }
}

/// Japanese keyboards give full-width digits and letters.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    }
}

/// Blanks, every kind of dash (a Japanese one is also typed as the long vowel mark), dots, and the postal mark.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' | '.' | '〒')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_sorted_for_the_search() {
        assert!(SHAPES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn usual_spellings_are_taken() {
        for (iso, codes) in [
            ("US", &["84770", "84770-1234", "847701234", " 84770 "][..]),
            ("CA", &["K1A 0B1", "k1a0b1", "K1A-0B1"]),
            (
                "GB",
                &["SW1A 1AA", "sw1a1aa", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "GIR 0AA", "BFPO 57"],
            ),
            ("AU", &["2000", "0800"]),
            ("DE", &["10115", "D-10115", "DE 10115"]),
            ("SE", &["111 22", "SE-111 22"]),
            ("NL", &["1012 AB", "1012ab"]),
            ("PL", &["00-950"]),
            ("PT", &["1000-205", "1000"]),
            ("LV", &["LV-1010"]),
            ("LU", &["L-1009"]),
            ("JP", &["100-0001", "1000001", "〒100-0001", "１００－０００１", "100ー0001"]),
            ("KR", &["03051", "110-240"]),
            ("BR", &["01310-100", "01310100"]),
            ("IE", &["D02 AF30", "d6wxy00", "D6W", "D4"]),
            ("CZ", &["110 00"]),
            ("GR", &["104 31"]),
            ("IN", &["110 001"]),
            ("SG", &["018956"]),
            ("AR", &["1425", "C1425CLA"]),
        ] {
            for code in codes {
                assert!(looks_right(iso, code), "{iso} {code}");
            }
        }
    }

    #[test]
    fn implausible_codes_are_seen() {
        for (iso, codes) in [
            ("US", &["8477", "847701", "SW1A 1AA", "N/A", "84770!", "-"][..]),
            ("CA", &["K1A 0B", "12345", "1K1 A0B"]),
            ("GB", &["12345", "SW1A", "SW1A 1A"]),
            ("AU", &["200", "20000"]),
            ("DE", &["1011", "ABCD10115"]),
            ("NL", &["1012", "AB 1012"]),
            ("SG", &["0189"]),
            ("JP", &["100-001"]),
        ] {
            for code in codes {
                assert!(!looks_right(iso, code), "{iso} {code}");
            }
        }
    }

    #[test]
    fn a_country_without_known_shapes_takes_anything() {
        assert!(looks_right("KE", "Box 17, Nairobi"));
    }
}
