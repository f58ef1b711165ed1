//! The basket of an account: one, whatever session it is used by (customer protocol §4.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_db::baskets::{BasketLine, NewFile};
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::wholesale::{
    Attachment, AttachmentProblem, CodeKind, Component, LineValue, Quantity, ReservationId, VariantId, Vat,
};
use rust_decimal::Decimal;

use crate::catalogue::availability::AvailableQuantity;
use crate::ordering::price_check::{RequestedLine, check_lines, weight};
use crate::{AttachmentInput, Baskets, Caller, Hub, LineFault, LineOutcome, MAX_ELEMENTS, OrderingError, ProductRef};

/// The basket with its prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketView {
    /// Its lines, by position.
    pub lines: Vec<BasketLineView>,
    /// Currency of all prices.
    pub currency: Currency,
    /// Goods, gross: `productsCost`.
    pub cost: Money,
    /// Goods, net: `productsCostNet`.
    pub cost_net: Money,
    /// Grams.
    pub weight_grams: i64,
}

/// A line of the basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketLineView {
    /// `basketPosition`; stays with the line.
    pub position: i64,
    /// The code it was added by.
    pub code: String,
    /// Kind of that code.
    pub kind: CodeKind,
    /// What.
    pub variant: VariantId,
    /// Its name in the caller's language.
    pub name: String,
    /// Name of the size.
    pub size_name: String,
    /// How much.
    pub quantity: Quantity,
    /// What could be sold of it now.
    pub available_quantity: AvailableQuantity,
    /// Remark.
    pub note: String,
    /// Tax.
    pub vat: Vat,
    /// Cost; `None` when it is no longer sold to this customer.
    pub value: Option<LineValue>,
    /// What a set consists of.
    pub components: Vec<Component>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// What is wrong with it by now.
    pub fault: Option<LineFault>,
}

/// A wanted change of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketEdit {
    /// Which line.
    pub position: i64,
    /// How much from now on; 0 removes the line.
    pub quantity: Decimal,
    /// Another remark; `None` keeps it.
    pub note: Option<String>,
}

/// The basket after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketChange {
    /// As it is now.
    pub basket: BasketView,
    /// What was not done, in the order of the request; everything else was. Each has a fault.
    pub refused: Vec<LineOutcome>,
}

/// Most lines of a basket.
const MAX_LINES: usize = 1000;

/// The basket as it is now.
pub(crate) async fn view(tx: &mut Tx, caller: &Caller, now: Timestamp) -> Result<BasketView, OrderingError> {
    let (wholesaler, account) = (caller.wholesaler(), caller.account());
    let lines = tx.basket_lines(wholesaler.id, account.id).await?;
    let files = tx.basket_files(wholesaler.id, account.id).await?;
    let requests = lines.iter().map(request_of).collect();
    let priced = check_lines(tx, wholesaler, account, requests, now).await?;
    let zero = Money::zero(wholesaler.currency);
    let (mut cost, mut cost_net) = (zero, zero);
    let weight_grams = weight(priced.iter());
    let mut out = Vec::with_capacity(lines.len());
    for (line, priced) in lines.into_iter().zip(priced) {
        if let Some(value) = priced.value {
            cost = cost.checked_add(value.gross)?;
            cost_net = cost_net.checked_add(value.net)?;
        }
        let (name, size_name, vat, components) = match priced.goods {
            Some((product, size)) => (
                product.details.name(caller.language()).to_owned(),
                size.details.name,
                product.details.vat,
                size.components,
            ),
            None => (String::new(), String::new(), Vat::percent(Decimal::ZERO), Vec::new()),
        };
        let attachments = files.iter().filter(|(position, _)| *position == line.position);
        out.push(BasketLineView {
            position: line.position,
            code: line.code,
            kind: line.kind,
            variant: line.variant,
            name,
            size_name,
            quantity: line.quantity,
            available_quantity: priced.available,
            note: line.note,
            vat,
            value: priced.value,
            components,
            attachments: attachments.map(|(_, attachment)| attachment.clone()).collect(),
            // The code that it was added by may be gone; the line is found by its size.
            fault: priced.fault.map(|fault| if fault == LineFault::UnknownCode { LineFault::NotSold } else { fault }),
        });
    }
    Ok(BasketView { lines: out, currency: wholesaler.currency, cost, cost_net, weight_grams })
}

/// A line of the basket as something wanted: by its size, whatever code it was added by.
pub(crate) fn request_of(line: &BasketLine) -> RequestedLine {
    RequestedLine {
        code: line.variant.to_string(),
        kind: Some(CodeKind::Internal),
        quantity: line.quantity.to_decimal(),
        note: line.note.clone(),
        position: Some(line.position),
        parts: Vec::new(),
    }
}

