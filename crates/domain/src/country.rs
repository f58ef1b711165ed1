//! Countries as the protocol knows them: ISO 3166 plus a few odd codes, and what their addresses need.

mod names;
mod postal;
mod read;
mod table;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

pub use read::{Destination, Origin, UnreadCountry, destination, origin};
use table::COUNTRIES;

use crate::text::serde_as_text;

/// A destination: an ISO 3166-1 country, Kosovo (`XK`), or one of the protocol's own codes `AP` (APO/FPO), `IC` (Canary
/// Islands), `NV` (Nevis) and `EU` (Sint Eustatius); checkout protocol §11. Ordered by code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(u8);

// An index of the table fits the byte.
const _: () = assert!(COUNTRIES.len() <= 256);

/// Where couriers refuse a parcel without postal code.
const POSTAL_CODE: [&str; 84] = [
    "AR", "AS", "AT", "AU", "AX", "BE", "BG", "BL", "BR", "BY", "CA", "CH", "CN", "CY", "CZ", "DE", "DK", "EE", "ES",
    "FI", "FK", "FM", "FO", "FR", "GB", "GF", "GG", "GL", "GP", "GR", "GU", "HR", "HU", "ID", "IL", "IM", "IN", "IS",
    "IT", "JE", "JP", "KR", "KZ", "LI", "LT", "LU", "LV", "MC", "MF", "MH", "MP", "MQ", "MT", "MX", "MY", "NC", "NL",
    "NO", "NZ", "PF", "PH", "PL", "PM", "PR", "PT", "PW", "RE", "RO", "RS", "RU", "SE", "SG", "SI", "SJ", "SK", "SM",
    "TH", "TR", "TW", "UA", "US", "VA", "VI", "ZA",
];

/// Where couriers refuse a parcel without state or province. Elsewhere the postal code tells it.
const STATE: [&str; 6] = ["AU", "BR", "CA", "IN", "MX", "US"];

/// City states and islands of one place: the country is the city.
const NO_CITY: [&str; 8] = ["GI", "HK", "MC", "MO", "NR", "PN", "SG", "VA"];

impl Country {
    /// The country of this code, in any case and with blanks around; `None` for unknown codes. For stored values and our own
    /// files; what others wrote is read by [`destination`] and [`origin`].
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        let index = COUNTRIES.binary_search_by_key(&code.as_str(), |(code, _)| code).ok()?;
        u8::try_from(index).ok().map(Self)
    }

    /// The protocol's code: `US`, `IC`.
    pub fn code(self) -> &'static str {
        COUNTRIES[usize::from(self.0)].0
    }

    /// Short English name; pages translate by code instead.
    pub fn name(self) -> &'static str {
        COUNTRIES[usize::from(self.0)].1
    }

    /// The code that couriers and other services know: ISO 3166-1, or `XK`.
    pub fn iso(self) -> &'static str {
        match self.code() {
            "AP" => "US",
            "EU" => "BQ",
            "IC" => "ES",
            "NV" => "KN",
            code => code,
        }
    }

    /// Every country, sorted by English name.
    pub fn all() -> impl Iterator<Item = Self> {
        static BY_NAME: LazyLock<Vec<Country>> = LazyLock::new(|| {
            let mut all: Vec<Country> = (0..=u8::MAX).take(COUNTRIES.len()).map(Country).collect();
            all.sort_by_cached_key(|country| country.name().chars().map(without_accent).collect::<String>());
            all
        });
        BY_NAME.iter().copied()
    }

    /// Whether an address must have a postal code.
    pub fn needs_postal_code(self) -> bool {
        POSTAL_CODE.binary_search(&self.iso()).is_ok()
    }

    /// Whether an address must name a state or province (for `AP`: the region `AA`, `AE` or `AP`).
    pub fn needs_state(self) -> bool {
        STATE.binary_search(&self.iso()).is_ok()
    }

    /// Whether an address must name a city.
    pub fn needs_city(self) -> bool {
        NO_CITY.binary_search(&self.iso()).is_err()
    }

    /// Whether a text that was given as postal code may be one. Permissive; always true for countries whose shapes are
    /// not known here. Ask [`Country::needs_postal_code`] about an empty one.
    pub fn postal_code_looks_right(self, text: &str) -> bool {
        postal::looks_right(self.iso(), text)
    }
}

