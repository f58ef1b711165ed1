//! What staff change on supply orders: documents, what they are found by, goods put aside in part, files.

use crossdock_db::Db;
use crossdock_db::baskets::NewFile;
use crossdock_db::supply_orders::{SupplyFilter, SupplyTerm};
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::wholesale::{
    AccountId, Attachment, CodeKind, CourierId, LineValue, OrderLine, OrderSerial, PaymentKind, ProductId, Quantity,
    SupplyOrder, SupplyStatus, Vat,
};

use super::wholesale::{all_orders, goods, id, listed, order, place, reservation, reserved, tenants, variant};
use crate::sample::at;

/// An order line of one piece.
pub(crate) fn line(position: i64, code: &str) -> OrderLine {
    let zero = Money::zero("PLN".parse().unwrap());
    OrderLine {
        position,
        code: code.to_owned(),
        code_kind: CodeKind::Internal,
        variant: variant(code),
        product_code: "P".to_owned(),
        name: "Product".to_owned(),
        size_name: "S".to_owned(),
        producer_code: None,
        external_code: None,
        quantity: Quantity::pieces(1),
        note: String::new(),
        vat: Vat::percent(23.into()),
        value: LineValue { unit_net: zero, unit_gross: zero, net: zero, gross: zero },
        price_agreed: true,
        weight_grams: 1,
        components: Vec::new(),
        attachments: Vec::new(),
    }
}

/// An order of these codes, carried by this courier.
pub(crate) fn order_of(serial: i64, courier: i64, codes: &[&str]) -> SupplyOrder {
    let mut order = order(serial, 1 + serial % 2, None);
    order.document.lines = (1..).zip(codes).map(|(position, code)| line(position, code)).collect();
    order.delivery.courier = CourierId(courier);
    order
}

fn with(terms: &[&[SupplyTerm]]) -> SupplyFilter {
    SupplyFilter { terms: terms.iter().map(|terms| terms.to_vec()).collect(), ..all_orders() }
}

pub async fn orders_are_found_by_terms_that_follow_their_documents(db: Db) {
    tenants(&db).await;
    for new in [order_of(1, 51, &["1-S", "1-M"]), order_of(2, 52, &["1-S"]), order_of(3, 51, &["2-set", "2-set"])] {
        place(&db, new).await.unwrap();
    }
    let product = |number| SupplyTerm::Product(ProductId(number));
    let courier = |number| SupplyTerm::Courier(CourierId(number));
    let size = |code| SupplyTerm::Size(variant(code));
    let pln = SupplyTerm::currency("PLN".parse::<Currency>().unwrap());
    let prepaid = SupplyTerm::Payment(PaymentKind::Prepaid);
    for (filter, wanted) in [
        (with(&[&[product(1)]]), vec![2, 1]),
        (with(&[&[product(1), product(2)]]), vec![3, 2, 1]),
        (with(&[&[size("1-M")]]), vec![1]),
        (with(&[&[product(1)], &[courier(52), courier(77)], &[pln.clone()]]), vec![2]),
        (with(&[&[prepaid], &[]]), vec![]),
        (with(&[&[]]), vec![]),
        (with(&[&[SupplyTerm::Payment(PaymentKind::Tradecredit)]]), vec![]),
        (SupplyFilter { account: Some(AccountId(1)), ..with(&[&[pln.clone()]]) }, vec![2]),
        (SupplyFilter { statuses: vec![SupplyStatus::Packed], ..with(&[&[pln.clone()]]) }, vec![]),
        (SupplyFilter { serials: Some(vec![OrderSerial(3), OrderSerial(9)]), ..with(&[&[pln.clone()]]) }, vec![3]),
        (SupplyFilter { serials: Some(Vec::new()), ..with(&[&[pln.clone()]]) }, vec![]),
        (SupplyFilter { wholesaler: id(2), ..with(&[&[pln.clone()]]) }, vec![]),
    ] {
        let total = i64::try_from(wanted.len()).unwrap();
        assert_eq!(listed(&db, filter.clone()).await, (wanted, total), "{filter:?}");
    }
    let page = |offset, filter: SupplyFilter| SupplyFilter { oldest_first: true, limit: 2, offset, ..filter };
    for filter in [all_orders(), with(&[&[pln.clone()]])] {
        assert_eq!(listed(&db, page(0, filter.clone())).await, (vec![1, 2], 3));
        assert_eq!(listed(&db, page(2, filter.clone())).await, (vec![3], 3));
        assert_eq!(listed(&db, page(4, filter.clone())).await, (vec![], 3));
        let named = SupplyFilter { serials: Some(vec![OrderSerial(3), OrderSerial(1)]), ..filter };
        assert_eq!(listed(&db, page(0, named)).await, (vec![1, 3], 2));
    }
    // Terms are those of the present.
    let mut changed = order_of(1, 53, &["2-set"]);
    changed.document.payment = PaymentKind::Tradecredit;
    let write = write!(db, |tx, changed| {
        assert!(tx.set_supply_document(&changed, at(70)).await?);
        assert!(tx.set_supply_delivery(&changed, at(71)).await?);
        let other = SupplyOrder { wholesaler: id(2), ..changed.clone() };
        assert!(!tx.set_supply_document(&other, at(72)).await?);
        assert!(!tx.set_supply_delivery(&other, at(72)).await?);
        let moved = SupplyOrder { status: SupplyStatus::Packed, ..changed.clone() };
        assert!(!tx.set_supply_document(&moved, at(72)).await?, "not from another status");
        tx.supply_order(id(1), OrderSerial(1)).await
    });
    let stored = write.await.unwrap().unwrap();
    assert_eq!((&stored.document, &stored.delivery, stored.changed_at), (&changed.document, &changed.delivery, at(71)));
    assert_eq!(listed(&db, with(&[&[product(1)]])).await.0, [2]);
    assert_eq!(listed(&db, with(&[&[size("2-set")], &[courier(53)]])).await.0, [1]);
    assert_eq!(listed(&db, with(&[&[SupplyTerm::Payment(PaymentKind::Tradecredit)]])).await.0, [1]);
}

