//! What countries are called: three-letter and numeric codes, names in several languages, and what else people write.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Country;
use crate::text::words;

/// `code|ISO 3166-1 alpha-3|UN numeric code|names…`, a line a country. Names: Unicode CLDR 47 in English, Polish, German, French,
/// Spanish, Italian, Portuguese, Dutch, Czech and the country's own languages; then ISO's short name.
const NAMES: &str = include_str!("names.txt");

/// What CLDR does not list: codes that were or are in use beside ISO 3166 (`UK` and `EL` of the European Union, `XC` and `XL` of its
/// trade statistics, those of the Olympic Committee, withdrawn ones of states with one successor), official names, old names,
/// parts of a country that are its own for everybody but customs.
const ALSO: &[(&str, &str)] = &[
    ("AE", "UAE|Emirates|Emiraty"),
    ("AP", "APO|FPO|DPO|APO/FPO|US Military|US Armed Forces|Armed Forces"),
    ("BA", "Bosnia|Bosna|BiH"),
    ("BG", "BUL"),
    ("BL", "St Barts|Saint Barts"),
    ("BN", "Brunei Darussalam"),
    ("BO", "Plurinational State of Bolivia"),
    ("BQ", "BES Islands|Bonaire Sint Eustatius and Saba"),
    ("BY", "Republic of Belarus|Belorussia|Byelorussia|BYS"),
    ("CD", "ZR|ZAR|Zaire|DRC|DR Congo|Democratic Republic of the Congo|Congo Kinshasa"),
    ("CG", "Republic of the Congo|Congo Republic|Congo Brazzaville"),
    ("CH", "SUI|Swiss|Swiss Confederation|Schweizerische Eidgenossenschaft|Svizra"),
    ("CI", "Ivory Coast"),
    (
        "CN",
        "PRC|PR China|P.R.o.C.|People's Republic of China|China PR|China PRC|Mainland China|China Mainland|Volksrepublik China|VR China|\
            République populaire de Chine|Chińska Republika Ludowa|ChRL|República Popular China|República Popular de China|\
            中华人民共和国|中華人民共和國|中国大陆|中國大陸|Китай",
    ),
    ("CV", "Cabo Verde"),
    (
        "CZ",
        "Czech Republic|Republika Czeska|Česká republika|Tschechische Republik|République tchèque|República Checa|Tschechei",
    ),
    (
        "DE",
        "GER|DD|DDR|BRD|FRG|GDR|Federal Republic of Germany|Bundesrepublik Deutschland|Republika Federalna Niemiec|West Germany|Germania",
    ),
    ("DK", "DEN|Kingdom of Denmark"),
    ("EE", "Republic of Estonia"),
    ("ES", "Kingdom of Spain|Reino de España"),
    ("FM", "Federated States of Micronesia"),
    ("FR", "FX|FXX|Metropolitan France|France métropolitaine|French Republic|République française"),
    (
        "GB",
        "UK|U.K.|XI|England|Scotland|Wales|Great Britain|Britain|ENG|SCO|Anglia|Szkocja|Walia|Zjednoczone Królestwo|Großbritannien|\
            Grossbritannien|England Schottland Wales|Schottland|Grande-Bretagne|Angleterre|Écosse|Gran Bretaña|Inglaterra|Escocia|\
            Gran Bretagna|Inghilterra|Grã-Bretanha|Northern Ireland|Irlandia Północna|Nordirland|Irlande du Nord|Irlanda del Norte|\
            Irlanda del Nord|XU|GB/UK|Great Britain and Northern Ireland",
    ),
    ("GM", "The Gambia"),
    ("GR", "EL|GRE|Hellas|Hellenic Republic|Ελλάς"),
    ("HK", "Hongkong|HK SAR|Hong Kong China|China Hong Kong|香港"),
    ("HR", "CRO|Republic of Croatia"),
    ("ID", "INA"),
    ("IE", "Eire|Éire|Republic of Ireland|Irish Republic"),
    ("IL", "State of Israel"),
    ("IM", "Man"),
    ("IN", "Bharat|Republic of India"),
    ("IR", "Islamic Republic of Iran|Iran Islamic Republic of|Persia"),
    ("IT", "Republic of Italy|Repubblica Italiana"),
    ("JP", "Nippon|Nihon|日本国"),
    ("KH", "Kampuchea|CAM"),
    ("KN", "St Kitts|Saint Kitts"),
    (
        "KP",
        "DPRK|Democratic People's Republic of Korea|Korea DPR|Korea North|North Korea DPRK|조선민주주의인민공화국|북조선|朝鲜|朝鮮",
    ),
    (
        "KR",
        "ROK|Republic of Korea|Republik Korea|Korea South|Korea Rep|S. Korea|République de Corée|Republika Korei|Corea República de|한국|韩国|韓國",
    ),
    ("LA", "Lao People's Democratic Republic|Lao PDR|Lao"),
    ("LK", "Ceylon"),
    ("LV", "LAT"),
    ("LY", "Libyan Arab Jamahiriya|State of Libya"),
    ("MD", "Republic of Moldova|Moldavia"),
    ("MK", "Macedonia|FYROM|Former Yugoslav Republic of Macedonia|Macedonia FYROM|Makedonija|Mazedonien|Macédoine"),
    ("MM", "BU|BUR|Burma|Birma|Birmanie|Myanmar"),
    ("MO", "Macau|Macau China|Macao China|China Macao|澳门|澳門"),
    ("MY", "MAS"),
    ("NL", "NED|Holland|Holandia|Kingdom of the Netherlands"),
    ("NO", "Kingdom of Norway"),
    ("NV", "Nevis Island"),
    ("NZ", "Aotearoa"),
    ("PH", "PHI|Republic of the Philippines"),
    ("PL", "Republic of Poland|Rzeczpospolita Polska|RP|Republik Polen"),
    ("PS", "State of Palestine|Palestinian Territory|Palestinian Territory Occupied|West Bank|Gaza"),
    ("PT", "POR|Portuguese Republic"),
    ("RO", "ROM|Roumania|Rumania"),
    ("RS", "Republic of Serbia|Republika Srbija"),
    ("RU", "Russian Federation|Federacja Rosyjska|Russische Föderation|Российская Федерация"),
    ("SA", "KSA|Kingdom of Saudi Arabia"),
    ("SH", "St Helena|Ascension|Tristan da Cunha|Saint Helena Ascension and Tristan da Cunha"),
    ("SI", "SLO|Republic of Slovenia"),
    ("SK", "Slovak Republic|Slovenská republika"),
    ("SX", "Sint Maarten Dutch part|St Maarten"),
    ("SY", "Syrian Arab Republic"),
    ("SZ", "Swaziland"),
    ("TH", "ประเทศไทย|Kingdom of Thailand"),
    ("TL", "TP|TMP|East Timor"),
    ("TR", "Turkey|Republic of Turkey|Republic of Türkiye|Turkei"),
    (
        "TW",
        "TPE|ROC|Republic of China|Taiwan ROC|Taiwan R.O.C.|Chinese Taipei|Taiwan China|Taiwan Province of China|China Taiwan|Formosa|中華民國|臺灣",
    ),
    ("TZ", "United Republic of Tanzania"),
    (
        "US",
        "U.S.|U.S.A.|USofA|America|United States of America USA|Stany Zjednoczone Ameryki|Vereinigte Staaten von Amerika|\
            États-Unis d'Amérique|Estados Unidos de América|EE UU|EEUU|Amerika|Ameryka|Stati Uniti d'America",
    ),
    ("VA", "Holy See|Vatican|Vatikan|Watykan|Vaticano"),
    ("VC", "St Vincent|Saint Vincent"),
    ("VE", "Bolivarian Republic of Venezuela"),
    ("VG", "BVI|Virgin Islands British"),
    ("VI", "USVI|Virgin Islands US|Virgin Islands of the United States"),
    ("VN", "VIE|Viet Nam|Socialist Republic of Vietnam"),
    ("XK", "RKS|KOS|UNK|Republic of Kosovo"),
    ("ZA", "RSA|Republic of South Africa"),
];

