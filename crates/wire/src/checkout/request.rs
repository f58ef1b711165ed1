//! What every operation starts with: who calls, for which store, with which fields.

use crossdock_app::App;
use crossdock_app::checkout::stores::Credentials;
use crossdock_domain::ids::{OrderId, StoreId};
use rust_decimal::prelude::ToPrimitive;
use secrecy::SecretString;

use super::failure::Failure;
use super::fields::{Fields, Problem, echo};
use super::{CheckoutApiRequest, Version};
use crate::number;

/// A call whose body is an object and names a store. Nothing of it is proved yet.
pub(super) struct Request<'a> {
    pub(super) version: Version,
    pub(super) fields: Fields<'a>,
    pub(super) credentials: Credentials,
    /// The `Idempotency-Key` header.
    pub(super) idempotency_key: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// Reads store and secret. A text that cannot be a store id is one of no store, a secret that is no text a wrong one:
    /// both are told like wrong credentials.
    pub(super) fn read(fields: Fields<'a>, call: &CheckoutApiRequest<'a>) -> Result<Self, Problem> {
        let store = fields.id_text(&["store", "storeId"]).ok_or_else(|| fields.required("store"))?;
        let store = number::decimal(&store).filter(|id| id.scale() == 0).and_then(|id| id.to_i64());
        let secret = match fields.filled(&["secret"]) {
            Ok(secret) => secret.map(|secret| SecretString::from(secret.trim())),
            Err(_) => Some(SecretString::from("")),
        };
        let CheckoutApiRequest { version, idempotency_key, client, .. } = *call;
        let credentials = Credentials { store: store.and_then(StoreId::new), secret, client };
        Ok(Self { version, fields, credentials, idempotency_key })
    }

    /// Passes on what was read from the fields. Of two mistakes the credentials are told first, so that strangers learn
    /// nothing else, and every wrong secret counts.
    pub(super) async fn check<T>(&self, app: &App, read: Result<T, Problem>) -> Result<T, Failure> {
        match read {
            Ok(value) => Ok(value),
            Err(problem) => match app.checkout().stores().authenticate(&self.credentials).await {
                Ok(_) => Err(Failure::Parameter(problem)),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// An order id in full or bare form; `None` when absent.
    pub(super) fn order_id(&self, key: &'static str) -> Result<Option<OrderId>, Problem> {
        let Some(text) = self.fields.id_text(&[key]) else { return Ok(None) };
        match self.credentials.store.and_then(|store| OrderId::parse_for(store, &text)) {
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
