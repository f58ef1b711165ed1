//! Opening the hosted checkout, from the URL shapes of checkout protocol §11.

use crossdock_db::carts::CartRow;
use crossdock_db::checkouts::CheckoutRow;
use crossdock_db::{Operation, Tx};
use crossdock_domain::address::Prefill;
use crossdock_domain::checkout::CheckoutDocument;
use crossdock_domain::country::{self, Country};
use crossdock_domain::ids::{CartId, CheckoutId};

use crate::session::{Browser, CheckoutSession};
use crate::{CheckoutError, Sessions};

/// A buyer arrives.
#[derive(Debug, Clone)]
pub struct OpenCheckout {
    /// `tempCartUUID`.
    pub cart: CartId,
    /// The browser.
    pub browser: Browser,
    /// `country` as it came, a code or a name; what names no country falls back to the cart's, then to the store's default.
    pub country: Option<String>,
    /// Prefill from the URL; wins over the cart's.
    pub prefill: Prefill,
}

struct Open(CheckoutRow);

impl Operation for Open {
    type Output = CheckoutRow;
    type Error = CheckoutError;
    async fn run(&self, tx: &mut Tx) -> Result<CheckoutRow, CheckoutError> {
        Ok(tx.open_checkout(&self.0).await?)
    }
}

fn merge(url: Prefill, cart: &Prefill) -> Prefill {
    let pick = |from_url: Option<String>, from_cart: &Option<String>| {
        from_url.filter(|text| !text.trim().is_empty()).or_else(|| from_cart.clone())
    };
    Prefill {
        name: pick(url.name, &cart.name),
        company: pick(url.company, &cart.company),
        email: pick(url.email, &cart.email),
        phone: pick(url.phone, &cart.phone),
        alt_phone: pick(url.alt_phone, &cart.alt_phone),
        address1: pick(url.address1, &cart.address1),
        address2: pick(url.address2, &cart.address2),
        city: pick(url.city, &cart.city),
        state: pick(url.state, &cart.state),
        zip: pick(url.zip, &cart.zip),
        country: pick(url.country, &cart.country),
        note: pick(url.note, &cart.note),
    }
}

impl Sessions<'_> {
    /// Opens the checkout for this browser, or finds the one it has: two tabs share one passage. What the buyer typed is
    /// never overwritten by a second visit; a country in the URL counts while there is no address yet.
    pub async fn open(self, command: OpenCheckout) -> Result<CheckoutSession, CheckoutError> {
        let (store, cart, found) = self.load(command.cart, &command.browser).await?;
        let prefill = merge(command.prefill, &cart.cart.prefill);
        // Codes, informal codes and names: the rest of the address tells Northern Ireland from Great Britain.
        let read =
            |text: Option<&str>| text.and_then(|text| country::destination(text).ok()).map(|found| found.country);
        let (asked, known) = (read(command.country.as_deref()), read(prefill.country.as_deref()));
        if let Some(checkout) = found {
            let checkout_session = CheckoutSession { store, cart, checkout };
            let document = checkout_session.document();
            let changes = asked.is_some() && asked != document.country && document.ship_to.is_none();
            if !changes {
                return Ok(checkout_session);
            }
            return self.change(checkout_session, move |document| document.country = asked).await;
        }
        let document = CheckoutDocument {
            country: asked.or(known).or(store.settings.default_country),
            note: prefill.note.clone().unwrap_or_default(),
            prefill,
            ..CheckoutDocument::default()
        };
        let checkout = self.new_checkout(&cart, command.browser, document);
        let checkout = self.0.db().write(Open(checkout)).await?;
        Ok(CheckoutSession { store, cart, checkout })
    }

    fn new_checkout(self, cart: &CartRow, browser: Browser, document: CheckoutDocument) -> CheckoutRow {
        let now = self.0.now();
        CheckoutRow {
            id: CheckoutId::new(now, self.0.random()),
            store: cart.store,
            cart_id: cart.id,
            browser_hash: browser.0,
            document,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The buyer chooses the ship-to country. A later address in another country replaces it.
    pub async fn choose_country(
        self,
        checkout_session: CheckoutSession,
        country: Country,
    ) -> Result<CheckoutSession, CheckoutError> {
        self.change(checkout_session, move |document| {
            document.country = Some(country);
            if let Some(address) = &mut document.ship_to
                && address.country != country
            {
                // An address of another country is no address: its fields stay as prefill.
                let old = address.clone();
                document.prefill = Prefill {
                    name: Some(old.name),
                    company: Some(old.company),
                    email: Some(old.email),
                    phone: Some(old.phone),
                    alt_phone: Some(old.alt_phone),
                    address1: Some(old.address1),
                    address2: Some(old.address2),
                    city: Some(old.city),
                    state: None,
                    zip: None,
                    country: None,
                    note: None,
                };
                document.ship_to = None;
                document.shipping = None;
                document.quote = None;
            }
        })
        .await
    }
}