/// Names of parts of a country that customs treats apart and that stand in lists of countries: the country, and the second half of the
/// part's ISO 3166-2 code.
const PARTS: &[(&str, &str, &str)] = &[
    ("ES", "CE", "Ceuta|XC"),
    ("ES", "ML", "Melilla|XL"),
    (
        "GB",
        "NIR",
        "XI|Northern Ireland|Irlandia Północna|Nordirland|Irlande du Nord|Irlanda del Norte|Irlanda del Nord|GB-NIR|UK(NI)|UK NI",
    ),
    ("PT", "20", "Azores|Açores|Azoren|Azory|PT-20"),
    ("PT", "30", "Madeira|Madère|Madera|PT-30"),
    ("UA", "09", "Luhansk|Lugansk|LNR|LPR|Luhansk People's Republic|Lugansk People's Republic|UA-09"),
    ("UA", "14", "Donetsk|DNR|DPR|Donetsk People's Republic|UA-14"),
    (
        "UA",
        "43",
        "Crimea|Krim|Krym|Crimée|Krym i Sewastopol|Republic of Crimea|Autonomous Republic of Crimea|Крим|Крым|UA-43",
    ),
];

/// Names that more than one country goes by, and the codes that tell them apart.
const AMBIGUOUS: &[(&str, &str)] = &[
    ("AN|ANT|Netherlands Antilles|Dutch Antilles", "CW, SX or BQ"),
    ("Congo|Kongo|The Congo", "CG or CD"),
    ("CS|SCG|Serbia and Montenegro", "RS or ME"),
    ("Korea|Corea|Corée|COR", "KR or KP"),
    ("CSK|Czechoslovakia|Czechosłowacja|Tschechoslowakei", "CZ or SK"),
    ("EA|Ceuta and Melilla|Ceuta y Melilla", "XC or XL"),
    ("SU|SUN|USSR|Soviet Union|ZSRR", "RU, UA, KZ or another of its successors"),
    ("Virgin Islands|Wyspy Dziewicze|Jungferninseln", "VI or VG"),
    ("West Indies|Caribbean", "BB, JM, TT or another"),
    ("YU|YUG|Yugoslavia|Jugosławia|Jugoslawien", "RS, HR, SI or another of its successors"),
    ("Channel Islands", "JE or GG"),
];

