//! A buyer's browser that walks through the checkout of one cart.

use crossdock_app::App;
use crossdock_app::checkout::payment::provider::PaymentInput;
use crossdock_app::checkout::payment::{AttemptRow, PaymentStep, StartPayment};
use crossdock_app::checkout::session::{Browser, CheckoutSession, OpenCheckout, QuoteRow, SaveAddress};
use crossdock_app::checkout::{CheckoutError, PaymentError};
use crossdock_domain::address::Prefill;
use crossdock_domain::ids::{CartId, QuoteId};
use crossdock_domain::payment::Provider;
use secrecy::SecretString;

use crate::samples;

/// The test cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// Is approved.
    Approve,
    /// Is declined.
    Decline,
    /// Asks for a further step.
    Challenge,
    /// Is approved and goes to fraud review.
    Review,
    /// Gets no answer in time.
    Timeout,
}

impl Card {
    /// Its number.
    pub const fn number(self) -> &'static str {
        match self {
            Self::Approve => "4242424242424242",
            Self::Decline => "4000000000000002",
            Self::Challenge => "4000002500003155",
            Self::Review => "4000000000009235",
            Self::Timeout => "4000000000000119",
        }
    }

    /// The form filled with it.
    pub fn input(self) -> PaymentInput {
        PaymentInput::Card {
            number: SecretString::from(self.number()),
            expiry: "12/39".to_owned(),
            cvc: SecretString::from("123"),
            name: "Ada Lovelace".to_owned(),
        }
    }
}

/// A browser on its way through one cart's checkout. Clones are tabs of the same browser.
#[derive(Debug, Clone)]
pub struct Buyer {
    app: App,
    browser: Browser,
    cart: CartId,
}

impl Buyer {
    /// The browser that has this cookie, at this cart.
    pub fn new(app: &App, cart: CartId, cookie: &str) -> Self {
        Self { app: app.clone(), browser: Browser::of_cookie(cookie), cart }
    }

    /// The same browser, talking to another node.
    #[must_use]
    pub fn on(&self, app: &App) -> Self {
        Self { app: app.clone(), ..self.clone() }
    }

    /// The cart.
    pub fn cart(&self) -> CartId {
        self.cart
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Arrives without parameters.
    pub async fn open(&self) -> Result<CheckoutSession, CheckoutError> {
        self.arrive(None, Prefill::default()).await
    }

    /// Arrives with what a shop put into the URL.
    pub async fn arrive(&self, country: Option<&str>, prefill: Prefill) -> Result<CheckoutSession, CheckoutError> {
        let country = country.map(ToOwned::to_owned);
        let command = OpenCheckout { cart: self.cart, browser: self.browser.clone(), country, prefill };
        self.app.checkout().sessions().open(command).await
    }

    /// Loads any later page.
    pub async fn checkout_session(&self) -> Result<CheckoutSession, CheckoutError> {
        self.app.checkout().sessions().get(self.cart, &self.browser).await
    }

    /// Types the sample address of this country.
    pub async fn enter_address(&self, country: &str) -> Result<CheckoutSession, CheckoutError> {
        let form = SaveAddress { ship_to: samples::address(country), bill_to: None, note: String::new() };
        self.app.checkout().sessions().save_address(self.checkout_session().await?, form).await
    }

    /// Takes the cheapest shipping option, when there is anything to ship.
    pub async fn choose_first_shipping(&self) -> Result<CheckoutSession, CheckoutError> {
        let checkout_session = self.checkout_session().await?;
        match self.app.checkout().sessions().shipping_options(&checkout_session)?.into_iter().next() {
            Some(option) => self.app.checkout().sessions().choose_shipping(checkout_session, &option.id).await,
            None => Ok(checkout_session),
        }
    }

    /// Looks at the totals.
    pub async fn review(&self) -> Result<QuoteRow, CheckoutError> {
        self.app.checkout().quotes().quote(&self.checkout_session().await?).await
    }

    /// Everything up to the payment page, to Germany; the quote that is shown there.
    pub async fn ready(&self) -> QuoteRow {
        self.open().await.expect("the checkout opens");
        self.enter_address("DE").await.expect("the address is good");
        self.choose_first_shipping().await.expect("there is shipping");
        self.review().await.expect("there is a quote")
    }

    /// Presses "pay" on the page that shows this quote.
    pub async fn pay_quote(
        &self,
        quote: QuoteId,
        provider: Provider,
        input: PaymentInput,
    ) -> Result<PaymentStep, PaymentError> {
        let checkout_session = self.checkout_session().await?;
        self.app.checkout().payments().start(StartPayment { checkout_session, quote, provider, input }).await
    }

    /// Looks at the totals and pays them with a card.
    pub async fn pay(&self, card: Card) -> Result<PaymentStep, PaymentError> {
        let quote = self.review().await?;
        self.pay_quote(quote.id, Provider::Test, card.input()).await
    }

    /// Looks at the totals and promises a bank transfer.
    pub async fn pay_by_transfer(&self, number: &str) -> Result<PaymentStep, PaymentError> {
        let quote = self.review().await?;
        let input = PaymentInput::PurchaseOrder { number: number.to_owned() };
        self.pay_quote(quote.id, Provider::BankTransfer, input).await
    }

    /// Comes back from the bank's further step.
    pub async fn answer_challenge(&self, passed: bool) -> Result<PaymentStep, PaymentError> {
        self.app.checkout().payments().answer_challenge(&self.checkout_session().await?, passed).await
    }

    /// Reloads the waiting page.
    pub async fn progress(&self) -> Result<PaymentStep, PaymentError> {
        self.app.checkout().payments().progress(&self.checkout_session().await?).await
    }

    /// The attempt that the pages talk about.
    pub async fn attempt(&self) -> Option<AttemptRow> {
        let checkout_session = self.checkout_session().await.expect("the passage is open");
        self.app.checkout().payments().last_attempt(&checkout_session).await.expect("the attempts are read")
    }
}
