//! Which lines an order has after a change, and what they cost.

use crossdock_db::Tx;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{CodeKind, LineChange, OrderLine, Product, ProductId, Quantity, SupplyOrder};
use rust_decimal::Decimal;

use crate::ordering::price_check::{MAX_NOTE, PricedLine, RequestedLine, check_lines};
use crate::ordering::reservations::exact_money;
use crate::orders::edit::{Edit, LineEdit, LineRef, Parties, refused};
use crate::{LineFault, LineOutcome, MAX_ELEMENTS, OrderError};

/// What became of the lines.
pub(super) struct LineEditResult {
    /// For the history, one for each line that changed.
    pub(super) changes: Vec<LineChange>,
    /// Each change that was asked for.
    pub(super) outcomes: Vec<LineOutcome>,
}

/// Language of the names of new lines.
const LANGUAGE: &str = "pol";

/// Lines that have this code of this kind, by their place.
fn with_code(lines: &[OrderLine], code: &str, kind: Option<CodeKind>) -> Vec<usize> {
    let has = |line: &OrderLine, kind: CodeKind| match kind {
        CodeKind::Internal => line.variant.to_string() == code,
        CodeKind::Producer => line.producer_code.as_deref() == Some(code),
        CodeKind::External => line.external_code.as_deref() == Some(code),
    };
    for kind in CodeKind::candidates(kind.as_ref()) {
        let found: Vec<usize> =
            lines.iter().enumerate().filter(|(_, line)| has(line, *kind)).map(|(at, _)| at).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

impl LineEdit {
    fn wanted(&self) -> Decimal {
        self.quantity.map_or(Decimal::ZERO, |(_, quantity)| quantity)
    }

    fn outcome(&self, line: Option<&OrderLine>, fault: Option<LineFault>) -> LineOutcome {
        let (code, kind, position) = match &self.line {
            LineRef::Position(position) => (line.map(|line| line.code.clone()), None, Some(*position)),
            LineRef::Code { code, kind } => (Some(code.clone()), *kind, None),
        };
        LineOutcome {
            code: code.unwrap_or_default(),
            kind: kind.or(line.map(|line| line.code_kind)),
            variant: line.map(|line| line.variant.clone()),
            position: line.map(|line| line.position).or(position),
            quantity: self.wanted(),
            fault,
        }
    }

    /// The quantity that a line has afterwards.
    fn quantity_after(&self, before: Quantity, product: Option<&Product>) -> Result<Quantity, LineFault> {
        let Some((operation, by)) = self.quantity else { return Ok(before) };
        let by = Quantity::from_decimal(by).ok_or(LineFault::BadQuantity)?;
        let after = operation.apply(before, by).ok_or(LineFault::BadQuantity)?;
        // A product that is gone since has no unit any more; what was ordered of it can still become less.
        let allowed = product.is_none_or(|product| product.details.unit.allows(after));
        if after == Quantity::ZERO || after == before || allowed { Ok(after) } else { Err(LineFault::BadQuantity) }
    }

    /// Price, tax and remark of a line.
    fn apply(&self, line: &mut OrderLine) -> Result<Option<LineFault>, OrderError> {
        let (rate, free) = self.vat;
        if rate.is_some_and(|rate| rate != line.vat.rate) || free.is_some_and(|free| free != line.vat.free) {
            return Ok(Some(LineFault::OtherVat));
        }
        if let Some(price) = self.price {
            match exact_money(price, line.value.unit_gross.currency)? {
                Some(price) if price == line.value.unit_gross => {}
                Some(price) => line.set_price(price)?,
                None => return Ok(Some(LineFault::BadPrice)),
            }
        }
        if let Some(note) = &self.note {
            if note.chars().count() > MAX_NOTE {
                return Ok(Some(LineFault::NoteTooLong));
            }
            line.note.clone_from(note);
        }
        Ok(None)
    }
}

impl Edit {
    /// New lines that the changes may make, each with its place among the changes.
    async fn news(
        &self,
        tx: &mut Tx,
        parties: &Parties,
        lines: &[OrderLine],
    ) -> Result<Vec<(usize, PricedLine)>, OrderError> {
        let mut requests = Vec::new();
        let mut places = Vec::new();
        for (at, edit) in self.command.lines.iter().enumerate() {
            let LineRef::Code { code, kind } = &edit.line else { continue };
            if with_code(lines, code, *kind).is_empty() {
                let note = edit.note.clone().unwrap_or_default();
                let (code, kind, quantity) = (code.clone(), *kind, edit.wanted());
                requests.push(RequestedLine { code, kind, quantity, note, position: None, parts: Vec::new() });
                places.push(at);
            }
        }
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let priced = check_lines(tx, &parties.wholesaler, &parties.account, requests, self.now).await?;
        Ok(places.into_iter().zip(priced).collect())
    }

    /// Changes the lines of an order; `None` when all stay as they are.
    pub(super) async fn edit_lines(
        &self,
        tx: &mut Tx,
        parties: &Parties,
        order: &mut SupplyOrder,
    ) -> Result<Option<LineEditResult>, OrderError> {
        if self.command.lines.is_empty() {
            return Ok(None);
        }
        let before = order.document.lines.clone();
        let mut news = self.news(tx, parties, &before).await?;
        let mut ids: Vec<ProductId> = before.iter().map(|line| line.variant.product).collect();
        ids.sort_unstable();
        ids.dedup();
        let products = tx.products_by_ids(order.wholesaler, &ids).await?;
        let lines = &mut order.document.lines;
        let mut outcomes = Vec::with_capacity(self.command.lines.len());
        // Not the position of a line that was there: its files would be taken for the new line's.
        let mut next = before.iter().map(|line| line.position).max().unwrap_or(0);
        for (at, edit) in self.command.lines.iter().enumerate() {
            let new = news.iter().position(|(place, _)| *place == at).map(|index| news.swap_remove(index).1);
            let found = match (&edit.line, &new) {
                (LineRef::Position(position), _) => {
                    lines.iter().enumerate().filter(|(_, line)| line.position == *position).map(|(at, _)| at).collect()
                }
                // A code of today may mean a line that was ordered by another one.
                (LineRef::Code { .. }, Some(PricedLine { offer: Some(offer), .. })) => {
                    with_code(lines, &offer.variant.to_string(), Some(CodeKind::Internal))
                }
                (LineRef::Code { code, kind }, _) => with_code(lines, code, *kind),
            };
            let outcome = match (found.as_slice(), new) {
                ([one], _) => {
                    let product = products.iter().find(|product| product.id == lines[*one].variant.product);
                    Self::edit_line(edit, lines, *one, product)?
                }
                ([], Some(priced)) => {
                    next += 1;
                    Self::add_line(edit, lines, &priced, next)?
                }
                ([], None) => edit.outcome(None, Some(LineFault::UnknownPosition)),
                _ => edit.outcome(None, Some(LineFault::Ambiguous)),
            };
            outcomes.push(outcome);
        }
        if outcomes.iter().any(|outcome| outcome.fault.is_some()) {
            return Err(OrderError::LinesRefused(outcomes));
        }
        if lines.is_empty() {
            return Err(refused("an order keeps at least one line; cancel it instead"));
        }
        if lines.len() > MAX_ELEMENTS {
            return Err(OrderError::TooManyElements { max: MAX_ELEMENTS });
        }
        let changes = changes(&before, lines);
        Ok((!changes.is_empty()).then_some(LineEditResult { changes, outcomes }))
    }

    fn edit_line(
        edit: &LineEdit,
        lines: &mut Vec<OrderLine>,
        at: usize,
        product: Option<&Product>,
    ) -> Result<LineOutcome, OrderError> {
        let line = &mut lines[at];
        let after = match edit.quantity_after(line.quantity, product) {
            Ok(after) => after,
            Err(fault) => return Ok(edit.outcome(Some(line), Some(fault))),
        };
        if after == Quantity::ZERO {
            let gone = lines.remove(at);
            return Ok(edit.outcome(Some(&gone), None));
        }
        if after != line.quantity {
            line.set_quantity(after)?;
        }
        let fault = edit.apply(line)?;
        Ok(edit.outcome(Some(line), fault))
    }

    fn add_line(
        edit: &LineEdit,
        lines: &mut Vec<OrderLine>,
        priced: &PricedLine,
        position: i64,
    ) -> Result<LineOutcome, OrderError> {
        let fault = match (priced.fault, edit.quantity) {
            // Goods that another change sets free count too: whether there are enough is seen when they are put aside.
            (None | Some(LineFault::NotEnough), Some((StockOperation::Set | StockOperation::Add, _))) => None,
            (None | Some(LineFault::NotEnough), _) => Some(LineFault::BadQuantity),
            (fault, _) => fault,
        };
        let line = priced.order_line(position, LANGUAGE, Vec::new());
        let (None, Some(mut line)) = (fault, line) else {
            let variant = priced.offer.as_ref().map(|offer| offer.variant.clone());
            let fault = fault.or(Some(LineFault::NotSold));
            return Ok(LineOutcome { variant, ..edit.outcome(None, fault) });
        };
        let fault = edit.apply(&mut line)?;
        let outcome = edit.outcome(Some(&line), fault);
        lines.push(line);
        Ok(outcome)
    }
}

/// What differs, line by line.
fn changes(before: &[OrderLine], after: &[OrderLine]) -> Vec<LineChange> {
    let of = |lines: &[OrderLine], position: i64| lines.iter().find(|line| line.position == position).cloned();
    let mut positions: Vec<i64> = before.iter().chain(after).map(|line| line.position).collect();
    positions.sort_unstable();
    positions.dedup();
    let mut changes = Vec::new();
    for position in positions {
        let (was, is) = (of(before, position), of(after, position));
        if was == is {
            continue;
        }
        let Some(line) = is.as_ref().or(was.as_ref()) else { continue };
        let quantity = |line: &Option<OrderLine>| line.as_ref().map_or(Quantity::ZERO, |line| line.quantity);
        let price = |line: &Option<OrderLine>, other: &OrderLine| line.as_ref().unwrap_or(other).value.unit_gross;
        changes.push(LineChange {
            position,
            variant: line.variant.clone(),
            from: quantity(&was),
            to: quantity(&is),
            price_from: price(&was, line),
            price_to: price(&is, line),
        });
    }
    changes
}
