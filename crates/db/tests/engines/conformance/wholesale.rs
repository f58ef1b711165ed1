//! The wholesaler's side: tenants and their counters, sessions, baskets, orders; and the goods
//! that `goods.rs` works with.

use std::collections::BTreeMap;

use crossdock_db::baskets::{BasketLine, NewFile};
use crossdock_db::recipients::RecipientRow;
use crossdock_db::shop_accounts::AccountRow;
use crossdock_db::stock::{ReservationRow, Warehouse};
use crossdock_db::supply_orders::{DateKind, SupplyFilter};
use crossdock_db::wholesalers::{Counter, WholesalerRow};
use crossdock_db::{Db, DbError};
use crossdock_domain::country::Country;
use crossdock_domain::money::Money;
use crossdock_domain::random::SeededRandom;
use crossdock_domain::wholesale::{
    AccountId, AccountProfile, Attachment, BillingData, CodeKind, Component, Coordinates, Courier, CourierId,
    CourierSettings, Delivery, EVERY_GROUP, GroupPrice, InvoicePreference, OrderAmounts, OrderSerial, ParcelId,
    PaymentKind, PickupPoint, PriceStep, Product, ProductDetails, ProductId, Quantity, RecipientAddress, RecipientId,
    ReservationId, ShopAccount, StockMode, SupplyActor, SupplyEvent, SupplyHistoryEntry, SupplyOrder,
    SupplyOrderDocument, SupplyParcel, SupplyStatus, Unit, Variant, VariantDetails, VariantId, WarehouseId, Wholesaler,
    WholesalerId, WholesalerSettings,
};

use crate::sample::{ODD_TEXT, at};

static RANDOM: SeededRandom = SeededRandom::new(3);

pub(crate) fn id(number: i64) -> WholesalerId {
    WholesalerId::new(number).expect("an id")
}

fn row(number: i64) -> WholesalerRow {
    WholesalerRow {
        wholesaler: Wholesaler {
            id: id(number),
            name: format!("Hurt {number} {ODD_TEXT}"),
            currency: "PLN".parse().expect("PLN"),
            domain: Some(format!("hurt{number}.example")),
            settings: WholesalerSettings { dropshipping: true, ..WholesalerSettings::default() },
        },
        key_hash: Some(format!("hash {number}")),
        sandbox_until: None,
    }
}

fn account(number: i64) -> AccountRow {
    AccountRow {
        account: ShopAccount {
            id: AccountId(number),
            login: format!("shop{number}"),
            price_group: "gold".to_owned(),
            blocked: number % 2 == 0,
            profile: AccountProfile { note: ODD_TEXT.to_owned(), ..AccountProfile::default() },
        },
        sealed_password: format!("sealed {number}"),
    }
}

/// Wholesalers 1 and 2, each with accounts 1 and 2.
pub(crate) async fn tenants(db: &Db) {
    for number in [1, 2] {
        let row = row(number);
        let write = write!(db, |tx, row| {
            tx.insert_wholesaler(&row, at(0)).await?;
            for number in [1, 2] {
                tx.insert_account(row.wholesaler.id, &account(number), at(0)).await?;
            }
            Ok(())
        });
        write.await.expect("tenants");
    }
}

pub(crate) fn variant(code: &str) -> VariantId {
    code.parse().expect("a size code")
}

pub(super) fn size(code: &str, components: &[(&str, i64)]) -> Variant {
    let id = variant(code);
    Variant {
        producer_code: Some(format!("ean {code} {ODD_TEXT}")),
        external_code: None,
        stock_mode: StockMode::Hidden,
        prices: vec![GroupPrice {
            group: EVERY_GROUP.to_owned(),
            steps: vec![PriceStep { from: Quantity(1500), net: 1999 }],
        }],
        details: VariantDetails { name: ODD_TEXT.to_owned(), weight_grams: Some(7) },
        components: components
            .iter()
            .map(|(code, pieces)| Component { variant: variant(code), quantity: Quantity::pieces(*pieces) })
            .collect(),
        id,
    }
}

