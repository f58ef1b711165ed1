//! Destinations under embargo: nothing goes there unless a store has switched them on, place by place. Data, not advice: a merchant asks
//! a lawyer what sanctions bind its own country.

use std::fmt;
use std::str::FromStr;

use crate::country::Country;
use crate::landed_cost::Location;
use crate::text::serde_as_text;

/// A place under embargo.
struct Entry {
    /// Country, and the second half of the region's ISO 3166-2 code.
    code: &'static str,
    name: &'static str,
    source: &'static str,
}

/// When the table was last held against its sources.
pub const CHECKED: &str = "2026-12-01";

const ENTRIES: [Entry; 10] = [
    Entry { code: "BY", name: "Belarus", source: "Regulation (EC) 765/2006" },
    Entry { code: "CU", name: "Cuba", source: "31 CFR part 515" },
    Entry { code: "IR", name: "Iran", source: "31 CFR part 560; Regulation (EU) 267/2012" },
    Entry { code: "KP", name: "North Korea", source: "UN resolution 2397 (2017); Regulation (EU) 2017/1509" },
    Entry { code: "RU", name: "Russia", source: "Regulation (EU) 833/2014" },
    Entry { code: "SY", name: "Syria", source: "Regulation (EU) 36/2012; carriers serve it in part only" },
    Entry { code: "UA-09", name: "Luhansk region", source: "Regulation (EU) 2022/263; Executive Order 14065" },
    Entry { code: "UA-14", name: "Donetsk region", source: "Regulation (EU) 2022/263; Executive Order 14065" },
    Entry { code: "UA-40", name: "Sevastopol", source: "Regulation (EU) 692/2014; Executive Order 13685" },
    Entry { code: "UA-43", name: "Crimea", source: "Regulation (EU) 692/2014; Executive Order 13685" },
];

/// A place under embargo, by its code: `KP`, `UA-43`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmbargoedPlace(u8);

impl EmbargoedPlace {
    /// All of them, sorted by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(ENTRIES.len()).map(Self)
    }

    /// The one that a place is in, however it is written: by country, by region, or by postal code.
    pub fn of(place: &Location) -> Option<Self> {
        let (resolved, _) = place.resolved();
        let region = resolved.region.as_deref().unwrap_or_default();
        let is_in = |found: &Self| match found.entry().code.split_once('-') {
            None => [place.country.iso(), resolved.country.iso()].contains(&found.entry().code),
            Some((country, part)) => resolved.country.code() == country && region == part,
        };
        Self::all().find(is_in)
    }

    /// The one that a whole country is.
    pub fn of_country(country: Country) -> Option<Self> {
        Self::of(&Location::country(country))
    }

    /// `KP`, `UA-43`.
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// English name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Where the embargo is written.
    pub fn source(self) -> &'static str {
        self.entry().source
    }

    fn entry(self) -> &'static Entry {
        &ENTRIES[usize::from(self.0)]
    }
}

impl fmt::Display for EmbargoedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for EmbargoedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text that names no place under embargo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no destination under embargo; there are {known}")]
pub struct NoEmbargo {
    text: String,
    known: String,
}

impl FromStr for EmbargoedPlace {
    type Err = NoEmbargo;

    /// A code, or what people call the place.
    fn from_str(text: &str) -> Result<Self, NoEmbargo> {
        let by_code = Self::all().find(|place| place.code().eq_ignore_ascii_case(text.trim()));
        let by_name = || {
            let read = crate::country::destination(text).ok()?;
            Self::of(&Location { region: read.region.map(str::to_owned), ..Location::country(read.country) })
        };
        by_code.or_else(by_name).ok_or_else(|| NoEmbargo {
            text: text.to_owned(),
            known: Self::all().map(Self::code).collect::<Vec<_>>().join(", "),
        })
    }
}

serde_as_text!(EmbargoedPlace);

#[cfg(test)]
mod tests {
    use super::*;

    fn of(country: &str, region: &str, postal: &str) -> Option<&'static str> {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let place = Location {
            region: filled(region),
            postal_code: filled(postal),
            ..Location::country(Country::from_code(country).expect(country))
        };
        EmbargoedPlace::of(&place).map(EmbargoedPlace::code)
    }

    #[test]
    fn places_under_embargo_are_seen_however_they_are_written() {
        for (country, region, postal, code) in [
            ("KP", "", "", "KP"),
            ("RU", "Moskva", "101000", "RU"),
            ("UA", "Crimea", "", "UA-43"),
            ("UA", "Автономна Республіка Крим", "", "UA-43"),
            ("UA", "", "95000", "UA-43"),
            ("UA", "", "UA-98600", "UA-43"),
            ("UA", "Sevastopol", "", "UA-40"),
            ("UA", "", "99011", "UA-40"),
            ("UA", "Donetsk Oblast", "", "UA-14"),
            ("UA", "", "83000", "UA-14"),
            ("UA", "UA-09", "", "UA-09"),
            ("UA", "", "91000", "UA-09"),
            ("UA", "Kyiv", "91000", "UA-09"),
        ] {
            assert_eq!(of(country, region, postal), Some(code), "{country} {region} {postal}");
        }
        // Russian postal codes of Crimea are under embargo as Russia is.
        assert_eq!(of("RU", "", "295000"), Some("RU"));
        for (country, region, postal) in
            [("UA", "Kyiv", "01001"), ("UA", "", ""), ("KR", "", ""), ("DE", "", "99011"), ("US", "", "")]
        {
            assert_eq!(of(country, region, postal), None, "{country} {region} {postal}");
        }
    }

    #[test]
    fn codes_and_names_are_read() {
        for (text, code) in
            [("kp", "KP"), ("North Korea", "KP"), ("UA-43", "UA-43"), ("Crimea", "UA-43"), ("Iran", "IR")]
        {
            assert_eq!(text.parse::<EmbargoedPlace>().map(EmbargoedPlace::code), Ok(code));
        }
        let error = "DE".parse::<EmbargoedPlace>().expect_err("no embargo").to_string();
        assert_eq!(
            error,
            "\"DE\" is no destination under embargo; there are BY, CU, IR, KP, RU, SY, UA-09, UA-14, UA-40, UA-43"
        );
        assert!(EmbargoedPlace::all().map(EmbargoedPlace::code).is_sorted());
        assert!(EmbargoedPlace::all().all(|place| !place.source().is_empty() && !place.name().is_empty()));
    }
}