/// The letter under which people look a name up.
fn without_accent(c: char) -> char {
    match c {
        'Å' => 'A',
        'ã' => 'a',
        'ç' => 'c',
        'é' => 'e',
        'í' => 'i',
        'ô' => 'o',
        _ => c,
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A code that neither ISO 3166 nor the protocol knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown country {0:?}; give a code of two letters such as US")]
pub struct UnknownCountry(pub String);

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(code: &str) -> Result<Self, UnknownCountry> {
        Self::from_code(code).ok_or_else(|| UnknownCountry(code.to_owned()))
    }
}

serde_as_text!(Country);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The officially assigned codes of ISO 3166-1 alpha-2.
    const ISO_3166: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY \
        BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
        FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
        IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK \
        ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
        PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
        TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

    fn country(code: &str) -> Country {
        Country::from_code(code).expect(code)
    }

    #[test]
    fn tables_are_sorted_for_the_search() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(POSTAL_CODE.is_sorted_by(|a, b| a < b));
        assert!(STATE.is_sorted_by(|a, b| a < b));
        assert!(NO_CITY.is_sorted_by(|a, b| a < b));
        for code in POSTAL_CODE.iter().chain(&STATE).chain(&NO_CITY) {
            assert_eq!(country(code).iso(), *code);
        }
    }

    #[test]
    fn every_iso_code_and_the_odd_ones_are_known_and_no_other() {
        let mut expected: HashSet<&str> = ISO_3166.split(' ').collect();
        assert_eq!(expected.len(), 249);
        expected.extend(["AP", "IC", "NV", "EU", "XK"]);
        let known: HashSet<&str> = Country::all().map(Country::code).collect();
        assert_eq!(known, expected);
    }

    #[test]
    fn codes_are_read_in_any_case_with_blanks() {
        assert_eq!(Country::from_code(" us "), Some(country("US")));
        assert_eq!("gB".parse::<Country>().map(Country::code), Ok("GB"));
        for bad in ["", "U", "USA", "UK", "ZZ", "U S", "ÜS"] {
            assert_eq!(Country::from_code(bad), None, "{bad}");
            assert!(bad.parse::<Country>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_plain_and_unique() {
        for (code, name) in [
            ("US", "United States"),
            ("GB", "United Kingdom"),
            ("KR", "South Korea"),
            ("CZ", "Czechia"),
            ("RU", "Russia"),
            ("IC", "Canary Islands"),
            ("XK", "Kosovo"),
        ] {
            assert_eq!(country(code).name(), name);
        }
        let names: HashSet<&str> = Country::all().map(Country::name).collect();
        assert_eq!(names.len(), COUNTRIES.len());
        for name in names {
            assert!(!name.contains(',') && !name.starts_with("The "), "{name}");
        }
    }

    #[test]
    fn countries_are_listed_by_name_with_accents_ignored() {
        let names: Vec<&str> = Country::all().map(Country::name).collect();
        assert_eq!(names.first(), Some(&"Afghanistan"));
        assert_eq!(names.last(), Some(&"Zimbabwe"));
        let at = |name| names.iter().position(|n| *n == name).expect(name);
        assert!(at("Åland Islands") < at("Albania"));
        assert!(at("Costa Rica") < at("Côte d'Ivoire") && at("Côte d'Ivoire") < at("Croatia"));
        assert!(names.iter().all(|name| name.chars().map(without_accent).all(|c| c.is_ascii())));
    }

    #[test]
    fn odd_codes_ship_under_an_iso_code_and_follow_its_address_rules() {
        for (odd, iso) in [("IC", "ES"), ("AP", "US"), ("NV", "KN"), ("EU", "BQ"), ("XK", "XK"), ("DE", "DE")] {
            assert_eq!(country(odd).iso(), iso);
        }
        assert!(country("IC").postal_code_looks_right("35001"));
        assert!(!country("IC").postal_code_looks_right("3500"));
        assert!(country("AP").needs_state() && country("AP").needs_postal_code());
        assert!(!country("NV").needs_postal_code());
    }

    #[test]
    fn address_parts_are_asked_for_where_they_exist() {
        let needs = |code: &str| {
            let c = country(code);
            (c.needs_postal_code(), c.needs_state(), c.needs_city())
        };
        assert_eq!(needs("US"), (true, true, true));
        assert_eq!(needs("GB"), (true, false, true));
        assert_eq!(needs("IT"), (true, false, true));
        assert_eq!(needs("HK"), (false, false, false));
        assert_eq!(needs("AE"), (false, false, true));
        assert_eq!(needs("SG"), (true, false, false));
        assert_eq!(needs("IE"), (false, false, true), "Eircodes are not in everyday use");
    }

    #[test]
    fn countries_are_stored_by_code_and_unknown_ones_refused() {
        assert_eq!(serde_json::to_string(&country("ic")).expect("json"), r#""IC""#);
        assert_eq!(serde_json::from_str::<Country>(r#""de""#).expect("known"), country("DE"));
        let error = serde_json::from_str::<Country>(r#""ZZ""#).expect_err("unknown").to_string();
        assert!(error.contains("unknown country \"ZZ\""), "{error}");
    }
}
