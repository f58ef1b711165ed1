//! `Orders/add` (customer protocol §4.8): all of it or nothing.

use crossdock_app::hub::{Caller, LineOutcome, OrderingError, PlaceSupplyOrder};
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{BillingData, CodeKind, CourierId, InvoicePreference, OrderLine, SupplyOrder};
use rust_decimal::Decimal;

use super::super::decode::{Problem, ProblemKind};
use super::super::fault::{Code, ErrorReply, line_fault};
use super::super::names::{
    AMOUNT, BASKET_POSITION, CASH_ON_DELIVERY, CLIENT_DELIVERY_ADDRESS_ID, CLIENT_NOTE_TO_COURIER,
    CLIENT_NOTE_TO_ORDER, CLIENT_REQUEST_INVOICE, CODE, CODE_TYPE, COURIER_ID, CURRENCY_ID, DELIVERY_DATE, FAULT_CODE,
    FAULT_STRING, ORDER_DELIVERY_COST, ORDER_EXTERNAL_ID, ORDER_ID, ORDER_PAYFORM_COST, ORDER_PRODUCTS_COST,
    ORDER_SERIAL_NUMBER, ORDER_STATUS, ORDERS_RESULTS, PARAMS, PAYER_ADDRESS, PAYER_ADDRESS_CITY,
    PAYER_ADDRESS_COUNTRY_ID, PAYER_ADDRESS_FIRM, PAYER_ADDRESS_FIRST_NAME, PAYER_ADDRESS_LAST_NAME, PAYER_ADDRESS_NIP,
    PAYER_ADDRESS_PHONE, PAYER_ADDRESS_STREET, PAYER_ADDRESS_ZIP_CODE, PAYMENT_FORM_ID, PICKUP_POINT_ID, PRODUCT_ID,
    PRODUCTS_RESULTS, QUANTITY, SIZE_ID, WEBHOOK_URL,
};
use super::super::shapes::orders::{ADD_ANSWER, ADD_RESULTS, PLACED, PLACED_PRODUCT};
use super::super::target::Lang;
use super::super::{Answer, Failure};
use super::couriers::{deliver_to, payment, products_or_basket};
use super::recipients::country;
use super::{Context, amount, results};
use crate::schema::value::Record;

pub(super) async fn answer(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let command = read(caller, params)?;
    match context.app.hub().ordering().place(caller, command).await {
        Ok(placed) => Ok(Answer::done(results(&ADD_ANSWER, told(&placed.order, context.lang)))),
        Err(OrderingError::LinesRefused(lines)) => {
            Ok(Answer::partly(results(&ADD_ANSWER, refused(&lines, context.lang)), true))
        }
        Err(error) => Err(context.failed(&error)),
    }
}

fn read(caller: &Caller, params: &Record) -> Result<PlaceSupplyOrder, Failure> {
    let text = |field| params.owned(field);
    let currency = currency(params, CURRENCY_ID, PARAMS)?;
    let cash = match params.record(CASH_ON_DELIVERY) {
        Some(cash) => {
            let path = format!("{PARAMS}.{CASH_ON_DELIVERY}");
            // Required by its shape.
            let amount = cash.number(AMOUNT).unwrap_or(Decimal::ZERO);
            Some((amount, self::currency(cash, CURRENCY_ID, &path)?))
        }
        None => None,
    };
    let preferred_date = match params.filled(DELIVERY_DATE) {
        Some(date) if caller.wholesaler().settings.time_zone.read(date).is_some() => {
            // A time of day is not promised by anybody.
            date.get(..10).map(str::to_owned)
        }
        Some(_) => {
            return Err(Problem { path: format!("{PARAMS}.{DELIVERY_DATE}"), why: ProblemKind::NoSuchDay }.into());
        }
        None => None,
    };
    Ok(PlaceSupplyOrder {
        products: products_or_basket(params)?,
        deliver_to: deliver_to(params, CLIENT_DELIVERY_ADDRESS_ID)?,
        courier: CourierId(params.int(COURIER_ID).ok_or(Code::UnknownCourier)?),
        pickup_point: text(PICKUP_POINT_ID),
        preferred_date,
        payment: payment(params),
        payment_form: params.int(PAYMENT_FORM_ID),
        cash_on_delivery: cash,
        billing: params.record(PAYER_ADDRESS).map(billing).transpose()?.filter(|data| *data != BillingData::default()),
        note_to_order: text(CLIENT_NOTE_TO_ORDER).unwrap_or_default(),
        note_to_courier: text(CLIENT_NOTE_TO_COURIER).unwrap_or_default(),
        invoice: params.text(CLIENT_REQUEST_INVOICE).and_then(InvoicePreference::from_code).unwrap_or_default(),
        external_id: text(ORDER_EXTERNAL_ID),
        currency,
        webhook_url: text(WEBHOOK_URL),
    })
}

