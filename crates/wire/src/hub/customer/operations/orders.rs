//! `Orders/get` and `Orders/cancel` (customer protocol §4.9, §4.10).

use crossdock_app::hub::orders::list::DateKind;
use crossdock_app::hub::{
    Caller, CancelOutcome, CancelProblem, CancelSupplyOrder, OrderDates, OrderRef, SupplyOrderQuery,
};
use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::wholesale::{
    BillingData, DropshippingStatus, OrderLine, OrderSerial, SupplyOrder, SupplyParcel, SupplyStatus,
};

use super::super::decode::{Problem, ProblemKind};
use super::super::fault::{Code, ErrorReply};
use super::super::names::{
    BASKET_POSITION, CLIENT_DELIVERY_ADDRESS_ID, CODE, CODE_TYPE, COMMENT, COURIER_ID, COURIER_NAME, CURRENCY_ID,
    DELIVERY_ADDRESS, DELIVERY_DATE, DELIVERY_PACKAGE_ID, DELIVERY_PACKAGE_NUMBER, DELIVERY_SHIPPING_NUMBER, DISPATCH,
    DROPSHIPPING_ORDER_STATUS, ESTIMATED_DELIVERY_DATE, FAULT_CODE, FAULT_STRING, ORDER_ADD_DATE, ORDER_CHANGE_DATE,
    ORDER_DELIVERY_COST, ORDER_DISPATCH_DATE, ORDER_EXTERNAL_ID, ORDER_EXTERNAL_IDS, ORDER_ID, ORDER_PAYFORM_COST,
    ORDER_PAYMENT_TYPE, ORDER_PRODUCTS_COST, ORDER_SERIAL_NUMBER, ORDER_STATUS, ORDERS, ORDERS_DATE_BEGIN,
    ORDERS_DATE_END, ORDERS_DATE_RANGE, ORDERS_DATE_TYPE, ORDERS_IDS, ORDERS_RESULTS, ORDERS_SERIAL_NUMBERS,
    ORDERS_STATUSES, PACKAGES, PARAMS, PAYER_ADDRESS, PAYER_ADDRESS_CITY, PAYER_ADDRESS_COUNTRY_ID, PAYER_ADDRESS_FIRM,
    PAYER_ADDRESS_FIRST_NAME, PAYER_ADDRESS_LAST_NAME, PAYER_ADDRESS_NIP, PAYER_ADDRESS_PHONE, PAYER_ADDRESS_STREET,
    PAYER_ADDRESS_ZIP_CODE, PRODUCT_ID, PRODUCT_NAME, PRODUCT_PRICE, PRODUCT_PRICE_NET, PRODUCT_VALUE,
    PRODUCT_VALUE_NET, PRODUCT_VAT, PRODUCTS, QUANTITY, REASON, RESULTS_LIMIT, RESULTS_NUMBER_ALL, RESULTS_NUMBER_PAGE,
    RESULTS_PAGE, SIZE_ID, TRACKING_URL,
};
use super::super::shapes::orders::{
    CANCEL_ANSWER, CANCEL_RESULT, CANCEL_RESULTS, DISPATCHED, GET_ANSWER, GET_RESULTS, ORDER, ORDERED, PACKAGE, PAYER,
};
use super::super::target::Lang;
use super::super::{Answer, Failure};
use super::basket::components;
use super::couriers::page;
use super::recipients::address_record;
use super::{Context, amount, results};
use crate::schema::value::Record;

pub(super) async fn get(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let zone = &caller.wholesaler().settings.time_zone;
    let status = |code: String| {
        let path = || format!("{PARAMS}.{ORDERS_STATUSES}");
        SupplyStatus::from_code(&code).ok_or_else(|| Problem { path: path(), why: ProblemKind::Choice(STATUSES) })
    };
    let query = SupplyOrderQuery {
        serials: params.ints(ORDERS_SERIAL_NUMBERS).into_iter().map(OrderSerial).collect(),
        order_ids: params.texts(ORDERS_IDS),
        external_ids: params.texts(ORDER_EXTERNAL_IDS),
        statuses: params.texts(ORDERS_STATUSES).into_iter().map(status).collect::<Result<_, _>>()?,
        dates: params.record(ORDERS_DATE_RANGE).map(|range| dates(range, zone)).transpose()?,
        page: page(params),
        ..SupplyOrderQuery::default()
    };
    let found = context.app.hub().orders().list(caller, query).await.map_err(|error| context.failed(&error))?;
    let orders: Vec<Record> = found.items.iter().map(|order| told(order, zone)).collect();
    let told = Record::new(&GET_RESULTS)
        .with(ORDERS, orders)
        .with(RESULTS_NUMBER_ALL, found.total)
        .with(RESULTS_NUMBER_PAGE, found.pages())
        .with(RESULTS_PAGE, found.page.number)
        .with(RESULTS_LIMIT, found.page.limit);
    Ok(Answer::done(results(&GET_ANSWER, told)))
}