pub async fn a_part_of_what_is_put_aside_is_let_go_once(db: Db) {
    goods(&db).await;
    let row = reservation("1-S", 5, Some(1), None);
    let put = write!(db, |tx, row| tx.reserve_stock(id(1), &row, at(0)).await);
    assert!(put.await.unwrap());
    for (pieces, wanted, left) in [(2, true, 3), (3, false, 3), (4, false, 3), (2, true, 1)] {
        let by = Quantity::pieces(pieces);
        let shrunk = write!(db, |tx, row, by| tx.shrink_reservation(id(1), &row, by, at(1)).await);
        assert_eq!((shrunk.await.unwrap(), reserved(&db).await), (wanted, left), "{pieces}");
    }
    let strange = write!(db, |tx, row| tx.shrink_reservation(id(2), &row, Quantity(1), at(1)).await);
    assert!(!strange.await.unwrap());
    let rows = read!(db, |tx| tx.reservations_of_order(id(1), OrderSerial(1)).await).await.unwrap();
    assert_eq!((rows.len(), rows[0].quantity), (1, Quantity::pieces(1)));
}

pub async fn files_of_a_removed_line_are_forgotten(db: Db) {
    tenants(&db).await;
    let file = |name: &str| NewFile {
        id: name.to_owned(),
        attachment: Attachment { name: name.to_owned(), media_type: "text/plain".to_owned(), size: 3 },
        content: "YWJj".to_owned(),
    };
    let (first, second) = (file("a.txt"), file("b.txt"));
    let left = write!(db, |tx, first, second| {
        tx.insert_file(id(1), AccountId(1), Some(OrderSerial(4)), 1, &first).await?;
        tx.insert_file(id(1), AccountId(1), Some(OrderSerial(4)), 2, &second).await?;
        assert_eq!(tx.delete_order_files(id(2), AccountId(1), OrderSerial(4), 1).await?, 0);
        assert_eq!(tx.delete_order_files(id(1), AccountId(1), OrderSerial(4), 1).await?, 1);
        let gone = tx.order_files(id(1), AccountId(1), OrderSerial(4), 1).await?;
        Ok((gone.len(), tx.order_files(id(1), AccountId(1), OrderSerial(4), 2).await?.len()))
    });
    assert_eq!(left.await.unwrap(), (0, 1));
}
