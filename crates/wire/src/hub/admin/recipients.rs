//! Adding, changing and forgetting recipients of shop accounts (customer protocol §8.8, answers as in §4.6).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{Caller, OrderingError, RecipientChange, RecipientProblem, StaffAccessError};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::RecipientId;

use super::address_fields::{AddressFields, UnknownCountry};
use super::addresses::{Named, client};
use super::fields::ADDRESS;
use super::params::{Node, Params, node};
use super::reply::{Answered, Fault, Refusal, Reply, fault};
use super::resource::{Resource, gate, write};
use crate::customer::recipient_fault;
use crate::schema::typed::{Described as _, Present, object};
use crate::schema::{Object, int, list, text};

/// Most recipients of one call.
const MAX_RECIPIENTS: usize = 100;
/// Where recipients live when nobody says so (customer protocol §4.6).
const DEFAULT_COUNTRY: &str = "PL";

pub(super) const ADD: Resource = Resource::new(
    ("POST", "clients/deliveryAddress"),
    write(Scope::Clients),
    "Adds recipients to shops; those that fail are told, the others are stored",
    (&ADD_REQUEST, AddressesChanged::OBJECT),
    |app, caller, params| Box::pin(store(app, caller, params, Action::Add)),
)
.gates(&[gate("clients/addDeliveryAddress")]);

pub(super) const CHANGE: Resource = Resource::new(
    ("PUT", "clients/deliveryAddress"),
    write(Scope::Clients),
    "Changes recipients: fields left out stay; orders keep the address they were placed with",
    (&CHANGE_REQUEST, AddressesChanged::OBJECT),
    |app, caller, params| Box::pin(store(app, caller, params, Action::Change)),
)
.gates(&[gate("clients/updateDeliveryAddress")]);

pub(super) const DELETE: Resource = Resource::new(
    ("POST", "clients/deliveryAddress/delete"),
    write(Scope::Clients),
    "Forgets recipients; orders keep the address they were placed with",
    (&DELETE_REQUEST, AddressesChanged::OBJECT),
    |app, caller, params| Box::pin(store(app, caller, params, Action::Delete)),
)
.gates(&[gate("clients/deleteDeliveryAddress")]);

static ADD_REQUEST: Object =
    Object::new("AddressesAdd", &[list("clients", &NEW_ADDRESS, MAX_RECIPIENTS).required().about("1 to 100")]);

static NEW_ADDRESS: Object = Object::new("NewAddress", &[]).with(&[&OF_CLIENT, &ADDRESS]).open();

static CHANGE_REQUEST: Object =
    Object::new("AddressesChange", &[list("clients", &CHANGED_ADDRESS, MAX_RECIPIENTS).required().about("1 to 100")]);

static CHANGED_ADDRESS: Object = Object::new("ChangedAddress", &[]).with(&[&OF_CLIENT, &ADDRESS_ID, &ADDRESS]).open();

static DELETE_REQUEST: Object =
    Object::new("AddressesDelete", &[list("clients", &DELETED_ADDRESS, MAX_RECIPIENTS).required().about("1 to 100")]);

static DELETED_ADDRESS: Object = Object::new("DeletedAddress", &[]).with(&[&OF_CLIENT, &ADDRESS_ID]).open();

static OF_CLIENT: Object = Object::new(
    "OfClient",
    &[text("clientLogin").about("Whose; or one of the next two"), int("clientId"), text("clientCodeExternal")],
);

static ADDRESS_ID: Object = Object::new("DeliveryAddressId", &[int("clientDeliveryAddressId").required()]);

object! {
    struct AddressesChanged {
        results: Vec<AddressChanged> = "results",
    }

    struct AddressChanged {
        /// Not there when it failed
        result: Present<AddressId> = "clientDeliveryAddressResult",
        /// 1 no such client; 6 the client is blocked or may not order; 7 a value of no use; 401 no such address; 402
        /// required fields are missing
        errors: Vec<Fault> = "errors",
        done: bool = "resultStatus",
    }

    struct AddressId {
        /// A text, as in the lists of addresses
        id: String = "clientDeliveryAddressId",
    }
}

/// What is done with each element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Change,
    Delete,
}

/// Why an element failed: fault code and text.
type Failed = (i64, String);

/// Does it element by element: the ones that fail are told, the others are done. `clientsSettings` asks for mails and
/// messages to the client, of which there are none about addresses; it is taken and makes no difference.
async fn store(app: &App, caller: &AdminCaller, params: &Params, action: Action) -> Answered {
    let clients = params.root().get("clients").list();
    if clients.is_empty() || clients.len() > MAX_RECIPIENTS {
        return Err(Refusal::format("params.clients must have 1 to 100 elements"));
    }
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &clients {
        results.push(match one(app, caller, node(element), action).await? {
            Ok(id) => AddressChanged {
                result: Present(Some(AddressId { id: id.to_string() })),
                errors: Vec::new(),
                done: true,
            },
            Err((code, text)) => {
                failed = true;
                AddressChanged { result: Present(None), errors: vec![fault(code, &text)], done: false }
            }
        });
    }
    Ok(Reply::partly(&AddressesChanged { results }, failed, "Some addresses were not changed"))
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
    let address = AddressFields::recipient(element);
    let country = match address.country() {
        Ok(country) => country,
        Err(UnknownCountry(code)) => return Ok(Err((7, format!("No such country: {code}")))),
    };
    let outcome = match action {
        Action::Add => {
            let Some(country) = country.or_else(|| Country::from_code(DEFAULT_COUNTRY)) else {
                return no(7, "clientDeliveryAddressCountry is missing");
            };
            app.hub().recipients().add(&shop, vec![address.address(country)]).await
        }
        Action::Change | Action::Delete => {
            let id = element.get("clientDeliveryAddressId");
            if !id.is_there() {
                return no(7, "clientDeliveryAddressId is missing");
            }
            // What is no number is nobody's address.
            let id = RecipientId(id.int().unwrap_or(0));
            known(app, &shop, id, (action == Action::Change).then(|| address.change(country))).await
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