/// The European Union as an origin.
pub(super) const UNION: &str = "EU|EUR|European Union|European Community|European Communities|EEC|EC|E.U.|Unia Europejska|UE|Europäische \
                               Union|Union européenne|Unión Europea|Unione Europea|EU27|EU-27|EU countries";

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A country.
    Country(Country),
    /// More than one: the codes that tell them apart.
    Several(&'static str),
}

/// All names, by [`key`].
pub(super) struct Names {
    pub(super) whole: HashMap<String, Named>,
    pub(super) parts: HashMap<String, (Country, &'static str)>,
    pub(super) union: Vec<String>,
}

/// Words that lists write or leave out.
const FILLERS: [&str; 5] = ["the", "of", "and", "u", "i"];

/// The words of a name, sorted: `Korea, Republic of` and `Republic of Korea` are one.
pub(super) fn key(text: &str) -> String {
    let mut words = words(text);
    if words.len() > 1 {
        words.retain(|word| !FILLERS.contains(&word.as_str()));
        words.iter_mut().filter(|word| *word == "st").for_each(|word| "saint".clone_into(word));
    }
    words.sort_unstable();
    words.join(" ")
}

pub(super) static INDEX: LazyLock<Names> = LazyLock::new(|| {
    let mut names = HashMap::with_capacity(4096);
    let mut put = |texts: &'static str, named: Named| {
        for text in texts.split('|').filter(|text| !text.trim().is_empty()) {
            names.insert(key(text), named);
        }
    };
    for (line, code) in lines() {
        if let Some(country) = Country::from_code(code) {
            put(line, Named::Country(country));
        }
    }
    for country in Country::all() {
        put(country.name(), Named::Country(country));
    }
    for (code, texts) in ALSO {
        if let Some(country) = Country::from_code(code) {
            put(texts, Named::Country(country));
        }
    }
    for (texts, codes) in AMBIGUOUS {
        put(texts, Named::Several(codes));
    }
    let mut parts = HashMap::new();
    for (code, region, texts) in PARTS {
        if let Some(country) = Country::from_code(code) {
            parts.extend(texts.split('|').map(|text| (key(text), (country, *region))));
        }
    }
    Names { whole: names, parts, union: UNION.split('|').map(key).collect() }
});

