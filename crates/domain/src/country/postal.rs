//! The one reader of postal codes, and their shapes. Only shapes: whether a code exists, the courier knows.

use super::{Country, parts, regions};
use crate::text::{is_invisible, plain_char};

/// Shapes per ISO code, after blanks and hyphens are gone: `9` is a digit, `A` a letter, `?` either, a small letter itself, `KKK` an Irish routing key. A country
/// that is not listed takes any text.
const SHAPES: [(&str, &[&str]); 90] = [
    ("AD", &["ad999"]),
    ("AR", &["9999", "A9999", "A9999AAA"]),
    ("AS", US),
    ("AT", &["9999"]),
    ("AU", &["9999"]),
    ("AX", &["99999"]),
    ("BE", &["9999"]),
    ("BG", &["9999"]),
    ("BL", &["99999"]),
    ("BR", &["99999999"]),
    ("BY", &["999999"]),
    ("CA", &["A9A9A9"]),
    ("CH", &["9999"]),
    ("CN", &["999999"]),
    ("CY", &["9999"]),
    ("CZ", &["99999"]),
    ("DE", &["99999"]),
    ("DK", &["9999"]),
    ("EE", &["99999"]),
    ("ES", &["99999", "ad999"]),
    ("FI", &["99999"]),
    ("FK", &["fiqq9AA"]),
    ("FM", US),
    ("FO", &["999"]),
    ("FR", &["99999", "ad999"]),
    // Then the forces, and territories overseas that use the postal system of the United Kingdom.
    (
        "GB",
        &[
            "A99AA", "A999AA", "A9A9AA", "AA99AA", "AA999AA", "AA9A9AA", "gir9AA", "bfpo9", "bfpo99", "bfpo999",
            "bfpo9999", "fiqq9AA", "ascn9AA", "sthl9AA", "tdcu9AA", "bbnd9AA", "biqq9AA", "pcrn9AA", "siqq9AA",
            "tkca9AA", "ai9999", "ky99999", "msr9999", "vg9999",
        ],
    ),
    ("GF", &["99999"]),
    ("GG", &["gy99AA", "gy999AA"]),
    ("GI", &["gx119AA"]),
    ("GL", &["9999"]),
    ("GP", &["99999"]),
    ("GR", &["99999"]),
    ("GU", US),
    ("HR", &["99999"]),
    ("HU", &["9999"]),
    ("ID", &["99999"]),
    // The rest of an Eircode; its routing key is looked up. Or the old Dublin district that people still write.
    ("IE", &["KKK????", "d9", "d99", "d6w"]),
    ("IL", &["9999999", "99999"]),
    ("IM", &["im99AA", "im999AA"]),
    ("IN", &["999999"]),
    ("IS", &["999"]),
    ("IT", &["99999"]),
    ("JE", &["je99AA", "je999AA"]),
    ("JP", &["9999999"]),
    // Five digits since 2015, six before.
    ("KR", &["99999", "999999"]),
    ("KZ", &["999999", "A99A9A9"]),
    ("LI", &["9999"]),
    ("LT", &["99999"]),
    ("LU", &["9999"]),
    ("LV", &["9999"]),
    ("MC", &["99999"]),
    ("MD", &["9999", "md9999"]),
    ("MF", &["99999"]),
    ("MH", US),
    ("MP", US),
    ("MQ", &["99999"]),
    ("MT", &["AAA9999", "AAA99"]),
    ("MX", &["99999"]),
    ("MY", &["99999"]),
    ("NC", &["99999"]),
    ("NL", &["9999AA"]),
    ("NO", &["9999"]),
    ("NZ", &["9999"]),
    ("PF", &["99999"]),
    ("PH", &["9999"]),
    ("PL", &["99999"]),
    ("PM", &["99999"]),
    ("PR", US),
    ("PT", &["9999999", "9999"]),
    ("PW", US),
    ("RE", &["99999"]),
    ("RO", &["999999"]),
    ("RS", &["99999", "999999"]),
    ("RU", &["999999"]),
    ("SE", &["99999"]),
    ("SG", &["999999"]),
    ("SI", &["9999"]),
    ("SJ", &["9999"]),
    ("SK", &["99999"]),
    ("SM", &["99999"]),
    ("TH", &["99999"]),
    ("TR", &["99999"]),
    ("TW", &["999", "99999", "999999"]),
    ("UA", &["99999"]),
    ("US", US),
    ("VA", &["99999"]),
    ("VI", US),
    ("WF", &["99999"]),
    ("YT", &["99999"]),
    ("ZA", &["9999"]),
];

