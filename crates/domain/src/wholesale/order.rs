//! Supply orders: what a shop ordered for a recipient, its history and its parcels.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::account::{BillingData, PaymentKind};
use super::courier::{PickupPoint, tracking_link};
use super::ids::{AccountId, CourierId, OrderSerial, ParcelId, RecipientId, VariantId, WholesalerId};
use super::price::{LineValue, Vat, value_of, value_of_gross};
use super::product::{CodeKind, Component};
use super::quantity::Quantity;
use super::recipient::RecipientAddress;
use super::status::{DropshippingStatus, SupplyStatus};
use crate::clock::Timestamp;
use crate::money::{Currency, Money};

/// A supply order as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplyOrder {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Its number there.
    pub serial: OrderSerial,
    /// Who ordered.
    pub account: AccountId,
    /// The shop's own number.
    pub external_id: Option<String>,
    /// Present status.
    pub status: SupplyStatus,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When anything of it last changed.
    pub changed_at: Timestamp,
    /// When it left the warehouse.
    pub dispatched_at: Option<Timestamp>,
    /// An attempt to cancel it came too late.
    pub cancel_refused: bool,
    /// Remark of staff.
    pub note: String,
    /// How and where it is delivered; staff may change it.
    pub delivery: Delivery,
    /// What was ordered and what it costs. Agreed on when it was placed; only staff change it, with history.
    pub document: SupplyOrderDocument,
    /// Its parcels, by their numbers.
    pub parcels: Vec<SupplyParcel>,
}

impl SupplyOrder {
    /// `orderId`: `<login>-<serial>` (customer protocol §4.8).
    pub fn order_id(&self) -> String {
        format!("{}-{}", self.document.login, self.serial)
    }

    /// How the shop sees it.
    pub fn dropshipping(&self) -> DropshippingStatus {
        self.status.dropshipping(self.cancel_refused)
    }
}

/// How and where an order is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Who carries it.
    pub courier: CourierId,
    /// The courier's name.
    pub courier_name: String,
    /// The courier's tracking template.
    pub tracking_url: String,
    /// To whom; a copy.
    pub address: RecipientAddress,
    /// The stored recipient it was copied from.
    #[serde(default)]
    pub recipient: Option<RecipientId>,
    /// Where it is picked up.
    #[serde(default)]
    pub pickup_point: Option<PickupPoint>,
    /// Day that the shop prefers, `YYYY-MM-DD`.
    #[serde(default)]
    pub preferred_date: Option<String>,
    /// Day on which it should arrive, `YYYY-MM-DD`.
    #[serde(default)]
    pub estimated_date: Option<String>,
}

/// What was ordered, by whom, at what cost. Shops cannot change it; staff can, as long as the goods are put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyOrderDocument {
    /// Login of the account when it ordered.
    pub login: String,
    /// Mail address of the account when it ordered.
    pub email: String,
    /// Group whose prices were used.
    pub price_group: String,
    /// Currency of every amount.
    pub currency: Currency,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
    /// What it costs the shop.
    pub amounts: OrderAmounts,
    /// How the shop pays.
    pub payment: PaymentKind,
    /// By which of the wholesaler's forms.
    pub payment_form: Option<i64>,
    /// What the courier collects from the recipient.
    pub cash_on_delivery: Option<CashOnDelivery>,
    /// Who is billed.
    pub billing: BillingData,
    /// For the wholesaler.
    pub note_to_order: String,
    /// For the courier.
    pub note_to_courier: String,
    /// Whether an invoice is wanted.
    pub invoice: InvoicePreference,
    /// Receiving address of this order's webhooks, where the wholesaler allows one.
    pub webhook_url: Option<String>,
    /// Weight of all goods in grams.
    pub weight_grams: i64,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// `basketPosition`.
    pub position: i64,
    /// The code it was ordered by.
    pub code: String,
    /// Which kind of code that is.
    pub code_kind: CodeKind,
    /// What.
    pub variant: VariantId,
    /// The wholesaler's code of the product.
    pub product_code: String,
    /// Its name.
    pub name: String,
    /// Name of the size.
    pub size_name: String,
    /// Producer's code of the size.
    pub producer_code: Option<String>,
    /// External code of the size.
    pub external_code: Option<String>,
    /// How much.
    pub quantity: Quantity,
    /// Remark of the shop on it.
    #[serde(rename = "comment")]
    pub note: String,
    /// Tax.
    pub vat: Vat,
    /// Cost.
    pub value: LineValue,
    /// Staff agreed on its price, gross: the line is computed from its gross price then, not from its net price.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub price_agreed: bool,
    /// Weight of one unit in grams.
    pub weight_grams: i64,
    /// What a set consists of.
    #[serde(default)]
    pub components: Vec<Component>,
    /// Files of this line, without their contents.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// What an order costs the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAmounts {
    /// Goods, net.
    pub products_net: Money,
    /// Goods, gross: `orderProductsCost`.
    pub products: Money,
    /// Carriage, net.
    pub delivery_net: Money,
    /// Carriage, gross: `orderDeliveryCost`.
    pub delivery: Money,
    /// Tax on the carriage.
    pub delivery_vat: Vat,
    /// Way of paying (collection), net.
    pub payment_net: Money,
    /// The same, gross: `orderPayformCost`.
    pub payment: Money,
}