pub(super) fn product(number: i64, sizes: Vec<Variant>) -> Product {
    Product {
        id: ProductId(number),
        code: format!("P{number} {ODD_TEXT}"),
        active: true,
        details: ProductDetails {
            names: BTreeMap::from([("pol".to_owned(), ODD_TEXT.to_owned())]),
            descriptions: BTreeMap::new(),
            vat: CourierSettings::default().vat,
            weight_grams: 200,
            dimensions_mm: Some([1, 2, 3]),
            hs_code: "6109".to_owned(),
            origin: Country::from_code("PL").map(Into::into),
            producer: "Maker".to_owned(),
            category: String::new(),
            pictures: vec!["https://img.example/1.jpg".to_owned()],
            unit: Unit::default(),
            prepare_days: Some(2),
        },
        sizes,
    }
}

/// Shirt 1 in S and M, set 2 of two S; a warehouse with ten of each size.
pub(crate) async fn goods(db: &Db) {
    tenants(db).await;
    let write = write!(db, |tx| {
        let goods =
            [product(1, vec![size("1-S", &[]), size("1-M", &[])]), product(2, vec![size("2-set", &[("1-S", 2)])])];
        tx.put_products(id(1), &goods, at(0)).await?;
        for (number, sellable) in [(1, true), (2, false)] {
            let name = ODD_TEXT.to_owned();
            tx.put_warehouse(id(1), &Warehouse { id: WarehouseId(number), name, sellable, position: number }).await?;
            let sizes = [variant("1-S"), variant("1-M")];
            let ten = sizes.each_ref().map(|size| (size, WarehouseId(number), Quantity::pieces(10)));
            assert_eq!(tx.put_stocks(id(1), &ten, at(0)).await?, 2);
            assert_eq!(tx.put_stocks(id(1), &ten, at(1)).await?, 0, "no change");
        }
        Ok(())
    });
    write.await.expect("goods");
}

pub(crate) fn reservation(code: &str, pieces: i64, order: Option<i64>, expires: Option<i64>) -> ReservationRow {
    ReservationRow {
        id: ReservationId::new(at(0), &RANDOM),
        variant: variant(code),
        warehouse: WarehouseId(1),
        quantity: Quantity::pieces(pieces),
        order: order.map(OrderSerial),
        account: Some(AccountId(1)),
        expires_at: expires.map(at),
        note: ODD_TEXT.to_owned(),
        created_at: at(0),
    }
}

pub(crate) async fn reserved(db: &Db) -> i64 {
    let rows = read!(db, |tx| tx.stock_levels(id(1), &[variant("1-S")]).await).await.expect("stock");
    rows.iter().map(|row| row.level.reserved.0).sum::<i64>() / 1000
}

fn address() -> RecipientAddress {
    RecipientAddress {
        first_name: ODD_TEXT.to_owned(),
        last_name: "K".to_owned(),
        additional: String::new(),
        street: "Prosta 1".to_owned(),
        zip: "00-950".to_owned(),
        city: "Warszawa".to_owned(),
        country: Country::from_code("PL").expect("PL"),
        region_id: String::new(),
        province_id: String::new(),
        phone: "1".to_owned(),
        email: String::new(),
    }
}

pub(crate) fn order(serial: i64, owner: i64, external_id: Option<&str>) -> SupplyOrder {
    let pln = "PLN".parse().expect("PLN");
    let zero = Money::zero(pln);
    SupplyOrder {
        wholesaler: id(1),
        serial: OrderSerial(serial),
        account: AccountId(owner),
        external_id: external_id.map(ToOwned::to_owned),
        status: SupplyStatus::New,
        placed_at: at(serial),
        changed_at: at(serial),
        dispatched_at: None,
        cancel_refused: false,
        note: ODD_TEXT.to_owned(),
        delivery: Delivery {
            courier: CourierId(51),
            courier_name: "DPD".to_owned(),
            tracking_url: "https://t.example/%s".to_owned(),
            address: address(),
            recipient: None,
            pickup_point: None,
            preferred_date: None,
            estimated_date: None,
        },
        document: SupplyOrderDocument {
            login: "shop1".to_owned(),
            email: String::new(),
            price_group: "gold".to_owned(),
            currency: pln,
            lines: Vec::new(),
            amounts: OrderAmounts {
                products_net: zero,
                products: zero,
                delivery_net: zero,
                delivery: zero,
                delivery_vat: CourierSettings::default().vat,
                payment_net: zero,
                payment: zero,
            },
            payment: PaymentKind::Prepaid,
            payment_form: Some(2),
            cash_on_delivery: None,
            billing: BillingData::default(),
            note_to_order: ODD_TEXT.to_owned(),
            note_to_courier: String::new(),
            invoice: InvoicePreference::No,
            webhook_url: None,
            weight_grams: 1,
        },
        parcels: Vec::new(),
    }
}

