//! States, provinces and regions that others wrote: ISO 3166-2 codes with and without the country, English and local names, old codes;
//! and which region a postal code is in, where postal codes tell.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Country;
use super::names::key;

/// `country|code|names…`: second half of the ISO 3166-2 code, then names.
const REGIONS: &str = include_str!("regions.txt");

type Index = HashMap<(Country, String), &'static str>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::new();
    for (country, code, names) in lines() {
        for name in names {
            index.insert((country, key(name)), code);
        }
    }
    // Codes win over names.
    for (country, code, _) in lines() {
        index.insert((country, key(code)), code);
    }
    index
});

fn lines() -> impl Iterator<Item = (Country, &'static str, std::str::Split<'static, char>)> {
    REGIONS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('|');
        Some((Country::from_code(cells.next()?)?, cells.next()?, cells))
    })
}

/// Whether the regions of this country are known here.
pub fn are_known(country: Country) -> bool {
    static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
        let mut all: Vec<Country> = lines().map(|(country, ..)| country).collect();
        all.dedup();
        all
    });
    COUNTRIES.contains(&base(country))
}

/// The second half of the region's ISO 3166-2 code: `ON` for `CA-ON`, `Ontario`, `Ont.`, `ontario`. `None` when the text is no region of
/// the country that is known here.
pub fn read(country: Country, text: &str) -> Option<&'static str> {
    let country = base(country);
    let find = |name: &str| INDEX.get(&(country, name.to_owned())).copied();
    find(&key(text)).or_else(|| {
        // `CA-ON`, `CA ON`, `Ontario (CA)`, `Ontario, Canada`, `ON - Ontario`: every other part must say the same.
        let mut found = None;
        for part in text.split(['-', '(', ')', ',', '/', ' ', '–', '_', '|', ':']).filter(|part| !key(part).is_empty())
        {
            let name = key(part);
            if name == key(country.code()) && !(found.is_none() && find(&name).is_some()) || name == key(country.name())
            {
                continue;
            }
            match (find(&name), found) {
                (Some(code), None) => found = Some(code),
                (Some(code), Some(before)) if code == before => {}
                _ => return after_country(country, text).and_then(|rest| find(&key(rest))),
            }
        }
        after_country(country, text).and_then(|rest| find(&key(rest))).or(found)
    })
}

/// What follows the country's code in `CA-ON`.
pub(super) fn after_country(country: Country, text: &str) -> Option<&str> {
    let text = text.trim();
    let rest = text.get(..2).filter(|code| code.eq_ignore_ascii_case(country.code())).and(text.get(2..))?;
    rest.starts_with(['-', ' ', '_', '/', '–']).then(|| rest.trim_start_matches(|c: char| !c.is_alphanumeric()))
}

/// The country whose regions count: `IC` is part of Spain, `AP` of the United States.
fn base(country: Country) -> Country {
    Country::from_code(country.iso()).unwrap_or(country)
}

/// First and last beginning of postal codes, by text, and the region. Sources: Canada Post, Correos, USPS Publication 65, Correios, CTT,
/// Posti, ELTA, Royal Mail, Ukrposhta.
type Ranges = &'static [(&'static str, &'static str, &'static str)];

const CANADA: Ranges = &[
    ("A", "A", "NL"),
    ("B", "B", "NS"),
    ("C", "C", "PE"),
    ("E", "E", "NB"),
    ("G", "H", "QC"),
    ("J", "J", "QC"),
    ("K", "N", "ON"),
    ("P", "P", "ON"),
    ("R", "R", "MB"),
    ("S", "S", "SK"),
    ("T", "T", "AB"),
    ("V", "V", "BC"),
    ("X0A", "X0C", "NU"),
    ("X0E", "X0G", "NT"),
    ("X1", "X1", "NT"),
    ("Y", "Y", "YT"),
];