/// Every status, for the fault that names them (customer protocol §8.5).
const STATUSES: &[&str] = &[
    "new",
    "payment_waiting",
    "delivery_waiting",
    "on_order",
    "packed",
    "packed_fulfillment",
    "packed_ready",
    "ready",
    "wait_for_packaging",
    "wait_for_dispatch",
    "wait_for_receive",
    "suspended",
    "joined",
    "missing",
    "finished",
    "finished_ext",
    "returned",
    "complained",
    "canceled",
    "false",
    "lost",
];

fn dates(range: &Record, zone: &Zone) -> Result<OrderDates, Problem> {
    let kind = match range.text(ORDERS_DATE_TYPE) {
        Some("modified") => DateKind::Modified,
        Some("dispatch") => DateKind::Dispatched,
        _ => DateKind::Added,
    };
    let moment = |field, read: fn(&Zone, &str) -> Option<Timestamp>| {
        let Some(text) = range.filled(field) else { return Ok(None) };
        let path = || format!("{PARAMS}.{ORDERS_DATE_RANGE}.{field}");
        read(zone, text).map(Some).ok_or_else(|| Problem { path: path(), why: ProblemKind::NoSuchDay })
    };
    let (from, to) = (moment(ORDERS_DATE_BEGIN, Zone::read)?, moment(ORDERS_DATE_END, Zone::read_end)?);
    Ok(OrderDates { kind, from, to })
}

fn told(order: &SupplyOrder, zone: &Zone) -> Record {
    let (document, amounts) = (&order.document, &order.document.amounts);
    let date = |moment: Option<Timestamp>| moment.map(|moment| zone.wall_clock(moment)).unwrap_or_default();
    let delivery = &order.delivery;
    let dispatch = Record::new(&DISPATCHED)
        .with(COURIER_ID, delivery.courier.0)
        .with(COURIER_NAME, delivery.courier_name.as_str())
        .with(DELIVERY_DATE, delivery.preferred_date.clone().unwrap_or_default())
        .with(ESTIMATED_DELIVERY_DATE, delivery.estimated_date.clone().unwrap_or_default());
    let recipient = delivery.recipient.map(|id| id.to_string());
    Record::new(&ORDER)
        .with(ORDER_ID, order.order_id())
        .with(ORDER_SERIAL_NUMBER, order.serial.0)
        .with(ORDER_EXTERNAL_ID, order.external_id.clone().unwrap_or_default())
        .with(ORDER_STATUS, order.status.code())
        .with(DROPSHIPPING_ORDER_STATUS, order.dropshipping().code())
        .with(ORDER_ADD_DATE, date(Some(order.placed_at)))
        .with(ORDER_CHANGE_DATE, date(Some(order.changed_at)))
        .with(ORDER_DISPATCH_DATE, date(order.dispatched_at))
        .with(PRODUCTS, document.lines.iter().map(line).collect::<Vec<_>>())
        .with(DELIVERY_ADDRESS, address_record(&delivery.address).with_some(CLIENT_DELIVERY_ADDRESS_ID, recipient))
        .with(PAYER_ADDRESS, payer(&document.billing))
        .with(ORDER_PRODUCTS_COST, amount(amounts.products))
        .with(ORDER_DELIVERY_COST, amount(amounts.delivery))
        .with(ORDER_PAYFORM_COST, amount(amounts.payment))
        .with(CURRENCY_ID, document.currency.code())
        .with(ORDER_PAYMENT_TYPE, document.payment.code())
        .with(DISPATCH, dispatch)
        .with(PACKAGES, order.parcels.iter().map(package).collect::<Vec<_>>())
}

fn line(line: &OrderLine) -> Record {
    Record::new(&ORDERED)
        .with(BASKET_POSITION, line.position)
        .with(CODE, line.code.as_str())
        .with(CODE_TYPE, line.code_kind.code())
        .with(PRODUCT_ID, line.variant.product.0)
        .with(SIZE_ID, line.variant.size.as_str())
        .with(PRODUCT_NAME, line.name.as_str())
        .with(QUANTITY, line.quantity.to_decimal())
        .with(COMMENT, line.note.as_str())
        .with(PRODUCT_PRICE, amount(line.value.unit_gross))
        .with(PRODUCT_PRICE_NET, amount(line.value.unit_net))
        .with(PRODUCT_VAT, line.vat.rate)
        .with(PRODUCT_VALUE, amount(line.value.gross))
        .with(PRODUCT_VALUE_NET, amount(line.value.net))
        .with_some(PRODUCTS, components(&line.components))
}

fn payer(billing: &BillingData) -> Record {
    Record::new(&PAYER)
        .with(PAYER_ADDRESS_FIRST_NAME, billing.first_name.as_str())
        .with(PAYER_ADDRESS_LAST_NAME, billing.last_name.as_str())
        .with(PAYER_ADDRESS_FIRM, billing.firm.as_str())
        .with(PAYER_ADDRESS_NIP, billing.nip.as_str())
        .with(PAYER_ADDRESS_STREET, billing.street.as_str())
        .with(PAYER_ADDRESS_ZIP_CODE, billing.zip.as_str())
        .with(PAYER_ADDRESS_CITY, billing.city.as_str())
        .with(PAYER_ADDRESS_COUNTRY_ID, billing.country.map_or("", |country| country.code()))
        .with(PAYER_ADDRESS_PHONE, billing.phone.as_str())
}

