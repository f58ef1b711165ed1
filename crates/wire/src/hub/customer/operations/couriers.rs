//! `Couriers/get` and `Couriers/getForOrder` (customer protocol §4.4, §4.5).

use crossdock_app::hub::{Caller, CourierForOrder, CourierQuery, CouriersForOrder, DeliveryTo, Page};
use crossdock_domain::wholesale::{Courier, PaymentKind, PickupPoint};

use super::super::decode::{Problem, ProblemKind};
use super::super::fault::Code;
use super::super::names::{
    CITY, COUNTRY_CODE, COURIER_ID, COURIERS, DELIVERY_ADDRESS, DELIVERY_ADDRESS_ID, DELIVERY_COST, DELIVERY_COST_NET,
    DELIVERY_TIME_DAYS, DELIVERY_VAT, HAS_PICKUP_POINTS, LATITUDE, LONGITUDE, NAME, ORDER_PAYMENT_TYPE,
    PACKAGE_NUMBER_SUPPORT, PARAMS, PAYMENT_TYPES, PICKUP_POINT_ID, PICKUP_POINTS, PRODUCTS, REGION, RESULTS_LIMIT,
    RESULTS_NUMBER_ALL, RESULTS_NUMBER_PAGE, RESULTS_PAGE, SHIPPING_NUMBER_SUPPORT, STREET, TRACKING_URL, ZIP_CODE,
};
use super::super::shapes::couriers::{
    COURIER, FOR_ORDER_ANSWER, FOR_ORDER_RESULTS, GET_ANSWER, GET_RESULTS, OFFER, POINT,
};
use super::super::{Answer, Failure};
use super::availability::products;
use super::recipients::{address, country, recipient_id};
use super::{Context, amount, results};
use crate::schema::Object;
use crate::schema::value::Record;

pub(super) async fn get(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let query = CourierQuery { country: country(params, COUNTRY_CODE, PARAMS)?, page: page(params) };
    let found = context.app.hub().couriers().list(caller, query).await.map_err(|error| context.failed(&error))?;
    let couriers: Vec<Record> = found.items.iter().map(|courier| courier_record(&COURIER, courier)).collect();
    let told = Record::new(&GET_RESULTS)
        .with(COURIERS, couriers)
        .with(RESULTS_NUMBER_ALL, found.total)
        .with(RESULTS_NUMBER_PAGE, found.pages())
        .with(RESULTS_PAGE, found.page.number)
        .with(RESULTS_LIMIT, found.page.limit);
    Ok(Answer::done(results(&GET_ANSWER, told)))
}

/// Which part of a list is asked for (customer protocol §2.5).
pub(super) fn page(params: &Record) -> Page {
    Page::new(params.int(RESULTS_PAGE), params.int(RESULTS_LIMIT))
}

/// What is known of every courier; both gates tell it under the same names.
fn courier_record(object: &'static Object, courier: &Courier) -> Record {
    let settings = &courier.settings;
    let kinds: Vec<String> = settings.payment_kinds.iter().map(|kind| kind.code().to_owned()).collect();
    Record::new(object)
        .with(COURIER_ID, courier.id.0)
        .with(NAME, courier.name.as_str())
        .with(REGION, settings.region.as_str())
        .with(TRACKING_URL, settings.tracking_url.as_str())
        .with(HAS_PICKUP_POINTS, settings.pickup_points)
        .with(SHIPPING_NUMBER_SUPPORT, settings.shipping_number)
        .with(PACKAGE_NUMBER_SUPPORT, settings.package_number)
        .with(PAYMENT_TYPES, kinds)
}

pub(super) async fn for_order(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let query = CouriersForOrder {
        deliver_to: deliver_to(params, DELIVERY_ADDRESS_ID)?,
        products: products_or_basket(params)?,
        payment: payment(params),
    };
    let offers = context.app.hub().couriers().for_order(caller, query).await.map_err(|error| context.failed(&error))?;
    if offers.is_empty() {
        return Err(Code::NoCourier.into());
    }
    let couriers: Vec<Record> = offers.iter().map(offer).collect();
    Ok(Answer::done(results(&FOR_ORDER_ANSWER, Record::new(&FOR_ORDER_RESULTS).with(COURIERS, couriers))))
}

/// A stored recipient by its id, else the address in the call.
pub(super) fn deliver_to(params: &Record, id_field: &'static str) -> Result<DeliveryTo, Failure> {
    if let Some(id) = params.filled(id_field) {
        return recipient_id(id).map(DeliveryTo::Stored).ok_or_else(|| Code::AddressNotFound.into());
    }
    let Some(record) = params.record(DELIVERY_ADDRESS) else {
        return Err(Problem { path: format!("{PARAMS}.{DELIVERY_ADDRESS}"), why: ProblemKind::Missing }.into());
    };
    Ok(DeliveryTo::Inline(Box::new(address(record, &format!("{PARAMS}.{DELIVERY_ADDRESS}"))?)))
}

/// `None` stands for the basket.
pub(super) fn products_or_basket(params: &Record) -> Result<Option<Vec<crossdock_app::hub::ProductRef>>, Problem> {
    if params.list(PRODUCTS).is_empty() { Ok(None) } else { products(params).map(Some) }
}

pub(super) fn payment(params: &Record) -> Option<PaymentKind> {
    params.text(ORDER_PAYMENT_TYPE).and_then(PaymentKind::from_code)
}

fn offer(found: &CourierForOrder) -> Record {
    let points: Vec<Record> = found.pickup_points.iter().map(point).collect();
    let points = found.courier.settings.pickup_points.then_some(points);
    courier_record(&OFFER, &found.courier)
        .with(DELIVERY_COST, amount(found.offer.gross))
        .with(DELIVERY_COST_NET, amount(found.offer.net))
        .with(DELIVERY_VAT, found.offer.vat.rate)
        .with(DELIVERY_TIME_DAYS, found.days)
        .with_some(PICKUP_POINTS, points)
}

fn point(point: &PickupPoint) -> Record {
    Record::new(&POINT)
        .with(PICKUP_POINT_ID, point.id.as_str())
        .with(NAME, point.name.as_str())
        .with(STREET, point.street.as_str())
        .with(ZIP_CODE, point.zip.as_str())
        .with(CITY, point.city.as_str())
        .with(LATITUDE, point.place.latitude())
        .with(LONGITUDE, point.place.longitude())
}