const SPAIN: Ranges = &[
    ("01", "01", "VI"),
    ("02", "02", "AB"),
    ("03", "03", "A"),
    ("04", "04", "AL"),
    ("05", "05", "AV"),
    ("06", "06", "BA"),
    ("07", "07", "PM"),
    ("08", "08", "B"),
    ("09", "09", "BU"),
    ("10", "10", "CC"),
    ("11", "11", "CA"),
    ("12", "12", "CS"),
    ("13", "13", "CR"),
    ("14", "14", "CO"),
    ("15", "15", "C"),
    ("16", "16", "CU"),
    ("17", "17", "GI"),
    ("18", "18", "GR"),
    ("19", "19", "GU"),
    ("20", "20", "SS"),
    ("21", "21", "H"),
    ("22", "22", "HU"),
    ("23", "23", "J"),
    ("24", "24", "LE"),
    ("25", "25", "L"),
    ("26", "26", "LO"),
    ("27", "27", "LU"),
    ("28", "28", "M"),
    ("29", "29", "MA"),
    ("30", "30", "MU"),
    ("31", "31", "NA"),
    ("32", "32", "OR"),
    ("33", "33", "O"),
    ("34", "34", "P"),
    ("35", "35", "GC"),
    ("36", "36", "PO"),
    ("37", "37", "SA"),
    ("38", "38", "TF"),
    ("39", "39", "S"),
    ("40", "40", "SG"),
    ("41", "41", "SE"),
    ("42", "42", "SO"),
    ("43", "43", "T"),
    ("44", "44", "TE"),
    ("45", "45", "TO"),
    ("46", "46", "V"),
    ("47", "47", "VA"),
    ("48", "48", "BI"),
    ("49", "49", "ZA"),
    ("50", "50", "Z"),
    ("51", "51", "CE"),
    ("52", "52", "ML"),
];

const UNITED_STATES: Ranges = &[
    ("005", "005", "NY"),
    ("006", "007", "PR"),
    ("008", "008", "VI"),
    ("009", "009", "PR"),
    ("010", "027", "MA"),
    ("028", "029", "RI"),
    ("030", "038", "NH"),
    ("039", "049", "ME"),
    ("050", "054", "VT"),
    ("055", "055", "MA"),
    ("056", "059", "VT"),
    ("06390", "06390", "NY"),
    ("060", "069", "CT"),
    ("070", "089", "NJ"),
    ("100", "149", "NY"),
    ("150", "196", "PA"),
    ("197", "199", "DE"),
    ("200", "200", "DC"),
    ("201", "201", "VA"),
    ("202", "205", "DC"),
    ("206", "219", "MD"),
    ("220", "246", "VA"),
    ("247", "268", "WV"),
    ("270", "289", "NC"),
    ("290", "299", "SC"),
    ("300", "319", "GA"),
    ("320", "339", "FL"),
    ("341", "349", "FL"),
    ("350", "369", "AL"),
    ("370", "385", "TN"),
    ("386", "397", "MS"),
    ("398", "399", "GA"),
    ("400", "427", "KY"),
    ("430", "459", "OH"),
    ("460", "479", "IN"),
    ("480", "499", "MI"),
    ("500", "528", "IA"),
    ("530", "549", "WI"),
    ("550", "567", "MN"),
    ("569", "569", "DC"),
    ("570", "577", "SD"),
    ("580", "588", "ND"),
    ("590", "599", "MT"),
    ("600", "629", "IL"),
    ("630", "658", "MO"),
    ("660", "679", "KS"),
    ("680", "693", "NE"),
    ("700", "714", "LA"),
    ("716", "729", "AR"),
    ("730", "732", "OK"),
    ("733", "733", "TX"),
    ("734", "749", "OK"),
    ("750", "799", "TX"),
    ("800", "816", "CO"),
    ("820", "831", "WY"),
    ("832", "838", "ID"),
    ("840", "847", "UT"),
    ("850", "865", "AZ"),
    ("870", "884", "NM"),
    ("885", "885", "TX"),
    ("889", "898", "NV"),
    ("900", "961", "CA"),
    ("96799", "96799", "AS"),
    ("967", "968", "HI"),
    ("96910", "96932", "GU"),
    ("96950", "96952", "MP"),
    ("970", "979", "OR"),
    ("980", "994", "WA"),
    ("995", "999", "AK"),
];

