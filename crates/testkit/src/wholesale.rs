//! A wholesaler for tests: goods in sizes, a set, couriers, pickup points, a shop account.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use crossdock_app::App;
use crossdock_app::hub::AccessError;
use crossdock_app::hub::tenants::login::system_key;
use crossdock_app::hub::{
    Caller, DeliveryTo, GateKeys, GateLogin, NewAccount, PlaceSupplyOrder, ProductInput, ProductRef, StockChange,
    VariantInput, Warehouse,
};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{
    AccountProfile, BillingData, Coordinates, Courier, CourierId, CourierSettings, CourierZone, EVERY_GROUP,
    GroupPrice, InvoicePreference, PaymentKind, PickupPoint, PriceStep, ProductDetails, Quantity, RecipientAddress,
    ShopAccount, StockMode, Unit, VariantDetails, Vat, WarehouseId, WeightBand, Wholesaler, WholesalerId,
    WholesalerSettings, ZonePrice,
};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret as _, SecretString};

/// Dropshipping key of every sample wholesaler.
pub const KEY: &str = "test-dropshipping-key";
/// Password of every sample account.
pub const PASSWORD: &str = "password";
/// `sha1("password")`.
pub const INNER: &str = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8";
/// The courier that comes to the door.
pub const DOOR: CourierId = CourierId(51);
/// The courier that delivers to pickup points.
pub const POINTS: CourierId = CourierId(52);
/// The warehouse that is asked first.
pub const MAIN: WarehouseId = WarehouseId(1);
/// The other warehouse.
pub const SECOND: WarehouseId = WarehouseId(2);

/// The sample wholesaler of this number.
pub fn wholesaler(id: i64) -> Wholesaler {
    Wholesaler {
        id: WholesalerId::new(id).expect("an id"),
        name: format!("Hurt {id}"),
        currency: "PLN".parse().expect("PLN"),
        domain: Some(format!("hurt{id}.example")),
        settings: WholesalerSettings { dropshipping: true, ..WholesalerSettings::default() },
    }
}

fn poland() -> Country {
    Country::from_code("PL").expect("PL")
}

/// A recipient in Warsaw.
pub fn recipient() -> RecipientAddress {
    RecipientAddress {
        first_name: "Jan".to_owned(),
        last_name: "Kowalski".to_owned(),
        additional: String::new(),
        street: "Prosta 1".to_owned(),
        zip: "00-950".to_owned(),
        city: "Warszawa".to_owned(),
        country: poland(),
        region_id: String::new(),
        province_id: String::new(),
        phone: "500100200".to_owned(),
        email: "jan@example.com".to_owned(),
    }
}

/// Prices for every group and better ones for `gold`, in minor units.
pub fn prices(net: i64) -> Vec<GroupPrice> {
    let steps = |from: &[(i64, i64)]| {
        from.iter().map(|(from, net)| PriceStep { from: Quantity::pieces(*from), net: *net }).collect()
    };
    vec![
        GroupPrice { group: EVERY_GROUP.to_owned(), steps: steps(&[(1, net), (10, (net - 100).max(1))]) },
        GroupPrice { group: "gold".to_owned(), steps: steps(&[(1, (net - 200).max(1))]) },
    ]
}

/// A size with this EAN.
pub fn size(name: &str, ean: &str, net: i64) -> VariantInput {
    VariantInput {
        size: name.to_owned(),
        producer_code: Some(ean.to_owned()),
        external_code: Some(format!("ext-{ean}")),
        stock_mode: StockMode::Counted,
        prices: prices(net),
        details: VariantDetails { name: name.to_owned(), weight_grams: None },
        components: Vec::new(),
    }
}

