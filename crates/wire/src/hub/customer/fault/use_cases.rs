//! Errors of use cases in this protocol's numbers: exhaustive matches, so that a new error does not compile until it has one.

use std::error::Error as _;

use crossdock_app::hub::{
    AccessError, AvailabilityError, CancelError, LineFault, OrderListError, OrderingError, RecipientProblem,
};
use crossdock_app::platform::error::DbError;
use crossdock_domain::clock::Span;
use crossdock_domain::wholesale::{AttachmentProblem, RecipientField};

use super::{Code, ErrorReply};
use crate::hub::customer::names::{
    CASH_ON_DELIVERY, CLIENT_DELIVERY_ADDRESS_ADDITIONAL, CLIENT_DELIVERY_ADDRESS_CITY,
    CLIENT_DELIVERY_ADDRESS_COUNTRY, CLIENT_DELIVERY_ADDRESS_EMAIL, CLIENT_DELIVERY_ADDRESS_FIRST_NAME,
    CLIENT_DELIVERY_ADDRESS_LAST_NAME, CLIENT_DELIVERY_ADDRESS_PHONE1, CLIENT_DELIVERY_ADDRESS_PROVINCE_ID,
    CLIENT_DELIVERY_ADDRESS_REGION_ID, CLIENT_DELIVERY_ADDRESS_STREET, CLIENT_DELIVERY_ADDRESS_ZIP_CODE, CURRENCY_ID,
    DELIVERY_DATE, ORDER_EXTERNAL_ID, PARAMS, WEBHOOK_URL,
};
use crate::hub::customer::target::Lang;

/// Seconds after which a call that met an absent database may be repeated.
const TRY_AGAIN: u32 = 5;

/// An error of a use case in this protocol's numbers.
pub(in crate::hub::customer) trait Refused {
    /// What is told of it.
    fn told(&self, lang: Lang) -> ErrorReply;
}

impl Refused for DbError {
    fn told(&self, lang: Lang) -> ErrorReply {
        match self {
            Self::InvalidText => {
                let detail =
                    by(lang, "tekst zawiera niedozwolone znaki", "a text holds characters that cannot be stored");
                ErrorReply::about(Code::Malformed, lang, detail)
            }
            Self::Unavailable(_) | Self::Retry | Self::Locked { .. } => {
                // That the database is away is an error once, where it begins.
                tracing::debug!(error = %self, source = self.source(), "a gate call failed");
                ErrorReply { retry_after: Some(TRY_AGAIN), ..ErrorReply::plain(Code::Internal, lang) }
            }
            Self::Conflict | Self::Inconsistent { .. } | Self::Other(_) => {
                tracing::error!(error = %self, source = self.source(), "a gate call failed");
                ErrorReply::plain(Code::Internal, lang)
            }
        }
    }
}

impl Refused for AccessError {
    fn told(&self, lang: Lang) -> ErrorReply {
        let plain = |code| ErrorReply::plain(code, lang);
        match self {
            Self::WholesalerNotFound => super::no_wholesaler(lang),
            Self::LoginFailed { delay } => ErrorReply { delay: *delay, ..plain(Code::LoginFailed) },
            Self::SessionInvalid => plain(Code::Session),
            Self::DropshippingKeyInvalid => plain(Code::Key),
            Self::SwitchedOff => plain(Code::SwitchedOff),
            Self::Db(error) => error.told(lang),
        }
    }
}

impl Refused for AvailabilityError {
    fn told(&self, lang: Lang) -> ErrorReply {
        match self {
            Self::Invalid { field, must } => invalid(field, must, lang),
            Self::TooManyElements { max } => too_many(*max, lang),
            Self::Db(error) => error.told(lang),
        }
    }
}