const BRAZIL: Ranges = &[
    ("010", "199", "SP"),
    ("200", "289", "RJ"),
    ("290", "299", "ES"),
    ("300", "399", "MG"),
    ("400", "489", "BA"),
    ("490", "499", "SE"),
    ("500", "569", "PE"),
    ("570", "579", "AL"),
    ("580", "589", "PB"),
    ("590", "599", "RN"),
    ("600", "639", "CE"),
    ("640", "649", "PI"),
    ("650", "659", "MA"),
    ("660", "688", "PA"),
    ("689", "689", "AP"),
    ("690", "692", "AM"),
    ("693", "693", "RR"),
    ("694", "698", "AM"),
    ("699", "699", "AC"),
    ("700", "727", "DF"),
    ("728", "729", "GO"),
    ("730", "736", "DF"),
    ("737", "767", "GO"),
    ("768", "769", "RO"),
    ("770", "779", "TO"),
    ("780", "788", "MT"),
    ("790", "799", "MS"),
    ("800", "879", "PR"),
    ("880", "899", "SC"),
    ("900", "999", "RS"),
];

const FEW: &[(&str, Ranges)] = &[
    ("BR", BRAZIL),
    ("CA", CANADA),
    ("ES", SPAIN),
    ("FI", &[("22", "22", "01")]),
    ("GB", &[("BT", "BT", "NIR")]),
    ("GR", &[("63086", "63087", "69")]),
    ("PT", &[("90", "94", "30"), ("95", "99", "20")]),
    ("UA", &[("83", "87", "14"), ("91", "94", "09"), ("95", "98", "43"), ("99", "99", "40")]),
    ("US", UNITED_STATES),
];

/// The region that a postal code is in, where that is known; `code` in the form of the postal-code reader.
pub fn of_postal_code(country: Country, code: &str) -> Option<&'static str> {
    let country = base(country);
    let (_, ranges) = FEW.iter().find(|(of, _)| *of == country.code())?;
    let within = |(first, last, _): &&(&'static str, &'static str, &'static str)| {
        code.get(..first.len()).is_some_and(|start| (*first..=*last).contains(&start))
    };
    ranges.iter().find(within).map(|(.., region)| *region)
}

/// Autonomous communities of Spain with their provinces.
const COMMUNITIES: &[(&str, &[&str])] = &[
    ("AN", &["AL", "CA", "CO", "GR", "H", "J", "MA", "SE"]),
    ("AR", &["HU", "TE", "Z"]),
    ("AS", &["O"]),
    ("CB", &["S"]),
    ("CL", &["AV", "BU", "LE", "P", "SA", "SG", "SO", "VA", "ZA"]),
    ("CM", &["AB", "CR", "CU", "GU", "TO"]),
    ("CN", &["GC", "TF"]),
    ("CT", &["B", "GI", "L", "T"]),
    ("EX", &["BA", "CC"]),
    ("GA", &["C", "LU", "OR", "PO"]),
    ("IB", &["PM"]),
    ("MC", &["MU"]),
    ("MD", &["M"]),
    ("NC", &["NA"]),
    ("PV", &["BI", "SS", "VI"]),
    ("RI", &["LO"]),
    ("VC", &["A", "CS", "V"]),
];

