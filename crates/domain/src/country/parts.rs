//! Places that customs treats apart from the country that addresses name: what a British postal code `JE2` or a French `97400` is for
//! customs. Addresses with such a code or region are taken to the place's own code, so that its rules, and the store's switches, hold.

use super::names::key;
use super::{Country, destination, regions};

/// A place apart.
pub(super) struct Part {
    /// What addresses call the country.
    of: &'static str,
    /// Beginnings of postal codes, without blanks; `#` is a digit.
    postal: &'static [&'static str],
    /// Codes of regions; full names are read by [`destination`].
    regions: &'static [&'static str],
    /// What it is.
    is: Is,
}

enum Is {
    /// A place with an ISO 3166-1 code of its own, or one of the protocol's.
    Country(&'static str),
    /// A region of another country than the one the address names.
    Region(&'static str, &'static str),
    /// A place without a code, outside the country's customs or tax rules: they do not hold for it. Its name.
    Outside(&'static str),
}

const fn to(
    of: &'static str,
    code: &'static str,
    postal: &'static [&'static str],
    regions: &'static [&'static str],
) -> Part {
    Part { of, postal, regions, is: Is::Country(code) }
}

const fn outside(
    of: &'static str,
    name: &'static str,
    postal: &'static [&'static str],
    regions: &'static [&'static str],
) -> Part {
    Part { of, postal, regions, is: Is::Outside(name) }
}

