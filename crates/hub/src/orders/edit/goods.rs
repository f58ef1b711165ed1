//! The goods behind changed lines: what is needed more is put aside, what is needed less is free again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crossdock_db::Tx;
use crossdock_db::stock::ReservationRow;
use crossdock_domain::wholesale::{CodeKind, OrderLine, Quantity, SupplyOrder, VariantId, WarehouseId};

use crate::ordering::price_check::OfferLookup;
use crate::ordering::reservations::Reservations;
use crate::orders::edit::Edit;
use crate::orders::edit::lines::LineEditResult;
use crate::{LineFault, LineOutcome, OrderError};

/// What lines take of the stocks, all together; a line that takes a part of a thousandth is told by its place.
fn needed(lines: &[OrderLine]) -> Result<BTreeMap<VariantId, Quantity>, usize> {
    let mut all: BTreeMap<VariantId, Quantity> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        for (variant, quantity) in line.parts().ok_or(at)? {
            let sum = all.entry(variant).or_default();
            *sum = sum.plus(quantity);
        }
    }
    Ok(all)
}

fn not_enough(mut outcomes: Vec<LineOutcome>, lines: &[OrderLine], missing: &BTreeSet<VariantId>) -> OrderError {
    let lacks = |outcome: &LineOutcome| {
        let line = lines.iter().find(|line| Some(line.position) == outcome.position);
        line.and_then(OrderLine::parts).is_some_and(|parts| parts.iter().any(|(part, _)| missing.contains(part)))
    };
    for outcome in &mut outcomes {
        if lacks(outcome) {
            outcome.fault = Some(LineFault::NotEnough);
        }
    }
    OrderError::LinesRefused(outcomes)
}

impl Edit {
    /// Brings what is put aside in line with the changed lines. Goods of lines that stay are left as they are.
    pub(super) async fn move_goods(
        &self,
        tx: &mut Tx,
        before: &SupplyOrder,
        after: &SupplyOrder,
        edited: LineEditResult,
    ) -> Result<(), OrderError> {
        let (wholesaler, serial) = (after.wholesaler, after.serial);
        let lines = &after.document.lines;
        let changed: BTreeSet<i64> = edited.changes.iter().map(|change| change.position).collect();
        for gone in changed.iter().filter(|position| lines.iter().all(|line| line.position != **position)) {
            tx.delete_order_files(wholesaler, after.account, serial, *gone).await?;
        }
        let mut touched: Vec<VariantId> = Vec::new();
        for line in before.document.lines.iter().chain(lines).filter(|line| changed.contains(&line.position)) {
            touched.extend(line.parts().unwrap_or_default().into_iter().map(|(variant, _)| variant));
        }
        touched.sort_unstable();
        touched.dedup();
        let needed = match needed(lines) {
            Ok(needed) => needed,
            Err(at) => {
                let parts = lines[at].components.iter().map(|part| part.variant.clone()).collect();
                return Err(not_enough(edited.outcomes, lines, &parts));
            }
        };
        tx.lock_stock_levels(wholesaler, &touched, self.now).await?;
        let uncounted = self.uncounted(tx, after, &touched).await?;
        let mut reservations: HashMap<VariantId, Vec<ReservationRow>> = HashMap::new();
        for row in tx.reservations_of_order(wholesaler, serial).await? {
            reservations.entry(row.variant.clone()).or_default().push(row);
        }
        let goods = Reservations { hub: &self.hub, wholesaler, account: after.account, serial, now: self.now };
        let mut missing = BTreeSet::new();
        for variant in &touched {
            let rows = reservations.get(variant).map_or(&[][..], Vec::as_slice);
            let have = rows.iter().fold(Quantity::ZERO, |sum, row| sum.plus(row.quantity));
            let need = needed.get(variant).copied().unwrap_or_default();
            if have > need {
                if !goods.release(tx, rows, have.minus(need)).await? {
                    return Err(OrderError::GoodsMissing);
                }
            } else if have < need && !uncounted.contains(variant) {
                let from = self.warehouse_of(lines, &edited.outcomes, variant);
                if !goods.reserve(tx, variant, need.minus(have), from).await? {
                    missing.insert(variant.clone());
                }
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(not_enough(edited.outcomes, lines, &missing)) }
    }

    /// Sizes of which nobody counts the stock.
    async fn uncounted(
        &self,
        tx: &mut Tx,
        order: &SupplyOrder,
        variants: &[VariantId],
    ) -> Result<BTreeSet<VariantId>, OrderError> {
        let mut asked = OfferLookup::default();
        for variant in variants {
            asked.ask(&variant.to_string(), Some(CodeKind::Internal));
        }
        let offers = asked.answers(tx, order.wholesaler, self.now).await?;
        let free = offers.into_iter().flatten().flat_map(|offer| offer.stocks);
        Ok(free.filter(|stock| stock.available == Quantity::UNCOUNTED).map(|stock| stock.part.variant).collect())
    }

    /// The warehouse that a change named for these goods.
    fn warehouse_of(&self, lines: &[OrderLine], outcomes: &[LineOutcome], variant: &VariantId) -> Option<WarehouseId> {
        let takes = |outcome: &LineOutcome| {
            let line = lines.iter().find(|line| Some(line.position) == outcome.position);
            line.and_then(OrderLine::parts).is_some_and(|parts| parts.iter().any(|(part, _)| part == variant))
        };
        let mut named = self.command.lines.iter().zip(outcomes).filter(|(_, outcome)| takes(outcome));
        named.find_map(|(edit, _)| edit.warehouse)
    }
}