/// What follows the code in each line of [`NAMES`], and the code.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('|'))
        .map(|(code, rest)| (rest, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_of_two_countries() {
        let mut seen: HashMap<String, Country> = HashMap::new();
        let doubtful: Vec<String> = AMBIGUOUS.iter().flat_map(|(texts, _)| texts.split('|')).map(key).collect();
        let own = Country::all().map(|country| (country.name(), country.code()));
        for (texts, code) in lines().chain(own).chain(ALSO.iter().map(|(code, texts)| (*texts, *code))) {
            let country = Country::from_code(code).expect(code);
            for text in texts.split('|').filter(|text| !text.is_empty()) {
                let key = key(text);
                assert!(!key.is_empty(), "{code}: {text}");
                let before = seen.insert(key.clone(), country);
                assert!(
                    before.is_none_or(|before| before == country) || doubtful.contains(&key),
                    "{code}: {text}, {before:?}"
                );
            }
        }
    }

    #[test]
    fn codes_are_those_of_iso() {
        // Enough of ISO 3166-1 to see that no column slipped.
        let some = "AE ARE 784,AT AUT 040,AU AUS 036,BA BIH 070,BR BRA 076,CA CAN 124,CD COD 180,CG COG 178,CH CHE 756,CN CHN 156,\
            CZ CZE 203,DE DEU 276,DK DNK 208,EE EST 233,ES ESP 724,FI FIN 246,FR FRA 250,GB GBR 826,GF GUF 254,GG GGY 831,\
            GR GRC 300,HK HKG 344,HR HRV 191,HT HTI 332,IE IRL 372,IL ISR 376,IM IMN 833,IN IND 356,IQ IRQ 368,IR IRN 364,\
            IS ISL 352,IT ITA 380,JE JEY 832,JP JPN 392,KP PRK 408,KR KOR 410,KW KWT 414,LT LTU 440,LV LVA 428,ME MNE 499,\
            MK MKD 807,MX MEX 484,NG NGA 566,NL NLD 528,NO NOR 578,NZ NZL 554,PL POL 616,PT PRT 620,RO ROU 642,RS SRB 688,\
            RU RUS 643,SA SAU 682,SE SWE 752,SI SVN 705,SK SVK 703,SX SXM 534,TR TUR 792,TW TWN 158,UA UKR 804,US USA 840,\
            VI VIR 850,ZA ZAF 710,ZW ZWE 716";
        for country in some.split(',') {
            let [alpha_2, alpha_3, number] = country.trim().split(' ').collect::<Vec<_>>()[..] else {
                panic!("{country}")
            };
            let (line, _) = lines().find(|(_, code)| *code == alpha_2).expect(alpha_2);
            assert!(line.starts_with(&format!("{alpha_3}|{number}|")), "{line}");
        }
    }

    #[test]
    fn no_name_is_an_alpha_2_code_of_another_country() {
        for (key, named) in &INDEX.whole {
            if let (Named::Country(named), Some(coded)) = (named, Country::from_code(key)) {
                assert_eq!(*named, coded, "{key}");
            }
        }
    }
}
