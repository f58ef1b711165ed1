//! The Admin API (customer protocol §8): orders, packages, stocks, couriers, addresses, payments, time. [`RESOURCES`] lists what there is,
//! which is called by REST, or by the JSON gates of the older generation (`gates`).
//!
//! Every version (v3 to v8) is answered alike. A request is read into `params::Params`, whatever way its client wrote
//! lists and objects, and ends in a use case of the wholesaler's side; quirks of the dialect (capital `Results`, 207 for
//! "empty", `X-Error`) end here.

mod address_fields;
mod addresses;
mod couriers;
mod delivery_time;
mod fields;
pub mod gates;
pub mod openapi;
mod order_view;
mod orders;
mod packages;
mod params;
mod payments;
mod recipients;
mod reply;
mod request;
pub mod resource;
mod stocks;
mod system;

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_app::hub::AdminAccessError;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::tenants::admin_keys::login::{Proof, TOKEN_LIFE};
use crossdock_app::platform::rate_limit::RateLimiter;
use crossdock_domain::admin_api::Permission;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::AdminKeyId;
use crossdock_domain::wholesale::WholesalerId;
use secrecy::{ExposeSecret as _, SecretString};

use crate::schema::typed::object;
use crate::tenant;
use params::Params;
use resource::{Handler, Resource};

pub use crossdock_app::platform::rate_limit::Quota;
pub use reply::Reply;
pub use resource::methods;

/// Every resource.
pub static RESOURCES: &[Resource] = &[
    orders::GET,
    orders::SEARCH,
    orders::SEARCH_OF_VERSION_3,
    orders::SEARCH_UNFINISHED,
    orders::ADD,
    orders::UPDATE,
    orders::COURIER,
    addresses::OF_ORDER,
    orders::PICKUP_POINT,
    orders::HISTORY,
    orders::STATUSES,
    packages::GET_OF_ORDERS,
    packages::ADD_TO_ORDERS,
    packages::CHANGE_OF_ORDERS,
    packages::SEARCH,
    packages::ADD,
    packages::CHANGE,
    stocks::GET,
    stocks::PUT,
    stocks::QUANTITY,
    stocks::SKU_BY_BARCODE,
    stocks::RESERVATIONS,
    delivery_time::SEARCH,
    couriers::LIST,
    couriers::ASSIGNED,
    couriers::PICKUP_POINTS,
    addresses::LIST,
    recipients::ADD,
    recipients::CHANGE,
    recipients::DELETE,
    payments::FORMS,
    system::SERVER_TIME,
];

/// A request, as HTTP brought it.
#[derive(Debug, Clone, Copy)]
pub struct AdminApiRequest<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Path behind the version: `orders/orders/search`.
    pub path: &'a str,
    /// Query string.
    pub query: &'a str,
    /// Body; `None` when it was too large.
    pub body: Option<&'a [u8]>,
    /// The key that was shown, in `X-API-KEY` or as bearer token.
    pub key: Option<&'a str>,
    /// Where the call comes from.
    pub client: IpAddr,
}

/// The reader of parameters alone, for fuzzing: whether a request has any, and that looking at them never panics.
#[doc(hidden)]
pub fn is_readable(method: &str, query: &str, body: &[u8]) -> bool {
    Params::read(method, query, body).is_ok_and(|params| params.look_at_everything())
}

/// Largest body.
pub const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// What an installation decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Calls that a key may make in a minute; 0: no limit.
    pub calls_per_minute: u32,
    /// Calls that all keys of a sandbox may make in a minute; 0: no limit.
    pub sandbox_calls_per_minute: u32,
}

impl Default for Settings {
    /// Clients believe in about 25 calls a second (customer protocol §8.3).
    fn default() -> Self {
        Self { calls_per_minute: 1_500, sandbox_calls_per_minute: 120 }
    }
}

/// The Admin API of one server: what is counted for its limit.
#[derive(Debug)]
pub struct Api {
    calls: RateLimiter<AdminKeyId>,
    sandbox_calls: RateLimiter<WholesalerId>,
}

impl Api {
    /// With nothing counted yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            calls: RateLimiter::new(settings.calls_per_minute),
            sandbox_calls: RateLimiter::new(settings.sandbox_calls_per_minute),
        }
    }

    /// Who calls, when the key is good and did not call too often.
    fn admit(
        &self,
        caller: Result<AdminCaller, AdminAccessError>,
        now: Timestamp,
    ) -> Result<(AdminCaller, Option<Quota>), Box<Reply>> {
        let caller = caller.map_err(|error| Box::new(Reply::of_error(error)))?;
        let checked = if caller.is_sandbox() {
            self.sandbox_calls.check(caller.id(), now)
        } else {
            self.calls.check(caller.key_id(), now)
        };
        match checked {
            Ok(quota) => Ok((caller, quota)),
            Err(limited) => Err(Box::new(Reply::too_fast(limited))),
        }
    }
}

/// A key that was shown.
fn shown(key: Option<&str>) -> Option<SecretString> {
    key.map(str::trim).filter(|key| !key.is_empty()).map(|key| SecretString::from(key.to_owned()))
}