impl Refused for OrderingError {
    fn told(&self, lang: Lang) -> ErrorReply {
        let plain = |code| ErrorReply::plain(code, lang);
        match self {
            Self::WholesalerNotFound => super::no_wholesaler(lang),
            Self::Invalid { field, must } => invalid(field, must, lang),
            Self::TooManyElements { max } => too_many(*max, lang),
            Self::LinesRefused(_) => plain(Code::SomeFailed),
            Self::EmptyBasket => plain(Code::EmptyBasket),
            Self::ExternalIdReused => plain(Code::ExternalIdReused),
            Self::UnknownCourier => plain(Code::UnknownCourier),
            Self::NoCourier => plain(Code::NoCourier),
            Self::PickupPoint => plain(Code::PickupPoint),
            Self::RecipientNotFound => plain(Code::AddressNotFound),
            Self::RecipientIncomplete(fields) => missing(fields, lang),
            Self::RecipientTooLong(fields) => too_long(fields, lang),
            Self::PaymentNotAvailable => plain(Code::PaymentForm),
            Self::DailyOrders { again_in, .. } => super::too_fast(seconds(*again_in), lang),
            // Amounts come from the wholesaler's own prices and the caller's quantities.
            Self::Amount(_) => {
                ErrorReply::about(Code::Malformed, lang, by(lang, "kwota jest zbyt duża", "an amount is too large"))
            }
            Self::Db(error) => error.told(lang),
        }
    }
}

impl Refused for OrderListError {
    fn told(&self, lang: Lang) -> ErrorReply {
        match self {
            Self::TooManyElements { max } => too_many(*max, lang),
            Self::Db(error) => error.told(lang),
        }
    }
}

impl Refused for CancelError {
    fn told(&self, lang: Lang) -> ErrorReply {
        match self {
            Self::TooManyElements { max } => too_many(*max, lang),
            // An order that may be cancelled has its goods and can move; if not, it is for staff to mend.
            Self::InvalidTransition(_) | Self::GoodsMissing => {
                tracing::error!(error = %self, "a gate call failed");
                ErrorReply::plain(Code::Internal, lang)
            }
            Self::Db(error) => error.told(lang),
        }
    }
}

fn invalid(field: &'static str, must: &str, lang: Lang) -> ErrorReply {
    let field = parameter(field);
    let detail = match lang {
        Lang::Pol => format!("nieprawidłowa wartość pola {PARAMS}.{field}"),
        Lang::Eng => format!("{PARAMS}.{field} {must}"),
    };
    ErrorReply::about(Code::Malformed, lang, &detail)
}

fn too_many(max: usize, lang: Lang) -> ErrorReply {
    let detail = match lang {
        Lang::Pol => format!("najwyżej {max}"),
        Lang::Eng => format!("at most {max}"),
    };
    ErrorReply::about(Code::TooMany, lang, &detail)
}

/// Whole seconds, at least one.
fn seconds(span: Span) -> u32 {
    u32::try_from(span.0.max(0).saturating_add(999_999) / 1_000_000).unwrap_or(u32::MAX).max(1)
}

