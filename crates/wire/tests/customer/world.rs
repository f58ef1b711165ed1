//! A wholesaler with goods, couriers and accounts, and a second one that must never be seen by the first.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use crossdock_app::hub::OrderError;
use crossdock_app::hub::catalogue::stock::Warehouse;
use crossdock_app::hub::{NewAccount, NewParcel, ProductInput, SetSupplyStatus, StockChange, VariantInput};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{
    AccountProfile, BillingData, CodeKind, Contact, Coordinates, Courier, CourierId, CourierSettings, CourierZone,
    GroupPrice, HandlingTime, OpeningHours, OrderSerial, ParcelId, PaymentKind, PickupPoint, PriceStep, ProductDetails,
    ProductId, Quantity, StockMode, SupplyActor, SupplyStatus, Unit, VariantDetails, Vat, WarehouseId, WeightBand,
    Wholesaler, WholesalerId, WholesalerSettings, ZonePrice,
};
use crossdock_testkit::{Engine, TestApp};
use crossdock_wire::customer::{ApiVariant, CustomerApiRequest, Gates, Reply, Settings, answer};
use rust_decimal::Decimal;
use secrecy::SecretString;
use serde_json::{Value, json};

/// 2026-11-21 12:00:00 in Warsaw, the day of the protocol's test vectors.
pub const NOON: Timestamp = Timestamp(1_795_258_800_000_000);
/// The protocol's vector for that day and `password`.
pub const SYSTEM_KEY: &str = "a5ba472861358d7cc2088aa66253627b7efd0ceb";
pub const KEY: &str = "demo-dropshipping-key";
pub const OTHER_KEY: &str = "other-dropshipping-key";
/// Where calls come from.
pub const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

pub struct World {
    pub app: TestApp,
    pub gates: Gates,
}

/// The wholesaler of most tests.
pub fn main_id() -> WholesalerId {
    WholesalerId::new(5).expect("an id")
}

/// Another tenant with goods, couriers and accounts of the same names.
pub fn other_id() -> WholesalerId {
    WholesalerId::new(6).expect("an id")
}

fn wholesaler(id: WholesalerId, name: &str, domain: &str) -> Wholesaler {
    let hours =
        |weekday, closing: &str| OpeningHours { weekday, opening: "08:00".to_owned(), closing: closing.to_owned() };
    Wholesaler {
        id,
        name: name.to_owned(),
        currency: "PLN".parse().expect("PLN"),
        domain: Some(domain.to_owned()),
        settings: WholesalerSettings {
            dropshipping: true,
            contact: Contact {
                email: format!("biuro@{domain}"),
                phone: "+48 22 100 20 30".to_owned(),
                www: format!("https://{domain}"),
                street: "Magazynowa 1".to_owned(),
                zip: "00-950".to_owned(),
                city: "Łódź & Warszawa".to_owned(),
                country: Country::from_code("PL"),
            },
            opening_hours: vec![hours(1, "16:00"), hours(6, "13:00")],
            prepare_time: HandlingTime { days: 1, hours: 4 },
            ..WholesalerSettings::default()
        },
    }
}

fn profile() -> AccountProfile {
    AccountProfile {
        email: "shop@shop1.example".to_owned(),
        phone: "+48 600 700 800".to_owned(),
        payment_kinds: vec![PaymentKind::Prepaid, PaymentKind::CashOnDelivery],
        billing: BillingData {
            firm: "Sklep Pierwszy sp. z o.o.".to_owned(),
            nip: "5252248481".to_owned(),
            street: "Sklepowa 2".to_owned(),
            zip: "00-001".to_owned(),
            city: "Warszawa".to_owned(),
            country: Country::from_code("PL"),
            ..BillingData::default()
        },
        ..AccountProfile::default()
    }
}

fn price(group: &str, net: i64) -> GroupPrice {
    GroupPrice { group: group.to_owned(), steps: vec![PriceStep { from: Quantity::pieces(1), net }] }
}

fn size(size: &str, ean: Option<&str>, mode: StockMode, prices: Vec<GroupPrice>) -> VariantInput {
    VariantInput {
        size: size.to_owned(),
        producer_code: ean.map(str::to_owned),
        external_code: None,
        stock_mode: mode,
        prices,
        details: VariantDetails { name: size.to_owned(), weight_grams: None },
        components: Vec::new(),
    }
}

fn product(id: i64, code: &str, pol: &str, eng: &str, sizes: Vec<VariantInput>) -> ProductInput {
    let names = [("pol", pol), ("eng", eng)].map(|(language, name)| (language.to_owned(), name.to_owned()));
    let details = ProductDetails {
        names: names.into(),
        descriptions: BTreeMap::new(),
        vat: Vat::percent(Decimal::from(23)),
        weight_grams: 400,
        dimensions_mm: None,
        hs_code: String::new(),
        origin: Country::from_code("PL").map(Into::into),
        producer: String::new(),
        category: String::new(),
        pictures: Vec::new(),
        unit: Unit::default(),
        prepare_days: None,
    };
    ProductInput { code: code.to_owned(), id: Some(ProductId(id)), active: true, details, sizes }
}