pub(crate) async fn place(db: &Db, order: SupplyOrder) -> Result<(), DbError> {
    write!(db, |tx, order| tx.insert_supply_order(&order, "hash").await).await
}

pub(crate) fn all_orders() -> SupplyFilter {
    SupplyFilter {
        wholesaler: id(1),
        account: None,
        serials: None,
        serials_between: None,
        statuses: Vec::new(),
        dates: None,
        terms: Vec::new(),
        oldest_first: false,
        limit: 100,
        offset: 0,
    }
}

pub(crate) async fn listed(db: &Db, filter: SupplyFilter) -> (Vec<i64>, i64) {
    let (orders, total) = read!(db, |tx, filter| tx.supply_orders(&filter).await).await.expect("a list");
    (orders.iter().map(|order| order.serial.0).collect(), total)
}

pub async fn a_wholesaler_is_read_back_by_number_and_domain(db: Db) {
    tenants(&db).await;
    for lookup in [
        read!(db, |tx| tx.wholesaler(id(2)).await).await,
        read!(db, |tx| tx.wholesaler_of_domain("hurt2.example").await).await,
    ] {
        assert_eq!(lookup.expect("read"), Some(row(2)));
    }
    assert_eq!(read!(db, |tx| tx.wholesaler(id(3)).await).await.expect("read"), None);
    assert_eq!(read!(db, |tx| tx.wholesalers(1).await).await.expect("read"), [row(1)]);
    let same_domain = WholesalerRow { wholesaler: Wholesaler { id: id(3), ..row(1).wholesaler }, ..row(1) };
    let taken = write!(db, |tx, same_domain| tx.insert_wholesaler(&same_domain, at(0)).await).await;
    assert!(matches!(taken, Err(DbError::Conflict)), "{taken:?}");
}

pub async fn counters_have_no_gaps_and_count_for_each_wholesaler(db: Db) {
    tenants(&db).await;
    let take =
        |n: i64, count: i64| write!(db, |tx, n, count| tx.take_wholesale_numbers(id(n), Counter::Order, count).await);
    assert_eq!(take(1, 3).await.expect("taken"), Some(1));
    let failed = write!(db, |tx| {
        tx.take_wholesale_numbers(id(1), Counter::Order, 5).await?;
        Err::<(), _>(DbError::Unavailable("on purpose".to_owned()))
    });
    failed.await.expect_err("fails");
    assert_eq!(take(1, 1).await.expect("taken"), Some(4));
    assert_eq!(take(2, 1).await.expect("taken"), Some(1));
    assert_eq!(take(9, 1).await.expect("taken"), None);
    write!(db, |tx| tx.raise_wholesale_counter(id(1), Counter::Order, 100).await).await.expect("raised");
    write!(db, |tx| tx.raise_wholesale_counter(id(1), Counter::Order, 50).await).await.expect("not lowered");
    assert_eq!(take(1, 1).await.expect("taken"), Some(100));
}

