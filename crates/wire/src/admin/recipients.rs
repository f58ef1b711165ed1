//! Adding, changing and forgetting recipients of shop accounts (customer reference §8.8, answers as in §4.6).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{Caller, OrderingError, RecipientChange, RecipientProblem, StaffAccessError};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{RecipientAddress, RecipientId};
use serde_json::json;

use super::addresses::{Named, client};
use super::params::{Node, Params, node};
use super::reply::{Answered, Refusal, Reply, fault};
use crate::customer::recipient_fault;

/// Most recipients of one call.
const MAX_RECIPIENTS: usize = 100;
/// Where recipients live when nobody says so (§4.6).
const DEFAULT_COUNTRY: &str = "PL";

/// What is done with each element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Add,
    Change,
    Delete,
}

/// Why an element failed: fault code and text.
type Failed = (i64, String);

/// Does it element by element: the ones that fail are told, the others are done. `clientsSettings` asks for mails and
/// messages to the client, of which there are none about addresses; it is taken and makes no difference.
pub(super) async fn write(app: &App, caller: &AdminCaller, params: &Params, action: Action) -> Answered {
    let clients = params.root().get("clients").list();
    if clients.is_empty() || clients.len() > MAX_RECIPIENTS {
        return Err(Refusal::format("params.clients must have 1 to 100 elements"));
    }
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &clients {
        results.push(match one(app, caller, node(element), action).await? {
            Ok(id) => json!({
                "resultStatus": true, "clientDeliveryAddressResult": { "clientDeliveryAddressId": id.0 }, "errors": [],
            }),
            Err((code, text)) => {
                failed = true;
                json!({ "resultStatus": false, "errors": [fault(code, &text)] })
            }
        });
    }
    let body = json!({ "results": results });
    Ok(if failed { Reply::with_errors(body, 1, "Some addresses were not changed") } else { Reply::done(&body) })
}

async fn one(
    app: &App,
    caller: &AdminCaller,
    element: Node<'_>,
    action: Action,
) -> Result<Result<RecipientId, Failed>, Refusal> {
    let no = |code: i64, text: &str| Ok(Err((code, text.to_owned())));
    let Some(named) = Named::of(element) else {
        return no(1, "clientLogin, clientId or clientCodeExternal is missing");
    };
    let Some(account) = client(app, caller, &named).await? else { return no(1, "No such client") };
    let shop = match app.hub().access().caller_for_staff(caller.id(), account.id, "eng").await {
        Ok(shop) => shop,
        Err(StaffAccessError::SwitchedOff) => {
            return no(6, "The client is blocked or may not order");
        }
        Err(error) => return Err(error.into()),
    };
    let country = match element.get("clientDeliveryAddressCountry").text() {
        None => None,
        Some(code) => match Country::from_code(&code.to_ascii_uppercase()) {
            None => return Ok(Err((7, format!("No such country: {code}")))),
            known => known,
        },
    };
    let outcome = match action {
        Action::Add => {
            let Some(country) = country.or_else(|| Country::from_code(DEFAULT_COUNTRY)) else {
                return no(7, "clientDeliveryAddressCountry is missing");
            };
            app.hub().recipients().add(&shop, vec![address(element, country)]).await
        }
        Action::Change | Action::Delete => {
            let id = element.get("clientDeliveryAddressId");
            if !id.is_there() {
                return no(7, "clientDeliveryAddressId is missing");
            }
            // What is no number is nobody's address.
            let id = RecipientId(id.int().unwrap_or(0));
            known(app, &shop, id, (action == Action::Change).then(|| change(element, country))).await
        }
    };
    match outcome {
        Ok(outcomes) => Ok(match outcomes.into_iter().next() {
            Some(Ok(id)) => Ok(id),
            Some(Err(problem)) => Err(recipient_fault(&problem)),
            None => Err(recipient_fault(&RecipientProblem::NotFound)),
        }),
        Err(error) => Err(error.into()),
    }
}

async fn known(
    app: &App,
    shop: &Caller,
    id: RecipientId,
    change: Option<RecipientChange>,
) -> Result<Vec<Result<RecipientId, RecipientProblem>>, OrderingError> {
    match change {
        Some(change) => app.hub().recipients().edit(shop, vec![(id, change)]).await,
        None => app.hub().recipients().remove(shop, vec![id]).await,
    }
}

fn field(element: Node<'_>, name: &str) -> Option<String> {
    element.get(&format!("clientDeliveryAddress{name}")).raw_text()
}

fn address(element: Node<'_>, country: Country) -> RecipientAddress {
    let text = |name: &str| field(element, name).unwrap_or_default();
    RecipientAddress {
        first_name: text("FirstName"),
        last_name: text("LastName"),
        additional: text("Additional"),
        street: text("Street"),
        zip: text("ZipCode"),
        city: text("City"),
        country,
        region_id: text("RegionId"),
        province_id: text("ProvinceId"),
        phone: phone(element).unwrap_or_default(),
        email: text("Email"),
    }
}

/// `Phone1` in a list of recipients, `Phone` inside an order.
fn phone(element: Node<'_>) -> Option<String> {
    field(element, "Phone1").or_else(|| field(element, "Phone"))
}

/// Fields that are there replace, blank ones too; fields left out stay.
fn change(element: Node<'_>, country: Option<Country>) -> RecipientChange {
    let text = |name: &str| field(element, name);
    RecipientChange {
        first_name: text("FirstName"),
        last_name: text("LastName"),
        additional: text("Additional"),
        street: text("Street"),
        zip: text("ZipCode"),
        city: text("City"),
        country,
        region_id: text("RegionId"),
        province_id: text("ProvinceId"),
        phone: phone(element),
        email: text("Email"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_left_out_stay_and_blank_ones_are_emptied() {
        let element = json!({ "clientDeliveryAddressCity": " ", "clientDeliveryAddressPhone": 600_700_800 });
        let change = change(node(&element), None);
        assert_eq!(change.city.as_deref(), Some(" "));
        assert_eq!((change.phone.as_deref(), change.street, change.country), (Some("600700800"), None, None));
    }
}