/// Sources by country, checked 2026-12-01.
const PARTS: &[Part] = &[
    // United Kingdom: Royal Mail's list of overseas territories in its postal code system; Crown dependencies are outside the UK for VAT
    // (VAT Act 1994, s. 96), the others outside its customs territory too.
    to("GB", "JE", &["JE#"], &["JE", "JSY"]),
    to("GB", "GG", &["GY#"], &["GG", "GY", "GSY"]),
    to("GB", "IM", &["IM#"], &["IM", "IOM"]),
    to("GB", "GI", &["GX11"], &["GI"]),
    to("GB", "FK", &["FIQQ"], &["FK"]),
    to("GB", "SH", &["ASCN", "STHL", "TDCU"], &["SH"]),
    to("GB", "IO", &["BBND"], &["IO"]),
    to("GB", "AQ", &["BIQQ"], &[]),
    to("GB", "PN", &["PCRN"], &["PN"]),
    to("GB", "GS", &["SIQQ"], &["GS"]),
    to("GB", "TC", &["TKCA"], &["TC"]),
    to("GB", "AI", &["AI2640"], &["AI"]),
    to("GB", "KY", &["KY#####"], &["KY"]),
    to("GB", "MS", &["MSR#"], &["MS"]),
    to("GB", "VG", &["VG#"], &["VG"]),
    to("GB", "BM", &[], &["BM"]),
    // France: La Poste; overseas departments are inside the customs territory and outside the VAT area (Directive 2006/112/EC, art. 6),
    // collectivities are outside both (Regulation 952/2013, art. 4). 20xxx is Corsica, which is France.
    to("FR", "BL", &["97133", "977"], &["BL", "977"]),
    to("FR", "MF", &["97150", "978"], &["MF", "978"]),
    to("FR", "GP", &["971"], &["GP", "971"]),
    to("FR", "MQ", &["972"], &["MQ", "972"]),
    to("FR", "GF", &["973"], &["GF", "973"]),
    to("FR", "RE", &["974"], &["RE", "974"]),
    to("FR", "PM", &["975"], &["PM", "975"]),
    to("FR", "YT", &["976"], &["YT", "976"]),
    to("FR", "TF", &["984"], &["TF"]),
    to("FR", "WF", &["986"], &["WF", "986"]),
    to("FR", "PF", &["987"], &["PF", "987"]),
    to("FR", "NC", &["988"], &["NC", "988"]),
    to("FR", "MC", &["980"], &["MC"]),
    to("FR", "AD", &["AD#"], &["AD"]),
    // United States: USPS Publication 28; 19 CFR 101.1 (customs territory: states, District of Columbia, Puerto Rico).
    to("US", "PR", &["006", "007", "009"], &["PR", "PRI"]),
    to("US", "VI", &["008"], &["VI", "VIR", "USVI"]),
    to("US", "GU", &["9691", "9692", "96930", "96931", "96932"], &["GU", "GUM"]),
    to("US", "MP", &["9695"], &["MP", "CNMI"]),
    to("US", "AS", &["96799"], &["AS"]),
    to("US", "UM", &["96898"], &["UM"]),
    to("US", "PW", &["96939", "96940"], &["PW"]),
    to("US", "FM", &["96941", "96942", "96943", "96944"], &["FM"]),
    to("US", "MH", &["96960", "96970"], &["MH"]),
    to(
        "US",
        "AP",
        &["090", "091", "092", "093", "094", "095", "096", "097", "098", "340", "962", "963", "964", "965", "966"],
        &["AA", "AE", "AP"],
    ),
    // Spain: Correos; Canary Islands outside the VAT area, Ceuta and Melilla outside the customs territory too.
    to("ES", "IC", &["35", "38"], &["IC", "CN", "GC", "TF"]),
    to("ES", "AD", &["AD#"], &["AD"]),
    // Italy: Poste Italiane; Livigno is outside the customs territory, Campione outside the VAT area (Directive (EU) 2019/475).
    to("IT", "SM", &["4789"], &[]),
    to("IT", "VA", &["00120"], &[]),
    outside("IT", "Campione d'Italia", &["22061", "22060"], &[]),
    outside("CH", "Campione d'Italia", &["6911"], &[]),
    // Switzerland: Customs Act, art. 3; Samnaun is outside the customs territory, Liechtenstein inside. 8238 is Büsingen, which is inside.
    to("CH", "LI", &["9485", "9486", "9487", "9488", "949"], &["FL", "LI"]),
    outside("CH", "Samnaun", &["7562", "7563"], &[]),
    // Finland: Posti; Åland is outside the VAT area.
    to("FI", "AX", &["22"], &["AX", "01"]),
    // Norway: Posten; Svalbard and Jan Mayen are outside the customs territory (Customs Duty Act, s. 1-1).
    to("NO", "SJ", &["917", "8099"], &["SJ", "21", "22"]),
    // Denmark: Post; Faroes and Greenland are outside the customs territory of the Union.
    to("DK", "GL", &["39"], &["GL"]),
    to("DK", "FO", &["38"], &["FO"]),
    // Netherlands: parts of the kingdom in the Caribbean, which have no postal codes.
    to("NL", "AW", &[], &["AW"]),
    to("NL", "CW", &[], &["CW"]),
    to("NL", "SX", &[], &["SX"]),
    to("NL", "BQ", &[], &["BQ", "BQ1", "BQ2", "BQ3"]),
    // China: postal codes of China Post for the special administrative regions and Taiwan, which have customs of their own.
    to("CN", "HK", &["999077"], &["HK", "91", "HKG"]),
    to("CN", "MO", &["999078"], &["MO", "92", "MAC"]),
    to("CN", "TW", &["999079"], &["TW", "71", "TWN"]),
    // Australia: Australia Post; external territories are outside the customs territory (Customs Act 1901, s. 4).
    to("AU", "NF", &["2899"], &["NF"]),
    to("AU", "CX", &["6798"], &["CX"]),
    to("AU", "CC", &["6799"], &["CC"]),
    // New Zealand: associated states and Tokelau have customs of their own.
    to("NZ", "CK", &[], &["CK"]),
    to("NZ", "NU", &[], &["NU"]),
    to("NZ", "TK", &[], &["TK"]),
    // Serbia's code for Kosovo, which has customs of its own.
    to("RS", "XK", &["38"], &["KM", "XK"]),
    // Russian codes of places that the United Nations hold to be Ukraine (resolutions 68/262 and ES-11/4).
    Part { of: "RU", postal: &["299"], regions: &["SEV"], is: Is::Region("UA", "40") },
    Part { of: "RU", postal: &["295", "296", "297", "298"], regions: &["CR", "KRY"], is: Is::Region("UA", "43") },
    Part {
        of: "RU",
        postal: &["283", "284", "285", "286", "287"],
        regions: &["DON", "DPR"],
        is: Is::Region("UA", "14"),
    },
    Part { of: "RU", postal: &["291", "292", "293", "294"], regions: &["LUG", "LPR"], is: Is::Region("UA", "09") },
    // Turkish codes of northern Cyprus.
    outside("TR", "northern Cyprus", &["99"], &[]),
    // Free zones where people live: Tierra del Fuego (Law 19640), San Andrés and Providencia (Law 915 of 2004), Batam (Law 44 of 2007).
    outside("AR", "Tierra del Fuego", &["9410", "9411", "9420", "9421", "V94"], &["V", "TDF"]),
    outside("CO", "San Andrés and Providencia", &["88"], &["SAP"]),
    outside("ID", "Batam", &["2941", "2942", "2943", "2944", "2945", "2946", "2948"], &[]),
];

