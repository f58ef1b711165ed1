//! What pages are made of: one typed context per page, built by handlers from domain values. Templates get nothing
//! else, so a missing value is a compile error here and not a hole in a page.

mod cart;
mod forms;
mod import_charges;
mod message;
mod pages;
mod pay;
pub mod samples;
mod sandbox;

use serde::Serialize;

pub use cart::{Line, Price, Summary};
pub use forms::{AddressForm, BILLING, CountryOption, FormError, FormErrors};
pub use import_charges::{ChargeLine, ChargePart, ForeignSum, ImportCharges, ProhibitedLine};
pub use message::{Message, MessagePage};
pub use pages::{
    AddressBlock, AddressPage, ConfirmationPage, ItemsPage, OrderState, ReviewNotice, ReviewPage, ShippingPage,
};
pub use pay::{ChallengePage, Decline, PayNotice, PayPage, PendingPage, TestCard};
pub use sandbox::{SandboxNotice, SandboxPage, SandboxReadyPage};

/// A page: its context, its template, its place in the passage.
pub trait Page: Serialize {
    /// Name of the template.
    const TEMPLATE: &'static str;
    /// Place in the progress indicator; `None` shows none.
    const STEP: Option<Step> = None;
    /// Whether the page offers ways back and out. Not while a payment is on its way.
    const MAY_LEAVE: bool = true;
    /// Whether the merchant's footer, which may hold scripts, may stand on the page. Never where money moves: no
    /// foreign script shall read card data.
    const MERCHANT_FOOTER: bool = true;
    /// What every page has.
    fn layout(&self) -> &Layout;
    /// Key of the title.
    fn title_key(&self) -> &'static str;
    /// Whether the page shows mistakes of a form; its title then says so.
    fn has_errors(&self) -> bool {
        false
    }
}

/// What every page has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// Language tag; English is shown when there are no texts for it.
    pub lang: String,
    /// Name of the store; `None` where it is not known, as for an unknown cart.
    pub store_name: Option<String>,
    /// Address for questions.
    pub support_email: Option<String>,
    /// Where "continue shopping" leads; only ever a URL on a host that the store registered.
    pub continue_shopping_url: Option<String>,
    /// Token that every form sends back.
    pub csrf: String,
    /// Nonce of the content security policy: letters, digits, `-` and `_`.
    pub nonce: String,
    /// Payments are not real.
    pub test_mode: bool,
    /// The merchant's HTML for the end of the page, shown as it is. Only set when cart and store allow it.
    pub footer_html: Option<String>,
    /// Start of all paths of this checkout, `/checkout/<uuid>`; empty where there is none.
    pub base: String,
}

/// A step of the passage, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// What is bought.
    Items,
    /// Who gets it.
    Address,
    /// How it travels.
    Shipping,
    /// Is all right?
    Review,
    /// Money.
    Pay,
}

impl Step {
    /// Every step in order.
    pub const ALL: [Self; 5] = [Self::Items, Self::Address, Self::Shipping, Self::Review, Self::Pay];

    /// Last part of the step's path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Address => "address",
            Self::Shipping => "shipping",
            Self::Review => "review",
            Self::Pay => "pay",
        }
    }

    /// The step of the same name of the use cases.
    pub const fn of(step: crossdock_app::checkout::Step) -> Self {
        use crossdock_app::checkout::Step as S;
        match step {
            S::Items => Self::Items,
            S::Address => Self::Address,
            S::Shipping => Self::Shipping,
            S::Review => Self::Review,
            S::Pay => Self::Pay,
        }
    }

    const fn label_key(self) -> &'static str {
        match self {
            Self::Items => "step-items",
            Self::Address => "step-address",
            Self::Shipping => "step-shipping",
            Self::Review => "step-review",
            Self::Pay => "step-pay",
        }
    }
}

/// One entry of the progress indicator.
#[derive(Debug, Serialize)]
pub(super) struct Progress {
    label_key: &'static str,
    /// `done`, `current` or `todo`.
    state: &'static str,
    url: Option<String>,
}

/// The progress indicator of a page at `current`.
pub(super) fn progress(current: Option<Step>, base: &str, may_leave: bool) -> Vec<Progress> {
    let Some(current) = current else { return Vec::new() };
    let entry = |step: Step| Progress {
        label_key: step.label_key(),
        state: match step.cmp(&current) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "current",
            std::cmp::Ordering::Greater => "todo",
        },
        url: (may_leave && step < current).then(|| format!("{base}/{}", step.path())),
    };
    Step::ALL.into_iter().map(entry).collect()
}