/// A product with these sizes.
pub fn product(code: &str, sizes: Vec<VariantInput>) -> ProductInput {
    ProductInput {
        code: code.to_owned(),
        id: None,
        active: true,
        details: ProductDetails {
            names: BTreeMap::from([
                ("eng".to_owned(), format!("Product {code}")),
                ("pol".to_owned(), format!("Towar {code}")),
            ]),
            descriptions: BTreeMap::new(),
            vat: Vat::percent(Decimal::from(23)),
            weight_grams: 200,
            dimensions_mm: Some([100, 200, 30]),
            hs_code: "6109.10".to_owned(),
            origin: Some(poland().into()),
            producer: "Maker".to_owned(),
            category: "Clothes/Shirts".to_owned(),
            pictures: Vec::new(),
            unit: Unit::default(),
            prepare_days: None,
        },
        sizes,
    }
}

fn courier(id: CourierId, name: &str, pickup_points: bool) -> Courier {
    let price = |group: &str, net| ZonePrice { group: group.to_owned(), payment: None, net };
    Courier {
        id,
        name: name.to_owned(),
        active: true,
        settings: CourierSettings {
            tracking_url: "https://track.example/%s".to_owned(),
            pickup_points,
            collection_fees: vec![price(EVERY_GROUP, 300)],
            zones: vec![CourierZone {
                name: "Poland".to_owned(),
                countries: vec![poland()],
                postal_prefixes: Vec::new(),
                delivery_days: 1,
                bands: vec![
                    WeightBand { up_to_grams: 1000, prices: vec![price(EVERY_GROUP, 1000)] },
                    WeightBand { up_to_grams: 30_000, prices: vec![price(EVERY_GROUP, 2000)] },
                ],
            }],
            ..CourierSettings::default()
        },
    }
}

/// A pickup point.
pub fn point(id: &str, zip: &str, latitude: &str, longitude: &str) -> PickupPoint {
    let degrees = |text: &str| text.parse::<Decimal>().expect("degrees");
    PickupPoint {
        courier: POINTS,
        id: id.to_owned(),
        name: format!("Point {id}"),
        description: String::new(),
        street: "Marszałkowska 1".to_owned(),
        zip: zip.to_owned(),
        city: "Warszawa".to_owned(),
        country: poland(),
        place: Coordinates::from_degrees(degrees(latitude), degrees(longitude)).expect("on the globe"),
        active: true,
        collects: true,
    }
}

/// So many pieces of a code.
pub fn pieces(code: &str, quantity: i64) -> ProductRef {
    ProductRef { code: code.to_owned(), quantity: quantity.into(), ..ProductRef::default() }
}

/// An order of these products to the sample recipient by the courier that comes to the door.
pub fn order_of(products: Vec<ProductRef>) -> PlaceSupplyOrder {
    PlaceSupplyOrder {
        products: Some(products),
        deliver_to: DeliveryTo::Inline(Box::new(recipient())),
        courier: DOOR,
        pickup_point: None,
        preferred_date: None,
        payment: Some(PaymentKind::Prepaid),
        payment_form: None,
        cash_on_delivery: None,
        billing: None,
        note_to_order: String::new(),
        note_to_courier: String::new(),
        invoice: InvoicePreference::No,
        external_id: None,
        currency: None,
        webhook_url: None,
    }
}

/// Sets stocks of the main warehouse: code and pieces.
pub async fn set_stock(app: &App, wholesaler: WholesalerId, stocks: &[(&str, i64)]) {
    let changes = stocks.iter().map(|(code, pieces)| StockChange {
        code: (*code).to_owned(),
        kind: None,
        warehouse: MAIN,
        operation: StockOperation::Set,
        quantity: (*pieces).into(),
    });
    let outcomes = app.hub().stock().change(wholesaler, changes.collect()).await.expect("the stock is set");
    assert!(outcomes.iter().all(|outcome| outcome.result.is_ok()), "{outcomes:?}");
}

