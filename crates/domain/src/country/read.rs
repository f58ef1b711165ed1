//! The one reader of countries that others wrote: codes of two or three letters, numeric codes, names in many languages, old
//! and informal codes, in any case, with dots, accents and full-width letters. What may mean two countries is refused.
//!
//! [`destination`] is for where goods go, [`origin`] for where they were made: `EU` is the Union as an origin and Sint Eustatius
//! as a destination (checkout protocol §11). Stored values and our own files keep to [`Country::from_code`].

use std::fmt;
use std::str::FromStr;

use super::Country;
use super::names::{INDEX, Named, key};
use crate::text::{serde_as_text, truncate_chars};

/// Longer texts name no country.
const LONGEST: usize = 120;

/// Where goods go: a country, and the part of it where the text named one that customs treats apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination {
    /// The country.
    pub country: Country,
    /// Second half of the part's ISO 3166-2 code: `NIR` for `XI` and `Northern Ireland`, `CE` for `Ceuta`.
    pub region: Option<&'static str>,
}

/// Where goods were made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// In this country; never one of the protocol's odd codes.
    Country(Country),
    /// Somewhere in the European Union: what suppliers may declare instead of a member state.
    Union,
}

/// Why a text is no country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadCountry {
    /// There is nothing in it.
    #[error("a country is missing; give a code of two letters such as US")]
    Empty,
    /// Neither a code nor a name that is known here. Holds the text, cut when it is long.
    #[error("unknown country {0:?}; give a code of two letters such as US")]
    Unknown(String),
    /// More than one country goes by it.
    #[error("{text:?} may mean more than one country; give {codes}")]
    Ambiguous {
        /// The text.
        text: String,
        /// The codes that tell them apart.
        codes: &'static str,
    },
}

/// Reads where goods go.
///
/// # Errors
/// When the text is empty, unknown, or may mean two countries.
pub fn destination(text: &str) -> Result<Destination, UnreadCountry> {
    let whole = key(text);
    if let Some((country, region)) = INDEX.parts.get(&whole) {
        return Ok(Destination { country: *country, region: Some(region) });
    }
    // The protocol's code.
    if whole == "eu"
        && let Some(country) = Country::from_code("EU")
    {
        return Ok(Destination { country, region: None });
    }
    read(text).map(|country| Destination { country, region: None })
}

/// Reads where goods were made.
///
/// # Errors
/// When the text is empty, unknown, or may mean two countries.
pub fn origin(text: &str) -> Result<Origin, UnreadCountry> {
    let without = without_made_in(text);
    if INDEX.union.contains(&key(without)) {
        return Ok(Origin::Union);
    }
    if let Some((country, _)) = INDEX.parts.get(&key(without)) {
        return Ok(Origin::Country(*country));
    }
    read(without).map(Origin::from)
}

/// The country of a code or a name, whatever it is for.
fn read(text: &str) -> Result<Country, UnreadCountry> {
    let text = text.trim();
    let shown = || truncate_chars(text, LONGEST / 3).to_owned();
    if text.chars().nth(LONGEST).is_some() {
        return Err(UnreadCountry::Unknown(shown()));
    }
    let whole = key(text);
    // `N.A.` says that nothing is known; `NA` is Namibia.
    if whole.is_empty() || (whole == "na" && text.contains('.')) {
        return Err(if text.is_empty() { UnreadCountry::Empty } else { UnreadCountry::Unknown(shown()) });
    }
    match known(&whole) {
        Some(Named::Country(country)) => return Ok(country),
        Some(Named::Several(codes)) => return Err(UnreadCountry::Ambiguous { text: shown(), codes }),
        None => {}
    }
    of_parts(text).unwrap_or_else(|| Err(UnreadCountry::Unknown(shown())))
}

/// What a whole text stands for.
fn known(key: &str) -> Option<Named> {
    // The code `EU` is a place only where it names a destination.
    let code = (key != "eu").then(|| Country::from_code(key)).flatten();
    code.map(Named::Country).or_else(|| INDEX.whole.get(key).copied())
}

