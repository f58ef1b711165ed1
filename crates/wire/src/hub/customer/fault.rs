//! Faults as this protocol tells them (customer protocol §5): numbers, words in two languages, and the honest status behind the 200.

mod use_cases;

use crossdock_domain::clock::Span;

use super::decode::{Problem, ProblemKind};
use super::names::{FAULT_CODE, FAULT_STRING};
use super::raw::JsonProblem;
use super::shapes;
use super::soap::SoapProblem;
use super::target::Lang;
use super::xml::XmlProblem;
use crate::json_body::JsonExcess;
use crate::schema::value::Record;

pub(super) use use_cases::{Refused, line_fault, recipient_fault};

/// A number of the table in customer protocol §5. All are proposed there except 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "their words stand below")]
pub enum Code {
    Done,
    LoginFailed,
    SomeFailed,
    Session,
    Key,
    TooLarge,
    SwitchedOff,
    Malformed,
    Unknown,
    TooMany,
    Internal,
    TooFast,
    UnknownProduct,
    NotEnough,
    NotSold,
    BadQuantity,
    OrderNotFound,
    EmptyBasket,
    ExternalIdReused,
    NotCancellable,
    UnknownCourier,
    NoCourier,
    PickupPoint,
    AddressNotFound,
    AddressField,
    PaymentForm,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 26] = [
        Self::Done,
        Self::LoginFailed,
        Self::SomeFailed,
        Self::Session,
        Self::Key,
        Self::TooLarge,
        Self::SwitchedOff,
        Self::Malformed,
        Self::Unknown,
        Self::TooMany,
        Self::Internal,
        Self::TooFast,
        Self::UnknownProduct,
        Self::NotEnough,
        Self::NotSold,
        Self::BadQuantity,
        Self::OrderNotFound,
        Self::EmptyBasket,
        Self::ExternalIdReused,
        Self::NotCancellable,
        Self::UnknownCourier,
        Self::NoCourier,
        Self::PickupPoint,
        Self::AddressNotFound,
        Self::AddressField,
        Self::PaymentForm,
    ];

    /// `faultCode`. 11 is ours; the table of the protocol has nothing for it.
    pub const fn number(self) -> u16 {
        match self {
            Self::Done => 0,
            Self::LoginFailed => 1,
            Self::SomeFailed => 2,
            Self::Session => 3,
            Self::Key => 4,
            Self::TooLarge => 5,
            Self::SwitchedOff => 6,
            Self::Malformed => 7,
            Self::Unknown => 8,
            Self::TooMany => 9,
            Self::Internal => 10,
            Self::TooFast => 11,
            Self::UnknownProduct => 101,
            Self::NotEnough => 102,
            Self::NotSold => 103,
            Self::BadQuantity => 104,
            Self::OrderNotFound => 201,
            Self::EmptyBasket => 202,
            Self::ExternalIdReused => 203,
            Self::NotCancellable => 204,
            Self::UnknownCourier => 301,
            Self::NoCourier => 302,
            Self::PickupPoint => 303,
            Self::AddressNotFound => 401,
            Self::AddressField => 402,
            Self::PaymentForm => 501,
        }
    }

    /// `faultString` without anything that depends on the call.
    pub const fn text(self, lang: Lang) -> &'static str {
        let (pol, eng) = match self {
            Self::Done => ("", ""),
            Self::LoginFailed => ("Logowanie nie powiodło się", "Login failed: invalid login or key"),
            Self::SomeFailed => (
                "Niektóre elementy nie zostały przetworzone; błędy podano przy elementach",
                "Some elements failed; see theirs",
            ),
            Self::Session => (
                "Brak klucza sessionKey, jest on nieznany albo wygasł; zaloguj się ponownie",
                "sessionKey is missing, unknown or expired; log in again",
            ),
            Self::Key => {
                ("Brak klucza dropshippingKey albo jest on nieprawidłowy", "dropshippingKey is missing or wrong")
            }
            Self::TooLarge => ("Zapytanie jest większe niż 10 MB", "The request is larger than 10 MB"),
            Self::SwitchedOff => (
                "Zamówienia dropshippingowe są wyłączone u tego dostawcy lub dla tego konta",
                "Dropshipping orders are switched off at this wholesaler or for this account",
            ),
            Self::Malformed => ("Nieprawidłowe zapytanie", "Malformed request"),
            Self::Unknown => ("Nieznana bramka, metoda lub format", "Unknown gate, method or format"),
            Self::TooMany => ("Zbyt wiele elementów w jednym wywołaniu", "Too many elements in one call"),
            Self::Internal => ("Błąd wewnętrzny; spróbuj ponownie później", "Internal error; please try again later"),
            Self::TooFast => ("Zbyt wiele wywołań", "Too many calls"),
            Self::UnknownProduct => ("Nieznany kod towaru", "Unknown product code"),
            Self::NotEnough => ("Niewystarczająca ilość towaru", "Not enough available"),
            Self::NotSold => ("Towar nie jest sprzedawany temu klientowi", "Not sold to this customer"),
            Self::BadQuantity => (
                "Ilość musi być dodatnia i dozwolona dla jednostki towaru",
                "The quantity must be positive and allowed for the product's unit",
            ),
            Self::OrderNotFound => ("Nie znaleziono zamówienia", "Order not found"),
            Self::EmptyBasket => ("Koszyk jest pusty", "The basket is empty"),
            Self::ExternalIdReused => (
                "orderExternalId został już użyty w zamówieniu o innej treści",
                "orderExternalId was used for an order with other content",
            ),
            Self::NotCancellable => ("Zamówienia nie można już anulować", "The order can no longer be cancelled"),
            Self::UnknownCourier => ("Nieznany kurier", "Unknown courier"),
            Self::NoCourier => ("Żaden kurier nie obsługuje tego adresu", "No courier serves this address"),
            Self::PickupPoint => {
                ("Brak punktu odbioru albo jest on nieznany", "The pickup point is missing or unknown")
            }
            Self::AddressNotFound => ("Nie znaleziono adresu", "Address not found"),
            Self::AddressField => ("Brak wymaganego pola adresu", "A required field of the address is missing"),
            Self::PaymentForm => ("Forma płatności jest niedostępna", "The payment form is not available"),
        };
        match lang {
            Lang::Pol => pol,
            Lang::Eng => eng,
        }
    }

    /// What the status would be in an honest dialect, for log and metrics.
    pub const fn honest(self) -> u16 {
        match self {
            Self::Done | Self::SomeFailed => 200,
            Self::LoginFailed | Self::Session | Self::Key => 401,
            Self::SwitchedOff | Self::NotSold => 403,
            Self::TooLarge => 413,
            Self::Malformed | Self::TooMany | Self::BadQuantity | Self::AddressField => 400,
            Self::Unknown
            | Self::UnknownProduct
            | Self::OrderNotFound
            | Self::UnknownCourier
            | Self::AddressNotFound => 404,
            Self::Internal => 500,
            Self::TooFast => 429,
            Self::NotEnough | Self::ExternalIdReused | Self::NotCancellable => 409,
            Self::EmptyBasket | Self::NoCourier | Self::PickupPoint | Self::PaymentForm => 422,
        }
    }

    /// Stable name for log and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::LoginFailed => "login_failed",
            Self::SomeFailed => "some_failed",
            Self::Session => "session",
            Self::Key => "dropshipping_key",
            Self::TooLarge => "too_large",
            Self::SwitchedOff => "switched_off",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown_gate",
            Self::TooMany => "too_many",
            Self::Internal => "internal",
            Self::TooFast => "too_fast",
            Self::UnknownProduct => "unknown_product",
            Self::NotEnough => "not_enough",
            Self::NotSold => "not_sold",
            Self::BadQuantity => "bad_quantity",
            Self::OrderNotFound => "order_not_found",
            Self::EmptyBasket => "empty_basket",
            Self::ExternalIdReused => "external_id_reused",
            Self::NotCancellable => "not_cancellable",
            Self::UnknownCourier => "unknown_courier",
            Self::NoCourier => "no_courier",
            Self::PickupPoint => "pickup_point",
            Self::AddressNotFound => "address_not_found",
            Self::AddressField => "address_field",
            Self::PaymentForm => "payment_form",
        }
    }
}

