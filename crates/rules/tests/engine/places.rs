//! What others write about goods and places, computed with the starter book: the same as if they had written it well, or with a reason.

use crossdock_domain::cart::CartItem;
use crossdock_domain::country::{Country, Origin};
use crossdock_domain::landed_cost::book::RuleBook;
use crossdock_domain::landed_cost::{BuyerKind, LandedCost, LandedCostError, Location, Precision, Reason, landed_cost};
use crossdock_domain::quote::{GoodsLine, Shipment, cost_request_for_goods};
use crossdock_domain::store::LandedCostSettings;
use crossdock_rules::BookFiles;

use crate::world::{country, currency, day, rates};

/// A country code, a region and a postal code, with blanks for what is not given: `GB||JE2 3XP`.
fn place(text: &str) -> Location {
    let mut parts = text.split('|').map(|part| Some(part.to_owned()).filter(|part| !part.is_empty()));
    let code = parts.next().flatten().expect("a country");
    Location {
        region: parts.next().flatten(),
        postal_code: parts.next().flatten(),
        ..Location::country(country(&code))
    }
}

fn book() -> RuleBook {
    BookFiles::embedded().compile().expect("the starter book")
}

/// Goods of 200 USD and freight of 10.
fn quote(book: &RuleBook, from: &str, to: &str, hs: &str, origin: &str) -> Result<LandedCost, LandedCostError> {
    let item = CartItem {
        description: "Goods".to_owned(),
        quantity: 1.into(),
        unit_price: 200.into(),
        hs_code: Some(hs.to_owned()),
        country_of_origin: Some(origin.to_owned()),
        ..CartItem::default()
    };
    let shipment = Shipment {
        currency: currency("USD"),
        day: day("2026-11-30"),
        ship_from: place(from),
        ship_to: place(to),
        buyer: BuyerKind::Consumer,
        freight: 1_000,
        insurance: 0,
    };
    let lines = [GoodsLine { item: &item, supplier: None }];
    let request =
        cost_request_for_goods(&lines, shipment, &LandedCostSettings::default()).expect("good").expect("goods");
    let rates =
        rates(&[("USD", "1.10"), ("GBP", "0.87"), ("CAD", "1.55"), ("BRL", "6.10"), ("CHF", "0.93"), ("NOK", "11.7")]);
    landed_cost(&request, book, None, Some(&rates))
}

fn is_of_the_reader(reason: &Reason) -> bool {
    !matches!(reason, Reason::EstimatedRule { .. } | Reason::OldRates { .. } | Reason::Restricted { .. })
}

/// Duty, tax and the reasons that reading gave.
fn seen(cost: &LandedCost) -> (i64, i64, Vec<String>) {
    let reasons = cost.reasons.iter().filter(|reason| is_of_the_reader(reason)).map(Reason::text).collect();
    (cost.totals.duty.minor, cost.totals.tax.minor, reasons)
}

#[test]
fn members_of_the_union_are_those_of_the_book() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/areas/EU.toml")).expect("file");
    let file: toml::Value = toml::from_str(&text).expect("toml");
    let group = file["group"].as_array().expect("groups").iter().find(|group| group["id"].as_str() == Some("eu27"));
    let codes: Vec<&str> =
        group.expect("eu27")["countries"].as_array().expect("codes").iter().filter_map(toml::Value::as_str).collect();
    let members: Vec<&str> = Origin::Union.countries().into_iter().map(Country::code).collect();
    assert_eq!(members, codes);
}

#[test]
fn origins_and_codes_are_read_in_every_spelling() {
    let book = book();
    let wanted = seen(&quote(&book, "CN", "GB||SW1A 1AA", "610910", "CN").expect("cost"));
    for (hs, origin) in
        [("HS 6109.10", "China"), ("6109.10.00/80", "CHN"), ("６１０９１０", "PRC"), ("610910", "Made in China")]
    {
        assert_eq!(seen(&quote(&book, "CN", "GB||SW1A 1AA", hs, origin).expect("cost")), wanted, "{hs} {origin}");
    }
    // A preference that only the Union's goods have.
    let german = seen(&quote(&book, "DE", "GB||SW1A 1AA", "610910", "DE").expect("cost"));
    let chinese = seen(&quote(&book, "DE", "GB||SW1A 1AA", "610910", "CN").expect("cost"));
    assert!(german.0 < chinese.0, "{german:?} {chinese:?}");
    for origin in ["EU", "Germany", "Made in EU", "European Union", "EL", "DEU"] {
        assert_eq!(seen(&quote(&book, "DE", "GB||SW1A 1AA", "610910", origin).expect("cost")), german, "{origin}");
    }
}

#[test]
fn what_is_not_understood_makes_an_estimate_with_a_reason() {
    let book = book();
    for (hs, origin, reason) in [
        (
            "9012100",
            "CN",
            "line 1: \"9012100\" cannot be read as an HS code: if its leading zero was lost, give 09012100",
        ),
        (
            "901210000",
            "CN",
            "line 1: \"901210000\" cannot be read as an HS code: if its leading zero was lost, give 0901210000",
        ),
        ("n/a", "CN", "line 1: \"n/a\" cannot be read as an HS code; give digits such as 610910"),
        (
            "610910",
            "Atlantis",
            "line 1: country of origin: unknown country \"Atlantis\"; give a code of two letters such as US",
        ),
    ] {
        let cost = quote(&book, "US", "DE||10115", hs, origin).expect("cost");
        assert_eq!((cost.precision, seen(&cost).2), (Precision::Estimate, vec![reason.to_owned()]), "{hs} {origin}");
    }
}

