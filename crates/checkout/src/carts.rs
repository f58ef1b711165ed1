//! `createTempCart`: registers a cart.

use crossdock_db::carts::NewCart;
use crossdock_db::idempotency::{IdempotencyKey, StoredResponse};
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::cart::{self, Cart};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::CartId;
use crossdock_platform::credentials::hex;
use sha2::{Digest, Sha256};

use crate::stores::access::Credentials;
use crate::{CartError, Carts};

/// How long an answer stays remembered under its idempotency key.
const REMEMBER: Span = Span::hours(24);

/// A cart to register.
#[derive(Debug, Clone)]
pub struct CreateCart {
    /// The store, and its secret when the caller has it (checkout protocol §4: optional here).
    pub credentials: Credentials,
    /// The cart.
    pub cart: Cart,
    /// The client's `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

impl Carts<'_> {
    /// Registers a cart and answers its id, durably stored.
    ///
    /// A missing secret is accepted and makes the cart untrusted; a wrong one is refused.
    pub async fn create(self, command: CreateCart) -> Result<CartId, CartError> {
        let trusted = command.credentials.secret.is_some();
        let store = if trusted {
            self.0.stores().authenticate(&command.credentials).await?
        } else {
            let id = command.credentials.store;
            let row = match id {
                Some(id) => self.0.stores().row(id).await?,
                None => None,
            };
            row.map(|row| row.store).ok_or_else(|| self.0.stores().credentials_failed(&command.credentials))?
        };
        cart::check(&command.cart, store.currency)?;
        let now = self.0.now();
        let new = NewCart {
            id: CartId::new(now, self.0.random()),
            store: store.id,
            document: document(&command.cart)?,
            trusted,
            created_at: now,
            expires_at: now + Span::minutes(store.settings.cart_lifetime_minutes),
        };
        let Some(key) = command.idempotency_key else {
            let id = new.id;
            self.0.db().insert_cart(new).await?;
            return Ok(id);
        };
        // Whoever knows the store's id may register carts without its secret, but not occupy the merchant's keys.
        let operation = if trusted { "createTempCart" } else { "createTempCart without secret" };
        let key = IdempotencyKey { store: store.id, operation, key };
        let request_hash = fingerprint(&command.cart)?;
        self.0.db().write(InsertOnce { key, request_hash, new, now }).await
    }
}

/// Hash of what a request means: key order, blanks, unknown keys and the spelling of numbers do not count.
fn fingerprint(cart: &Cart) -> Result<String, CartError> {
    let mut cart = cart.clone();
    let charges = [&mut cart.domestic_shipping_charge, &mut cart.shipping_amount_override].into_iter().flatten();
    let items = cart.items.iter_mut().flat_map(|item| {
        let sizes = [&mut item.length, &mut item.width, &mut item.height, &mut item.weight].into_iter().flatten();
        [&mut item.quantity, &mut item.unit_price].into_iter().chain(sizes)
    });
    for number in charges.chain(items) {
        *number = number.normalize();
    }
    Ok(hex(&Sha256::digest(document(&cart)?.as_bytes())))
}

fn document(cart: &Cart) -> Result<String, DbError> {
    serde_json::to_string(cart).map_err(|error| DbError::Other(error.to_string().into()))
}

struct InsertOnce {
    key: IdempotencyKey,
    request_hash: String,
    new: NewCart,
    now: Timestamp,
}

impl Operation for InsertOnce {
    type Output = CartId;
    type Error = CartError;

    async fn run(&self, tx: &mut Tx) -> Result<CartId, CartError> {
        let ours = StoredResponse { request_hash: self.request_hash.clone(), answer: self.new.id.to_string() };
        match tx.claim_idempotency_key(&self.key, &ours, self.now, self.now + REMEMBER).await? {
            None => {
                tx.insert_cart(&self.new).await?;
                Ok(self.new.id)
            }
            Some(before) if before.request_hash == self.request_hash => before.answer.parse().map_err(|_| {
                DbError::Inconsistent { table: "idempotency_keys", column: "answer", id: self.key.key.clone() }.into()
            }),
            Some(_) => Err(CartError::IdempotencyMismatch),
        }
    }
}