impl OrderLine {
    /// Computes its cost anew for another quantity; the price agreed on stays.
    pub fn set_quantity(&mut self, quantity: Quantity) -> Result<(), crate::money::MoneyError> {
        self.value = if self.price_agreed {
            value_of_gross(self.value.unit_gross, self.vat, quantity)?
        } else {
            value_of(self.value.unit_net.minor, self.value.unit_net.currency, self.vat, quantity)?
        };
        self.quantity = quantity;
        Ok(())
    }

    /// Agrees on another price of one unit, gross.
    pub fn set_price(&mut self, unit_gross: Money) -> Result<(), crate::money::MoneyError> {
        self.value = value_of_gross(unit_gross, self.vat, self.quantity)?;
        self.price_agreed = true;
        Ok(())
    }

    /// What it takes of the stocks: itself, or the parts of a set. `None` for a part of a thousandth.
    pub fn parts(&self) -> Option<Vec<(VariantId, Quantity)>> {
        if self.components.is_empty() {
            return Some(vec![(self.variant.clone(), self.quantity)]);
        }
        let part = |part: &Component| Some((part.variant.clone(), part.quantity.times(self.quantity)?));
        self.components.iter().map(part).collect()
    }
}

/// Weight of order lines in whole grams, rounded up; [`i64::MAX`] is more than any courier carries. Each line is the weight of
/// one unit in grams and the quantity.
pub fn total_grams(lines: impl IntoIterator<Item = (i64, Quantity)>) -> i64 {
    let exact = lines.into_iter().try_fold(Decimal::ZERO, |sum, (grams, quantity)| {
        sum.checked_add(Decimal::from(grams).checked_mul(quantity.to_decimal())?)
    });
    exact.and_then(|grams| grams.ceil().to_i64()).unwrap_or(i64::MAX)
}

impl OrderAmounts {
    /// Costs of the goods anew, from these lines; the rest stays as agreed on.
    pub fn with_lines(self, lines: &[OrderLine]) -> Result<Self, crate::money::MoneyError> {
        let currency = self.products.currency;
        Ok(Self {
            products_net: Money::sum(currency, lines.iter().map(|line| line.value.net))?,
            products: Money::sum(currency, lines.iter().map(|line| line.value.gross))?,
            ..self
        })
    }

    /// Everything, gross.
    pub fn total(&self) -> Result<Money, crate::money::MoneyError> {
        self.products.checked_add(self.delivery)?.checked_add(self.payment)
    }
}

/// What the courier collects from the recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashOnDelivery {
    /// How much.
    pub amount: Money,
}

/// `clientRequestInvoice`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoicePreference {
    /// `y`: on paper.
    Yes,
    /// `e`: electronically.
    Electronic,
    /// `n`.
    #[default]
    No,
}

impl InvoicePreference {
    /// The protocol's letter.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yes => "y",
            Self::Electronic => "e",
            Self::No => "n",
        }
    }

    /// The wish of this letter.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Yes, Self::Electronic, Self::No].into_iter().find(|preference| preference.code() == code)
    }
}

/// A parcel of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyParcel {
    /// `deliveryPackageId`.
    pub id: ParcelId,
    /// Who carries it.
    pub courier: CourierId,
    /// The courier's name.
    pub courier_name: String,
    /// `deliveryPackageNumber`: of this parcel; may be empty.
    pub package_number: String,
    /// `deliveryShippingNumber`: of the whole consignment; may be empty.
    pub shipping_number: String,
    /// The courier's tracking template.
    pub tracking_template: String,
    /// Grams, packaging included.
    pub weight_grams: i64,
    /// When it was added.
    pub added_at: Timestamp,
}

impl SupplyParcel {
    /// The number that people track: of the consignment, failing that of the parcel (customer protocol §6).
    pub fn number(&self) -> &str {
        if self.shipping_number.is_empty() { &self.package_number } else { &self.shipping_number }
    }

    /// Its tracking page; empty without number or template.
    pub fn tracking_url(&self) -> String {
        tracking_link(&self.tracking_template, self.number())
    }
}