/// `CN - China`, `Germany (DE)`, `Shenzhen, China`: every part that is known must be the same country, and one of them the last or
/// the first. `None` when no part is known.
fn of_parts(text: &str) -> Option<Result<Country, UnreadCountry>> {
    let spaced = text.replace(" - ", "|").replace(" – ", "|").replace(" — ", "|");
    let parts: Vec<&str> = spaced
        .split(['(', ')', '[', ']', ',', ';', ':', '/', '|', '，', '（', '）'])
        .filter(|part| !key(part).is_empty())
        .collect();
    let read: Vec<Option<Named>> = parts.iter().map(|part| known(&key(part))).collect();
    if parts.len() < 2 || !(read.first()?.is_some() || read.last()?.is_some()) {
        return None;
    }
    let mut found = None;
    for named in read.into_iter().flatten() {
        match (named, found) {
            (Named::Country(country), None) => found = Some(country),
            (Named::Country(country), Some(before)) if country == before => {}
            (Named::Several(codes), _) => return Some(Err(UnreadCountry::Ambiguous { text: text.to_owned(), codes })),
            (Named::Country(_), Some(_)) => {
                let codes = "one code of two letters";
                return Some(Err(UnreadCountry::Ambiguous { text: text.to_owned(), codes }));
            }
        }
    }
    found.map(Ok)
}

/// What labels say in front of the country.
const MADE_IN: [&[&str]; 12] = [
    &["made", "in"],
    &["product", "of"],
    &["produce", "of"],
    &["produced", "in"],
    &["manufactured", "in"],
    &["country", "of", "origin"],
    &["origin"],
    &["hergestellt", "in"],
    &["fabrique", "en"],
    &["fabriqué", "en"],
    &["hecho", "en"],
    &["fabricado", "en"],
];

/// The text behind such words.
fn without_made_in(text: &str) -> &str {
    for phrase in MADE_IN {
        let mut rest = text.trim_start();
        let all = phrase.iter().all(|word| {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let is_it = rest[..end].to_lowercase() == *word && end < rest.len();
            rest = rest[end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '='));
            is_it
        });
        if all {
            return rest;
        }
    }
    text
}

impl Origin {
    /// The code of what is stored: `CN`, or `EU` for the Union.
    pub fn code(self) -> &'static str {
        match self {
            Self::Country(country) => country.code(),
            Self::Union => "EU",
        }
    }

    /// The country, when it is one.
    pub fn country(self) -> Option<Country> {
        match self {
            Self::Country(country) => Some(country),
            Self::Union => None,
        }
    }
}

