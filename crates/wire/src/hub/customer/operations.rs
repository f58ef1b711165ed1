//! From records to use cases and back, one file per gate. Here: who calls, and which file answers.

mod authenticate;
mod availability;
mod basket;
mod couriers;
mod orders;
mod place;
mod recipients;
mod supplier;

use std::sync::Arc;

use crossdock_app::App;
use crossdock_app::hub::{Caller, GateKeys};
use crossdock_app::platform::rate_limit::client_key;
use crossdock_domain::money::Money;
use crossdock_domain::wholesale::Wholesaler;
use rust_decimal::Decimal;
use secrecy::SecretString;

use super::decode::decode;
use super::fault::{self, Code, Refused};
use super::gates::{Access, Method};
use super::names::{AUTHENTICATE, DROPSHIPPING_KEY, PARAMS, SESSION_KEY};
use super::raw::{self, Opened, Raw};
use super::target::Lang;
use super::{Answer, CustomerApiRequest, Failure, Gates, Quota};
use crate::json_body::beside;
use crate::schema::Object;
use crate::schema::value::Record;

/// What an operation may ask of its call.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) app: &'a App,
    pub(super) gates: &'a Gates,
    pub(super) call: &'a CustomerApiRequest<'a>,
    pub(super) method: Method,
    pub(super) lang: Lang,
}

/// Answers a call whose body was parsed. What is told of the account's limit goes to `quota`.
pub(super) async fn run(context: Context<'_>, opened: Opened, quota: &mut Option<Quota>) -> Result<Answer, Failure> {
    let wholesaler = wholesaler(&context).await?;
    let (raw, whole) = match opened {
        Opened::Whole(raw) => (raw, true),
        Opened::Head(raw) => (raw, false),
    };
    let gate = context.method.gate();
    match gate.access {
        Access::Login => authenticate::answer(&context, &wholesaler, &raw).await,
        Access::Key => {
            let key = key(&raw, context.method.authenticate(), DROPSHIPPING_KEY);
            supplier::answer(&context, &wholesaler, key).await
        }
        Access::Session => {
            let keys = GateKeys {
                wholesaler: wholesaler.id,
                session_key: key(&raw, context.method.authenticate(), SESSION_KEY),
                dropshipping_key: key(&raw, context.method.authenticate(), DROPSHIPPING_KEY),
                language: context.lang.code().to_owned(),
            };
            let caller = context.app.hub().access().caller(keys).await.map_err(|error| context.failed(&error))?;
            *quota = count(&context, &caller)?;
            let mut raw = if whole { raw } else { context.read_whole()? };
            let params = raw.take(PARAMS).unwrap_or(Raw::Nothing);
            let params = decode(gate.params, params, PARAMS)?;
            dispatch(&context, &caller, &params).await
        }
    }
}

async fn dispatch(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    match context.method {
        Method::GetAvailability => availability::answer(context, caller, params).await,
        Method::BasketGet => basket::get(context, caller).await,
        Method::BasketAdd => basket::add(context, caller, params).await,
        Method::BasketEdit => basket::edit(context, caller, params).await,
        Method::BasketDelete => basket::delete(context, caller, params).await,
        Method::CouriersGet => couriers::get(context, caller, params).await,
        Method::CouriersGetForOrder => couriers::for_order(context, caller, params).await,
        Method::GetDeliveryAddresses => recipients::get(context, caller, params).await,
        Method::AddDeliveryAddress => recipients::add(context, caller, params).await,
        Method::EditDeliveryAddress => recipients::edit(context, caller, params).await,
        Method::GetPaymentForms => Ok(supplier::payment_forms(context, caller, params)),
        Method::OrdersAdd => place::answer(context, caller, params).await,
        Method::OrdersGet => orders::get(context, caller, params).await,
        Method::OrdersCancel => orders::cancel(context, caller, params).await,
        // Answered before, by what they ask of the caller.
        Method::Authenticate | Method::GetSupplierData => Err(Code::Internal.into()),
    }
}

/// The wholesaler that is called; see the module `customer`.
async fn wholesaler(context: &Context<'_>) -> Result<Arc<Wholesaler>, Failure> {
    let nobody = || Failure::ErrorReply(fault::no_wholesaler(context.lang));
    let reference = crate::tenant::named(context.call.wholesaler, context.call.host).ok_or_else(nobody)?;
    let found = context.app.hub().wholesalers().find(&reference).await.map_err(|error| context.failed(&error))?;
    found.ok_or_else(nobody)
}

/// Counts the call of an account; sandboxes have a limit of their own.
fn count(context: &Context<'_>, caller: &Caller) -> Result<Option<Quota>, Failure> {
    let key = (caller.wholesaler().id, caller.account().id);
    let calls = if caller.is_sandbox() { &context.gates.sandbox_calls } else { &context.gates.calls };
    calls.check(key, context.app.now()).map_err(Failure::Limited)
}

/// A key by any of its spellings: first in `authenticate`, then in `params`, then at the top level (customer protocol §3).
fn key(raw: &Raw, object: &'static Object, name: &str) -> Option<SecretString> {
    let field = object.fields().find(|field| field.name == name)?;
    let places = [raw.field(AUTHENTICATE), raw.field(PARAMS), Some(raw)];
    let spellings = || std::iter::once(&field.name).chain(field.also);
    let find = |place: &Raw| spellings().find_map(|spelling| place.field(spelling)?.scalar());
    places.into_iter().flatten().find_map(find).map(SecretString::from)
}

impl Context<'_> {
    /// Tells what a use case refused, and counts what looks like guessing.
    fn failed(&self, error: &impl Refused) -> Failure {
        let told = error.told(self.lang);
        if matches!(told.code, Code::LoginFailed | Code::Key) {
            let client = client_key(self.call.client);
            if let Err(limited) = self.gates.failures.check(client, self.app.now()) {
                return Failure::Limited(limited);
            }
        }
        Failure::ErrorReply(told)
    }

    /// All of a heavy body, for those who have proved their keys.
    fn read_whole(&self) -> Result<Raw, Failure> {
        let body = self.call.body.unwrap_or_default();
        beside(body.len(), || raw::from_json(body))
            .map_err(|problem| Failure::ErrorReply(fault::not_json(problem, self.lang)))
    }

    /// Refuses an address that failed too often, before anything is looked up for it.
    fn check_failures(&self) -> Result<(), Failure> {
        self.gates.failures.peek(&client_key(self.call.client), self.app.now()).map_err(Failure::Limited)
    }
}

impl Answer {
    fn done(payload: Record) -> Self {
        Self { payload, code: Code::Done }
    }

    /// 2 when some elements failed, else 0.
    fn partly(payload: Record, some_failed: bool) -> Self {
        Self { payload, code: if some_failed { Code::SomeFailed } else { Code::Done } }
    }
}

/// An answer whose only field is `results`.
fn results(object: &'static Object, results: Record) -> Record {
    Record::new(object).with(super::names::RESULTS, results)
}

/// An amount with as many decimals as its currency has.
fn amount(money: Money) -> Decimal {
    money.to_decimal()
}
