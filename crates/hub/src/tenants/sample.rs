//! A sample wholesaler's goods: about two hundred products in sizes with stock, couriers, pickup points. The demo has them, and
//! so has every sandbox. The same at every call: nothing here is drawn at random.

use std::collections::BTreeMap;

use crossdock_domain::country::Country;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{
    AccountProfile, BillingData, Contact, Coordinates, Courier, CourierId, CourierSettings, CourierZone, EVERY_GROUP,
    GroupPrice, HandlingTime, OpeningHours, PaymentKind, PickupPoint, PriceStep, ProductDetails, ProductId, Quantity,
    StockMode, Unit, VariantDetails, Vat, WarehouseId, WeightBand, WholesalerId, WholesalerSettings, ZonePrice,
};
use rust_decimal::Decimal;

use crate::{Catalogue, GoodsError, ProductInput, ProductOutcome, StockChange, VariantInput, Warehouse};

/// How many products there are.
pub const PRODUCTS: i64 = 200;
/// ISO 4217 code of the currency of the prices.
pub const CURRENCY: &str = "PLN";

/// Stocks changed in one transaction.
const STOCK_BATCH: usize = 200;

/// English and Polish name, net price in grosze, grams, which sizes.
const KINDS: [(&str, &str, i64, i64, &[&str]); 20] = [
    ("T-shirt", "Koszulka", 2490, 180, CLOTHES),
    ("Polo shirt", "Koszulka polo", 3990, 220, CLOTHES),
    ("Shirt", "Koszula", 5990, 260, CLOTHES),
    ("Sweatshirt", "Bluza", 6990, 480, CLOTHES),
    ("Hoodie", "Bluza z kapturem", 7990, 550, CLOTHES),
    ("Jacket", "Kurtka", 14_990, 900, CLOTHES),
    ("Trousers", "Spodnie", 8990, 520, CLOTHES),
    ("Shorts", "Szorty", 4490, 240, CLOTHES),
    ("Dress", "Sukienka", 9990, 350, CLOTHES),
    ("Skirt", "Spódnica", 5490, 280, CLOTHES),
    ("Sneakers", "Trampki", 12_990, 820, SHOES),
    ("Boots", "Buty zimowe", 19_990, 1300, SHOES),
    ("Sandals", "Sandały", 6990, 450, SHOES),
    ("Socks", "Skarpety", 990, 60, PAIRS),
    ("Gloves", "Rękawiczki", 2990, 90, PAIRS),
    ("Cap", "Czapka", 2490, 110, ONE),
    ("Scarf", "Szalik", 3490, 160, ONE),
    ("Belt", "Pasek", 4990, 200, ONE),
    ("Backpack", "Plecak", 11_990, 750, ONE),
    ("Mug", "Kubek", 1490, 340, ONE),
];
const CLOTHES: &[&str] = &["S", "M", "L", "XL", "XXL"];
const SHOES: &[&str] = &["37", "38", "39", "40", "41", "42", "43", "44"];
const PAIRS: &[&str] = &["S-M", "L-XL"];
/// The size of what has none, as feeds write it.
const ONE: &[&str] = &["uniw"];

const COLOURS: [(&str, &str); 10] = [
    ("black", "czarny"),
    ("white", "biały"),
    ("grey", "szary"),
    ("navy", "granatowy"),
    ("red", "czerwony"),
    ("green", "zielony"),
    ("yellow", "żółty"),
    ("brown", "brązowy"),
    ("pink", "różowy"),
    ("beige", "beżowy"),
];

/// City, beginning of its postal codes, latitude and longitude in millionths of a degree.
const CITIES: [(&str, &str, i64, i64); 6] = [
    ("Warszawa", "00-9", 52_229_676, 21_012_229),
    ("Kraków", "30-0", 50_064_650, 19_944_980),
    ("Gdańsk", "80-0", 54_352_025, 18_646_638),
    ("Wrocław", "50-0", 51_107_885, 17_038_538),
    ("Poznań", "60-1", 52_406_374, 16_925_168),
    ("Łódź", "90-0", 51_759_249, 19_455_983),
];