pub async fn accounts_and_their_sessions_are_read_back_by_their_wholesaler_only(db: Db) {
    tenants(&db).await;
    assert_eq!(read!(db, |tx| tx.account(id(1), AccountId(2)).await).await.expect("read"), Some(account(2)));
    assert_eq!(read!(db, |tx| tx.account_of_login(id(2), "shop1").await).await.expect("read"), Some(account(1)));
    assert_eq!(read!(db, |tx| tx.account_of_login(id(2), "SHOP1").await).await.expect("read"), None);
    let same_login = write!(db, |tx| tx
        .insert_account(
            id(1),
            &AccountRow { account: ShopAccount { id: AccountId(3), ..account(1).account }, ..account(1) },
            at(0)
        )
        .await);
    assert!(matches!(same_login.await, Err(DbError::Conflict)));
    let open = write!(db, |tx| tx.insert_gate_session(id(1), AccountId(1), "key", at(0), at(900)).await);
    open.await.expect("opened");
    let found = read!(db, |tx| tx.gate_session(id(1), "key").await).await.expect("read").expect("there");
    assert_eq!((found.account, found.wholesaler, found.expires_at), (account(1), row(1), at(900)));
    assert_eq!(read!(db, |tx| tx.gate_session(id(2), "key").await).await.expect("read"), None);
    assert_eq!(write!(db, |tx| tx.delete_old_gate_sessions(at(900)).await).await.expect("swept"), 0);
    assert_eq!(write!(db, |tx| tx.delete_old_gate_sessions(at(901)).await).await.expect("swept"), 1);
}

pub async fn couriers_and_points_are_read_back_and_found_by_place(db: Db) {
    tenants(&db).await;
    let courier = Courier {
        id: CourierId(52),
        name: ODD_TEXT.to_owned(),
        active: true,
        settings: CourierSettings { pickup_points: true, ..CourierSettings::default() },
    };
    let point = |code: &str, zip: &str, latitude_micro, longitude_micro| PickupPoint {
        courier: CourierId(52),
        id: code.to_owned(),
        name: ODD_TEXT.to_owned(),
        description: String::new(),
        street: "Prosta 1".to_owned(),
        zip: zip.to_owned(),
        city: "Warszawa".to_owned(),
        country: Country::from_code("PL").expect("PL"),
        place: Coordinates { latitude_micro, longitude_micro },
        active: code != "closed",
        collects: true,
    };
    let points = [
        point("A", "00-950", 52_000_000, 21_000_000),
        point("B", "00-100", -33_000_000, 151_000_000),
        point("closed", "00-951", 52_000_000, 21_000_001),
    ];
    let stored = write!(db, |tx, courier, points| {
        tx.put_courier(id(1), &courier).await?;
        tx.put_pickup_points(id(1), &points).await?;
        tx.put_pickup_points(id(1), &points).await?;
        tx.pickup_points(id(1), CourierId(52), 2, 1).await
    });
    assert_eq!(stored.await.expect("stored"), (points[1..].to_vec(), 3));
    assert_eq!(read!(db, |tx| tx.courier(id(1), CourierId(52)).await).await.expect("read"), Some(courier));
    assert_eq!(read!(db, |tx| tx.courier(id(2), CourierId(52)).await).await.expect("read"), None);
    let one = read!(db, |tx| tx.pickup_point(id(1), CourierId(52), "B").await).await.expect("read");
    assert_eq!(one.as_ref(), Some(&points[1]));
    let poland = Country::from_code("PL").expect("PL");
    let near = read!(db, |tx, poland| tx.pickup_points_by_zip(id(1), CourierId(52), poland, "00-9", 9).await).await;
    assert_eq!(near.expect("read"), points[..1], "closed ones are not told");
    let corner = |latitude_micro, longitude_micro| Coordinates { latitude_micro, longitude_micro };
    let box_of = read!(db, |tx, corner| {
        tx.pickup_points_within(id(1), CourierId(52), corner(-34_000_000, 150_000_000), corner(0, 152_000_000)).await
    });
    assert_eq!(box_of.await.expect("read"), points[1..2]);
}

