//! How the lines of an address stand on an envelope, by country.

use crate::country::Country;

/// What follows the street, top to bottom: `C` is the city, `S` the state, `Z` the postal code, `/` begins a line; everything else
/// stands as it is, and separators beside an empty part fall away. Sources: Universal Postal Union, addressing systems by country.
const TOWNS: &[(&str, &[&str])] = &[
    ("C, S Z", &["AP", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "US", "VI"]),
    ("C S Z", &["AU", "CA", "CC", "CX", "NF"]),
    ("C/Z", &["FK", "GB", "GG", "GI", "GS", "IM", "IO", "JE", "KE", "LK", "PN", "SH", "TC", "ZA"]),
    ("C/S/Z", &["BY", "CO", "EC", "EG", "IE", "KZ", "RU", "UA"]),
    (
        "Z C",
        &[
            "AD", "AT", "AX", "BA", "BE", "BG", "BL", "CH", "CY", "CZ", "DE", "DK", "DZ", "EE", "FI", "FO", "FR", "GE",
            "GF", "GL", "GP", "GR", "HR", "IC", "IL", "IS", "KW", "LI", "LT", "LU", "MA", "MC", "MD", "ME", "MF", "MK",
            "MQ", "NC", "NL", "NO", "PF", "PL", "PM", "PT", "RE", "RO", "RS", "SE", "SI", "SJ", "SK", "SM", "TN", "VA",
            "WF", "XK", "YT",
        ],
    ),
    ("Z C S", &["ES", "IT"]),
    ("Z C/S", &["AL", "AM", "AR", "CL", "MY", "PY", "UY"]),
    ("Z C, S", &["MX"]),
    ("Z C/S ", &["TR"]),
    ("C-S/Z", &["BR"]),
    ("C Z/S", &["IN", "PK"]),
    ("C Z", &["BD", "BH", "JO", "LB", "LV", "MM", "MT", "NP", "NZ", "OM", "SA", "SG"]),
    ("C, S Z", &["CN", "JP", "KR", "TW"]),
    ("C/S Z", &["ID", "PH", "TH", "VN"]),
    ("C/S", &["AE", "HK", "MO"]),
];

/// Where the town stands above the street.
const TOWN_FIRST: [&str; 1] = ["HU"];

/// The lines of a town: city, state and postal code in the order of the country. Empty parts leave no marks.
pub fn town(country: Country, city: &str, state: &str, postal_code: &str) -> Vec<String> {
    let named = |(_, countries): &&(&str, &[&str])| countries.contains(&country.code());
    let layout = TOWNS.iter().find(named).map_or("C, S, Z", |(layout, _)| layout);
    let mut lines = Vec::new();
    for line in layout.split('/') {
        let mut text = String::new();
        let mut mark = String::new();
        for c in line.chars() {
            let part = match c {
                'C' => city.trim(),
                'S' => state.trim(),
                'Z' => postal_code.trim(),
                mark_char => {
                    mark.push(mark_char);
                    continue;
                }
            };
            if !part.is_empty() {
                if !text.is_empty() {
                    text.push_str(&mark);
                }
                text.push_str(part);
            }
            mark.clear();
        }
        if !text.is_empty() {
            lines.push(text);
        }
    }
    lines
}

/// All lines between the name and the country: streets and town.
pub fn lines(country: Country, streets: &[&str], city: &str, state: &str, postal_code: &str) -> Vec<String> {
    let streets = streets.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).map(str::to_owned);
    if TOWN_FIRST.contains(&country.code()) {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (city, code) = (filled(city), filled(postal_code));
        return city.into_iter().chain(filled(state)).chain(streets).chain(code).collect();
    }
    streets.chain(town(country, city, state, postal_code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_stand_as_the_country_writes_them() {
        for (country, city, state, code, wanted) in [
            ("DE", "Berlin", "", "10115", "10115 Berlin"),
            ("FR", "Paris", "", "75001", "75001 Paris"),
            ("PL", "Szczecin", "zachodniopomorskie", "70-001", "70-001 Szczecin"),
            ("US", "St. George", "UT", "84770", "St. George, UT 84770"),
            ("CA", "Toronto", "ON", "M5V 3L9", "Toronto ON M5V 3L9"),
            ("AU", "Sydney", "NSW", "2000", "Sydney NSW 2000"),
            ("GB", "London", "", "SW1A 1AA", "London|SW1A 1AA"),
            ("IE", "Dublin", "Co. Dublin", "D02 AF30", "Dublin|Co. Dublin|D02 AF30"),
            ("IT", "Roma", "RM", "00118", "00118 Roma RM"),
            ("BR", "São Paulo", "SP", "01310-100", "São Paulo-SP|01310-100"),
            ("JP", "Chiyoda", "Tokyo", "100-0001", "Chiyoda, Tokyo 100-0001"),
            ("MX", "Monterrey", "NL", "64000", "64000 Monterrey, NL"),
            ("IN", "Mumbai", "Maharashtra", "400001", "Mumbai 400001|Maharashtra"),
            ("NZ", "Auckland", "", "1010", "Auckland 1010"),
            ("SG", "", "", "018956", "018956"),
            ("US", "", "UT", "84770", "UT 84770"),
            ("US", "St. George", "", "", "St. George"),
            ("KN", "Basseterre", "Saint George", "", "Basseterre, Saint George"),
        ] {
            let country = Country::from_code(country).expect(country);
            assert_eq!(town(country, city, state, code).join("|"), wanted, "{country}");
        }
        let hungary = Country::from_code("HU").expect("HU");
        assert_eq!(lines(hungary, &["Fő utca 1.", ""], "Budapest", "", "1011"), ["Budapest", "Fő utca 1.", "1011"]);
    }

    #[test]
    fn every_country_of_the_table_is_there_once() {
        let mut all: Vec<&str> = TOWNS.iter().flat_map(|(_, countries)| countries.iter().copied()).collect();
        assert!(all.iter().all(|code| Country::from_code(code).is_some()));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