/// Describes the files of a line, or says why they are not taken.
pub(crate) fn describe(files: &[AttachmentInput]) -> Result<Vec<(Attachment, String)>, AttachmentProblem> {
    if files.len() > Attachment::MAX_PER_LINE {
        return Err(AttachmentProblem::TooMany);
    }
    let one = |file: &AttachmentInput| {
        Attachment::of(&file.name, &file.contents).map(|attachment| (attachment, STANDARD.encode(&file.contents)))
    };
    files.iter().map(one).collect()
}

/// Ids of files: ordered, so that files keep their order.
pub(crate) fn file_id(hub: &Hub, now: Timestamp, index: usize) -> String {
    format!("{index:04}-{}", ReservationId::new(now, hub.random()))
}

struct Read(Caller, Timestamp);

impl Operation for Read {
    type Output = BasketView;
    type Error = OrderingError;
    async fn run(&self, tx: &mut Tx) -> Result<BasketView, OrderingError> {
        view(tx, &self.0, self.1).await
    }
}

struct Add {
    hub: Hub,
    caller: Caller,
    products: Vec<ProductRef>,
    now: Timestamp,
}

impl Operation for Add {
    type Output = BasketChange;
    type Error = OrderingError;

    async fn run(&self, tx: &mut Tx) -> Result<BasketChange, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler(), self.caller.account());
        tx.lock_basket(wholesaler.id, account.id).await?;
        let mut lines = tx.basket_lines(wholesaler.id, account.id).await?;
        let files = tx.basket_files(wholesaler.id, account.id).await?;
        let mut bytes: i64 = files.iter().map(|(_, file)| file.size).sum();
        // What is in the basket counts first: the new lines get what is left beside it.
        let there = lines.len();
        let mut requests: Vec<RequestedLine> = lines.iter().map(request_of).collect();
        requests.extend(self.products.iter().map(RequestedLine::from));
        let priced = check_lines(tx, wholesaler, account, requests, self.now).await?;
        let mut refused = Vec::new();
        for (product, priced) in self.products.iter().zip(&priced[there..]) {
            let described = describe(&product.attachments);
            let more: i64 = described.iter().flatten().map(|(file, _)| file.size).sum();
            let full = i64::try_from(Attachment::MAX_TOTAL).unwrap_or(i64::MAX);
            let fault = priced.fault.or(match &described {
                Err(problem) => Some(LineFault::Attachment(*problem)),
                Ok(_) if bytes + more > full => Some(LineFault::Attachment(AttachmentProblem::TooLarge)),
                Ok(_) => None,
            });
            let (Some(offer), None, Ok(described)) = (&priced.offer, fault, described) else {
                refused.push(LineOutcome { fault, ..priced.outcome() });
                continue;
            };
            let same = lines.iter_mut().find(|line| line.variant == offer.variant && line.note == product.note);
            let position = if let Some(line) = same {
                line.quantity = line.quantity.plus(priced.quantity);
                if line.quantity > Quantity::MAX {
                    return Err(OrderingError::Invalid { field: "quantity", must: "must be below a billion" });
                }
                tx.update_basket_line(wholesaler.id, account.id, line).await?;
                line.position
            } else {
                if lines.len() >= MAX_LINES {
                    return Err(OrderingError::TooManyElements { max: MAX_LINES });
                }
                let position = tx.take_basket_position(wholesaler.id, account.id).await?;
                let line = BasketLine {
                    position,
                    variant: offer.variant.clone(),
                    code: priced.request.code.clone(),
                    kind: offer.kind,
                    quantity: priced.quantity,
                    note: product.note.clone(),
                };
                tx.insert_basket_line(wholesaler.id, account.id, &line).await?;
                lines.push(line);
                position
            };
            bytes += more;
            for (index, (attachment, content)) in described.into_iter().enumerate() {
                let file = NewFile { id: file_id(&self.hub, self.now, index), attachment, content };
                tx.insert_file(wholesaler.id, account.id, None, position, &file).await?;
            }
        }
        Ok(BasketChange { basket: view(tx, &self.caller, self.now).await?, refused })
    }
}

struct Edit {
    caller: Caller,
    edits: Vec<BasketEdit>,
    now: Timestamp,
}