pub async fn recipients_belong_to_one_account(db: Db) {
    tenants(&db).await;
    let row = RecipientRow { id: RecipientId(7), address: address() };
    write!(db, |tx, row| tx.insert_recipient(id(1), AccountId(1), &row, at(0)).await).await.expect("stored");
    let of = |account: i64| {
        read!(db, |tx, account| {
            let one = tx.recipient(id(1), AccountId(account), RecipientId(7)).await?;
            let (page, total) = tx.recipients(id(1), AccountId(account), 10, 0).await?;
            let these = tx.recipients_of(id(1), AccountId(account), &[RecipientId(7), RecipientId(8)]).await?;
            Ok((one, page, total, these))
        })
    };
    assert_eq!(of(1).await.expect("read"), (Some(row.clone()), vec![row.clone()], 1, vec![row.clone()]));
    assert_eq!(of(2).await.expect("read"), (None, vec![], 0, vec![]));
    let theirs = write!(db, |tx, row| tx.update_recipient(id(1), AccountId(2), &row, at(1)).await).await;
    assert!(!theirs.expect("asked"));
    assert!(
        !write!(db, |tx| tx.delete_recipient(id(1), AccountId(2), RecipientId(7)).await).await.expect("a statement")
    );
    let locked = write!(db, |tx| tx.lock_recipient(id(1), AccountId(1), RecipientId(7)).await).await;
    assert_eq!(locked.expect("locked"), Some(row));
}

pub async fn a_basket_keeps_positions_lines_and_files(db: Db) {
    goods(&db).await;
    let line = |position: i64| BasketLine {
        position,
        variant: variant("1-S"),
        code: ODD_TEXT.to_owned(),
        kind: CodeKind::Producer,
        quantity: Quantity(1500),
        note: ODD_TEXT.to_owned(),
    };
    let attachment = Attachment { name: "a.pdf".to_owned(), media_type: "application/pdf".to_owned(), size: 3 };
    let file = NewFile { id: "1".to_owned(), attachment: attachment.clone(), content: "YWJj".to_owned() };
    let filled = write!(db, |tx, line, file| {
        tx.lock_basket(id(1), AccountId(1)).await?;
        for wanted in [1, 2] {
            assert_eq!(tx.take_basket_position(id(1), AccountId(1)).await?, wanted);
            tx.insert_basket_line(id(1), AccountId(1), &line(wanted)).await?;
        }
        tx.insert_file(id(1), AccountId(1), None, 1, &file).await?;
        assert!(tx.delete_basket_line(id(1), AccountId(1), 2).await?);
        tx.lock_basket(id(1), AccountId(1)).await?;
        assert_eq!(tx.take_basket_position(id(1), AccountId(1)).await?, 3);
        tx.basket_lines(id(1), AccountId(1)).await
    });
    assert_eq!(filled.await.expect("filled"), [line(1)]);
    assert_eq!(read!(db, |tx| tx.basket_files(id(1), AccountId(1)).await).await.expect("read"), [(1, attachment)]);
    assert!(read!(db, |tx| tx.basket_lines(id(1), AccountId(2)).await).await.expect("read").is_empty());
    assert!(read!(db, |tx| tx.basket_files(id(1), AccountId(2)).await).await.expect("read").is_empty());
    let emptied = write!(db, |tx| {
        tx.move_basket_files(id(1), AccountId(1), OrderSerial(4)).await?;
        tx.empty_basket(id(1), AccountId(1)).await?;
        tx.order_files(id(1), AccountId(1), OrderSerial(4), 1).await
    });
    assert_eq!(emptied.await.expect("emptied")[0].content, "YWJj", "an order keeps its files");
}