/// 15: a shirt in two sizes. 16: its quantity is hidden. 17: a set. 18: sold to another group only. 19: by half kilograms.
fn goods() -> Vec<ProductInput> {
    let everyone = |net| vec![price("*", net)];
    let counted = StockMode::Counted;
    let shirt = product(
        15,
        "SHIRT",
        "Koszulka \"Żółw\"",
        "Shirt \"Turtle\"",
        vec![
            size("3", Some("5901234123457"), counted, vec![price("*", 10_000), price("gold", 8_000)]),
            size("4", Some("5901234123464"), counted, everyone(10_000)),
        ],
    );
    let hidden = product(16, "HIDDEN", "Czapka", "Cap", vec![size("uniw", None, StockMode::Hidden, everyone(2_500))]);
    let mut set = size("uniw", None, counted, everyone(11_000));
    set.components = vec![("15-3".to_owned(), Quantity::pieces(1)), ("16-uniw".to_owned(), Quantity::pieces(2))];
    let set = product(17, "SET", "Zestaw <letni>", "Summer <set>", vec![set]);
    let exclusive = product(
        18,
        "EXCLUSIVE",
        "Tylko dla hurtu",
        "Not for you",
        vec![size("uniw", None, counted, vec![price("platinum", 1)])],
    );
    let mut loose = product(19, "LOOSE", "Kawa", "Coffee", vec![size("kg", None, counted, everyone(4_000))]);
    let half = Quantity::from_decimal(Decimal::new(5, 1)).expect("a quantity");
    loose.details.unit = Unit { name: "kg".to_owned(), step: half, minimum: half };
    vec![shirt, hidden, set, exclusive, loose]
}

fn stock() -> Vec<StockChange> {
    let change = |code: &str, quantity: i64| StockChange {
        code: code.to_owned(),
        kind: Some(CodeKind::Internal),
        warehouse: WarehouseId(1),
        operation: StockOperation::Set,
        quantity: Decimal::from(quantity),
    };
    vec![change("15-3", 10), change("15-4", 1), change("16-uniw", 50), change("18-uniw", 5), change("19-kg", 20)]
}

fn courier(id: i64, name: &str, country: &str, points: bool, payments: &[PaymentKind]) -> Courier {
    let any = |net| vec![ZonePrice { group: "*".to_owned(), payment: None, net }];
    let band = |up_to_grams, net| WeightBand { up_to_grams, prices: any(net) };
    let zone = CourierZone {
        name: "all".to_owned(),
        countries: vec![Country::from_code(country).expect(country)],
        postal_prefixes: Vec::new(),
        delivery_days: 1,
        bands: vec![band(1_000, 1_200), band(30_000, 2_000)],
    };
    Courier {
        id: CourierId(id),
        name: name.to_owned(),
        active: true,
        settings: CourierSettings {
            region: country.to_owned(),
            tracking_url: format!("https://track.example/{id}?p=%s"),
            pickup_points: points,
            payment_kinds: payments.to_vec(),
            collection_fees: any(500),
            zones: vec![zone],
            ..CourierSettings::default()
        },
    }
}

fn point(id: &str) -> PickupPoint {
    PickupPoint {
        courier: CourierId(52),
        id: id.to_owned(),
        name: format!("Paczkomat {id}"),
        description: String::new(),
        street: "Prosta 51".to_owned(),
        zip: "00-838".to_owned(),
        city: "Warszawa".to_owned(),
        country: Country::from_code("PL").expect("PL"),
        place: Coordinates::from_degrees(Decimal::new(52_230_000, 6), Decimal::new(20_990_000, 6)).expect("a place"),
        active: true,
        collects: false,
    }
}

impl World {
    pub async fn new() -> Self {
        Self::on(Engine::Sqlite).await.expect("SQLite is always there")
    }

    /// `None` when PostgreSQL is left out on purpose.
    pub async fn on(engine: Engine) -> Option<Self> {
        let app = TestApp::builder(engine).now(NOON).empty().start().await?;
        Some(Self::around(app, Settings::default()).await)
    }

