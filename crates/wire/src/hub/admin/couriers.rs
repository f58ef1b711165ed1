//! Couriers and pickup points (customer protocol §8.8).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{Page, Paged};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{self as domain, CourierId};

use super::fields::{NOTHING, PageRequest, Paging};
use super::params::Params;
use super::reply::{Answered, Refusal, Reply, number, yes_no};
use super::request::request;
use super::resource::{Resource, gate, read};
use crate::schema::typed::{ById, Described as _, EmptyList, Exact, object};

pub(super) const LIST: Resource = Resource::new(
    ("GET", "couriers/couriers"),
    read(Scope::Couriers),
    "Couriers, of one country when it is named",
    (CouriersOf::OBJECT, Couriers::OBJECT),
    |app, caller, params| Box::pin(list(app, caller, params)),
)
.gates(&[gate("couriers/get")]);

pub(super) const ASSIGNED: Resource = Resource::new(
    ("GET", "couriers/assignedToShippingProfiles"),
    read(Scope::Couriers),
    "The same with more of each: a map by id, or an empty list",
    (&NOTHING, AssignedCouriers::OBJECT),
    |app, caller, _| Box::pin(assigned(app, caller)),
)
.gates(&[gate("couriers/getAssignedToShippingProfiles")]);

pub(super) const PICKUP_POINTS: Resource = Resource::new(
    ("GET", "couriers/pickupPoints"),
    read(Scope::Couriers),
    "Pickup points of a courier",
    (PickupPointsOf::OBJECT, PickupPoints::OBJECT),
    |app, caller, params| Box::pin(pickup_points(app, caller, params)),
)
.gates(&[gate("couriers/getPickupPoints")]);

request! {
    struct CouriersOf {
        /// Two letters
        country: Option<String> = "countryCode",
        ..page: PageRequest
    }

    struct PickupPointsOf {
        #[required]
        courier: Option<i64> = "courierId",
        id: Option<String> = "pickupPointId",
        /// The same here
        external_id: Option<String> = "pickupPointExternalId",
        ..page: PageRequest
    }
}

object! {
    struct Couriers {
        result: Vec<Courier> = "result",
        ..paging: Paging
    }

    struct Courier {
        /// A text here, unlike elsewhere
        id: String = "courierId",
        name: String = "name",
        pickup_points: bool = "hasPickupPoints",
    }

    struct AssignedCouriers {
        couriers: ById<AssignedCourier> = "couriers",
    }

    struct AssignedCourier {
        id: String = "id",
        multiple_packages: &'static str = "multiple_packages_support",
        name: String = "name",
        package_number: &'static str = "package_number_support",
        pickup: &'static str = "pickup",
        region: String = "region",
        shipping_number: &'static str = "shipping_number_support",
        tracking_url: String = "trackingurl",
        webservice_only: &'static str = "webservice_only",
    }

    struct PickupPoints {
        result: Vec<PickupPoint> = "result",
        ..paging: Paging
    }

    struct PickupPoint {
        id: String = "pickupPointId",
        external_id: String = "pickupPointExternalId",
        courier: i64 = "courierId",
        descriptions: Vec<PickupPointDescription> = "descriptions",
        payments: Vec<PickupPointPayment> = "paymentForms",
        status: &'static str = "serviceStatus" in ["available", "out_of_service"],
        address: PickupPointAddress = "address",
        place: PickupPointPlace = "coordinates",
        operating_days: EmptyList = "operatingDays",
    }

    struct PickupPointDescription {
        description: String = "description",
        language: &'static str = "languageId",
        name: String = "name",
    }

    struct PickupPointPayment {
        kind: &'static str = "paymentFormType" in ["cash", "card"],
    }

    struct PickupPointAddress {
        city: String = "city",
        province_code: &'static str = "provinceCode",
        province_name: &'static str = "provinceName",
        street: String = "street",
        zip: String = "zipCode",
    }

    struct PickupPointPlace {
        latitude: Exact = "latitude",
        longitude: Exact = "longitude",
    }
}

async fn list(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = CouriersOf::read(params.root());
    let country = match request.country {
        None => None,
        Some(code) => Some(Country::from_code(&code).ok_or_else(|| Refusal::format(format!("countryCode {code}")))?),
    };
    let all = app.hub().couriers().all(caller.id()).await?;
    let mine: Vec<domain::Courier> =
        all.into_iter().filter(|one| one.active && country.is_none_or(|country| one.serves(country))).collect();
    let found = paged(mine, request.page.page());
    let courier = |one: &domain::Courier| Courier {
        id: one.id.to_string(),
        name: one.name.clone(),
        pickup_points: one.settings.pickup_points,
    };
    let result = found.items.iter().map(courier).collect();
    Ok(Reply::done(&Couriers { result, paging: Paging::of(&found) }))
}

fn paged<T>(all: Vec<T>, page: Page) -> Paged<T> {
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(page.number.saturating_mul(page.limit)).unwrap_or(usize::MAX);
    let take = usize::try_from(page.limit).unwrap_or(0);
    Paged { items: all.into_iter().skip(skip).take(take).collect(), total, page }
}

/// Described as a list, in reality a map by id, and a list again when it is empty. Everything in it is text.
async fn assigned(app: &App, caller: &AdminCaller) -> Answered {
    let mut couriers = Vec::new();
    for one in app.hub().couriers().all(caller.id()).await?.into_iter().filter(|one| one.active) {
        let (id, settings) = (one.id.to_string(), one.settings);
        let view = AssignedCourier {
            id: id.clone(),
            multiple_packages: "y",
            name: one.name,
            package_number: yes_no(settings.package_number),
            pickup: yes_no(settings.pickup_points),
            region: settings.region,
            shipping_number: yes_no(settings.shipping_number),
            tracking_url: settings.tracking_url,
            webservice_only: "n",
        };
        couriers.push((id, view));
    }
    couriers.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(Reply::done(&AssignedCouriers { couriers: ById(couriers) }))
}

async fn pickup_points(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = PickupPointsOf::read(params.root());
    let Some(courier) = request.courier else { return Err(Refusal::format("courierId is missing")) };
    let mut found = app.hub().couriers().pickup_points(caller.id(), CourierId(courier), request.page.page()).await?;
    if let Some(id) = request.id.or(request.external_id) {
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
    let result = found.items.iter().map(point).collect();
    Ok(Reply::done(&PickupPoints { result, paging: Paging::of(&found) }))
}

fn point(point: &domain::PickupPoint) -> PickupPoint {
    PickupPoint {
        id: point.id.clone(),
        external_id: point.id.clone(),
        courier: point.courier.0,
        descriptions: vec![PickupPointDescription {
            description: point.description.clone(),
            language: "pol",
            name: point.name.clone(),
        }],
        payments: if point.collects { vec![PickupPointPayment { kind: "cash" }] } else { Vec::new() },
        status: if point.active { "available" } else { "out_of_service" },
        address: PickupPointAddress {
            city: point.city.clone(),
            province_code: "",
            province_name: "",
            street: point.street.clone(),
            zip: point.zip.clone(),
        },
        place: PickupPointPlace {
            latitude: number(point.place.latitude()),
            longitude: number(point.place.longitude()),
        },
        operating_days: EmptyList,
    }
}
