//! What every operation starts with: who calls, for which store, with which fields.

use crossdock_app::access::Credentials;
use crossdock_app::{App, AppError};
use crossdock_domain::ids::{OrderId, StoreId};
use rust_decimal::prelude::ToPrimitive;
use secrecy::SecretString;

use super::failure::{Failure, Subject};
use super::fields::{Fields, Problem, echo};
use super::{Call, Version, number};

/// A call whose body is an object and names a store.
pub(super) struct Request<'a> {
    pub(super) app: &'a App,
    pub(super) version: Version,
    pub(super) fields: Fields<'a>,
    pub(super) credentials: Credentials,
    /// The store it names; nothing is proved yet.
    pub(super) store: StoreId,
    /// The `Idempotency-Key` header.
    pub(super) idempotency_key: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// Reads store and secret. What names a store but cannot be one is told like a wrong secret.
    pub(super) async fn open(app: &'a App, fields: Fields<'a>, call: &Call<'a>) -> Result<Self, Failure> {
        let Some(store) = fields.id_text(&["store", "storeId"]) else { return Err(fields.required("store").into()) };
        let store = number::decimal(&store).filter(|id| id.scale() == 0).and_then(|id| id.to_i64());
        let store = store.and_then(StoreId::new);
        // A secret that is no text is a wrong one, not a missing one.
        let secret = match fields.filled(&["secret"]) {
            Ok(secret) => secret.map(|secret| SecretString::from(secret.trim())),
            Err(_) => Some(SecretString::from("")),
        };
        let credentials = Credentials { store, secret, client: call.client };
        let Some(store) = store else {
            let error = match app.authenticate(&credentials).await {
                Err(error) => error,
                Ok(_) => AppError::StoreNotFound,
            };
            return Err(Failure::App(error, Subject::Nothing));
        };
        let Call { version, idempotency_key, .. } = *call;
        Ok(Self { app, version, fields, credentials, store, idempotency_key })
    }

    /// Passes on what was read from the fields. Of two mistakes the credentials are told first, so that strangers learn
    /// nothing else, and every wrong secret counts.
    pub(super) async fn check<T>(&self, read: Result<T, Problem>) -> Result<T, Failure> {
        match read {
            Ok(value) => Ok(value),
            Err(problem) => match self.app.authenticate(&self.credentials).await {
                Ok(_) => Err(Failure::Parameter(problem)),
                Err(error) => Err(Failure::App(error, Subject::Nothing)),
            },
        }
    }

    /// An order id in full or bare form; `None` when absent.
    pub(super) fn order_id(&self, key: &'static str) -> Result<Option<OrderId>, Problem> {
        let Some(text) = self.fields.id_text(&[key]) else { return Ok(None) };
        match OrderId::parse_for(self.store, &text) {
            Some(id) => Ok(Some(id)),
            None => Err(Problem(format!("orderId: {} is not a valid orderId", echo(&text)))),
        }
    }

    /// The full stop that some texts end with on v1 and lost on v2.
    pub(super) fn stop(&self) -> &'static str {
        match self.version {
            Version::V1 => ".",
            Version::V2 => "",
        }
    }
}
