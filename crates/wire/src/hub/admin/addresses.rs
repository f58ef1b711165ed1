//! Recipients of shop accounts, and the address of an order (customer protocol §8.4, §8.8).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{ChangeDelivery, Page, Recipient, TenantError};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::wholesale::{AccountId, OrderSerial, ShopAccount};

use super::order_view::StoredAddress;
use super::orders::{Changed, changed, delivery};
use super::params::{Node, Params};
use super::reply::{Answered, Fault, Refusal, Reply, fault};
use super::request::request;
use super::resource::{Resource, gate, read, write};
use crate::schema::typed::{Described as _, Present, object};

/// Most accounts of one call.
const MAX_CLIENTS: usize = 100;

pub(super) const LIST: Resource = Resource::new(
    ("GET", "clients/deliveryAddress"),
    read(Scope::Clients),
    "Recipients of up to 100 shops",
    (AddressesOf::OBJECT, Addresses::OBJECT),
    |app, caller, params| Box::pin(list(app, caller, params)),
)
.gates(&[gate("clients/getDeliveryAddress")]);

pub(super) const OF_ORDER: Resource = Resource::new(
    ("PUT", "orders/deliveryAddress"),
    write(Scope::Orders),
    "Another stored recipient of the shop that ordered",
    (OrderAddress::OBJECT, Changed::OBJECT),
    |app, caller, params| Box::pin(of_order(app, caller, params)),
)
.gates(&[gate("orders/updateDeliveryAddress")]);

request! {
    struct AddressesOf {
        /// Any of the three
        logins: Vec<String> = "clientLogins",
        ids: Vec<i64> = "clientIds",
        /// Codes in an external system
        external_codes: Vec<String> = "clientCodesExternal",
    }

    struct OrderAddress {
        /// The order's number
        #[required]
        serial: Option<i64> = "orderSerialNumber",
        #[required]
        address: Option<i64> = "clientDeliveryAddressId",
        /// When it is there, the order must be of this shop
        login: Option<String> = "clientLogin",
    }
}

object! {
    struct Addresses {
        results: Vec<ClientAddresses> = "results",
    }

    struct ClientAddresses {
        external_code: Present<String> = "clientCodeExternal",
        addresses: Vec<StoredAddress> = "clientDeliveryAddresses",
        id: Present<i64> = "clientId",
        login: Present<String> = "clientLogin",
        error: Fault = "error",
    }
}

/// How a call names a shop.
pub(super) enum Named {
    Login(String),
    Id(i64),
    Code(String),
}

impl Named {
    /// The name of an element.
    pub(super) fn of(element: Node<'_>) -> Option<Self> {
        let login = element.get("clientLogin").text().map(Self::Login);
        let id = || element.get("clientId").int().map(Self::Id);
        login.or_else(id).or_else(|| element.get("clientCodeExternal").text().map(Self::Code))
    }

    /// What is told of a shop that there is not: the name that was asked for.
    fn not_found(self) -> ClientAddresses {
        let nobody = ClientAddresses {
            external_code: Present(None),
            addresses: Vec::new(),
            id: Present(None),
            login: Present(None),
            error: fault(1, "No such client"),
        };
        match self {
            Self::Login(login) => ClientAddresses { login: Present(Some(login)), ..nobody },
            Self::Id(id) => ClientAddresses { id: Present(Some(id)), ..nobody },
            Self::Code(code) => ClientAddresses { external_code: Present(Some(code)), ..nobody },
        }
    }
}

/// The shop of this name.
pub(super) async fn client(app: &App, caller: &AdminCaller, named: &Named) -> Result<Option<ShopAccount>, Refusal> {
    match named {
        Named::Login(login) => known(app.hub().accounts().by_login(caller.id(), login).await),
        Named::Id(id) => known(app.hub().accounts().get(caller.id(), AccountId(*id)).await),
        Named::Code(code) => {
            let all = app.hub().accounts().list(caller.id()).await?;
            Ok(all.into_iter().find(|account| account.profile.external_code == *code))
        }
    }
}

fn known(found: Result<ShopAccount, TenantError>) -> Result<Option<ShopAccount>, Refusal> {
    match found {
        Ok(account) => Ok(Some(account)),
        Err(TenantError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Every recipient of an account.
async fn recipients(app: &App, caller: &AdminCaller, account: AccountId) -> Result<Vec<Recipient>, Refusal> {
    let mut all = Vec::new();
    loop {
        let number = i64::try_from(all.len() / 100).unwrap_or(0);
        let next = app.hub().recipients().for_staff(caller.id(), account, Page::new(Some(number), None)).await?;
        let (total, empty) = (usize::try_from(next.total).unwrap_or(0), next.items.is_empty());
        all.extend(next.items);
        if empty || all.len() >= total {
            return Ok(all);
        }
    }
}

async fn list(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = AddressesOf::read(params.root());
    let logins = request.logins.into_iter().map(Named::Login);
    let ids = request.ids.into_iter().map(Named::Id);
    let codes = request.external_codes.into_iter().map(Named::Code);
    let asked: Vec<Named> = logins.chain(ids).chain(codes).collect();
    if asked.is_empty() {
        return Err(Refusal::format("clientLogins, clientIds or clientCodesExternal is missing"));
    }
    if asked.len() > MAX_CLIENTS {
        return Err(Refusal::format("at most 100 clients in one call"));
    }
    let (mut results, mut errors) = (Vec::new(), false);
    for named in asked {
        let Some(account) = client(app, caller, &named).await? else {
            errors = true;
            results.push(named.not_found());
            continue;
        };
        let addresses = recipients(app, caller, account.id)
            .await?
            .iter()
            .map(|recipient| StoredAddress::of(recipient.id.to_string(), &recipient.address))
            .collect();
        results.push(ClientAddresses {
            external_code: Present(Some(account.profile.external_code)),
            addresses,
            id: Present(Some(account.id.0)),
            login: Present(Some(account.login)),
            error: fault(0, ""),
        });
    }
    Ok(Reply::partly(&Addresses { results }, errors, "Some clients were not found"))
}

/// Gives an order the address of a stored recipient of the account that placed it.
async fn of_order(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = OrderAddress::read(params.root());
    let (Some(serial), Some(wanted)) = (request.serial.map(OrderSerial), request.address) else {
        return Err(Refusal::format("orderSerialNumber or clientDeliveryAddressId is missing"));
    };
    let order = app.hub().orders().get(caller.id(), serial).await?;
    if request.login.is_some_and(|login| login != order.document.login) {
        return Ok(Reply::with_errors(&Changed { results: false }, 2, "The order is not of this client"));
    }
    let all = recipients(app, caller, order.account).await?;
    let Some(recipient) = all.into_iter().find(|recipient| recipient.id.0 == wanted) else {
        return Err(Refusal::not_found("No such delivery address of this client"));
    };
    let change = ChangeDelivery { address: Some(Box::new(recipient.address)), ..delivery(caller, serial) };
    changed(app.hub().orders().change_delivery(change).await)
}
