//! `setShipmentTracking`: consignment numbers of an order (checkout protocol §9).

use crossdock_app::App;
use crossdock_app::checkout::orders::SetTracking;
use serde_json::{Map, Value};

use super::endpoint::{Endpoint, case, golden};
use super::failure::{Failure, Subject};
use super::fields::{Fields, Problem};
use super::request::Request;
use super::values::{CREDENTIALS, SUCCESS, WHICH_ORDER};
use crate::json;
use crate::schema::{Element, Field, JsonOnly, Object, Type, UNLIMITED, text};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "orders",
    summary: "Set tracking numbers",
    about: "Sets the parcels of an order and completes it (`VENDOR_END_OF_DAY_COMPLETE`). May be called again.",
    idempotency_key: None,
    request: &REQUEST,
    response: &SUCCESS,
    request_example: golden!("setShipmentTracking/documented-example", "request"),
    response_example: golden!("setShipmentTracking/documented-example", "response"),
    errors: &[
        case("Parameter orderId is required to setShipmentTracking", "no `orderId`"),
        case("Parameter trackingList is required to setShipmentTracking", "absent or empty"),
        case("Parameter trackingList is not valid, it must not have more than 100 elements", "too many"),
        case("Parameter number is required for tracking: 2", "an element without number"),
        case("Parameter number is not valid for tracking: 1", "an array or object"),
        case("Parameter number is not valid for tracking: 1, it must not be longer than 100 characters", "too long"),
        case("Parameter number is not valid for tracking: 1, it must not contain control characters", "several lines"),
        case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
        case("Could not retrieve order to setShipmentTracking for orderId: 10001", "no such order"),
        case(
            "Could not setShipmentTracking for orderId: 10001, current orderStatus: IGLOBAL_ORDER_CANCELLED",
            "the order is locked",
        ),
    ],
};

static REQUEST: Object = Object::new(
    "SetShipmentTracking",
    &[Field::new("trackingList", Type::List(Element::Json(JsonOnly::ObjectOrScalar(&TRACKING_ELEMENT)), UNLIMITED))
        .required()
        .about("1 to 100 parcels; an element may be the bare number.")],
)
.with(&[&CREDENTIALS, &WHICH_ORDER])
.about("The order's parcels. The list replaces an earlier one.");

static TRACKING_ELEMENT: Object = Object::new(
    "TrackingElement",
    &[
        text("number").about("Consignment number, up to 100 characters."),
        text("numbers").about("Another name of `number`."),
        text("carrier").about("Up to 100 characters. Kept when a later call leaves it out."),
    ],
)
.about("A parcel. `number` or `numbers` is required.");

/// Most numbers of one order.
const MOST: usize = 100;
/// Longest number or carrier, in characters.
const LIMIT: usize = 100;

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let command = request.check(app, read(request)).await?;
    let order = command.order;
    match app.checkout().orders().set_tracking(command).await {
        Ok(()) => Ok(json::single("success", &format!("Updated Order: {} with new tracking info.", order.number))),
        Err(error) => Err(Failure::Order(error, Subject::Order(order))),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<SetTracking, Problem> {
    let fields = request.fields;
    let order = request
        .order_id("orderId")?
        .ok_or_else(|| Problem("Parameter orderId is required to setShipmentTracking".to_owned()))?;
    Ok(SetTracking { credentials: request.credentials.clone(), order, parcels: read_list(fields)? })
}

fn read_list(fields: Fields<'_>) -> Result<Vec<(String, Option<String>)>, Problem> {
    let list = match fields.get("trackingList") {
        // A lone element is a list of one.
        Some(Value::Array(list)) => list.as_slice(),
        Some(Value::String(text)) if text.trim().is_empty() => &[],
        Some(element) => std::slice::from_ref(element),
        None => &[],
    };
    if list.is_empty() {
        return Err(Problem("Parameter trackingList is required to setShipmentTracking".to_owned()));
    }
    if list.len() > MOST {
        return Err(fields.must("trackingList", &format!("must not have more than {MOST} elements")));
    }
    list.iter().zip(1..).map(|(element, position)| read_element(element, position)).collect()
}

fn read_element(element: &Value, position: usize) -> Result<(String, Option<String>), Problem> {
    let bare;
    let map = match element {
        Value::Object(map) => map,
        // A plain text or number is meant as the number.
        other => {
            bare = Map::from_iter([("number".to_owned(), other.clone())]);
            &bare
        }
    };
    let fields = Fields::element(map, "tracking", position);
    let number = fields.filled(&["number", "numbers"])?.ok_or_else(|| fields.required("number"))?;
    let number = checked(fields, "number", &number)?;
    let carrier = fields.filled(&["carrier"])?.map(|carrier| checked(fields, "carrier", &carrier)).transpose()?;
    Ok((number, carrier))
}

fn checked(fields: Fields<'_>, key: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(fields.must(key, "must not contain control characters"));
    }
    if text.chars().count() > LIMIT {
        return Err(fields.must(key, &format!("must not be longer than {LIMIT} characters")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fields::parse_object;
    use super::*;

    fn list(value: &Value) -> Result<Vec<(String, Option<String>)>, String> {
        let map = parse_object(json!({ "trackingList": value }).to_string().as_bytes()).expect("an object");
        read_list(Fields::new(&map)).map_err(|problem| problem.0)
    }

    #[test]
    fn numbers_come_in_both_spellings_and_bare() {
        let wanted = Ok(vec![("1Z204".to_owned(), None)]);
        for value in [
            json!([{"number": "1Z204"}]),
            json!([{"numbers": " 1Z204 "}]),
            json!([{"number": "", "numbers": "1Z204", "weight": 3}]),
            json!(["1Z204"]),
            json!("1Z204"),
            json!({"number": "1Z204"}),
        ] {
            assert_eq!(list(&value), wanted, "{value}");
        }
        assert_eq!(list(&json!([{"number": 12345}])), Ok(vec![("12345".to_owned(), None)]));
        let with_carrier = list(&json!([{"number": "1", "carrier": "UPS"}, {"number": "2", "carrier": ""}]));
        assert_eq!(with_carrier, Ok(vec![("1".to_owned(), Some("UPS".to_owned())), ("2".to_owned(), None)]));
    }

    #[test]
    fn every_mistake_names_its_place() {
        let required = "Parameter trackingList is required to setShipmentTracking";
        for (value, text) in [
            (json!(null), required),
            (json!([]), required),
            (json!(" "), required),
            (json!([{}]), "Parameter number is required for tracking: 1"),
            (json!(["1", ""]), "Parameter number is required for tracking: 2"),
            (json!([null]), "Parameter number is required for tracking: 1"),
            (json!([["1"]]), "Parameter number is not valid for tracking: 1"),
            (json!([{"number": {}}]), "Parameter number is not valid for tracking: 1"),
            (
                json!(["a\u{0}b"]),
                "Parameter number is not valid for tracking: 1, it must not contain control characters",
            ),
            (
                json!(["x".repeat(101)]),
                "Parameter number is not valid for tracking: 1, it must not be longer than 100 characters",
            ),
            (json!(vec!["1"; 101]), "Parameter trackingList is not valid, it must not have more than 100 elements"),
        ] {
            assert_eq!(list(&value), Err(text.to_owned()), "{value}");
        }
    }
}