/// The application of a login at the wholesaler that was called. Nobody's path or host is told like a wrong login.
async fn by_login(
    app: &App,
    path: Option<&str>,
    host: Option<&str>,
    (login, proof): (&str, &Proof),
    client: IpAddr,
) -> Result<AdminCaller, AdminAccessError> {
    let Some(reference) = tenant::named(path, host) else { return Err(app.hub().admin_keys().unknown_login(client)) };
    match app.hub().wholesalers().find(&reference).await? {
        Some(wholesaler) => app.hub().admin_keys().caller_by_login(wholesaler.id, login, proof, client).await,
        None => Err(app.hub().admin_keys().unknown_login(client)),
    }
}

fn too_large(limit: &str) -> Reply {
    Reply::refused(413, "too_large", &format!("The request is larger than {limit}"))
}

fn bad_format(problem: &str) -> Reply {
    Reply::refused(422, "bad_format", problem)
}

/// Answers a call. Order of checks: key, limit, path and method, right, size, body.
pub async fn answer(app: &App, api: &Api, call: AdminApiRequest<'_>) -> Reply {
    let Some(key) = shown(call.key) else {
        return Reply::refused(401, "no_key", "No API key: send it in X-API-KEY");
    };
    let (caller, quota) = match api.admit(app.hub().admin_keys().caller(&key, call.client).await, app.now()) {
        Ok(admitted) => admitted,
        Err(reply) => return *reply,
    };
    let path = call.path.trim_matches('/');
    let reply = match resource::find(call.method, path) {
        Some(resource) => {
            let read = || {
                let body = call.body.ok_or_else(|| too_large("10 MB"))?;
                Params::read(call.method, call.query, body).map_err(|problem| bad_format(&problem))
            };
            serve(app, &caller, resource, read).await
        }
        None if methods(path).is_empty() => Reply::refused(404, "unknown_path", "No such resource"),
        None => Reply::refused(405, "wrong_method", &format!("This resource has: {}", methods(path).join(", "))),
    };
    Reply { quota, ..reply }
}

object! {
    /// A token that stands for a key.
    struct AccessToken {
        /// To be sent as `Authorization: Bearer …`
        token: String = "access_token",
        /// Seconds
        seconds: i64 = "expires_in",
        /// `Bearer`
        kind: &'static str = "token_type",
    }
}

/// A wish for a token, as HTTP brought it.
#[derive(Debug, Clone, Copy)]
pub struct TokenRequest<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Login and password of `Authorization: Basic`.
    pub login: Option<(&'a str, &'a SecretString)>,
    /// From the path, `/w/5/api/…`.
    pub wholesaler: Option<&'a str>,
    /// The host that was called.
    pub host: Option<&'a str>,
    /// Where the call comes from.
    pub client: IpAddr,
}

/// Gives out a token for an hour (customer protocol §8.2). What its body asks for makes no difference: a token may do what its key may.
pub async fn token(app: &App, api: &Api, call: TokenRequest<'_>) -> Reply {
    const LABEL: &str = "authorize/accessToken";
    if call.method != "POST" {
        return Reply::refused(405, "wrong_method", "This resource has: POST").labelled(LABEL);
    }
    let Some((login, password)) = call.login else {
        return Reply::refused(401, "no_key", "No login: send Authorization: Basic").labelled(LABEL);
    };
    let proof = Proof::Password(password.clone());
    let caller = by_login(app, call.wholesaler, call.host, (login, &proof), call.client).await;
    let (caller, quota) = match api.admit(caller, app.now()) {
        Ok(admitted) => admitted,
        Err(reply) => return reply.labelled(LABEL),
    };
    let token = app.hub().admin_keys().token(&caller);
    let body = AccessToken {
        token: token.token.expose_secret().to_owned(),
        seconds: TOKEN_LIFE.0 / 1_000_000,
        kind: "Bearer",
    };
    Reply { quota, ..Reply::done(&body).labelled(LABEL) }
}

/// A call of somebody who is known: right, parameters, log of changes.
async fn serve(
    app: &App,
    caller: &AdminCaller,
    resource: &'static Resource,
    read: impl FnOnce() -> Result<Params, Reply>,
) -> Reply {
    let Resource { label, scope, level, handler, .. } = *resource;
    if !caller.may(scope, level) {
        // Clients read scope and level out of this very text (customer protocol §8.3).
        let text = format!("No rights. Scope: {scope}, level: {}", level.code());
        return match app.hub().admin_keys().begin_audit(caller, label, &text, Some(403)).await {
            Ok(_) => Reply::refused(403, "no_rights", &text).labelled(label),
            Err(error) => Reply::of_error(error).labelled(label),
        };
    }
    let params = match read() {
        Ok(params) => params,
        Err(reply) => return reply.labelled(label),
    };
    if level == Permission::Read {
        return perform(app, caller, handler, &params).await.labelled(label);
    }
    let audit = match app.hub().admin_keys().begin_audit(caller, label, &params.summary(), None).await {
        Ok(audit) => audit,
        Err(error) => return Reply::of_error(error).labelled(label),
    };
    let reply = perform(app, caller, handler, &params).await.labelled(label);
    if let Err(error) = app.hub().admin_keys().end_audit(caller, audit, reply.status).await {
        tracing::error!(%error, "end of a call not written into the log of the Admin API");
    }
    reply
}

async fn perform(app: &App, caller: &AdminCaller, handler: Handler, params: &Params) -> Reply {
    handler(app, caller, params).await.unwrap_or_else(reply::Refusal::into_reply)
}