#[test]
fn addresses_of_other_customs_territories_have_their_own_rules() {
    let book = book();
    for (to, territory) in [
        ("GB||JE2 3XP", "JE"),
        ("GB||je23xp", "JE"),
        ("GB||GY1 1AA", "GG"),
        ("GB||IM1 1AA", "IM"),
        ("GB||GX11 1AA", "GI"),
        ("GB|Jersey|", "JE"),
        ("GB||BT1 1AA", "GB-NIR"),
        ("GB|Northern Ireland|", "GB-NIR"),
        ("GB|Co. Antrim|", "GB-NIR"),
        ("GB||SW1A 1AA", "GB"),
        ("GB||BT1", "GB-NIR"),
        ("GB||JE2", "JE"),
        ("FR||97400", "RE"),
        ("FR||F-97400", "RE"),
        ("FR||97110", "GP"),
        ("FR||98000", "FR"),
        ("FR||20000", "FR"),
        ("US|VI|", "VI"),
        ("US||00802", "VI"),
        ("US||90210", "US"),
        ("US||00901", "US"),
        ("ES||E-35001", "ES-CN"),
        ("ES||３５００１", "ES-CN"),
        ("ES|Las Palmas|", "ES-CN"),
        ("ES|ES-CN|", "ES-CN"),
        ("ES|Ceuta|", "ES-CE"),
        ("ES||ES-52001", "ES-ML"),
        ("ES||28001", "ES"),
        ("PT|Madeira|", "PT-30"),
        ("PT||P-9500-321", "PT-20"),
        ("FI||AX-22100", "AX"),
        ("FI|Åland|", "AX"),
        ("DE||D-78266", "CH"),
        ("DE||DE 27498", "DE-HEL"),
        ("IT||I-23041", "IT-LIVIGNO"),
        ("GR||GR-63086", "GR-69"),
        ("CH||FL-9490", "CH"),
        ("NO||9170", "SJ"),
        ("DK||3900", "GL"),
        ("RS||38205", "XK"),
        ("IT||47890", "SM"),
        ("CN||999077", "HK"),
        ("CN|Macau|", "MO"),
    ] {
        let (place, _) = place(to).resolved();
        let found = book.destination(&place).map(|destination| destination.own.id.as_str());
        assert_eq!(found, Some(territory), "{to}");
    }
    for to in ["FR||97500", "FR||98800", "FR||98714", "GB||FIQQ 1ZZ", "US||96910", "US|AS|", "NL|Aruba|", "AU||2899"] {
        assert!(matches!(quote(&book, "CN", to, "610910", "CN"), Err(LandedCostError::NoRules(_))), "{to}");
    }
    for (to, name) in
        [("IT||22061", "Campione d'Italia"), ("CH||7562", "Samnaun"), ("CO||880001", "San Andrés and Providencia")]
    {
        let error = quote(&book, "CN", to, "610910", "CN").expect_err(to).to_string();
        assert!(error.starts_with(&format!("there are no landed-cost rules for {name}")), "{to}: {error}");
    }
}

#[test]
fn a_region_that_rules_depend_on_is_read_or_told() {
    let book = book();
    let tax = |to: &str| {
        let cost = quote(&book, "US", to, "610910", "CN").expect(to);
        let (_, tax, reasons) = seen(&cost);
        (tax, reasons)
    };
    let ontario = tax("CA|ON|");
    for spelling in
        ["CA|CA-ON|", "CA|Ontario|", "CA|Ont.|", "CA||M5V 3L9", "CA|Atlantis|M5V 3L9", "CA||m5v3l9", "CA||M5V"]
    {
        assert_eq!(tax(spelling), ontario, "{spelling}");
    }
    for (one, other) in
        [("CA|NL|", "CA|Newfoundland|"), ("CA|BC|", "CA|B.C.|"), ("CA|QC|", "CA|Québec|"), ("BR|SP|", "BR|São Paulo|")]
    {
        assert_eq!(tax(one), tax(other), "{other}");
        assert_eq!(tax(one).1, [""; 0]);
    }
    let missing = "the address names no region, and the rules depend on it; give region or postalCode";
    let unread =
        "the region \"Atlantis\" is unknown, and the rules depend on it; give its ISO 3166-2 code or the postal code";
    for (to, reason) in
        [("CA||", missing), ("BR||", missing), ("ES||", missing), ("CA|Atlantis|", unread), ("ES|Atlantis|", unread)]
    {
        assert_eq!(tax(to).1, [reason], "{to}");
    }
    assert_eq!(
        tax("ES||3500").1,
        ["\"3500\" does not look like a postal code of the destination, and the rules depend on it"]
    );
    let (contradiction, reasons) = tax("CA|ON|V5K 0A1");
    assert_eq!(contradiction, tax("CA|BC|").0, "the postal code decides");
    assert_eq!(
        reasons,
        ["the region \"ON\" does not go with the postal code \"V5K 0A1\"; the postal code was believed"]
    );
}
