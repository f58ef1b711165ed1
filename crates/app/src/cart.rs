//! `createTempCart`: registers a cart.

mod rules;

use crossdock_db::carts::NewCart;
use crossdock_db::idempotency::{IdempotencyKey, Remembered};
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::cart::Cart;
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::CartId;
use sha2::{Digest, Sha256};

use crate::access::{Credentials, hex};
use crate::{App, AppError};

/// How long an answer stays remembered under its idempotency key.
const REMEMBER: Span = Span::hours(24);

/// A cart to register.
#[derive(Debug, Clone)]
pub struct CreateCart {
    /// The store, and its secret when the caller has it (reference §4: optional here).
    pub credentials: Credentials,
    /// The cart.
    pub cart: Cart,
    /// The client's `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

impl App {
    /// Registers a cart and answers its id, durably stored.
    ///
    /// A missing secret is accepted and makes the cart untrusted; a wrong one is refused.
    pub async fn create_cart(&self, command: CreateCart) -> Result<CartId, AppError> {
        let trusted = command.credentials.secret.is_some();
        let store = if trusted {
            self.authenticate(&command.credentials).await?
        } else {
            let id = command.credentials.store;
            let row = match id {
                Some(id) => self.store_row(id).await?,
                None => None,
            };
            row.map(|row| row.store).ok_or_else(|| self.credentials_failed(&command.credentials))?
        };
        rules::check(&command.cart, store.currency)?;
        let now = self.now();
        let document = serde_json::to_string(&command.cart)
            .map_err(|error| AppError::Db(DbError::Other(error.to_string().into())))?;
        let new = NewCart {
            id: CartId::new(now, self.random()),
            store: store.id,
            document,
            trusted,
            created_at: now,
            expires_at: now + Span::minutes(store.settings.cart_lifetime_minutes),
        };
        let Some(key) = command.idempotency_key else {
            let id = new.id;
            self.db().insert_cart(new).await?;
            return Ok(id);
        };
        let key = IdempotencyKey { store: store.id, operation: "createTempCart", key };
        self.db().write(InsertOnce { key, new, now }).await
    }
}

struct InsertOnce {
    key: IdempotencyKey,
    new: NewCart,
    now: Timestamp,
}

impl Operation for InsertOnce {
    type Output = CartId;
    type Error = AppError;

    async fn run(&self, tx: &mut Tx) -> Result<CartId, AppError> {
        // The parsed cart is the request's meaning: key order, blanks, number spelling and unknown keys do not count.
        let mut meaning = Sha256::new();
        meaning.update([u8::from(self.new.trusted)]);
        meaning.update(self.new.document.as_bytes());
        let request_hash = hex(&meaning.finalize());
        let ours = Remembered { request_hash: request_hash.clone(), answer: self.new.id.to_string() };
        match tx.claim_idempotency_key(&self.key, &ours, self.now, self.now + REMEMBER).await? {
            None => {
                tx.insert_cart(&self.new).await?;
                Ok(self.new.id)
            }
            Some(before) if before.request_hash == request_hash => before.answer.parse().map_err(|_| {
                DbError::Inconsistent { table: "idempotency_keys", column: "answer", id: self.key.key.clone() }.into()
            }),
            Some(_) => Err(AppError::IdempotencyMismatch),
        }
    }
}
