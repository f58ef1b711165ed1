//! Couriers, pickup points, payment forms, time (customer reference §8.8).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{Page, Paged};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{Courier, CourierId, PickupPoint};
use serde_json::{Map, Value, json};

use super::orders::{page, with_paging};
use super::params::Params;
use super::reply::{Answered, Refusal, Reply, number, yes_no};

pub(super) async fn list(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let country = match params.root().get("countryCode").text() {
        None => None,
        Some(code) => Some(Country::from_code(&code).ok_or_else(|| Refusal::format(format!("countryCode {code}")))?),
    };
    let all = app.hub().couriers().all(caller.id()).await?;
    let mine: Vec<Courier> =
        all.into_iter().filter(|one| one.active && country.is_none_or(|country| one.serves(country))).collect();
    let page = page(params.root());
    let found = paged(mine, page);
    let result: Vec<Value> = found
        .items
        .iter()
        .map(|one| {
            json!({
                // A text here, unlike elsewhere.
                "courierId": one.id.to_string(), "name": one.name, "hasPickupPoints": one.settings.pickup_points,
            })
        })
        .collect();
    Ok(Reply::done(&with_paging(json!({ "result": result }), &found)))
}

fn paged<T>(all: Vec<T>, page: Page) -> Paged<T> {
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(page.number.saturating_mul(page.limit)).unwrap_or(usize::MAX);
    let take = usize::try_from(page.limit).unwrap_or(0);
    Paged { items: all.into_iter().skip(skip).take(take).collect(), total, page }
}

/// Described as a list, in reality a map by id, and a list again when it is empty. Everything in it is text.
pub(super) async fn assigned(app: &App, caller: &AdminCaller) -> Answered {
    let mut couriers = Map::new();
    for one in app.hub().couriers().all(caller.id()).await?.into_iter().filter(|one| one.active) {
        let settings = &one.settings;
        let view = json!({
            "id": one.id.to_string(), "region": settings.region, "name": one.name, "trackingurl": settings.tracking_url,
            "pickup": yes_no(settings.pickup_points), "multiple_packages_support": "y", "webservice_only": "n",
            "shipping_number_support": yes_no(settings.shipping_number),
            "package_number_support": yes_no(settings.package_number),
        });
        couriers.insert(one.id.to_string(), view);
    }
    let couriers = if couriers.is_empty() { json!([]) } else { Value::Object(couriers) };
    Ok(Reply::done(&json!({ "couriers": couriers })))
}

pub(super) async fn pickup_points(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let Some(courier) = root.get("courierId").int() else { return Err(Refusal::format("courierId is missing")) };
    let mut found = app.hub().couriers().pickup_points(caller.id(), CourierId(courier), page(root)).await?;
    if let Some(id) = root.get("pickupPointId").text().or_else(|| root.get("pickupPointExternalId").text()) {
        // Looked for among all, not only on this page.
        let mut number = 0;
        let mut hit = None;
        loop {
            let next = app
                .hub()
                .couriers()
                .pickup_points(caller.id(), CourierId(courier), Page::new(Some(number), None))
                .await?;
            let pages = next.pages();
            hit = hit.or_else(|| next.items.into_iter().find(|point| point.id == id));
            number += 1;
            if hit.is_some() || number >= pages {
                break;
            }
        }
        found = paged(hit.into_iter().collect(), found.page);
    }
    let result: Vec<Value> = found.items.iter().map(point).collect();
    Ok(Reply::done(&with_paging(json!({ "result": result }), &found)))
}

fn point(point: &PickupPoint) -> Value {
    let payment = if point.collects { json!([{ "paymentFormType": "cash" }]) } else { json!([]) };
    json!({
        "pickupPointId": point.id,
        "pickupPointExternalId": point.id,
        "courierId": point.courier.0,
        "descriptions": [{ "languageId": "pol", "name": point.name, "description": point.description }],
        "paymentForms": payment,
        "serviceStatus": if point.active { "available" } else { "out_of_service" },
        "address": { "street": point.street, "zipCode": point.zip, "city": point.city, "provinceCode": "", "provinceName": "" },
        "coordinates": { "longitude": number(point.place.longitude()), "latitude": number(point.place.latitude()) },
        "operatingDays": [],
    })
}

pub(super) fn payment_forms(caller: &AdminCaller, params: &Params) -> Reply {
    let active_only = params.root().get("activeOnly").text().as_deref() == Some("yes");
    let forms: Vec<Value> = caller
        .wholesaler()
        .settings
        .payment_forms
        .iter()
        .filter(|form| form.active || !active_only)
        .map(|form| json!({ "id": form.id, "name": form.name }))
        .collect();
    Reply::done(&json!({ "result": { "payment_forms": forms } }))
}

pub(super) fn server_time(now: Timestamp) -> Reply {
    Reply::done(&json!({ "time": now.0.div_euclid(1_000_000) }))
}
