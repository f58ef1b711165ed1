//! Pages from the first look at the cart to the placed order, without those about money.

use crossdock_domain::address::{self, Address};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::shipping::ShippingOption;
use serde::Serialize;

use super::{AddressForm, CountryOption, FormErrors, Layout, Page, ProhibitedLine, Step, Summary};

/// What is bought; asks for the destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemsPage {
    #[serde(skip)]
    #[expect(missing_docs, reason = "every page has one")]
    pub layout: Layout,
    /// Lines and their sum.
    pub summary: Summary,
    /// Destinations in the order shown.
    pub countries: Vec<CountryOption>,
    /// Code of the preselected one; empty for none.
    pub country: String,
    /// Name of the country that the link asked for, when the store does not ship there.
    pub not_served: Option<String>,
    /// Mistakes of `country`.
    pub errors: FormErrors,
}

impl Page for ItemsPage {
    const TEMPLATE: &'static str = "checkout/items.html";
    const STEP: Option<Step> = Some(Step::Items);
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "items-title"
    }
    fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// Contact, ship-to and bill-to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "layout and summary are on every page")]
pub struct AddressPage {
    #[serde(skip)]
    pub layout: Layout,
    pub summary: Summary,
    /// Destinations in the order shown.
    pub countries: Vec<CountryOption>,
    /// Every country, for the bill-to address.
    pub billing_countries: Vec<CountryOption>,
    /// Ship-to as typed or prefilled.
    pub form: AddressForm,
    /// The bill-to address is the ship-to address.
    pub billing_same: bool,
    /// Bill-to as typed.
    pub billing: AddressForm,
    /// Mistakes; inputs of the bill-to address have the prefix [`super::BILLING`].
    pub errors: FormErrors,
}

impl Page for AddressPage {
    const TEMPLATE: &'static str = "checkout/address.html";
    const STEP: Option<Step> = Some(Step::Address);
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "address-title"
    }
    fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// Choice of a way to ship; also says when there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "layout and summary are on every page")]
pub struct ShippingPage {
    #[serde(skip)]
    pub layout: Layout,
    pub summary: Summary,
    /// Where to, in words.
    pub ship_to: AddressBlock,
    /// Ways to ship; empty when the store has none for this destination.
    pub options: Vec<ShippingOption>,
    /// Id of the chosen one; empty for none.
    pub selected: String,
    /// Mistakes of `shipping`.
    pub errors: FormErrors,
}

impl Page for ShippingPage {
    const TEMPLATE: &'static str = "checkout/shipping.html";
    const STEP: Option<Step> = Some(Step::Shipping);
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        if self.options.is_empty() { "shipping-none-title" } else { "shipping-title" }
    }
    fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// An address in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AddressBlock {
    /// Name, street, town, country: what is there, line by line.
    pub lines: Vec<String>,
    /// Contact.
    pub email: String,
    /// Contact.
    pub phone: String,
    /// Name of the country alone.
    pub country: String,
}

impl AddressBlock {
    /// An address with the name of its country in the language of the page.
    pub fn of(address: &Address, country: &str) -> Self {
        let streets = [address.address1.as_str(), address.address2.as_str()];
        let place = address::lines(address.country, &streets, &address.city, &address.state, &address.zip);
        let head = [address.name.trim(), address.company.trim()].map(str::to_owned);
        let lines = head.into_iter().chain(place).chain([country.to_owned()]);
        Self {
            lines: lines.filter(|line| !line.is_empty()).collect(),
            email: address.email.clone(),
            phone: address.phone.clone(),
            country: country.to_owned(),
        }
    }
}

/// Why the review is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewNotice {
    /// The sum is another one than the buyer agreed to.
    TotalChanged,
}

impl Serialize for ReviewNotice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::TotalChanged => "review-total-changed",
        })
    }
}

/// Everything once more, with the sum that will be charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "layout and summary are on every page")]
pub struct ReviewPage {
    #[serde(skip)]
    pub layout: Layout,
    pub summary: Summary,
    /// Id of the quote that is being agreed to.
    pub quote: String,
    /// Ship-to.
    pub ship_to: AddressBlock,
    /// Bill-to, when it is another one.
    pub bill_to: Option<AddressBlock>,
    /// The buyer's note, may be empty.
    pub note: String,
    /// The chosen way; `None` when nothing needs shipping.
    pub delivery: Option<ShippingOption>,
    /// Said at the top.
    pub notice: Option<ReviewNotice>,
    /// The buyer may choose between prepaying duty and tax and paying the courier.
    pub duty_choice: bool,
    /// Goods that must not be sent there; nothing can be paid then.
    pub prohibited: Vec<ProhibitedLine>,
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "checkout/review.html";
    const STEP: Option<Step> = Some(Step::Review);
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "review-title"
    }
}

/// Where a new order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum OrderState {
    /// Paid; the store can start.
    InProcess,
    /// A person looks at it first; money is reserved.
    InReview,
    /// Waits for money.
    AwaitingTransfer {
        /// The store's account and terms.
        instructions: String,
        /// What the buyer writes on the transfer.
        reference: String,
    },
}

/// Our own page after the purchase, for stores that have none and for orders whose transfer is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "layout and summary are on every page")]
pub struct ConfirmationPage {
    #[serde(skip)]
    pub layout: Layout,
    pub summary: Summary,
    /// Full order id, `999-10001`.
    pub order_id: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Where it stands.
    pub state: OrderState,
    /// Name of the country it goes to.
    pub country: String,
    /// Ship-to; only for the browser that bought.
    pub ship_to: Option<AddressBlock>,
    /// The chosen way; `None` when nothing needs shipping.
    pub delivery: Option<ShippingOption>,
    /// The reader only pays the transfer: goods and sums are left out.
    pub only_payment: bool,
    /// The shop's own page after the purchase; only for the browser that bought.
    pub shop_url: Option<String>,
}

impl Page for ConfirmationPage {
    const TEMPLATE: &'static str = "checkout/confirmation.html";
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        match self.state {
            OrderState::InProcess => "confirmation-title",
            OrderState::InReview => "confirmation-review-title",
            OrderState::AwaitingTransfer { .. } => "confirmation-transfer-title",
        }
    }
}