/// What an address that names one of these places is for customs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The country whose rules hold.
    pub country: Country,
    /// Its region, when the place is one.
    pub region: Option<&'static str>,
    /// Name of a place that the country's rules do not hold for.
    pub outside: Option<&'static str>,
}

impl Part {
    fn place(&self, country: Country) -> Option<Place> {
        Some(match self.is {
            Is::Country(code) => Place { country: Country::from_code(code)?, region: None, outside: None },
            Is::Region(code, region) => {
                Place { country: Country::from_code(code)?, region: Some(region), outside: None }
            }
            Is::Outside(name) => Place { country, region: None, outside: Some(name) },
        })
    }
}

fn of(country: Country) -> impl Iterator<Item = &'static Part> {
    PARTS.iter().filter(move |part| part.of == country.code())
}

/// The place apart that a postal code is in; `code` in the form of [`super::postal::normalised`].
pub(super) fn by_postal_code(country: Country, code: &str) -> Option<Place> {
    let starts = |part: &&Part| part.postal.iter().any(|start| begins(code, start));
    of(country).find(starts)?.place(country)
}

fn begins(code: &str, start: &str) -> bool {
    code.len() >= start.len()
        && start.bytes().zip(code.bytes()).all(|(want, is)| want == is || (want == b'#' && is.is_ascii_digit()))
}

/// The place apart that a region names.
pub(super) fn by_region(country: Country, text: &str) -> Option<Place> {
    let own = || key(regions::after_country(country, text).unwrap_or(text)).to_ascii_uppercase();
    let code = regions::read(country, text).map_or_else(own, str::to_owned);
    if let Some(part) = of(country).find(|part| part.regions.contains(&code.as_str())) {
        return part.place(country);
    }
    // Names: `Guernsey`, `Puerto Rico`. Short texts are codes, and `VA` is Varese, not the Vatican.
    let named = (code.chars().count() > 3).then(|| destination(text).ok()).flatten()?;
    of(country)
        .find_map(|part| match part.is {
            Is::Country(code) if named.country.code() == code => part.place(country),
            Is::Region(code, region) if named.country.code() == code && named.region == Some(region) => {
                part.place(country)
            }
            _ => None,
        })
        .or_else(|| {
            of(country).find(|part| matches!(part.is, Is::Outside(name) if key(name) == key(text)))?.place(country)
        })
}

