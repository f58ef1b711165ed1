//! Friendly pages for everything that does not go on: what happened, and what to do next.

use serde::{Serialize, Serializer};

use super::{Layout, Page};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// No such cart: a wrong, cut off or empty id.
    CartNotFound,
    /// The cart is too old to be paid.
    CartExpired,
    /// A cart without goods.
    CartEmpty,
    /// There already is an order for the cart.
    AlreadyPaid {
        /// Full order id.
        order_id: String,
    },
    /// The store serves no country, or not this one.
    NotServiced {
        /// Name of the country.
        country: String,
        /// Page where another one can be chosen.
        change_url: String,
    },
    /// The browser sent no cookie back.
    CookiesNeeded {
        /// The page that was wanted.
        retry_url: String,
    },
    /// Too many tries.
    TooManyRequests,
    /// The form was open for too long, or came from somewhere else.
    FormExpired {
        /// The form's page.
        retry_url: String,
    },
    /// The database is away or full for the moment.
    Unavailable,
    /// Our mistake.
    Internal {
        /// Id to quote to support.
        request_id: String,
    },
    /// Nobody's link: what this server is.
    Welcome,
    /// No such page.
    NotFound,
}

/// A page with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePage {
    /// What every page has; most messages come without a store.
    pub layout: Layout,
    /// What happened.
    pub message: Message,
}

/// What the template gets.
#[derive(Serialize)]
struct View<'a> {
    text_key: &'static str,
    next_key: &'static str,
    country: &'a str,
    /// Something to quote: its label and itself.
    detail: Option<(&'static str, &'a str)>,
    /// The way on: its label and the address.
    action: Option<(&'static str, &'a str)>,
    good: bool,
}

impl Message {
    /// Keys of title, explanation and advice.
    const fn keys(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::CartNotFound => ("cart-not-found-title", "cart-not-found", "cart-not-found-next"),
            Self::CartExpired => ("cart-expired-title", "cart-expired", "cart-expired-next"),
            Self::CartEmpty => ("cart-empty-title", "cart-empty", "cart-empty-next"),
            Self::AlreadyPaid { .. } => ("already-paid-title", "already-paid", "already-paid-next"),
            Self::NotServiced { .. } => ("not-serviced-title", "not-serviced", "not-serviced-next"),
            Self::CookiesNeeded { .. } => ("cookies-needed-title", "cookies-needed", "cookies-needed-next"),
            Self::TooManyRequests => ("too-many-requests-title", "too-many-requests", "too-many-requests-next"),
            Self::FormExpired { .. } => ("form-expired-title", "form-expired", "form-expired-next"),
            Self::Unavailable => ("unavailable-title", "unavailable", "unavailable-next"),
            Self::Internal { .. } => ("internal-error-title", "internal-error", "internal-error-next"),
            Self::Welcome => ("welcome-title", "welcome", "welcome-next"),
            Self::NotFound => ("not-found-title", "not-found", "not-found-next"),
        }
    }
}

impl Serialize for MessagePage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (_, text_key, next_key) = self.message.keys();
        let mut view = View { text_key, next_key, country: "", detail: None, action: None, good: false };
        match &self.message {
            Message::AlreadyPaid { order_id } => {
                view.detail = Some(("order-number", order_id));
                view.good = true;
            }
            Message::NotServiced { country, change_url } => {
                view.country = country;
                view.action = Some(("not-serviced-action", change_url));
            }
            Message::CookiesNeeded { retry_url } => view.action = Some(("try-again", retry_url)),
            Message::FormExpired { retry_url } => view.action = Some(("form-expired-action", retry_url)),
            Message::Internal { request_id } => view.detail = Some(("request-id", request_id)),
            Message::CartNotFound
            | Message::CartExpired
            | Message::CartEmpty
            | Message::TooManyRequests
            | Message::Unavailable
            | Message::Welcome
            | Message::NotFound => {}
        }
        view.serialize(serializer)
    }
}

impl Page for MessagePage {
    const TEMPLATE: &'static str = "checkout/message.html";
    // The footer is for the passage; a page about a mistake of ours needs no analytics.
    const MERCHANT_FOOTER: bool = false;
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        self.message.keys().0
    }
}
