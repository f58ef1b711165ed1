//! Where buyers are sent: only to hosts that the store registered (checkout protocol §11, "Success redirect").

use crossdock_domain::cart::Cart;
use crossdock_domain::ids::OrderId;
use crossdock_domain::order::Order;
use crossdock_domain::store::Store;

use crate::Sessions;

/// Appends `orderId` and nothing else: first parameter when there is no query, otherwise behind the others. A fragment
/// stays at the end.
pub(crate) fn with_order_id(target: &str, order: OrderId) -> String {
    let (address, fragment) = target.split_once('#').map_or((target, None), |(a, f)| (a, Some(f)));
    let glue = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    let mut out = format!("{address}{glue}orderId={order}");
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// The target as the parser spells it, when it is on a registered host. Never the raw text: what a browser makes of
/// `https:host/path` depends on the page it is on, and a header line carries ASCII only.
fn registered(store: &Store, target: &str) -> Option<String> {
    let target = target.trim();
    let good = store.settings.may_redirect_to(target);
    url::Url::parse(target).ok().filter(|_| good).map(String::from)
}

impl Sessions<'_> {
    /// Where the buyer goes after payment: the cart's page, else the store's, else ours. While a transfer is awaited it is
    /// always ours, because only that page says where the money goes and under which reference.
    pub fn success_redirect(self, store: &Store, order: &Order) -> String {
        let shop = if order.awaits_transfer() { None } else { self.shop_page(store, order) };
        shop.unwrap_or_else(|| self.own_page(order))
    }

    /// Our confirmation page of an order.
    pub fn own_page(self, order: &Order) -> String {
        let page = format!("{}/confirmation/{}", self.0.platform().config().public_url, order.cart_id);
        with_order_id(&page, order.id)
    }

    /// The merchant's page after the purchase, when there is one on a registered host: the cart's, else the store's.
    pub fn shop_page(self, store: &Store, order: &Order) -> Option<String> {
        let cart = &order.document.cart;
        let given = [cart.confirmation_url.as_deref(), store.settings.success_url.as_deref()];
        let targets = given.into_iter().flatten().filter(|target| !target.trim().is_empty());
        let mut good = targets.filter_map(|target| {
            let good = registered(store, target);
            if good.is_none() {
                tracing::warn!(store = store.id.get(), "redirect target is not a registered host of the store");
            }
            good
        });
        good.next().map(|target| with_order_id(&target, order.id))
    }

    /// The cart's "continue shopping" link, when it points to a registered host.
    pub fn continue_shopping(self, store: &Store, cart: &Cart) -> Option<String> {
        registered(store, cart.continue_shopping_url.as_deref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_id_is_the_only_parameter_and_comes_first_when_there_is_no_query() {
        let order: OrderId = "999-10001".parse().expect("order id");
        for (target, wanted) in [
            (
                "http://www.examplestore.com/internationalThankYou",
                "http://www.examplestore.com/internationalThankYou?orderId=999-10001",
            ),
            ("https://a.example/?", "https://a.example/?orderId=999-10001"),
            ("https://a.example/?page_id=7", "https://a.example/?page_id=7&orderId=999-10001"),
            ("https://a.example/?page_id=7&", "https://a.example/?page_id=7&orderId=999-10001"),
            ("https://a.example/x#top", "https://a.example/x?orderId=999-10001#top"),
        ] {
            assert_eq!(with_order_id(target, order), wanted);
        }
    }
}