fn currency(record: &Record, field: &'static str, path: &str) -> Result<Option<Currency>, Problem> {
    let Some(code) = record.filled(field) else { return Ok(None) };
    let currency = code.to_ascii_uppercase().parse();
    currency.map(Some).map_err(|_| Problem { path: format!("{path}.{field}"), why: ProblemKind::Currency })
}

fn billing(record: &Record) -> Result<BillingData, Problem> {
    let text = |field| record.owned(field).unwrap_or_default();
    Ok(BillingData {
        first_name: text(PAYER_ADDRESS_FIRST_NAME),
        last_name: text(PAYER_ADDRESS_LAST_NAME),
        firm: text(PAYER_ADDRESS_FIRM),
        nip: text(PAYER_ADDRESS_NIP),
        street: text(PAYER_ADDRESS_STREET),
        zip: text(PAYER_ADDRESS_ZIP_CODE),
        city: text(PAYER_ADDRESS_CITY),
        country: country(record, PAYER_ADDRESS_COUNTRY_ID, &format!("{PARAMS}.{PAYER_ADDRESS}"))?,
        phone: text(PAYER_ADDRESS_PHONE),
    })
}

fn told(order: &SupplyOrder, lang: Lang) -> Record {
    let (fault, amounts) = (ErrorReply::plain(Code::Done, lang), &order.document.amounts);
    let lines: Vec<Record> = order.document.lines.iter().map(|line| placed(line, &fault)).collect();
    let result = Record::new(&PLACED)
        .with(ORDER_ID, order.order_id())
        .with(ORDER_SERIAL_NUMBER, order.serial.0)
        .with(ORDER_STATUS, order.status.code())
        .with(FAULT_CODE, fault.fault)
        .with(FAULT_STRING, fault.text.as_str())
        .with(PRODUCTS_RESULTS, lines);
    Record::new(&ADD_RESULTS)
        .with(ORDERS_RESULTS, vec![result])
        .with(ORDER_PRODUCTS_COST, amount(amounts.products))
        .with(ORDER_DELIVERY_COST, amount(amounts.delivery))
        .with(ORDER_PAYFORM_COST, amount(amounts.payment))
        .with(CURRENCY_ID, order.document.currency.code())
}

fn placed(line: &OrderLine, fault: &ErrorReply) -> Record {
    Record::new(&PLACED_PRODUCT)
        .with(CODE, line.code.as_str())
        .with(CODE_TYPE, line.code_kind.code())
        .with(PRODUCT_ID, line.variant.product.0)
        .with(SIZE_ID, line.variant.size.as_str())
        .with(BASKET_POSITION, line.position)
        .with(QUANTITY, line.quantity.to_decimal())
        .with(FAULT_CODE, fault.fault)
        .with(FAULT_STRING, fault.text.as_str())
}

/// Nothing was ordered; the lines say why.
fn refused(lines: &[LineOutcome], lang: Lang) -> Record {
    let line = |line: &LineOutcome| {
        let fault = line_fault(line.fault, lang);
        Record::new(&PLACED_PRODUCT)
            .with(CODE, line.code.as_str())
            .with(CODE_TYPE, line.kind.map_or("", CodeKind::code))
            .with_some(PRODUCT_ID, line.variant.as_ref().map(|variant| variant.product.0))
            .with_some(SIZE_ID, line.variant.as_ref().map(|variant| variant.size.as_str()))
            .with_some(BASKET_POSITION, line.position)
            .with(QUANTITY, line.quantity)
            .with(FAULT_CODE, fault.fault)
            .with(FAULT_STRING, fault.text)
    };
    let fault = ErrorReply::plain(Code::SomeFailed, lang);
    let result = Record::new(&PLACED)
        .with(FAULT_CODE, fault.fault)
        .with(FAULT_STRING, fault.text)
        .with(PRODUCTS_RESULTS, lines.iter().map(line).collect::<Vec<_>>());
    Record::new(&ADD_RESULTS).with(ORDERS_RESULTS, vec![result])
}