/// Who did something to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum SupplyActor {
    /// The shop, by its login.
    Shop(String),
    /// A person at the command line or in the panel, or an application of the wholesaler.
    Staff(String),
    /// Crossdock itself.
    System,
}

/// What happened to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SupplyEvent {
    Placed,
    StatusChanged { from: SupplyStatus, to: SupplyStatus, reason: String },
    CancelRefused { reason: String },
    ParcelAdded { parcel: ParcelId, number: String },
    ParcelChanged { parcel: ParcelId, number: String },
    ParcelRemoved { parcel: ParcelId, number: String },
    CourierChanged { from: CourierId, to: CourierId },
    PickupPointChanged { to: String },
    AddressChanged,
    NoteChanged,
    LinesChanged { lines: Vec<LineChange> },
    ShopNotesChanged,
    PaymentChanged { from: PaymentKind, to: PaymentKind },
}

/// What staff changed on a line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineChange {
    /// `basketPosition`.
    pub position: i64,
    /// What.
    pub variant: VariantId,
    /// How much of it before; zero for a new line.
    pub from: Quantity,
    /// How much of it now; zero for a line that is gone.
    pub to: Quantity,
    /// Gross price of one unit before.
    pub price_from: Money,
    /// Gross price of one unit now.
    pub price_to: Money,
}

/// A line of an order's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplyHistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: SupplyActor,
    /// What.
    pub event: SupplyEvent,
}

/// A file that a shop added to a line, without its contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// File name, without any path.
    pub name: String,
    /// Kind, found out from the contents.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentProblem {
    /// Larger than allowed, alone or together.
    #[error("is too large")]
    TooLarge,
    /// None of the allowed kinds.
    #[error("is no PDF, PNG, JPEG, GIF or plain text")]
    Kind,
    /// No name, or one that is too long or holds control characters.
    #[error("has no usable name")]
    Name,
    /// More files than allowed.
    #[error("is one too many")]
    TooMany,
}

impl Attachment {
    /// Largest file, in bytes.
    pub const MAX_SIZE: usize = 2 * 1024 * 1024;
    /// All files of an order or basket together, in bytes.
    pub const MAX_TOTAL: usize = 6 * 1024 * 1024;
    /// Most files of one line.
    pub const MAX_PER_LINE: usize = 10;

    /// Describes a file, or tells why it is not taken.
    pub fn of(name: &str, contents: &[u8]) -> Result<Self, AttachmentProblem> {
        // Whatever path a client sends along, the last part is the name.
        let name = name.rsplit(['/', '\\']).next().unwrap_or("").trim();
        if name.is_empty() || name.chars().count() > 150 || name.chars().any(char::is_control) || name.starts_with('.')
        {
            return Err(AttachmentProblem::Name);
        }
        if contents.len() > Self::MAX_SIZE {
            return Err(AttachmentProblem::TooLarge);
        }
        let media_type = sniff_media_type(contents).ok_or(AttachmentProblem::Kind)?;
        let size = i64::try_from(contents.len()).map_err(|_| AttachmentProblem::TooLarge)?;
        Ok(Self { name: name.to_owned(), media_type: media_type.to_owned(), size })
    }
}

/// The kind of a file by its first bytes; `None` for what is not allowed. Text with markup or script in it is not text here.
pub fn sniff_media_type(contents: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 5] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
    ];
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| contents.starts_with(magic)) {
        return Some(kind);
    }
    let text = std::str::from_utf8(contents).ok()?;
    let plain = !text.is_empty() && text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    (plain && !text.contains('<')).then_some("text/plain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_typed_by_their_contents_and_named_without_path() {
        let pdf = Attachment::of("..\\secret\\label.pdf", b"%PDF-1.7 ...").expect("taken");
        assert_eq!((pdf.name.as_str(), pdf.media_type.as_str(), pdf.size), ("label.pdf", "application/pdf", 12));
        assert_eq!(Attachment::of("a.txt", "engrave: Zażółć\n".as_bytes()).expect("taken").media_type, "text/plain");
        for (name, contents, problem) in [
            ("a.html", b"<script>alert(1)</script>".as_slice(), AttachmentProblem::Kind),
            ("a.exe", b"MZ\x90\x00", AttachmentProblem::Kind),
            ("", b"text", AttachmentProblem::Name),
            ("/", b"text", AttachmentProblem::Name),
            (".htaccess", b"text", AttachmentProblem::Name),
            ("empty.txt", b"", AttachmentProblem::Kind),
        ] {
            assert_eq!(Attachment::of(name, contents), Err(problem), "{name}");
        }
        let large = vec![b'a'; Attachment::MAX_SIZE + 1];
        assert_eq!(Attachment::of("a.txt", &large), Err(AttachmentProblem::TooLarge));
    }
}