/// Adds an account that may pay in every way.
pub async fn add_account(app: &App, wholesaler: WholesalerId, login: &str, group: &str) -> ShopAccount {
    let account = NewAccount {
        wholesaler,
        login: login.to_owned(),
        password: SecretString::from(PASSWORD),
        price_group: group.to_owned(),
        profile: AccountProfile {
            email: format!("{login}@example.com"),
            payment_kinds: vec![PaymentKind::Prepaid, PaymentKind::CashOnDelivery],
            billing: BillingData { firm: format!("{login} sp. z o.o."), ..BillingData::default() },
            ..AccountProfile::default()
        },
    };
    app.hub().accounts().add(account).await.expect("the account is new")
}

/// Logs an account in; the session key.
pub async fn log_in(app: &App, wholesaler: &Wholesaler, login: &str) -> Result<SecretString, AccessError> {
    let day = wholesaler.settings.time_zone.compact_day(app.now());
    let login = GateLogin {
        wholesaler: wholesaler.id,
        login: login.to_owned(),
        system_key: SecretString::from(system_key(&day, INNER)),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    Ok(app.hub().access().login(login).await?.session_key)
}

/// The keys of a call.
pub fn keys(wholesaler: WholesalerId, session: &SecretString) -> GateKeys {
    GateKeys {
        wholesaler,
        session_key: Some(SecretString::from(session.expose_secret().to_owned())),
        dropshipping_key: Some(SecretString::from(KEY)),
        language: "eng".to_owned(),
    }
}

/// Logs an account of a sample wholesaler in and calls.
pub async fn caller(app: &App, wholesaler: &Wholesaler, login: &str) -> Caller {
    let session = log_in(app, wholesaler, login).await.expect("the account may log in");
    app.hub().access().caller(keys(wholesaler.id, &session)).await.expect("the keys are good")
}

/// Adds the sample wholesaler of this number with everything. Goods: `shirt` (product 1) in sizes S, M, L with EANs
/// 5900000000011, …22, …33 and 10 pieces each; `mug` (product 2, one size, EAN 5900000000099) with 5 pieces; `kit` (product
/// 3): a set of 2 mugs and a shirt in M. Account `shop1`.
pub async fn add_wholesaler(app: &App, id: i64) -> Wholesaler {
    let wholesaler = wholesaler(id);
    let tenant = wholesaler.id;
    app.hub().wholesalers().add(wholesaler.clone()).await.expect("the wholesaler is new");
    app.hub().wholesalers().set_dropshipping_key(tenant, &SecretString::from(KEY)).await.expect("the key is good");
    for (warehouse, position) in [(MAIN, 1), (SECOND, 2)] {
        let name = format!("Warehouse {warehouse}");
        let warehouse = Warehouse { id: warehouse, name, sellable: true, position };
        app.hub().stock().put_warehouse(tenant, warehouse).await.expect("the warehouse is good");
    }
    let mut kit = product("kit", vec![size("uniw", "5900000000105", 8000)]);
    kit.sizes[0].components =
        vec![("5900000000099".to_owned(), Quantity::pieces(2)), ("5900000000022".to_owned(), Quantity::pieces(1))];
    let shirt = product(
        "shirt",
        vec![size("S", "5900000000011", 5000), size("M", "5900000000022", 5000), size("L", "5900000000033", 5500)],
    );
    let goods = vec![shirt, product("mug", vec![size("uniw", "5900000000099", 1500)]), kit];
    app.hub().catalogue().upsert(tenant, goods).await.expect("the goods are stored");
    set_stock(app, tenant, &[("1-S", 10), ("1-M", 10), ("1-L", 10), ("2-uniw", 5)]).await;
    app.hub().couriers().put(tenant, courier(DOOR, "DPD", false)).await.expect("the courier is good");
    app.hub().couriers().put(tenant, courier(POINTS, "Boxes", true)).await.expect("the courier is good");
    let points = vec![
        point("WAW1", "00-950", "52.2297", "21.0122"),
        point("WAW2", "02-100", "52.1700", "20.9700"),
        point("KRK1", "30-001", "50.0647", "19.9450"),
    ];
    app.hub().couriers().put_pickup_points(tenant, points).await.expect("the points are good");
    add_account(app, tenant, "shop1", "standard").await;
    wholesaler
}