pub async fn an_order_is_read_back_with_parcels_and_history(db: Db) {
    tenants(&db).await;
    let wanted = order(1, 1, Some("R-1"));
    place(&db, wanted.clone()).await.expect("placed");
    let same = place(&db, order(2, 1, Some("R-1"))).await;
    assert!(matches!(same, Err(DbError::Conflict)), "{same:?}");
    place(&db, order(2, 2, Some("R-1"))).await.expect("another account may");
    place(&db, order(3, 1, None)).await.expect("without an external id");
    place(&db, order(4, 1, None)).await.expect("and again");
    let parcel = SupplyParcel {
        id: ParcelId(9),
        courier: CourierId(51),
        courier_name: ODD_TEXT.to_owned(),
        package_number: "PN".to_owned(),
        shipping_number: "SN".to_owned(),
        tracking_template: "https://t.example/%s".to_owned(),
        weight_grams: 5,
        added_at: at(3),
    };
    let entry = |second: i64, event| SupplyHistoryEntry { at: at(second), actor: SupplyActor::System, event };
    let entries = [entry(5, SupplyEvent::Placed), entry(4, SupplyEvent::CancelRefused { reason: ODD_TEXT.to_owned() })];
    let write = write!(db, |tx, parcel, entries| {
        tx.insert_supply_parcel(id(1), OrderSerial(1), &parcel).await?;
        for entry in &entries {
            tx.add_supply_history(id(1), OrderSerial(1), entry).await?;
        }
        Ok(())
    });
    write.await.expect("written");
    let found = read!(db, |tx| tx.supply_order(id(1), OrderSerial(1)).await).await.expect("read");
    assert_eq!(found, Some(SupplyOrder { parcels: vec![parcel.clone()], ..wanted }));
    assert_eq!(read!(db, |tx| tx.supply_order(id(2), OrderSerial(1)).await).await.expect("read"), None);
    let history = read!(db, |tx| tx.supply_history(id(1), OrderSerial(1)).await).await.expect("read");
    assert_eq!(history, entries, "in the order of writing");
    for number in ["SN", "PN"] {
        let with = read!(db, |tx, number| tx.supply_orders_with_number(id(1), &number).await).await.expect("read");
        assert_eq!(with, [OrderSerial(1)]);
    }
    assert_eq!(read!(db, |tx| tx.order_of_parcel(id(1), ParcelId(9)).await).await.expect("read"), Some(OrderSerial(1)));
    let known = read!(db, |tx| tx.supply_order_of_external_id(id(1), AccountId(1), "R-1").await).await.expect("read");
    assert_eq!(known, Some((OrderSerial(1), "hash".to_owned())));
    let changed = SupplyParcel { shipping_number: "SN2".to_owned(), ..parcel };
    let write = write!(db, |tx, changed| {
        assert!(tx.update_supply_parcel(id(1), OrderSerial(1), &changed).await?);
        assert!(!tx.update_supply_parcel(id(1), OrderSerial(2), &changed).await?);
        assert!(!tx.delete_supply_parcel(id(2), OrderSerial(1), changed.id).await?);
        tx.delete_supply_parcel(id(1), OrderSerial(1), changed.id).await
    });
    assert!(write.await.expect("deleted"));
}

