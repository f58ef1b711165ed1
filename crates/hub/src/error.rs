//! What errors of this side name: things that are not there, and lines that are refused. The errors themselves are in the
//! folders of their use cases.

use crossdock_domain::wholesale::{AttachmentProblem, CodeKind, VariantId};
use rust_decimal::Decimal;

/// What was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum UnknownEntity {
    Wholesaler,
    Account,
    Product,
    Warehouse,
    Reservation,
    Courier,
    PickupPoint,
    Parcel,
    Attachment,
}

impl std::fmt::Display for UnknownEntity {
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
        })
    }
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
    OtherComponents,
    /// Fault 7: No line of the basket has this position.
    UnknownPosition,
    /// Fault 7: A file is not taken.
    Attachment(AttachmentProblem),
    /// Fault 7: The remark is longer than 1000 characters.
    NoteTooLong,
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