/// The EAN of a size: twelve digits and their check digit.
fn ean(product: i64, size: usize) -> String {
    let digits = format!("590{product:06}{size:03}");
    let sum: u32 =
        digits.chars().zip([1, 3].into_iter().cycle()).map(|(c, weight)| c.to_digit(10).unwrap_or(0) * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn prices(net: i64) -> Vec<GroupPrice> {
    let step = |from, net| PriceStep { from: Quantity::pieces(from), net };
    let percent = |share: i64| net * share / 100;
    vec![
        GroupPrice { group: EVERY_GROUP.to_owned(), steps: vec![step(1, net), step(10, percent(95))] },
        GroupPrice { group: "gold".to_owned(), steps: vec![step(1, percent(90)), step(10, percent(85))] },
    ]
}

/// A product by its number, 1 to 200, with the pieces of each size.
fn product(number: i64) -> (ProductInput, Vec<i64>) {
    let at = usize::try_from(number - 1).unwrap_or(0);
    let (english, polish, net, grams, names) = KINDS[at / COLOURS.len() % KINDS.len()];
    let (colour, barwa) = COLOURS[at % COLOURS.len()];
    let mode = match number {
        n if n % 29 == 0 => StockMode::Uncounted,
        n if n % 17 == 0 => StockMode::Hidden,
        _ => StockMode::Counted,
    };
    // Every twentieth is a set: a T-shirt in M and a mug of the same colour.
    let is_bundle = number % 20 == 0 && number < 190;
    let (english, polish, net, names) = if is_bundle {
        ("Gift set: T-shirt and mug", "Zestaw: koszulka i kubek", 3690, ONE)
    } else {
        (english, polish, net, names)
    };
    let sizes = names.iter().enumerate().map(|(position, name)| VariantInput {
        size: (*name).to_owned(),
        producer_code: Some(ean(number, position)),
        external_code: Some(format!("EX{number:04}{name}")),
        stock_mode: if is_bundle { StockMode::Counted } else { mode },
        prices: prices(net + i64::try_from(at % 7).unwrap_or(0) * 100),
        details: VariantDetails { name: (*name).to_owned(), weight_grams: None },
        components: if is_bundle {
            let offset = i64::try_from(at % COLOURS.len()).unwrap_or(0);
            vec![
                (format!("{}-M", 1 + offset), Quantity::pieces(1)),
                (format!("{}-uniw", 191 + offset), Quantity::pieces(1)),
            ]
        } else {
            Vec::new()
        },
    });
    let input = ProductInput {
        code: format!("EX-{number:04}"),
        id: Some(ProductId(number)),
        active: true,
        details: ProductDetails {
            names: BTreeMap::from([
                ("eng".to_owned(), format!("{english}, {colour}")),
                ("pol".to_owned(), format!("{polish}, {barwa}")),
            ]),
            descriptions: BTreeMap::new(),
            vat: Vat::percent(Decimal::from(23)),
            weight_grams: if is_bundle { 520 } else { grams },
            dimensions_mm: Some([300, 220, 40]),
            hs_code: "6109.10".to_owned(),
            origin: Country::from_code("PL").map(Into::into),
            producer: "Example Mill".to_owned(),
            category: format!("Sample goods/{english}"),
            pictures: Vec::new(),
            unit: Unit::default(),
            prepare_days: (number % 23 == 0).then_some(3),
        },
        sizes: sizes.collect(),
    };
    let pieces = if is_bundle || mode == StockMode::Uncounted {
        Vec::new()
    } else {
        (0..names.len()).map(|size| (number * 7 + i64::try_from(size).unwrap_or(0) * 13) % 41).collect()
    };
    (input, pieces)
}

/// Settings of a sample wholesaler: dropshipping is on, orders may bring their own webhook address.
pub fn settings() -> WholesalerSettings {
    let day = |weekday| OpeningHours { weekday, opening: "08:00".to_owned(), closing: "16:00".to_owned() };
    WholesalerSettings {
        dropshipping: true,
        contact: Contact {
            email: "office@wholesale.example".to_owned(),
            phone: "+48 22 000 00 00".to_owned(),
            www: "https://wholesale.example".to_owned(),
            street: "Magazynowa 1".to_owned(),
            zip: "00-950".to_owned(),
            city: "Warszawa".to_owned(),
            country: Country::from_code("PL"),
        },
        opening_hours: (1..=5).map(day).collect(),
        prepare_time: HandlingTime { days: 1, hours: 0 },
        order_webhooks: true,
        ..WholesalerSettings::default()
    }
}

/// Profile of a sample shop that may pay in every way. Mails about its orders go to `email`; none do when it is empty.
pub fn profile(email: &str) -> AccountProfile {
    AccountProfile {
        email: email.to_owned(),
        payment_kinds: PaymentKind::ALL.to_vec(),
        billing: BillingData {
            firm: "Example Shop sp. z o.o.".to_owned(),
            nip: "5250000000".to_owned(),
            street: "Handlowa 7".to_owned(),
            zip: "00-901".to_owned(),
            city: "Warszawa".to_owned(),
            country: Country::from_code("PL"),
            ..BillingData::default()
        },
        ..AccountProfile::default()
    }
}

/// Lines for a shell that log in with the key of whatever day it is and ask for two pieces. `gates` is the address of the
/// Customer API. Login, password and key are written as they are: they must be plain words.
pub fn script(gates: &str, login: &str, password: &str, key: &str) -> String {
    format!(
        "  GATES={gates}
  SHA1=$(printf %s {password} | sha1sum | cut -c1-40)
  SYSTEM_KEY=$(printf %s \"$(TZ=Europe/Warsaw date +%Y%m%d)$SHA1\" | sha1sum | cut -c1-40)
  SESSION=$(curl -s \"$GATES?gate=Authenticate/authenticate/1/json\" \\
    -d '{{\"authenticate\": {{\"systemLogin\": \"{login}\", \"systemKey\": \"'$SYSTEM_KEY'\"}}}}' | grep -oE '[0-9a-f]{{40}}' | head -n 1)
  curl -s \"$GATES?gate=Products/getAvailability/1/json&lang=eng\" -d '{{
    \"authenticate\": {{\"sessionKey\": \"'$SESSION'\", \"dropshippingKey\": \"{key}\"}},
    \"params\": {{\"products\": [{{\"code\": \"1-M\", \"codeType\": \"internal\", \"quantity\": 2}}]}}
  }}'"
    )
}

fn couriers() -> Vec<Courier> {
    let countries = |codes: &[&str]| codes.iter().filter_map(|code| Country::from_code(code)).collect::<Vec<_>>();
    let band = |up_to_grams, net: i64| WeightBand {
        up_to_grams,
        prices: vec![
            ZonePrice { group: EVERY_GROUP.to_owned(), payment: None, net },
            ZonePrice { group: "gold".to_owned(), payment: None, net: net * 80 / 100 },
        ],
    };
    let zone = |name: &str, codes: &[&str], delivery_days, base: i64| CourierZone {
        name: name.to_owned(),
        countries: countries(codes),
        postal_prefixes: Vec::new(),
        delivery_days,
        bands: vec![band(1000, base), band(5000, base * 130 / 100), band(30_000, base * 220 / 100)],
    };
    let courier =
        |id, name: &str, settings| Courier { id: CourierId(id), name: name.to_owned(), active: true, settings };
    let fee = vec![ZonePrice { group: EVERY_GROUP.to_owned(), payment: None, net: 350 }];
    let base = CourierSettings { cut_off_hour: Some(14), collection_fees: fee, ..CourierSettings::default() };
    vec![
        courier(
            51,
            "Example Courier",
            CourierSettings {
                region: "Poland".to_owned(),
                tracking_url: "https://courier.example/track?number=%s".to_owned(),
                zones: vec![zone("Poland", &["PL"], 1, 1290)],
                ..base.clone()
            },
        ),
        courier(
            52,
            "Example Lockers",
            CourierSettings {
                region: "Poland".to_owned(),
                tracking_url: "https://lockers.example/".to_owned(),
                pickup_points: true,
                package_number: false,
                zones: vec![zone("Poland", &["PL"], 2, 990)],
                ..base.clone()
            },
        ),
        courier(
            53,
            "Example Europe",
            CourierSettings {
                region: "European Union".to_owned(),
                tracking_url: "https://europe.example/t/%s".to_owned(),
                payment_kinds: vec![PaymentKind::Prepaid, PaymentKind::Tradecredit],
                zones: vec![
                    zone("Neighbours", &["DE", "CZ", "SK", "LT"], 3, 3490),
                    zone("Union", &["AT", "BE", "DK", "ES", "FR", "HU", "IT", "NL", "RO", "SE"], 5, 4990),
                ],
                ..base
            },
        ),
    ]
}

fn pickup_points(country: Country) -> Vec<PickupPoint> {
    let mut points = Vec::new();
    for (city, zip, latitude, longitude) in CITIES {
        for n in 0..10_i64 {
            points.push(PickupPoint {
                courier: CourierId(52),
                id: format!("{}{}", zip.replace('-', ""), n),
                name: format!("Locker {city} {}", n + 1),
                description: "At the entrance".to_owned(),
                street: format!("Przykładowa {}", n * 2 + 1),
                zip: format!("{zip}{n}0"),
                city: city.to_owned(),
                country,
                // A spiral around the middle of the town.
                place: Coordinates {
                    latitude_micro: latitude + (n % 3 - 1) * 3500 * (n + 1),
                    longitude_micro: longitude + (n % 4 - 2) * 4200 * (n + 1),
                },
                active: true,
                collects: n % 2 == 0,
            });
        }
    }
    points
}

fn refused(text: String) -> GoodsError {
    GoodsError::Refused(text)
}

impl Catalogue<'_> {
    /// Gives a wholesaler the sample goods: a warehouse, products, stock, couriers, pickup points. In several transactions;
    /// called again after a crash it finishes what it began.
    pub async fn put_samples(self, wholesaler: WholesalerId) -> Result<(), GoodsError> {
        let warehouse = WarehouseId(1);
        let main = Warehouse { id: warehouse, name: "Main warehouse".to_owned(), sellable: true, position: 1 };
        self.0.stock().put_warehouse(wholesaler, main).await?;
        let (goods, pieces): (Vec<_>, Vec<_>) = (1..=PRODUCTS).map(product).unzip();
        let stocks = goods.iter().zip(&pieces).flat_map(|(product, pieces)| {
            product.sizes.iter().zip(pieces).map(|(size, pieces)| StockChange {
                code: format!("{}-{}", product.id.unwrap_or(ProductId(0)), size.size),
                kind: None,
                warehouse,
                operation: StockOperation::Set,
                quantity: (*pieces).into(),
            })
        });
        let stocks: Vec<StockChange> = stocks.collect();
        let report = self.upsert(wholesaler, goods).await?;
        let bad = report.outcomes.iter().find(|outcome| matches!(outcome, ProductOutcome::Refused(_)));
        if let Some(bad) = bad {
            return Err(refused(format!("a sample product was refused: {bad:?}")));
        }
        // Few at a time: nobody else writes meanwhile in an embedded database.
        for some in stocks.chunks(STOCK_BATCH) {
            let outcomes = self.0.stock().change(wholesaler, some.to_vec()).await?;
            if let Some(bad) = outcomes.iter().find(|outcome| outcome.result.is_err()) {
                return Err(refused(format!("a sample stock was refused: {bad:?}")));
            }
        }
        for courier in couriers() {
            self.0.couriers().put(wholesaler, courier).await?;
        }
        let poland = Country::from_code("PL").ok_or_else(|| refused("Poland is no country".to_owned()))?;
        self.0.couriers().put_pickup_points(wholesaler, pickup_points(poland)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_eans_have_their_check_digit() {
        // 590 is the prefix of Poland; the digit was computed by hand.
        assert_eq!(ean(1, 0), "5900000010007");
        let all: std::collections::HashSet<String> = (1..=200).flat_map(|n| (0..8).map(move |s| ean(n, s))).collect();
        assert_eq!(all.len(), 1600);
        assert!(all.iter().all(|ean| ean.len() == 13));
    }

    #[test]
    fn the_sample_couriers_are_sound() {
        for courier in couriers() {
            assert_eq!(courier.problem(), None, "{}", courier.name);
        }
        assert_eq!(pickup_points(Country::from_code("PL").expect("PL")).len(), 60);
    }
}