/// A fault in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorReply {
    pub(super) code: Code,
    /// `faultCode`.
    pub(super) fault: u16,
    /// `faultString`.
    pub(super) text: String,
    /// How long the answer must be held back.
    pub(super) delay: Span,
    /// Seconds after which the same call may succeed.
    pub(super) retry_after: Option<u32>,
}

impl ErrorReply {
    pub(super) fn plain(code: Code, lang: Lang) -> Self {
        Self::with(code, code.text(lang).to_owned())
    }

    /// `Malformed request: params.products[1].quantity must be a number`.
    pub(super) fn about(code: Code, lang: Lang, detail: &str) -> Self {
        Self::with(code, format!("{}: {detail}", code.text(lang)))
    }

    fn with(code: Code, text: String) -> Self {
        Self { code, fault: code.number(), text, delay: Span(0), retry_after: None }
    }

    /// As `errors`, or as the fault of one element.
    pub(super) fn record(&self) -> Record {
        Record::new(&shapes::FAULT).with(FAULT_CODE, self.fault).with(FAULT_STRING, self.text.as_str())
    }
}

/// Something that cannot be read.
pub(super) fn problem(problem: &Problem, lang: Lang) -> ErrorReply {
    let path = &problem.path;
    let (pol, eng) = match problem.why {
        ProblemKind::Missing => (format!("brak wymaganego pola {path}"), format!("{path} is required")),
        ProblemKind::Text => (format!("pole {path} musi być tekstem"), format!("{path} must be a text")),
        ProblemKind::Int => {
            (format!("pole {path} musi być liczbą całkowitą"), format!("{path} must be a whole number"))
        }
        ProblemKind::Number => (format!("pole {path} musi być liczbą"), format!("{path} must be a number")),
        ProblemKind::Flag => (format!("pole {path} musi mieć wartość y albo n"), format!("{path} must be y or n")),
        ProblemKind::Moment => (
            format!("pole {path} musi być datą YYYY-MM-DD albo YYYY-MM-DD HH:MM:SS"),
            format!("{path} must be a date, YYYY-MM-DD or YYYY-MM-DD HH:MM:SS"),
        ),
        ProblemKind::File => (format!("pole {path} musi być zakodowane w base64"), format!("{path} must be base64")),
        ProblemKind::Struct => (format!("pole {path} musi być strukturą"), format!("{path} must be a struct")),
        ProblemKind::List => (format!("pole {path} musi być tablicą"), format!("{path} must be an array")),
        ProblemKind::Choice(words) => {
            let words = words.join(", ");
            (format!("pole {path} musi mieć jedną z wartości: {words}"), format!("{path} must be one of: {words}"))
        }
        ProblemKind::TooLong(most) => (
            format!("pole {path} może mieć najwyżej {most} znaków"),
            format!("{path} must not have more than {most} characters"),
        ),
        ProblemKind::TooLarge(most) => (
            format!("plik {path} może mieć najwyżej {most} bajtów"),
            format!("the file {path} must not have more than {most} bytes"),
        ),
        ProblemKind::Characters => {
            (format!("pole {path} zawiera niedozwolone znaki sterujące"), format!("{path} holds control characters"))
        }
        ProblemKind::Country => (
            format!("pole {path} musi być kodem kraju ISO 3166-1, np. PL"),
            format!("{path} must be an ISO 3166-1 country code such as PL"),
        ),
        ProblemKind::Currency => (
            format!("pole {path} musi być kodem waluty ISO 4217, np. PLN"),
            format!("{path} must be an ISO 4217 currency code such as PLN"),
        ),
        ProblemKind::NoSuchDay => {
            (format!("pole {path}: nie ma takiego dnia"), format!("{path}: there is no such day"))
        }
        ProblemKind::TooMany(most) => (format!("{path}, najwyżej {most}"), format!("{path}, at most {most}")),
    };
    let code = if matches!(problem.why, ProblemKind::TooMany(_)) { Code::TooMany } else { Code::Malformed };
    ErrorReply::about(code, lang, if lang == Lang::Pol { &pol } else { &eng })
}