impl Edit {
    /// What is wrong with an edit of a line; the line as it should be otherwise, `None` to remove it.
    async fn check(
        &self,
        tx: &mut Tx,
        lines: &[BasketLine],
        edit: &BasketEdit,
    ) -> Result<Result<Option<BasketLine>, LineOutcome>, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler(), self.caller.account());
        let Some(line) = lines.iter().find(|line| line.position == edit.position) else {
            return Ok(Err(LineOutcome {
                code: String::new(),
                kind: None,
                variant: None,
                position: Some(edit.position),
                quantity: edit.quantity,
                fault: Some(LineFault::UnknownPosition),
            }));
        };
        if edit.quantity.is_zero() {
            return Ok(Ok(None));
        }
        // The other lines have what they have; this one gets what is left beside them.
        let mut requests: Vec<RequestedLine> =
            lines.iter().filter(|other| other.position != line.position).map(request_of).collect();
        let note = edit.note.clone().unwrap_or_else(|| line.note.clone());
        requests.push(RequestedLine { quantity: edit.quantity, note: note.clone(), ..request_of(line) });
        let priced = check_lines(tx, wholesaler, account, requests, self.now).await?.pop();
        let priced = priced.filter(|priced| priced.fault.is_some() || priced.quantity.is_positive());
        Ok(match priced {
            Some(priced) if priced.fault.is_none() => {
                Ok(Some(BasketLine { quantity: priced.quantity, note, ..line.clone() }))
            }
            Some(priced) => Err(LineOutcome { code: line.code.clone(), kind: Some(line.kind), ..priced.outcome() }),
            None => Ok(None),
        })
    }
}

impl Operation for Edit {
    type Output = BasketChange;
    type Error = OrderingError;

    async fn run(&self, tx: &mut Tx) -> Result<BasketChange, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler(), self.caller.account());
        tx.lock_basket(wholesaler.id, account.id).await?;
        let mut lines = tx.basket_lines(wholesaler.id, account.id).await?;
        let mut refused = Vec::new();
        for edit in &self.edits {
            match self.check(tx, &lines, edit).await? {
                Err(outcome) => refused.push(outcome),
                Ok(None) => {
                    tx.delete_basket_line(wholesaler.id, account.id, edit.position).await?;
                    lines.retain(|line| line.position != edit.position);
                }
                Ok(Some(changed)) => {
                    tx.update_basket_line(wholesaler.id, account.id, &changed).await?;
                    if let Some(line) = lines.iter_mut().find(|line| line.position == edit.position) {
                        *line = changed;
                    }
                }
            }
        }
        Ok(BasketChange { basket: view(tx, &self.caller, self.now).await?, refused })
    }
}

struct Delete {
    caller: Caller,
    positions: Vec<i64>,
    now: Timestamp,
}

impl Operation for Delete {
    type Output = BasketChange;
    type Error = OrderingError;
    async fn run(&self, tx: &mut Tx) -> Result<BasketChange, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler(), self.caller.account());
        tx.lock_basket(wholesaler.id, account.id).await?;
        let mut refused = Vec::new();
        if self.positions.is_empty() {
            tx.empty_basket(wholesaler.id, account.id).await?;
        }
        for position in &self.positions {
            if !tx.delete_basket_line(wholesaler.id, account.id, *position).await? {
                refused.push(LineOutcome {
                    code: String::new(),
                    kind: None,
                    variant: None,
                    position: Some(*position),
                    quantity: Decimal::ZERO,
                    fault: Some(LineFault::UnknownPosition),
                });
            }
        }
        Ok(BasketChange { basket: view(tx, &self.caller, self.now).await?, refused })
    }
}

fn not_too_many(count: usize) -> Result<(), OrderingError> {
    if count > MAX_ELEMENTS {
        return Err(OrderingError::TooManyElements { max: MAX_ELEMENTS });
    }
    Ok(())
}

impl Baskets<'_> {
    /// The caller's basket.
    pub async fn get(self, caller: &Caller) -> Result<BasketView, OrderingError> {
        self.0.db().read(Read(caller.clone(), self.0.now())).await
    }

    /// Adds lines; same size and same remark add up. Lines that fail are told, the others are added.
    pub async fn add(self, caller: &Caller, products: Vec<ProductRef>) -> Result<BasketChange, OrderingError> {
        not_too_many(products.len())?;
        self.0.db().write(Add { hub: self.0.clone(), caller: caller.clone(), products, now: self.0.now() }).await
    }

    /// Changes lines; a quantity of 0 removes one. Lines that fail are told, the others are changed.
    pub async fn edit(self, caller: &Caller, edits: Vec<BasketEdit>) -> Result<BasketChange, OrderingError> {
        not_too_many(edits.len())?;
        self.0.db().write(Edit { caller: caller.clone(), edits, now: self.0.now() }).await
    }

    /// Removes lines; all of them when none is named.
    pub async fn delete(self, caller: &Caller, positions: Vec<i64>) -> Result<BasketChange, OrderingError> {
        not_too_many(positions.len())?;
        self.0.db().write(Delete { caller: caller.clone(), positions, now: self.0.now() }).await
    }
}