/// Routing keys of Eircodes, the first three characters (Eircode Address Database, 139 keys).
const ROUTING_KEYS: &str = "A41 A42 A45 A63 A67 A75 A81 A82 A83 A84 A85 A86 A91 A92 A94 A96 A98 C15 D01 D02 D03 D04 D05 D06 D07 D08 \
                            D09 D10 D11 D12 D13 D14 D15 D16 D17 D18 D20 D22 D24 D6W E21 E25 E32 E34 E41 E45 E53 E91 F12 F23 F26 F28 \
                            F31 F35 F42 F45 F52 F56 F91 F92 F93 F94 H12 H14 H16 H18 H23 H53 H54 H62 H65 H71 H91 K32 K34 K36 K45 K56 \
                            K67 K78 N37 N39 N41 N91 P12 P14 P17 P24 P25 P31 P32 P36 P43 P47 P51 P56 P61 P67 P72 P75 P81 P85 R14 R21 \
                            R32 R35 R42 R45 R51 R56 R93 R95 T12 T23 T34 T45 T56 V14 V15 V23 V31 V35 V42 V92 V93 V94 V95 W12 W23 W34 \
                            W91 X35 X42 X91 Y14 Y21 Y25 Y34 Y35";

const US: &[&str] = &["99999", "999999999"];

/// A postal code in the one form that shapes, rules and regions look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Postal {
    /// ASCII digits and upper-case letters, without blanks, dashes, dots, and the country's own letters in front.
    pub(super) code: String,
    /// Whose letters stand in front, when it is another country: `AX-22100` in Finland.
    pub(super) other: Option<Country>,
    /// Whether the code has a shape that the country uses; always when its shapes are not known here.
    pub(super) fits: bool,
}

/// Letters in front of a code that are no code of ISO 3166: those of number plates, which the Universal Postal Union once prescribed.
const PLATES: [(&str, &str); 26] = [
    ("A", "AT"),
    ("B", "BE"),
    ("D", "DE"),
    ("E", "ES"),
    ("EST", "EE"),
    ("F", "FR"),
    ("FIN", "FI"),
    ("FL", "LI"),
    ("H", "HU"),
    ("I", "IT"),
    ("IND", "IN"),
    ("IRL", "IE"),
    ("J", "JP"),
    ("L", "LU"),
    ("N", "NO"),
    ("P", "PT"),
    ("RC", "TW"),
    ("RCH", "CL"),
    ("ROK", "KR"),
    ("RSM", "SM"),
    ("RUS", "RU"),
    ("S", "SE"),
    ("SF", "FI"),
    ("SLO", "SI"),
    ("T", "TH"),
    ("V", "VA"),
];

/// What forms call the code.
const LABELS: [&str; 11] = ["CAP", "CEP", "CP", "KOD", "NPA", "PIN", "PLZ", "POST", "PSC", "ZIP", "PC"];

/// First halves of codes that tell the place, too: Canada's forward sortation area and Britain's outward code.
const HALVES: [(&str, &[&str]); 2] = [("CA", &["A9A"]), ("GB", &["A9", "A99", "AA9", "AA99", "A9A", "AA9A"])];

impl Postal {
    /// Whether the code, or the half of it that was given, tells where in the country it is.
    pub(super) fn tells_place(&self, country: Country) -> bool {
        let halves = HALVES.iter().find(|(of, _)| *of == country.iso());
        self.fits || halves.is_some_and(|(_, halves)| halves.iter().any(|shape| fits(shape, &self.code)))
    }
}

/// Reads what was given as the postal code of an address in `country`.
pub(super) fn read(country: Country, text: &str) -> Postal {
    let plain = text.chars().filter(|c| !is_invisible(*c)).map(plain_char).flat_map(char::to_uppercase);
    let plain: String = plain.collect::<String>().trim().to_owned();
    let code: String = plain.chars().filter(|c| !is_separator(*c)).collect();
    let shapes = SHAPES.binary_search_by_key(&country.iso(), |(code, _)| code).ok().map(|index| SHAPES[index].1);
    let fits_as_it_is = |code: &str| shapes.is_none_or(|shapes| shapes.iter().any(|shape| fits(shape, code)));
    // Letters in front belong to the code where it has such a shape: `EC1A 1BB`, `AD500`.
    let letters = plain.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(plain.len());
    if shapes.is_none() || letters == 0 || letters > 3 || fits_as_it_is(&code) {
        return Postal { fits: fits_as_it_is(&code), code, other: None };
    }
    let (front, rest) = (&plain[..letters], &code[letters..]);
    let of = country_of_letters(front);
    let own = LABELS.contains(&front)
        || of.is_some_and(|of| of.iso() == country.iso())
        || (country.iso() == "US" && regions::read(country, front).is_some());
    if own {
        return Postal { fits: fits_as_it_is(rest), code: rest.to_owned(), other: None };
    }
    match of.filter(|of| parts::are_related(*of, country)) {
        Some(other) => Postal { fits: fits_as_it_is(rest), code: rest.to_owned(), other: Some(other) },
        None => Postal { fits: false, code, other: None },
    }
}