/// Whether an address in `one` may have a postal code of `other`: the same region, or one inside the other.
pub fn go_together(country: Country, one: &str, other: &str) -> bool {
    let inside = |whole: &str, part: &str| {
        base(country).code() == "ES" && COMMUNITIES.iter().any(|(of, parts)| *of == whole && parts.contains(&part))
    };
    // Only a part of these countries has a region that a postal code tells; everything else is elsewhere.
    one == other || inside(one, other) || inside(other, one)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn country(code: &str) -> Country {
        Country::from_code(code).expect(code)
    }

    #[test]
    fn regions_are_read_in_every_spelling() {
        for (code, texts, wanted) in [
            ("CA", "ON|on|CA-ON|ca-on|CA ON|Ontario|ONTARIO|Ont.|Ontario, Canada|ON - Ontario|Ontario (CA)|ＯＮ", "ON"),
            ("CA", "Newfoundland|Newfoundland and Labrador|NF|NL|NFLD|Terre-Neuve-et-Labrador|Labrador", "NL"),
            ("CA", "B.C.|BC|British Columbia|Colombie-Britannique|CA-BC", "BC"),
            ("CA", "Québec|Quebec|QC|PQ|P.Q.|Que.|QUÉBEC|CA-QC", "QC"),
            ("CA", "P.E.I.|PEI|Prince Edward Island|Île-du-Prince-Édouard", "PE"),
            ("US", "CA|US-CA|California|Calif.|us-ca", "CA"),
            ("US", "N.Y.|New York|NY|US-NY", "NY"),
            ("US", "D.C.|DC|District of Columbia|Washington, D.C.", "DC"),
            ("ES", "Las Palmas|GC|ES-GC|las palmas|Gran Canaria", "GC"),
            ("ES", "Canarias|Islas Canarias|Canary Islands|ES-CN", "CN"),
            ("ES", "Santa Cruz de Tenerife|Tenerife|TF", "TF"),
            ("ES", "Ceuta|CE|ES-CE", "CE"),
            ("GB", "Northern Ireland|NIR|GB-NIR|N. Ireland|Co. Antrim|County Down|Belfast|NI", "NIR"),
            ("PT", "Açores|Azores|PT-20|20|Região Autónoma dos Açores", "20"),
            ("PT", "Madeira|PT-30|Região Autónoma da Madeira", "30"),
            ("BR", "SP|BR-SP|São Paulo|Sao Paulo", "SP"),
            ("IN", "Odisha|Orissa|IN-OR|OD", "OD"),
            ("AU", "NSW|N.S.W.|New South Wales|AU-NSW", "NSW"),
            ("UA", "Crimea|UA-43|Крим|Krym|Autonomous Republic of Crimea", "43"),
        ] {
            for text in texts.split('|') {
                assert_eq!(read(country(code), text), Some(wanted), "{code} {text}");
            }
        }
        for (code, text) in [
            ("CA", "Atlantis"),
            ("CA", ""),
            ("CA", "n/a"),
            ("CA", "ON, QC"),
            ("ES", "Ontario"),
            ("CA", "CA"),
            ("DE", "BY"),
        ] {
            assert_eq!(read(country(code), text), None, "{code} {text}");
        }
    }

    #[test]
    fn names_and_codes_of_a_country_do_not_contradict_each_other() {
        let mut seen: HashMap<(Country, String), &str> = HashMap::new();
        for (country, code, names) in lines() {
            for name in names {
                let before = seen.insert((country, key(name)), code);
                assert!(before.is_none_or(|before| before == code), "{country} {name}: {before:?}, {code}");
            }
        }
        for (country, code, _) in lines() {
            let named = seen.get(&(country, key(code)));
            assert!(named.is_none_or(|named| *named == code), "{country} {code}: {named:?}");
        }
    }

    #[test]
    fn postal_codes_tell_the_region_where_they_can() {
        for (code, postal, region) in [
            ("CA", "M5V3L9", Some("ON")),
            ("CA", "X0A0H0", Some("NU")),
            ("CA", "X1A2N4", Some("NT")),
            ("CA", "W1A", None),
            ("ES", "35001", Some("GC")),
            ("ES", "28001", Some("M")),
            ("US", "10001", Some("NY")),
            ("US", "06390", Some("NY")),
            ("US", "06103", Some("CT")),
            ("US", "96799", Some("AS")),
            ("BR", "01310100", Some("SP")),
            ("PT", "9000064", Some("30")),
            ("PT", "1000", None),
            ("GB", "BT11AA", Some("NIR")),
            ("UA", "95000", Some("43")),
            ("DE", "10115", None),
        ] {
            assert_eq!(of_postal_code(country(code), postal), region, "{code} {postal}");
        }
        for (of, ranges) in FEW {
            for (.., region) in *ranges {
                assert!(read(country(of), region).is_some(), "{of} {region}");
            }
        }
    }

    #[test]
    fn a_province_goes_with_its_community() {
        assert!(go_together(country("ES"), "CN", "GC") && go_together(country("ES"), "GC", "CN"));
        assert!(!go_together(country("ES"), "CN", "M"));
        assert!(!go_together(country("CA"), "ON", "QC"));
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in any::<String>()) {
            let _ = read(country("CA"), &text);
            let _ = of_postal_code(country("US"), &text);
        }
    }
}
