//! Our own confirmation page, for stores without one and for orders whose transfer is awaited.

use crossdock_db::{Operation, Tx};
use crossdock_domain::ids::{CartId, OrderId};
use crossdock_domain::order::Order;
use crossdock_domain::store::Store;

use crate::session::Browser;
use crate::{CheckoutError, Sessions};

/// What the page shows.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The store.
    pub store: Store,
    /// The order.
    pub order: Order,
    /// Whether the caller is the browser that bought: only it sees names and addresses.
    pub is_buyer: bool,
}

struct Find {
    cart: CartId,
    browser: Option<Browser>,
}

impl Operation for Find {
    type Output = (Order, bool);
    type Error = CheckoutError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, CheckoutError> {
        // An order outlives its cart, but this page only lives as long as the cart.
        let cart = tx.cart(self.cart).await?.ok_or(CheckoutError::CartNotFound)?;
        let id: Option<OrderId> = tx.order_id_of_cart(cart.store, cart.id).await?;
        let order = match id {
            Some(id) => tx.order(id).await?,
            None => None,
        };
        let order = order.ok_or(CheckoutError::OrderNotFound)?;
        let checkout = match &self.browser {
            Some(browser) => tx.checkout_of_browser(cart.store, cart.id, &browser.0).await?,
            None => None,
        };
        // Anybody with the cart's link may have opened it; only one browser paid.
        let is_buyer = match checkout {
            Some(checkout) => {
                let attempts = tx.attempts_of_checkout(cart.store, checkout.id).await?;
                attempts.iter().any(|attempt| attempt.order_number == Some(order.id.number))
            }
            None => false,
        };
        Ok((order, is_buyer))
    }
}

impl Sessions<'_> {
    /// The order that was made from a cart. Both ids must fit: the cart's is the secret one.
    pub async fn confirmation(
        self,
        cart: CartId,
        order: OrderId,
        browser: Option<Browser>,
    ) -> Result<Confirmation, CheckoutError> {
        let (found, is_buyer) = self.0.db().read(Find { cart, browser }).await?;
        if found.id != order {
            return Err(CheckoutError::OrderNotFound);
        }
        Ok(Confirmation {
            store: self.0.stores().find(found.id.store).await?.ok_or(CheckoutError::StoreNotFound)?,
            order: found,
            is_buyer,
        })
    }
}
