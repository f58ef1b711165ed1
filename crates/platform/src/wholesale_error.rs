//! Why something on the wholesaler's side was not done. Transport-free: dialects give the numbers and words.

use crossdock_domain::clock::Span;
use crossdock_domain::wholesale::{
    AttachmentProblem, CodeKind, RecipientField, SupplyMoveRefused, SupplyStatus, VariantId,
};
use rust_decimal::Decimal;

/// Why a use case of this side did not do what it was asked. Nothing was changed. The faults' numbers are those of
/// customer reference §5.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WholesaleError {
    /// Fault 1: Unknown login, wrong key, blocked account: callers cannot tell which. The answer must be held back for `delay`.
    #[error("login failed")]
    LoginFailed {
        /// Grows with repeated failures.
        delay: Span,
    },
    /// Fault 3: The session is missing, unknown or expired.
    #[error("the session is missing, unknown or expired")]
    SessionInvalid,
    /// Fault 4: The dropshipping key is missing or wrong.
    #[error("the dropshipping key is missing or wrong")]
    DropshippingKeyInvalid,
    /// Fault 6: Dropshipping is switched off at this wholesaler, or for this account.
    #[error("dropshipping orders are switched off")]
    SwitchedOff,
    /// Fault 7: A parameter is of no use.
    #[error("{field} {must}")]
    Invalid {
        /// Which; the name of this crate's field.
        field: &'static str,
        /// What it must be, as the end of a sentence.
        must: &'static str,
    },
    /// Fault 9: Too many elements in one call.
    #[error("at most {max} elements in one call")]
    TooManyElements {
        /// The limit.
        max: usize,
    },
    /// Fault 2: Lines of an order cannot be delivered; every line is told, those with a fault are why.
    #[error("some lines cannot be delivered")]
    LinesRefused(Vec<LineOutcome>),
    /// Fault 201: No such order of this caller.
    #[error("no such order")]
    OrderNotFound,
    /// Fault 202: Nothing to order.
    #[error("the basket is empty")]
    EmptyBasket,
    /// Fault 203: The external id was used for an order with other content.
    #[error("the external id was used for another order")]
    ExternalIdReused,
    /// Fault 204: Too late to cancel.
    #[error("the order can no longer be cancelled in status {status}")]
    NotCancellable {
        /// Its present status.
        status: SupplyStatus,
    },
    /// Fault 301: No such courier.
    #[error("unknown courier")]
    UnknownCourier,
    /// Fault 302: No courier, or not this one, serves the address with this order and way of paying.
    #[error("no courier for this address")]
    NoCourier,
    /// Fault 303: The pickup point is missing or unknown.
    #[error("the pickup point is missing or unknown")]
    PickupPoint,
    /// Fault 401: No such recipient of this caller.
    #[error("no such delivery address")]
    RecipientNotFound,
    /// Fault 402: Required fields of the address are missing.
    #[error("required fields of the address are missing")]
    RecipientIncomplete(Vec<RecipientField>),
    /// Fault 7: Fields of the address are too long.
    #[error("fields of the address are too long")]
    RecipientTooLong(Vec<RecipientField>),
    /// Fault 501: The way of paying is not available to this account or not with this courier.
    #[error("the payment form is not available")]
    PaymentNotAvailable,
    /// The life cycle has no such move.
    #[error(transparent)]
    NoSuchMove(#[from] SupplyMoveRefused),
    /// The goods put aside for the order are no longer there: a recount found less.
    #[error("the goods of the order are not in stock; correct the stock first")]
    GoodsMissing,
    /// Nothing of this kind has this id here.
    #[error("no such {0}")]
    NotFound(Unknown),
    /// The id or name is taken.
    #[error("{0}")]
    Exists(String),
    /// A limit of sandboxes; a real wholesaler has none of these.
    #[error(transparent)]
    SandboxLimit(#[from] SandboxLimit),
    /// Settings or data that contradict themselves, in words for staff.
    #[error("{0}")]
    Refused(String),
}

/// What was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unknown {
    Wholesaler,
    Account,
    Product,
    Warehouse,
    Reservation,
    Courier,
    PickupPoint,
    Parcel,
    Attachment,
    Sandbox,
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Wholesaler => "wholesaler",
            Self::Account => "account",
            Self::Product => "product",
            Self::Warehouse => "warehouse",
            Self::Reservation => "reservation",
            Self::Courier => "courier",
            Self::PickupPoint => "pickup point",
            Self::Parcel => "parcel",
            Self::Attachment => "attachment",
            Self::Sandbox => "sandbox in use",
        })
    }
}

/// Which limit of sandboxes is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SandboxLimit {
    /// So many there are at the same time.
    #[error("the limit of sandboxes at the same time is reached: {max}")]
    Living {
        /// The limit.
        max: i64,
    },
    /// So many are made for one address of the network in 24 hours.
    #[error("the limit of new sandboxes for this network address in 24 hours is reached: {max}")]
    Address {
        /// The limit.
        max: i64,
    },
    /// So many are made for one e-mail address in 24 hours.
    #[error("the limit of new sandboxes for this e-mail address in 24 hours is reached: {max}")]
    Email {
        /// The limit.
        max: i64,
    },
    /// So many orders a sandbox takes in 24 hours.
    #[error("the limit of orders of a sandbox in 24 hours is reached: {max}")]
    Orders {
        /// The limit.
        max: i64,
        /// When the next one is taken, from now.
        again_in: Span,
    },
    /// So many products a sandbox holds.
    #[error("the limit of products of a sandbox is reached: {max}")]
    Products {
        /// The limit.
        max: i64,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// Fault 101: No product has this code.
    UnknownCode,
    /// Fault 102: There is less than that.
    NotEnough,
    /// Fault 103: Not sold to this customer, or not at all.
    NotSold,
    /// Fault 104: Not positive, too exact, or not allowed for the unit.
    BadQuantity,
    /// Fault 7: The parts that it was told to consist of are not those of the catalogue.
    OtherParts,
    /// Fault 7: No line of the basket has this position.
    UnknownPosition,
    /// Fault 7: A file is not taken.
    Attachment(AttachmentProblem),
    /// Fault 7: The remark is longer than 1000 characters.
    CommentTooLong,
    /// Staff: the price is no amount of the currency, or below 0.
    BadPrice,
    /// Staff: the tax is the product's, another one cannot be given.
    OtherVat,
    /// Staff: several lines are meant; only their positions tell them apart.
    Ambiguous,
}

/// A line of an order that was refused, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOutcome {
    /// The code as it was sent.
    pub code: String,
    /// Kind of the code: found, else as it was sent.
    pub kind: Option<CodeKind>,
    /// The size, when the code is known.
    pub variant: Option<VariantId>,
    /// `basketPosition`, when it came from or would have come to the basket.
    pub position: Option<i64>,
    /// How much was wanted.
    pub quantity: Decimal,
    /// What is wrong with it; `None` for a line that is well.
    pub fault: Option<LineFault>,
}