fn package(parcel: &SupplyParcel) -> Record {
    Record::new(&PACKAGE)
        .with(DELIVERY_PACKAGE_ID, parcel.id.0)
        .with(COURIER_ID, parcel.courier.0)
        .with(COURIER_NAME, parcel.courier_name.as_str())
        .with(DELIVERY_PACKAGE_NUMBER, parcel.package_number.as_str())
        .with(DELIVERY_SHIPPING_NUMBER, parcel.shipping_number.as_str())
        .with(TRACKING_URL, parcel.tracking_url())
}

pub(super) async fn cancel(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let wishes = params.records(ORDERS).zip(1..).map(wish).collect::<Result<Vec<_>, _>>()?;
    let named: Vec<OrderRef> = wishes.iter().map(|wish| wish.order.clone()).collect();
    let outcomes = context.app.hub().orders().cancel(caller, wishes).await.map_err(|error| context.failed(&error))?;
    let failed = outcomes.iter().any(|outcome| outcome.problem.is_some());
    let told: Vec<Record> =
        outcomes.iter().zip(&named).map(|(outcome, named)| cancelled(outcome, named, context.lang)).collect();
    let told = Record::new(&CANCEL_RESULTS).with(ORDERS_RESULTS, told);
    Ok(Answer::partly(results(&CANCEL_ANSWER, told), failed))
}

fn wish((record, position): (&Record, usize)) -> Result<CancelSupplyOrder, Problem> {
    let order = if let Some(serial) = record.int(ORDER_SERIAL_NUMBER) {
        OrderRef::Serial(OrderSerial(serial))
    } else if let Some(id) = record.owned(ORDER_ID) {
        OrderRef::Id(id)
    } else if let Some(id) = record.owned(ORDER_EXTERNAL_ID) {
        OrderRef::External(id)
    } else {
        return Err(Problem {
            path: format!("{PARAMS}.{ORDERS}[{position}].{ORDER_SERIAL_NUMBER}"),
            why: ProblemKind::Missing,
        });
    };
    Ok(CancelSupplyOrder { order, reason: record.owned(REASON).unwrap_or_default() })
}

fn cancelled(outcome: &CancelOutcome, named: &OrderRef, lang: Lang) -> Record {
    let code = match outcome.problem {
        None => Code::Done,
        Some(CancelProblem::NotFound) => Code::OrderNotFound,
        Some(CancelProblem::TooLate { .. }) => Code::NotCancellable,
    };
    let fault = ErrorReply::plain(code, lang);
    let record = Record::new(&CANCEL_RESULT).with(FAULT_CODE, fault.fault).with(FAULT_STRING, fault.text);
    if let Some(order) = &outcome.order {
        let dropshipping = match outcome.problem {
            Some(CancelProblem::TooLate { .. }) => DropshippingStatus::NotCancelled,
            _ => order.dropshipping(),
        };
        return record
            .with(ORDER_ID, order.order_id())
            .with(ORDER_SERIAL_NUMBER, order.serial.0)
            .with(ORDER_STATUS, order.status.code())
            .with(DROPSHIPPING_ORDER_STATUS, dropshipping.code());
    }
    let (id, serial) = match named {
        OrderRef::Id(id) => (id.as_str(), None),
        OrderRef::Serial(serial) => ("", Some(serial.0)),
        OrderRef::External(_) => ("", None),
    };
    record
        .with(ORDER_ID, id)
        .with_some(ORDER_SERIAL_NUMBER, serial)
        .with(ORDER_STATUS, "")
        .with(DROPSHIPPING_ORDER_STATUS, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fault_names_every_status() {
        assert_eq!(SupplyStatus::all().map(SupplyStatus::code).collect::<Vec<_>>().len(), STATUSES.len());
        assert!(SupplyStatus::all().all(|status| STATUSES.contains(&status.code())));
    }

    /// Windows of an hour, as an hourly job asks for them: the order of 02:45 in the second coming of that hour is in one.
    #[test]
    fn an_hourly_window_holds_both_comings_of_autumns_hour() {
        use super::super::super::shapes::orders::DATE_RANGE;
        let range = Record::new(&DATE_RANGE)
            .with(ORDERS_DATE_BEGIN, "2026-10-25 02:00:00")
            .with(ORDERS_DATE_END, "2026-10-25 02:59:59");
        let dates = dates(&range, &Zone::warsaw()).expect("dates");
        for order in ["2026-10-25 00:45:00", "2026-10-25 01:45:00", "2026-10-25 01:59:59"] {
            let placed = Zone::UTC.read(order);
            assert!(dates.from <= placed && placed <= dates.to, "{order}");
        }
    }
}
