//! A test order without a browser, through the same use cases as the pages.

use crossdock_domain::address::{Address, Prefill};
use crossdock_domain::country::Country;
use crossdock_domain::ids::CartId;
use crossdock_domain::payment::Provider;
use secrecy::SecretString;

use crate::payment::provider::PaymentInput;
use crate::payment::{PaymentStep, StartPayment};
use crate::session::{Browser, OpenCheckout, SaveAddress};
use crate::{CheckoutError, PaymentError, TestOrders};

/// How the test payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestOutcome {
    /// Paid.
    Approved,
    /// Paid, and held for fraud review.
    Review,
    /// Refused; no order.
    Declined,
}

impl TestOutcome {
    const fn card(self) -> &'static str {
        match self {
            Self::Approved => "4242424242424242",
            Self::Review => "4000000000009235",
            Self::Declined => "4000000000000002",
        }
    }
}

/// Places a test order for a cart.
#[derive(Debug, Clone, Copy)]
pub struct TestOrder {
    /// The cart.
    pub cart: CartId,
    /// Ship-to country.
    pub country: Country,
    /// How the payment ends.
    pub outcome: TestOutcome,
}

/// A plausible address; postal codes as they look in the country.
fn address(country: Country) -> Address {
    let (city, state, zip) = match country.code() {
        "US" => ("Salt Lake City", "UT", "84101"),
        "AP" => ("APO", "AE", "09001"),
        "CA" => ("Montreal", "QC", "H2X 1Y4"),
        "AU" => ("Sydney", "NSW", "2000"),
        "BR" => ("Sao Paulo", "SP", "01310-100"),
        "MX" => ("Mexico City", "CMX", "06000"),
        "IN" => ("Mumbai", "MH", "400001"),
        "GB" => ("London", "", "SW1A 1AA"),
        "GG" => ("St Peter Port", "", "GY1 1AA"),
        "JE" => ("St Helier", "", "JE2 3XP"),
        "IM" => ("Douglas", "", "IM1 1AA"),
        "GI" => ("Gibraltar", "", "GX11 1AA"),
        "FK" => ("Stanley", "", "FIQQ 1ZZ"),
        "AD" => ("Andorra la Vella", "", "AD500"),
        "MD" => ("Chisinau", "", "MD-2001"),
        "SJ" => ("Longyearbyen", "", "9170"),
        "IE" => ("Dublin", "", "D02 X285"),
        "NL" => ("Amsterdam", "", "1012 JS"),
        "JP" => ("Tokyo", "", "100-0001"),
        "PL" => ("Warszawa", "", "00-001"),
        "PT" => ("Lisboa", "", "1000-001"),
        "SE" | "SK" | "CZ" | "GR" => ("City", "", "111 22"),
        "AR" => ("Buenos Aires", "", "C1002"),
        "AT" | "AUS" | "BE" | "BG" | "CH" | "CY" | "DK" | "HU" | "LI" | "LU" | "NO" | "NZ" | "PH" | "SI" | "ZA"
        | "GL" => ("City", "", "1010"),
        "CN" | "RO" | "RU" | "SG" | "KZ" | "BY" => ("City", "", "100000"),
        "IS" | "FO" => ("City", "", "101"),
        "LV" => ("Riga", "", "LV-1010"),
        "LT" => ("Vilnius", "", "01103"),
        "MT" => ("Valletta", "", "VLT 1117"),
        "IL" => ("Tel Aviv", "", "6100000"),
        _ => ("City", "", "10115"),
    };
    Address {
        name: "Test Buyer".to_owned(),
        company: String::new(),
        email: "test.buyer@example.com".to_owned(),
        phone: "+1 801 555 0100".to_owned(),
        alt_phone: String::new(),
        address1: "1 Test Street".to_owned(),
        address2: String::new(),
        city: city.to_owned(),
        state: state.to_owned(),
        zip: zip.to_owned(),
        country,
    }
}

impl TestOrders<'_> {
    /// Walks a cart through the checkout: opens it, enters a sample address, takes the first shipping option, pays with a
    /// test card. Test mode only. A cart that has its order makes no second one: the answer is the first.
    pub async fn place(self, command: TestOrder) -> Result<PaymentStep, PaymentError> {
        self.0.providers().get(Provider::Test)?;
        let browser = Browser::of_cookie("crossdock test-order");
        let open = OpenCheckout {
            cart: command.cart,
            browser: browser.clone(),
            country: Some(command.country.code().to_owned()),
            prefill: Prefill::default(),
        };
        let checkout_session = match self.0.sessions().open(open).await {
            Err(CheckoutError::CartPaid(order)) => return self.0.payments().placed(order).await,
            opened => opened?,
        };
        let ship_to = address(command.country);
        let checkout_session = self
            .0
            .sessions()
            .save_address(checkout_session, SaveAddress { ship_to, bill_to: None, note: String::new() })
            .await?;
        let first = self.0.sessions().shipping_options(&checkout_session)?.into_iter().next();
        let checkout_session = match first {
            Some(option) => self.0.sessions().choose_shipping(checkout_session, &option.id).await?,
            None => checkout_session,
        };
        let quote = self.0.quotes().quote(&checkout_session).await?;
        let input = PaymentInput::Card {
            number: SecretString::from(command.outcome.card()),
            expiry: "12/39".to_owned(),
            cvc: SecretString::from("123"),
            name: "Test Buyer".to_owned(),
        };
        // Reload: the quote has become part of the passage.
        let checkout_session = self.0.sessions().get(command.cart, &browser).await?;
        self.0
            .payments()
            .start(StartPayment { checkout_session, quote: quote.id, provider: Provider::Test, input })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_address_is_good_in_every_country() {
        for country in Country::all() {
            assert_eq!(address(country).check(), [], "{country}");
        }
    }
}