/// How the wire calls a parameter of a use case.
fn parameter(field: &'static str) -> &'static str {
    match field {
        "cash_on_delivery" => CASH_ON_DELIVERY,
        "external_id" => ORDER_EXTERNAL_ID,
        "preferred_date" => DELIVERY_DATE,
        "currency" => CURRENCY_ID,
        "webhook_url" => WEBHOOK_URL,
        other => other,
    }
}

/// What is wrong with a line; 0 for one that is well.
pub(in crate::hub::customer) fn line_fault(fault: Option<LineFault>, lang: Lang) -> ErrorReply {
    let plain = |code| ErrorReply::plain(code, lang);
    let malformed = |pol, eng| ErrorReply::about(Code::Malformed, lang, by(lang, pol, eng));
    match fault {
        None => plain(Code::Done),
        Some(LineFault::UnknownCode) => plain(Code::UnknownProduct),
        Some(LineFault::NotEnough) => plain(Code::NotEnough),
        Some(LineFault::NotSold) => plain(Code::NotSold),
        Some(LineFault::BadQuantity) => plain(Code::BadQuantity),
        Some(LineFault::OtherComponents) => malformed(
            "składniki (products) nie są składnikami tego towaru w katalogu",
            "products: these are not the components of this product in the catalogue",
        ),
        Some(LineFault::UnknownPosition) => {
            malformed("w koszyku nie ma takiej pozycji", "the basket has no such position")
        }
        Some(LineFault::NoteTooLong) => malformed("uwaga jest zbyt długa", "the comment is too long"),
        // Only staff can settle these.
        Some(LineFault::BadPrice) => malformed("nieprawidłowa cena", "the price is of no use"),
        Some(LineFault::OtherVat) => malformed("towar ma inną stawkę VAT", "the product has another VAT rate"),
        Some(LineFault::Ambiguous) => {
            malformed("kilka pozycji ma ten kod; podaj pozycję", "several lines have this code; give the position")
        }
        Some(LineFault::Attachment(problem)) => match problem {
            AttachmentProblem::TooLarge => malformed("załącznik jest zbyt duży", "the attachment is too large"),
            AttachmentProblem::Kind => malformed(
                "załącznik musi być plikiem PDF, PNG, JPEG, GIF albo zwykłym tekstem",
                "the attachment must be PDF, PNG, JPEG, GIF or plain text",
            ),
            AttachmentProblem::Name => {
                malformed("załącznik nie ma poprawnej nazwy", "the attachment has no usable name")
            }
            AttachmentProblem::TooMany => malformed("zbyt wiele załączników", "too many attachments"),
        },
    }
}

/// Why a recipient was not stored.
pub(in crate::hub::customer) fn recipient_fault(problem: &RecipientProblem, lang: Lang) -> ErrorReply {
    match problem {
        RecipientProblem::NotFound => ErrorReply::plain(Code::AddressNotFound, lang),
        RecipientProblem::Missing(fields) => missing(fields, lang),
        RecipientProblem::TooLong(fields) => too_long(fields, lang),
    }
}

fn missing(fields: &[RecipientField], lang: Lang) -> ErrorReply {
    ErrorReply::about(Code::AddressField, lang, &names(fields))
}

fn too_long(fields: &[RecipientField], lang: Lang) -> ErrorReply {
    let detail = format!("{} {}", by(lang, "zbyt długie:", "too long:"), names(fields));
    ErrorReply::about(Code::Malformed, lang, &detail)
}

fn names(fields: &[RecipientField]) -> String {
    fields.iter().map(|field| name(*field)).collect::<Vec<_>>().join(", ")
}

const fn name(field: RecipientField) -> &'static str {
    match field {
        RecipientField::FirstName => CLIENT_DELIVERY_ADDRESS_FIRST_NAME,
        RecipientField::LastName => CLIENT_DELIVERY_ADDRESS_LAST_NAME,
        RecipientField::Additional => CLIENT_DELIVERY_ADDRESS_ADDITIONAL,
        RecipientField::Street => CLIENT_DELIVERY_ADDRESS_STREET,
        RecipientField::Zip => CLIENT_DELIVERY_ADDRESS_ZIP_CODE,
        RecipientField::City => CLIENT_DELIVERY_ADDRESS_CITY,
        RecipientField::Country => CLIENT_DELIVERY_ADDRESS_COUNTRY,
        RecipientField::RegionId => CLIENT_DELIVERY_ADDRESS_REGION_ID,
        RecipientField::ProvinceId => CLIENT_DELIVERY_ADDRESS_PROVINCE_ID,
        RecipientField::Phone => CLIENT_DELIVERY_ADDRESS_PHONE1,
        RecipientField::Email => CLIENT_DELIVERY_ADDRESS_EMAIL,
    }
}

const fn by(lang: Lang, pol: &'static str, eng: &'static str) -> &'static str {
    match lang {
        Lang::Pol => pol,
        Lang::Eng => eng,
    }
}