fn country_of_letters(letters: &str) -> Option<Country> {
    let plate = PLATES.iter().find(|(plate, _)| *plate == letters).and_then(|(_, code)| Country::from_code(code));
    plate.or_else(|| super::destination(letters).ok().map(|destination| destination.country))
}

fn fits(shape: &str, code: &str) -> bool {
    if let Some(rest) = shape.strip_prefix("KKK") {
        let key = code.get(..3).filter(|key| ROUTING_KEYS.split(' ').any(|known| known == *key));
        return key.is_some_and(|_| fits(rest, &code[3..]));
    }
    shape.len() == code.len()
        && shape.bytes().zip(code.bytes()).all(|(want, is)| match want {
            b'9' => is.is_ascii_digit(),
            b'A' => is.is_ascii_alphabetic(),
            b'?' => is.is_ascii_alphanumeric(),
            literal => is == literal.to_ascii_uppercase(),
        })
}

/// Blanks, every kind of dash (a Japanese one is also typed as the long vowel mark), dots, and the postal mark.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' | 'ｰ' | '.' | '·' | ',' | '_' | '/' | '〒')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        Country::from_code(code).expect(code)
    }

    fn fits_country(code: &str, text: &str) -> bool {
        read(country(code), text).fits
    }

    #[test]
    fn one_form_comes_out_of_every_spelling() {
        for (of, texts, code) in [
            (
                "ES",
                "35001|E-35001|ES 35001|ESP-35001|e35001|35 001|35.001|３５００１|Ｅ－３５００１|٣٥٠٠١|35\u{ad}001",
                "35001",
            ),
            ("FR", "97400|F-97400|FR 97400|F97400|CP 97400", "97400"),
            ("TH", "10200|๑๐๒๐๐", "10200"),
            ("IN", "110001|११०००१|PIN 110 001|IND-110001", "110001"),
            ("IR", "1234567890|۱۲۳۴۵۶۷۸۹۰|12345-67890", "1234567890"),
            ("JP", "1000001|〒100-0001|１００－０００１|100ー0001", "1000001"),
            ("GB", "SW1A1AA|sw1a 1aa|GB-SW1A 1AA|ＳＷ１Ａ　１ＡＡ|SW1A–1AA", "SW1A1AA"),
            ("NL", "1012AB|NL-1012 AB|nl1012ab", "1012AB"),
            ("GR", "10431|GR-104 31|EL-10431", "10431"),
            ("US", "84770|USA 84770|UT 84770", "84770"),
            ("PT", "9000064|P-9000-064|9000-064", "9000064"),
            ("DE", "78266|D-78266|DE-78266", "78266"),
        ] {
            for text in texts.split('|') {
                let read = read(country(of), text);
                assert_eq!((read.code.as_str(), read.fits), (code, true), "{of} {text}");
            }
        }
        let island = read(country("FI"), "AX-22100");
        assert_eq!((island.code.as_str(), island.other, island.fits), ("22100", Some(country("AX")), true));
        assert!(!fits_country("DE", "PL-10115") && !fits_country("DE", "XYZ10115"));
    }

    #[test]
    fn codes_of_neighbours_are_seen() {
        for (of, codes) in [
            ("IE", "BT79 0HR|SW1A 1AA|EC1A 1BB|A00 0000|D19 AF30|BFPO 57"),
            ("GB", "D02 AF30|10115|K1A 0B1|ABCD1|1012 AB"),
            ("JE", "SW1A 1AA|GY1 1AA|12345"),
            ("GG", "JE2 3XP"),
            ("IM", "SW1A 1AA"),
            ("CA", "SW1A 1AA|12345|D02 AF30"),
            ("NL", "SW1A 1AA|10115|AB 1012"),
            ("DE", "A-1010|1010|NL 1012 AB"),
            ("AT", "D-1010|10115"),
            ("MT", "10115|SW1A 1AA"),
            ("FO", "3800|10115"),
        ] {
            for code in codes.split('|') {
                assert!(!fits_country(of, code), "{of} {code}");
            }
        }
    }

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
                assert!(fits_country(iso, code), "{iso} {code}");
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
                assert!(!fits_country(iso, code), "{iso} {code}");
            }
        }
    }

    #[test]
    fn a_country_without_known_shapes_takes_anything() {
        assert!(fits_country("KE", "Box 17, Nairobi"));
    }
}
