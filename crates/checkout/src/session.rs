//! The buyer's passage: open, country, address, shipping, quote. Paying is in [`crate::payment`].

mod address;
mod confirmation;
mod open;
mod quote;
mod redirect;
mod shipping;

pub use crossdock_db::carts::CartRow;
pub use crossdock_db::checkouts::CheckoutRow;
pub use crossdock_db::quotes::QuoteRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::checkout::CheckoutDocument;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{CartId, OrderId};
use crossdock_domain::store::Store;
use crossdock_platform::credentials::hex;
use sha2::{Digest, Sha256};

use crate::payment::FindPaymentProgress;
use crate::{CheckoutError, Sessions};

pub use address::SaveAddress;
pub use confirmation::Confirmation;
pub use open::OpenCheckout;
pub use quote::prohibited;

/// A browser, by the hash of its random cookie: whoever has the cookie has what was typed under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser(String);

impl Browser {
    /// The browser that holds this cookie value.
    pub fn of_cookie(value: &str) -> Self {
        Self(hex(&Sha256::digest(value.as_bytes())))
    }
}

/// Everything a page needs: store, cart, and what this browser has entered.
#[derive(Debug, Clone)]
pub struct CheckoutSession {
    /// The store.
    pub store: Store,
    /// The cart.
    pub cart: CartRow,
    /// What was entered.
    pub checkout: CheckoutRow,
}

impl CheckoutSession {
    /// What was entered.
    pub fn document(&self) -> &CheckoutDocument {
        &self.checkout.document
    }
}

struct Load {
    cart: CartId,
    browser: Browser,
}

impl Operation for Load {
    type Output = (CartRow, Option<CheckoutRow>, Option<OrderId>);
    type Error = CheckoutError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, CheckoutError> {
        let cart = tx.cart(self.cart).await?.ok_or(CheckoutError::CartNotFound)?;
        let checkout = tx.checkout_of_browser(cart.store, cart.id, &self.browser.0).await?;
        let order = tx.order_id_of_cart(cart.store, cart.id).await?;
        Ok((cart, checkout, order))
    }
}

/// Changes a checkout's document; runs again when another tab changed it meanwhile.
struct Change<F> {
    checkout: CheckoutRow,
    now: Timestamp,
    apply: F,
}

impl<F> Operation for Change<F>
where
    F: Fn(&mut CheckoutDocument) + Send + Sync + 'static,
{
    type Output = CheckoutRow;
    type Error = CheckoutError;
    async fn run(&self, tx: &mut Tx) -> Result<CheckoutRow, CheckoutError> {
        let found = tx.checkout(self.checkout.store, self.checkout.id).await?;
        let mut row = found.ok_or(CheckoutError::UnsealError)?;
        (self.apply)(&mut row.document);
        if !tx.update_checkout(&row, self.now).await? {
            return Err(DbError::Retry.into());
        }
        row.version += 1;
        Ok(row)
    }
}

impl Sessions<'_> {
    /// The passage of a browser, for every step after the first. An expired cart stays open to a browser whose payment is
    /// still under way: it may finish that one, and start no other.
    ///
    /// Errors: [`CheckoutError::CartNotFound`], [`CheckoutError::CartPaid`], [`CheckoutError::CartExpired`], [`CheckoutError::CartEmpty`],
    /// [`CheckoutError::UnsealError`].
    pub async fn get(self, cart: CartId, browser: &Browser) -> Result<CheckoutSession, CheckoutError> {
        let (store, cart, checkout) = self.load(cart, browser).await?;
        Ok(CheckoutSession { store, cart, checkout: checkout.ok_or(CheckoutError::UnsealError)? })
    }

    /// Store, cart and what the browser has entered; an error unless the cart can be paid.
    async fn load(
        self,
        cart: CartId,
        browser: &Browser,
    ) -> Result<(Store, CartRow, Option<CheckoutRow>), CheckoutError> {
        let (cart, checkout, order) = self.0.db().read(Load { cart, browser: browser.clone() }).await?;
        if let Some(order) = order {
            return Err(CheckoutError::CartPaid(order));
        }
        if !cart.cart.has_goods() {
            return Err(CheckoutError::CartEmpty);
        }
        if cart.expires_at <= self.0.now() {
            let progress = checkout.as_ref().map(FindPaymentProgress::of);
            let attempt = match progress {
                Some(progress) => self.0.db().read(progress).await?.0,
                None => None,
            };
            if !attempt.is_some_and(|attempt| attempt.state.is_open()) {
                return Err(CheckoutError::CartExpired);
            }
        }
        Ok((self.0.stores().find(cart.store).await?.ok_or(CheckoutError::StoreNotFound)?, cart, checkout))
    }

    /// Store and cart behind an id, whatever its state; for friendly messages.
    pub async fn cart_and_store(self, cart: CartId) -> Result<(CartRow, Store), CheckoutError> {
        let (cart, _, _) = self.0.db().read(Load { cart, browser: Browser(String::new()) }).await?;
        let store = self.0.stores().find(cart.store).await?.ok_or(CheckoutError::StoreNotFound)?;
        Ok((cart, store))
    }

    async fn change(
        self,
        checkout_session: CheckoutSession,
        change: impl Fn(&mut CheckoutDocument) + Send + Sync + 'static,
    ) -> Result<CheckoutSession, CheckoutError> {
        let CheckoutSession { store, cart, checkout } = checkout_session;
        let checkout = self.0.db().write(Change { checkout, now: self.0.now(), apply: change }).await?;
        Ok(CheckoutSession { store, cart, checkout })
    }
}