impl From<Country> for Origin {
    /// Goods are not made in a code of the protocol: `IC` is Spain.
    fn from(country: Country) -> Self {
        Self::Country(Country::from_code(country.iso()).unwrap_or(country))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Origin {
    type Err = super::UnknownCountry;

    /// A code as it is stored; for what others wrote there is [`origin`].
    fn from_str(code: &str) -> Result<Self, super::UnknownCountry> {
        if code.trim().eq_ignore_ascii_case("EU") {
            return Ok(Self::Union);
        }
        code.parse::<Country>().map(Self::from)
    }
}

serde_as_text!(Origin);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn to(text: &str) -> String {
        match destination(text) {
            Ok(Destination { country, region: None }) => country.code().to_owned(),
            Ok(Destination { country, region: Some(region) }) => format!("{country}-{region}"),
            Err(error) => error.to_string(),
        }
    }

    fn from(text: &str) -> String {
        origin(text).map_or_else(|error| error.to_string(), |origin| origin.to_string())
    }

    #[test]
    fn codes_are_read_in_every_spelling() {
        for (texts, code) in [
            ("US|us| us |USA|usa|U.S.|U.S.A.|U S A|840|ＵＳ|ＵＳＡ|８４０|٨٤٠", "US"),
            ("CN|CHN|cn.|156|PRC|P.R.C.|ＣＮ", "CN"),
            ("GB|UK|uk|U.K.|GBR|826", "GB"),
            ("GR|EL|GRC|GRE", "GR"),
            ("DE|DEU|GER|276|DE\u{200B}|\u{FEFF}DE|DE\u{A0}", "DE"),
            ("CH|CHE|SUI", "CH"),
            ("NL|NLD|NED", "NL"),
            ("AE|ARE|UAE|U.A.E.", "AE"),
            ("SA|KSA|SAU", "SA"),
            ("XK|XKX|RKS", "XK"),
            ("BR|BRA|076", "BR"),
            ("TL|TP|TLS", "TL"),
        ] {
            for text in texts.split('|') {
                assert_eq!(to(text), code, "{text:?}");
                assert_eq!(from(text), code, "{text:?}");
            }
        }
    }

    #[test]
    fn names_are_read_in_many_languages() {
        for (texts, code) in [
            (
                "China|CHINA|Chiny|Chine|中国|中國|People's Republic of China|China, People’s Republic of|P.R. China|PR China|Mainland China",
                "CN",
            ),
            ("Germany|Niemcy|Deutschland|DEUTSCHLAND|Allemagne|Alemania|Bundesrepublik Deutschland|Germania", "DE"),
            ("Poland|Polska|Polen|Pologne|Polonia|Rzeczpospolita Polska", "PL"),
            (
                "Great Britain|United Kingdom|England|Scotland|Wielka Brytania|Großbritannien|Royaume-Uni|Reino Unido",
                "GB",
            ),
            (
                "United States|United States of America|The United States|United States (the)|Stany Zjednoczone|États-Unis|Etats Unis|EE. UU.",
                "US",
            ),
            (
                "South Korea|Korea, Republic of|Republic of Korea|Korea (South)|대한민국|한국|Südkorea|Corée du Sud",
                "KR",
            ),
            ("North Korea|DPRK|Korea, Democratic People's Republic of", "KP"),
            ("Taiwan|Taiwan, Province of China|Taiwan, R.O.C.|台灣|臺灣", "TW"),
            ("Hong Kong|Hongkong|Hong Kong SAR China|香港|Hong Kong, China", "HK"),
            ("Vietnam|Viet Nam|Việt Nam|VIETNAM", "VN"),
            ("Turkey|Türkiye|Turkiye|TÜRKİYE|Turcja", "TR"),
            ("Czech Republic|Czechia|Česko|Česká republika|Tschechien|Czechy", "CZ"),
            ("Côte d'Ivoire|Cote d’Ivoire|CÔTE D'IVOIRE|Ivory Coast", "CI"),
            ("The Netherlands|Netherlands|Holland|Niederlande|Nederland|Pays-Bas", "NL"),
            ("Saint Lucia|St. Lucia|St Lucia", "LC"),
            ("Trinidad and Tobago|Trinidad & Tobago", "TT"),
            ("Bosnia & Herzegovina|Bosnia and Herzegovina|Bosna i Hercegovina", "BA"),
            ("Russia|Russian Federation|Россия|Rosja", "RU"),
            ("Japan|日本|Japonia|JAPAN.", "JP"),
            ("Burma|Myanmar", "MM"),
            ("Ελλάδα|Greece|Hellas|Grecja|Griechenland", "GR"),
            ("مصر|Egypt", "EG"),
            ("भारत|India|Indie", "IN"),
            ("ประเทศไทย|ไทย|Thailand", "TH"),
        ] {
            for text in texts.split('|') {
                assert_eq!(to(text), code, "{text:?}");
                assert_eq!(from(text), code, "{text:?}");
            }
        }
    }

    #[test]
    fn every_code_and_name_of_the_table_is_read_as_its_country() {
        for country in Country::all() {
            assert_eq!(to(country.code()), country.code());
            assert_eq!(to(country.name()), country.code());
        }
    }

    #[test]
    fn what_labels_and_lists_write_around_a_country_is_no_hindrance() {
        for (texts, code) in [
            (
                "Made in China|MADE IN P.R.C.|made in: cn|Product of China|Country of origin: China|Origin: CN|CN - China|CN/China|China (CN)|Shenzhen, China",
                "CN",
            ),
            ("Made in EU|European Union|UE|eu|E.U.|Unia Europejska", "EU"),
            ("Hergestellt in Deutschland|DE: Germany|Fabriqué en Allemagne", "DE"),
            ("Made in Italy|Italy, Made in Italy", "IT"),
        ] {
            for text in texts.split('|') {
                assert_eq!(from(text), code, "{text:?}");
            }
        }
    }

    #[test]
    fn eu_is_the_union_as_an_origin_and_an_island_as_a_destination() {
        assert_eq!((to("EU"), to("eu")), ("EU".to_owned(), "EU".to_owned()));
        assert_eq!(destination("EU").map(|to| to.country.iso()), Ok("BQ"));
        assert_eq!(origin("EU"), Ok(Origin::Union));
        assert!(destination("European Union").is_err(), "no parcel goes to a union");
        assert_eq!(from("IC"), "ES", "goods are made in Spain");
        assert_eq!(from("AP"), "US");
        assert_eq!(serde_json::to_string(&Origin::Union).expect("JSON"), r#""EU""#);
        assert_eq!(serde_json::from_str::<Origin>(r#""EU""#).expect("stored"), Origin::Union);
    }

    #[test]
    fn parts_that_customs_treats_apart_are_told() {
        for (text, part) in [
            ("XI", "GB-NIR"),
            ("Northern Ireland", "GB-NIR"),
            ("Ceuta", "ES-CE"),
            ("xl", "ES-ML"),
            ("Azores", "PT-20"),
            ("Madeira", "PT-30"),
            ("Crimea", "UA-43"),
            ("Canary Islands", "IC"),
            ("Åland", "AX"),
            ("Réunion", "RE"),
        ] {
            assert_eq!(to(text), part, "{text}");
        }
        assert_eq!(from("XI"), "GB");
    }

    #[test]
    fn what_may_be_two_countries_is_refused() {
        for text in [
            "Congo",
            "Korea",
            "Made in Korea",
            "Yugoslavia",
            "SU",
            "AN",
            "Virgin Islands",
            "CN, VN",
            "China / Vietnam",
            "Georgia, USA",
            "EA",
        ] {
            assert!(matches!(origin(text), Err(UnreadCountry::Ambiguous { .. })), "{text}: {:?}", origin(text));
        }
        assert_eq!(from("Congo"), "\"Congo\" may mean more than one country; give CG or CD");
    }

    #[test]
    fn what_is_no_country_is_refused() {
        for text in [
            "ZZ",
            "XX",
            "n/a",
            "N/A",
            "none",
            "-",
            "?",
            "Asia",
            "Atlantis",
            "999",
            "45",
            "not China",
            "D",
            "various",
            "0",
            "CN VN",
        ] {
            assert!(matches!(origin(text), Err(UnreadCountry::Unknown(_))), "{text}: {:?}", origin(text));
            assert!(matches!(destination(text), Err(UnreadCountry::Unknown(_))), "{text}");
        }
        for text in ["", " ", "\u{3000}"] {
            assert_eq!(origin(text), Err(UnreadCountry::Empty));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in any::<String>()) {
            let _ = destination(&text);
            let _ = origin(&text);
            prop_assert!(without_made_in(&text).len() <= text.len());
        }

        #[test]
        fn pieces_of_names_are_taken_or_refused(text in "((Made|in|CN|China|Korea|the|of|St|,|/|-|\\(|\\)|\\.| ){0,12})") {
            let _ = destination(&text);
            let _ = origin(&text);
        }
    }
}