    pub async fn around(mut app: TestApp, settings: Settings) -> Self {
        // Placed orders write jobs for others; they are looked at elsewhere.
        app.leave_jobs();
        for (id, name, domain, key) in
            [(main_id(), "Hurtownia", "hurt.example", KEY), (other_id(), "Konkurencja", "other.example", OTHER_KEY)]
        {
            app.hub().wholesalers().add(wholesaler(id, name, domain)).await.expect("a new wholesaler");
            app.hub().wholesalers().set_dropshipping_key(id, &SecretString::from(key)).await.expect("a key");
            let warehouse = Warehouse { id: WarehouseId(1), name: "Main".to_owned(), sellable: true, position: 1 };
            app.hub().stock().put_warehouse(id, warehouse).await.expect("a warehouse");
            app.hub().catalogue().upsert(id, goods()).await.expect("goods");
            app.hub().stock().change(id, stock()).await.expect("stock");
            let all = [PaymentKind::Prepaid, PaymentKind::CashOnDelivery];
            for courier in [
                courier(51, "DPD", "PL", false, &all),
                courier(52, "InPost", "PL", true, &[PaymentKind::Prepaid]),
                courier(53, "DHL", "DE", false, &[PaymentKind::Prepaid]),
            ] {
                app.hub().couriers().put(id, courier).await.expect("a courier");
            }
            app.hub().couriers().put_pickup_points(id, vec![point("WAW01A"), point("WAW02B")]).await.expect("points");
        }
        let world = Self { app, gates: Gates::new(settings) };
        world.account(main_id(), "shop1", "password", |_| ()).await;
        world.account(main_id(), "shop2", "password", |_| ()).await;
        world.account(main_id(), "off", "password", |profile| profile.dropshipping = false).await;
        world.account(other_id(), "shop1", "password", |_| ()).await;
        world
    }

    async fn account(
        &self,
        wholesaler: WholesalerId,
        login: &str,
        password: &str,
        change: impl FnOnce(&mut AccountProfile),
    ) {
        let mut profile = profile();
        change(&mut profile);
        let account = NewAccount {
            wholesaler,
            login: login.to_owned(),
            password: SecretString::from(password),
            price_group: "gold".to_owned(),
            profile,
        };
        self.app.hub().accounts().add(account).await.expect("a new account");
    }

    /// One call at the main wholesaler.
    pub async fn call(&self, query: &str, body: &[u8]) -> Reply {
        self.call_at("hurt.example", None, query, Some(body)).await
    }

    pub async fn call_at(&self, host: &str, wholesaler: Option<&str>, query: &str, body: Option<&[u8]>) -> Reply {
        let (variant, query) = match query.strip_prefix("ajax:") {
            Some(query) => (ApiVariant::Ajax, query),
            None => (ApiVariant::Customer, query),
        };
        let url = format!("https://{host}/{}/", variant.segment());
        let call = CustomerApiRequest { variant, wholesaler, host: Some(host), url: &url, query, body, client: CLIENT };
        answer(self.app.app(), &self.gates, call).await
    }

    /// A JSON call in English at any wholesaler, with its answer.
    pub async fn json(&self, host: &str, method: &str, body: &Value) -> Value {
        let query = format!("gate={method}/1/json&lang=eng");
        let reply = self.call_at(host, None, &query, Some(body.to_string().as_bytes())).await;
        serde_json::from_str(&reply.body).expect("JSON")
    }

    /// A fresh session key.
    pub async fn session(&self, host: &str, login: &str) -> String {
        let body = json!({"authenticate": {"systemLogin": login, "systemKey": SYSTEM_KEY}});
        let answer = self.json(host, "Authenticate/authenticate", &body).await;
        answer["results"]["sessionKey"].as_str().unwrap_or_else(|| panic!("{login}: {answer}")).to_owned()
    }

    /// A call of `shop1` that must succeed.
    pub async fn done(&self, session: &str, method: &str, params: &Value) -> Value {
        let body = json!({"authenticate": {"sessionKey": session, "dropshippingKey": KEY}, "params": params});
        let answer = self.json("hurt.example", method, &body).await;
        assert_eq!(answer["errors"]["faultCode"], 0, "{method}: {answer}");
        answer
    }

    /// What staff do.
    pub async fn staff(&self, serial: i64, action: &str) -> Result<(), OrderError> {
        let (wholesaler, serial) = (main_id(), OrderSerial(serial));
        let actor = SupplyActor::Staff("anna".to_owned());
        if let Some(number) = action.strip_prefix("parcel ") {
            let parcel = NewParcel { shipping_number: number.to_owned(), ..NewParcel::default() };
            self.app.hub().orders().add_parcels(wholesaler, serial, actor, vec![parcel]).await?;
        } else if let Some(parcel) = action.strip_prefix("remove ") {
            let parcel = ParcelId(parcel.parse().expect("a number"));
            self.app.hub().orders().remove_parcel(wholesaler, serial, actor, parcel).await?;
        } else {
            let to = SupplyStatus::from_code(action).unwrap_or_else(|| panic!("status {action}"));
            let command = SetSupplyStatus { wholesaler, serial, to, actor, reason: String::new() };
            self.app.hub().orders().set_status(command).await?;
        }
        self.app.advance(Span::minutes(1));
        Ok(())
    }

    /// Dropshipping is no longer offered to anybody.
    pub async fn switch_off(&self) {
        let mut wholesaler = wholesaler(main_id(), "Hurtownia", "hurt.example");
        wholesaler.settings.dropshipping = false;
        self.app.hub().wholesalers().update(wholesaler).await.expect("the settings are good");
        // Cached settings may live a moment longer.
        self.app.advance(Span::seconds(10));
    }
}