pub async fn an_order_moves_only_from_the_status_it_was_seen_in(db: Db) {
    tenants(&db).await;
    place(&db, order(1, 1, None)).await.expect("placed");
    let mut tasks = tokio::task::JoinSet::new();
    let statuses: Vec<SupplyStatus> = SupplyStatus::all().filter(|status| *status != SupplyStatus::New).collect();
    for to in statuses {
        let (db, seen) = (db.clone(), order(1, 1, None));
        tasks.spawn(async move {
            write!(db, |tx, seen, to| tx.move_supply_order(&seen, to, Some(at(9)), at(8)).await).await.expect("asked")
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|moved| *moved).count(), 1);
    let now = read!(db, |tx| tx.supply_order(id(1), OrderSerial(1)).await).await.expect("read").expect("there");
    assert_ne!(now.status, SupplyStatus::New);
    assert_eq!((now.changed_at, now.dispatched_at), (at(8), Some(at(9))));
    for to in SupplyStatus::all() {
        let seen = read!(db, |tx| tx.supply_order(id(1), OrderSerial(1)).await).await.expect("read").expect("there");
        let moved = write!(db, |tx, seen, to| tx.move_supply_order(&seen, to, None, at(10)).await);
        assert!(moved.await.expect("every status can be stored"), "{to}");
    }
    let touched = write!(db, |tx| {
        tx.refuse_cancelling(id(1), OrderSerial(1), at(11)).await?;
        tx.set_supply_note(id(1), OrderSerial(1), "x", at(12)).await?;
        tx.touch_supply_order(id(1), OrderSerial(1), at(13)).await?;
        assert!(!tx.set_supply_note(id(2), OrderSerial(1), "x", at(12)).await?);
        tx.lock_supply_order(id(1), OrderSerial(1)).await
    });
    let touched = touched.await.expect("changed").expect("there");
    assert_eq!((touched.cancel_refused, touched.note.as_str(), touched.changed_at), (true, "x", at(13)));
}

pub async fn orders_are_listed_by_every_filter_newest_first(db: Db) {
    tenants(&db).await;
    for serial in 1..=5 {
        place(&db, order(serial, 1 + serial % 2, Some(&format!("R-{serial}")))).await.expect("placed");
    }
    let seen = order(4, 1, None);
    write!(db, |tx, seen| tx.move_supply_order(&seen, SupplyStatus::Packed, Some(at(50)), at(60)).await)
        .await
        .expect("moved");
    let all = all_orders;
    assert_eq!(listed(&db, all()).await, (vec![5, 4, 3, 2, 1], 5));
    assert_eq!(listed(&db, SupplyFilter { limit: 2, offset: 1, ..all() }).await, (vec![4, 3], 5));
    assert_eq!(listed(&db, SupplyFilter { limit: 2, offset: 9, ..all() }).await, (vec![], 5));
    let mine = Some(AccountId(1));
    assert_eq!(listed(&db, SupplyFilter { account: mine, ..all() }).await, (vec![4, 2], 2));
    let serials = Some(vec![OrderSerial(1), OrderSerial(4), OrderSerial(4), OrderSerial(77)]);
    assert_eq!(listed(&db, SupplyFilter { serials: serials.clone(), ..all() }).await, (vec![4, 1], 2));
    assert_eq!(listed(&db, SupplyFilter { serials: serials.clone(), account: mine, ..all() }).await, (vec![4], 1));
    assert_eq!(listed(&db, SupplyFilter { serials: Some(vec![]), ..all() }).await, (vec![], 0));
    let between = |first, last| Some((OrderSerial(first), OrderSerial(last)));
    for (first, last, wanted) in [(2, 4, vec![4, 3, 2]), (4, i64::MAX, vec![5, 4]), (0, 1, vec![1]), (4, 2, vec![])] {
        let total = i64::try_from(wanted.len()).expect("few");
        let filter = SupplyFilter { serials_between: between(first, last), ..all() };
        assert_eq!(listed(&db, filter).await, (wanted, total), "{first} to {last}");
    }
    let filter = SupplyFilter { serials: serials.clone(), serials_between: between(2, 9), ..all() };
    assert_eq!(listed(&db, filter).await, (vec![4], 1), "both count");
    let filter = SupplyFilter { serials_between: between(1, 5), account: mine, oldest_first: true, limit: 1, ..all() };
    assert_eq!(listed(&db, filter).await, (vec![2], 2));
    let packed = vec![SupplyStatus::Packed, SupplyStatus::Lost];
    for (account, serials) in [(None, None), (mine, None), (None, serials)] {
        let filter = SupplyFilter { statuses: packed.clone(), account, serials, ..all() };
        assert_eq!(listed(&db, filter).await, (vec![4], 1));
    }
    for (kind, from, to, wanted) in [
        (DateKind::Added, 2, 3, vec![3, 2]),
        (DateKind::Modified, 60, 60, vec![4]),
        (DateKind::Dispatched, 0, 99, vec![4]),
    ] {
        for account in [None, mine] {
            let found = listed(&db, SupplyFilter { dates: Some((kind, at(from), at(to))), account, ..all() }).await.0;
            let wanted: Vec<i64> = wanted.iter().copied().filter(|n| account.is_none() || n % 2 == 0).collect();
            assert_eq!(found, wanted, "{kind:?}");
        }
    }
    assert_eq!(listed(&db, SupplyFilter { wholesaler: id(2), ..all() }).await, (vec![], 0));
    let ids = vec!["R-2".to_owned(), "R-3".to_owned(), "none".to_owned()];
    let of = |account: Option<AccountId>| {
        read!(db, |tx, ids, account| tx.serials_of_external_ids(id(1), account, &ids).await)
    };
    let mut found = of(None).await.expect("read");
    found.sort_unstable();
    assert_eq!(found, [OrderSerial(2), OrderSerial(3)]);
    assert_eq!(of(mine).await.expect("read"), [OrderSerial(2)]);
}