/// Whether one of the two is a place apart of the other, so that people write the code of either.
pub(super) fn are_related(one: Country, other: Country) -> bool {
    let apart = |whole: Country, part: Country| {
        of(whole).any(|found| matches!(found.is, Is::Country(code) if code == part.code()))
    };
    one.iso() == other.iso() || apart(one, other) || apart(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        Country::from_code(code).expect(code)
    }

    #[test]
    fn the_table_names_countries_that_there_are() {
        for part in PARTS {
            let place = part.place(country(part.of)).expect(part.of);
            assert!(place.country != country(part.of) || place.outside.is_some(), "{}", part.of);
            assert!(!part.postal.is_empty() || !part.regions.is_empty());
            for start in part.postal {
                let found = by_postal_code(country(part.of), &start.replace('#', "1"));
                assert!(found.is_some(), "{} {start}", part.of);
            }
        }
    }

    #[test]
    fn postal_codes_of_other_customs_territories_are_seen() {
        for (of, code, wanted) in [
            ("GB", "JE23XP", "JE"),
            ("GB", "GY11AA", "GG"),
            ("GB", "IM11AA", "IM"),
            ("GB", "GX111AA", "GI"),
            ("GB", "FIQQ1ZZ", "FK"),
            ("GB", "ASCN1ZZ", "SH"),
            ("GB", "TKCA1ZZ", "TC"),
            ("GB", "KY11001", "KY"),
            ("GB", "AI2640", "AI"),
            ("FR", "97500", "PM"),
            ("FR", "97400", "RE"),
            ("FR", "97133", "BL"),
            ("FR", "97150", "MF"),
            ("FR", "97110", "GP"),
            ("FR", "98800", "NC"),
            ("FR", "98714", "PF"),
            ("FR", "98600", "WF"),
            ("FR", "98000", "MC"),
            ("US", "00802", "VI"),
            ("US", "00901", "PR"),
            ("US", "96910", "GU"),
            ("US", "96799", "AS"),
            ("US", "96950", "MP"),
            ("US", "09012", "AP"),
            ("US", "34001", "AP"),
            ("US", "96201", "AP"),
            ("ES", "35001", "IC"),
            ("ES", "38670", "IC"),
            ("IT", "47890", "SM"),
            ("CH", "9490", "LI"),
            ("FI", "22100", "AX"),
            ("NO", "9170", "SJ"),
            ("DK", "3900", "GL"),
            ("CN", "999077", "HK"),
            ("AU", "2899", "NF"),
            ("AU", "6798", "CX"),
        ] {
            assert_eq!(
                by_postal_code(country(of), code).map(|place| place.country.code()),
                Some(wanted),
                "{of} {code}"
            );
        }
        for (of, code) in [
            ("GB", "SW1A1AA"),
            ("GB", "KY11AA"),
            ("GB", "KY119AA"),
            ("GB", "KY140AA"),
            ("FR", "20000"),
            ("FR", "75001"),
            ("US", "10001"),
            ("US", "96813"),
            ("ES", "28001"),
            ("IT", "00118"),
            ("CH", "8001"),
            ("DK", "3700"),
            ("AU", "6000"),
            ("CN", "100000"),
            ("FI", "00100"),
            ("US", "34102"),
        ] {
            assert_eq!(by_postal_code(country(of), code), None, "{of} {code}");
        }
        let outside = |of, code| by_postal_code(country(of), code).and_then(|place| place.outside);
        assert_eq!(outside("IT", "22061"), Some("Campione d'Italia"));
        assert_eq!(outside("CH", "7563"), Some("Samnaun"));
    }

    #[test]
    fn regions_that_are_other_customs_territories_are_seen() {
        for (of, text, wanted) in [
            ("US", "VI", "VI"),
            ("US", "US-PR", "PR"),
            ("US", "Puerto Rico", "PR"),
            ("US", "Guam", "GU"),
            ("US", "AE", "AP"),
            ("US", "U.S. Virgin Islands", "VI"),
            ("GB", "Jersey", "JE"),
            ("GB", "Isle of Man", "IM"),
            ("GB", "Guernsey", "GG"),
            ("GB", "Gibraltar", "GI"),
            ("ES", "Las Palmas", "IC"),
            ("ES", "Canarias", "IC"),
            ("ES", "ES-TF", "IC"),
            ("FR", "Réunion", "RE"),
            ("FR", "FR-974", "RE"),
            ("CN", "Hong Kong", "HK"),
            ("CN", "CN-TW", "TW"),
            ("NL", "Aruba", "AW"),
            ("NL", "Bonaire", "BQ"),
            ("FI", "Åland", "AX"),
            ("DK", "Greenland", "GL"),
            ("RU", "Crimea", "UA"),
            ("RU", "Krym", "UA"),
        ] {
            assert_eq!(by_region(country(of), text).map(|place| place.country.code()), Some(wanted), "{of} {text}");
        }
        for (of, text) in [
            ("IT", "VA"),
            ("US", "CA"),
            ("US", "GA"),
            ("US", "Georgia"),
            ("GB", "England"),
            ("CA", "ON"),
            ("ES", "Madrid"),
            ("FR", "Corse"),
        ] {
            assert_eq!(by_region(country(of), text), None, "{of} {text}");
        }
        assert_eq!(by_region(country("RU"), "Crimea").and_then(|place| place.region), Some("43"));
    }
}
