//! Where buyers are sent: only to hosts that the store registered (reference §11, "Success redirect").

use crossdock_domain::cart::Cart;
use crossdock_domain::ids::{CartId, OrderId};
use crossdock_domain::store::Store;

use crate::App;

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

impl App {
    /// Where the buyer goes after payment: the cart's page, else the store's, else ours.
    pub fn success_redirect(&self, store: &Store, cart: &Cart, cart_id: CartId, order: OrderId) -> String {
        let allowed = |target: &&str| {
            let ok = store.settings.may_redirect_to(target);
            if !ok {
                tracing::warn!(store = store.id.get(), "redirect target is not a registered host of the store");
            }
            ok
        };
        let target = cart.confirmation_url.as_deref().map(str::trim).filter(|t| !t.is_empty()).filter(allowed);
        let target = target.or_else(|| store.settings.success_url.as_deref().filter(allowed));
        match target {
            // A header line carries ASCII only; the parser's own spelling is percent-encoded.
            Some(target) if !target.is_ascii() => {
                with_order_id(url::Url::parse(target).as_ref().map_or(target, url::Url::as_str), order)
            }
            Some(target) => with_order_id(target, order),
            None => with_order_id(&format!("{}/confirmation/{cart_id}", self.config().public_url), order),
        }
    }

    /// The cart's "continue shopping" link, when it points to a registered host.
    pub fn continue_shopping<'c>(&self, store: &Store, cart: &'c Cart) -> Option<&'c str> {
        cart.continue_shopping_url.as_deref().filter(|target| store.settings.may_redirect_to(target))
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