/// A body that is no JSON object.
pub(super) fn not_json(problem: JsonProblem, lang: Lang) -> ErrorReply {
    let (pol, eng) = match problem {
        JsonProblem::NoObject => ("treść nie jest obiektem JSON".to_owned(), "the body is no JSON object".to_owned()),
        JsonProblem::Excess(excess @ JsonExcess::Depth(most)) => {
            (format!("treść ma więcej niż {most} poziomów zagnieżdżenia"), excess.to_string())
        }
        JsonProblem::Excess(excess @ JsonExcess::Elements(most)) => {
            (format!("treść ma więcej niż {most} elementów; wyślij ją w częściach"), excess.to_string())
        }
        JsonProblem::Excess(JsonExcess::Weight) => (
            "treść ma zbyt wiele pól na najwyższym poziomie".to_owned(),
            "the body has too many fields at the top".to_owned(),
        ),
    };
    ErrorReply::about(Code::Malformed, lang, if lang == Lang::Pol { &pol } else { &eng })
}

/// A body that is no SOAP call.
pub(super) fn not_soap(problem: SoapProblem, lang: Lang) -> ErrorReply {
    let (pol, eng) = match problem {
        SoapProblem::NotSoap11 => ("treść nie jest kopertą SOAP 1.1", "the body is no SOAP 1.1 envelope"),
        SoapProblem::NoCall => ("koperta SOAP nie zawiera wywołania", "the SOAP envelope holds no call"),
        SoapProblem::Reference => ("błędne odwołanie href", "an href leads nowhere or in circles"),
        SoapProblem::Xml(problem) => match problem {
            XmlProblem::Encoding => ("XML musi być zapisany w UTF-8", "XML must be written in UTF-8"),
            XmlProblem::DocumentType => ("XML z deklaracją DOCTYPE jest odrzucany", "XML with a DOCTYPE is refused"),
            XmlProblem::Instruction => {
                ("XML z instrukcjami przetwarzania jest odrzucany", "XML with processing instructions is refused")
            }
            XmlProblem::Entity => ("XML zawiera niedozwoloną encję", "XML holds an entity that is not allowed"),
            XmlProblem::Character => ("XML zawiera niedozwolony znak", "XML holds a character that is not allowed"),
            XmlProblem::TooDeep => ("XML jest zbyt zagnieżdżony", "XML is nested too deeply"),
            XmlProblem::TooManyElements => ("XML ma zbyt wiele elementów", "XML has too many elements"),
            XmlProblem::TooManyAttributes => {
                ("XML ma zbyt wiele atrybutów lub przestrzeni nazw", "XML has too many attributes or namespaces")
            }
            XmlProblem::Syntax => ("treść nie jest poprawnym XML", "the body is no well-formed XML"),
        },
    };
    ErrorReply::about(Code::Malformed, lang, if lang == Lang::Pol { pol } else { eng })
}

/// Too many calls.
pub(super) fn too_fast(after: u32, lang: Lang) -> ErrorReply {
    let detail = match lang {
        Lang::Pol => format!("spróbuj ponownie za {after} s"),
        Lang::Eng => format!("try again in {after} s"),
    };
    ErrorReply { retry_after: Some(after), ..ErrorReply::about(Code::TooFast, lang, &detail) }
}

/// A path or host that leads to no wholesaler.
pub(super) fn no_wholesaler(lang: Lang) -> ErrorReply {
    ErrorReply::about(
        Code::Unknown,
        lang,
        match lang {
            Lang::Pol => "pod tym adresem nie ma dostawcy",
            Lang::Eng => "there is no wholesaler at this address",
        },
    )
}
