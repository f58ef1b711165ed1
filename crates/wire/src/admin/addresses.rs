//! Recipients of shop accounts, and the address of an order (customer reference §8.4, §8.8).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{ChangeDelivery, Page, Recipient, TenantError};
use crossdock_domain::wholesale::{AccountId, OrderSerial, ShopAccount};
use serde_json::{Value, json};

use super::order_view::address;
use super::orders::{changed, delivery};
use super::params::{Node, Params};
use super::reply::{Answered, Refusal, Reply, fault};

/// Most accounts of one call.
const MAX_CLIENTS: usize = 100;

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

    fn view(&self) -> Value {
        match self {
            Self::Login(login) => json!({ "clientLogin": login }),
            Self::Id(id) => json!({ "clientId": id }),
            Self::Code(code) => json!({ "clientCodeExternal": code }),
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

pub(super) async fn list(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let logins = root.get("clientLogins").texts().into_iter().map(Named::Login);
    let ids = root.get("clientIds").ints().into_iter().map(Named::Id);
    let codes = root.get("clientCodesExternal").texts().into_iter().map(Named::Code);
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
            let mut view = named.view();
            errors = true;
            view["clientDeliveryAddresses"] = json!([]);
            view["error"] = fault(1, "No such client");
            results.push(view);
            continue;
        };
        let addresses: Vec<Value> = recipients(app, caller, account.id)
            .await?
            .iter()
            .map(|recipient| {
                let mut view = address(&recipient.address, "clientDeliveryAddress");
                view["clientDeliveryAddressId"] = recipient.id.to_string().into();
                view
            })
            .collect();
        results.push(json!({
            "clientCodeExternal": account.profile.external_code, "clientId": account.id.0, "clientLogin": account.login,
            "clientDeliveryAddresses": addresses, "error": fault(0, ""),
        }));
    }
    let body = json!({ "results": results });
    Ok(if errors { Reply::with_errors(body, 1, "Some clients were not found") } else { Reply::done(&body) })
}

/// Gives an order the address of a stored recipient of the account that placed it.
pub(super) async fn of_order(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let (Some(serial), Some(wanted)) =
        (root.get("orderSerialNumber").int().map(OrderSerial), root.get("clientDeliveryAddressId").int())
    else {
        return Err(Refusal::format("orderSerialNumber or clientDeliveryAddressId is missing"));
    };
    let order = app.hub().orders().get(caller.id(), serial).await?;
    if root.get("clientLogin").text().is_some_and(|login| login != order.document.login) {
        return Ok(Reply::with_errors(json!({ "results": false }), 2, "The order is not of this client"));
    }
    let all = recipients(app, caller, order.account).await?;
    let Some(recipient) = all.into_iter().find(|recipient| recipient.id.0 == wanted) else {
        return Err(Refusal::not_found("No such delivery address of this client"));
    };
    let change = ChangeDelivery { address: Some(Box::new(recipient.address)), ..delivery(caller, serial) };
    changed(app.hub().orders().change_delivery(change).await)
}
