//! Staff change an order: lines, prices, remarks, way of paying, status. All of it or nothing, in one transaction.

mod goods;
mod lines;

use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::money::Money;
use crossdock_domain::text;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{
    CashOnDelivery, CodeKind, EventId, EventPayload, OrderSerial, PaymentKind, ShopAccount, SupplyActor, SupplyEvent,
    SupplyEventKind, SupplyHistoryEntry, SupplyOrder, SupplyStatus, WarehouseId, Wholesaler, WholesalerId, total_grams,
};
use rust_decimal::Decimal;

use crate::ordering::couriers::{Shipment, offer};
use crate::ordering::place::MAX_NOTE;
use crate::ordering::price_check::own_days;
use crate::orders::events::record_event;
use crate::orders::staff::{StatusChange, check_day, courier, lock, move_order, refused};
use crate::{Hub, MAX_ELEMENTS, OrderError, Orders, UnknownEntity};

/// Changes an order; what is left out stays (customer protocol §8.4, `PUT orders/orders`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditSupplyOrder {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Which order.
    pub serial: OrderSerial,
    /// Who.
    pub actor: SupplyActor,
    /// Lines to change, add and remove, one after the other. Only as long as the goods are put aside.
    pub lines: Vec<LineEdit>,
    /// The shop's remark for the wholesaler.
    pub note_to_order: Option<String>,
    /// The shop's remark for the courier.
    pub note_to_courier: Option<String>,
    /// Another way of paying, one that wholesaler, account and courier have.
    pub payment: Option<PaymentKind>,
    /// Remark of staff.
    pub note: Option<String>,
    /// Day on which it should arrive, `YYYY-MM-DD`.
    pub estimated_date: Option<String>,
    /// Another status, after all the rest.
    pub status: Option<SupplyStatus>,
    /// Why the status changes.
    pub reason: String,
    /// Whether the shop gets its mail when that sends the order.
    pub mail: bool,
}

impl EditSupplyOrder {
    /// A change that changes nothing yet.
    pub fn of(wholesaler: WholesalerId, serial: OrderSerial, actor: SupplyActor) -> Self {
        Self {
            wholesaler,
            serial,
            actor,
            lines: Vec::new(),
            note_to_order: None,
            note_to_courier: None,
            payment: None,
            note: None,
            estimated_date: None,
            status: None,
            reason: String::new(),
            mail: true,
        }
    }
}

/// A change of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineEdit {
    /// Which line; a code that no line has adds one.
    pub line: LineRef,
    /// How much of it; 0 removes the line.
    pub quantity: Option<(StockOperation, Decimal)>,
    /// What one unit costs, gross.
    pub price: Option<Decimal>,
    /// Its tax in percent and whether it is exempt, which must be the line's.
    pub vat: (Option<Decimal>, Option<bool>),
    /// Remark on it.
    pub note: Option<String>,
    /// The only warehouse that more of it may be taken from.
    pub warehouse: Option<WarehouseId>,
}

impl LineEdit {
    /// A change that changes nothing yet.
    pub const fn of(line: LineRef) -> Self {
        Self { line, quantity: None, price: None, vat: (None, None), note: None, warehouse: None }
    }
}

/// How staff name a line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineRef {
    /// `basketPosition`.
    Position(i64),
    /// By a code of its size.
    Code {
        /// The code.
        code: String,
        /// Which kind; `None` looks for internal, producer's, external, in this order.
        kind: Option<CodeKind>,
    },
}

struct Edit {
    hub: Hub,
    command: EditSupplyOrder,
    events: [EventId; 2],
    now: Timestamp,
}

/// Whose order it is, as both are now.
struct Parties {
    wholesaler: Wholesaler,
    account: ShopAccount,
}

impl Edit {
    async fn parties(&self, tx: &mut Tx, order: &SupplyOrder) -> Result<Parties, OrderError> {
        let gone = || OrderError::NotFound(UnknownEntity::Wholesaler);
        let wholesaler = tx.wholesaler(order.wholesaler).await?.ok_or_else(gone)?.wholesaler;
        let account = tx.account(order.wholesaler, order.account).await?.ok_or_else(gone)?.account;
        Ok(Parties { wholesaler, account })
    }

    /// Pays another way. The carriage agreed on stays; collecting begins or ends to cost what the courier asks for it.
    async fn pay(
        &self,
        tx: &mut Tx,
        parties: &Parties,
        order: &mut SupplyOrder,
        kind: PaymentKind,
        all_collected: bool,
    ) -> Result<(), OrderError> {
        let not = || OrderError::PaymentNotAvailable;
        let forms = &parties.wholesaler.settings.payment_methods;
        let form = forms.iter().find(|form| form.kind == kind && form.active).ok_or_else(not)?;
        if !parties.account.profile.payment_kinds.contains(&kind) {
            return Err(not());
        }
        let document = &mut order.document;
        // What the shop named itself is collected whatever way the shop pays.
        let named = document.cash_on_delivery.is_some() && !all_collected;
        let collects = named || kind == PaymentKind::CashOnDelivery;
        let carried_as = if collects { PaymentKind::CashOnDelivery } else { kind };
        let carrier = courier(tx, order.wholesaler, order.delivery.courier).await?;
        if !carrier.settings.payment_kinds.contains(&carried_as) {
            return Err(not());
        }
        if !named {
            let load = Shipment {
                address: &order.delivery.address,
                grams: document.weight_grams,
                payment: Some(carried_as),
                prepare_days: own_days(&parties.wholesaler),
            };
            let asked = offer(&parties.wholesaler, &parties.account, &carrier, load)?;
            let asked = asked.ok_or(OrderError::NoCourier)?;
            (document.amounts.payment_net, document.amounts.payment) = (asked.collection_net, asked.collection_gross);
            let zero = CashOnDelivery { amount: Money::zero(document.currency) };
            document.cash_on_delivery = collects.then_some(zero);
        }
        (document.payment, document.payment_form) = (kind, Some(form.id));
        Ok(())
    }

    /// Changes what was agreed on; whether anything changed.
    async fn change_document(&self, tx: &mut Tx, order: &mut SupplyOrder) -> Result<bool, OrderError> {
        let command = &self.command;
        let before = order.clone();
        let parties = self.parties(tx, order).await?;
        let mut told = Vec::new();
        // Nobody named another amount: the courier collects what the order costs, whatever that becomes.
        let total = before.document.amounts.total()?;
        let all_collected = before.document.cash_on_delivery.is_some_and(|cash| cash.amount == total);
        let edited = self.edit_lines(tx, &parties, order).await?;
        if let Some(edited) = &edited {
            let document = &mut order.document;
            document.amounts = document.amounts.with_lines(&document.lines)?;
            document.weight_grams = total_grams(document.lines.iter().map(|line| (line.weight_grams, line.quantity)));
            told.push(SupplyEvent::LinesChanged { lines: edited.changes.clone() });
        }
        if let Some(kind) = command.payment.filter(|kind| *kind != before.document.payment) {
            self.pay(tx, &parties, order, kind, all_collected).await?;
            told.push(SupplyEvent::PaymentChanged { from: before.document.payment, to: kind });
        }
        let document = &mut order.document;
        let follows = all_collected || before.document.cash_on_delivery.is_none();
        if follows && document.cash_on_delivery.is_some() {
            document.cash_on_delivery = Some(CashOnDelivery { amount: document.amounts.total()? });
        }
        let notes = [
            (&mut document.note_to_order, &command.note_to_order),
            (&mut document.note_to_courier, &command.note_to_courier),
        ];
        let mut remarked = false;
        for (note, change) in notes {
            if let Some(change) = change.as_ref().filter(|change| *change != note) {
                note.clone_from(change);
                remarked = true;
            }
        }
        if remarked {
            told.push(SupplyEvent::ShopNotesChanged);
        }
        if *document == before.document {
            return Ok(false);
        }
        if !before.status.is_editable() {
            return Err(refused("the order is sent or dropped; what was ordered cannot be changed any more"));
        }
        if let Some(edited) = edited {
            self.move_goods(tx, &before, order, edited).await?;
        }
        if !tx.set_supply_document(order, self.now).await? {
            // Its row is locked, so nobody else can have moved it.
            return Err(DbError::Retry.into());
        }
        order.changed_at = self.now;
        for event in told {
            self.tell(tx, event).await?;
        }
        Ok(true)
    }

    async fn tell(&self, tx: &mut Tx, event: SupplyEvent) -> Result<(), OrderError> {
        let entry = SupplyHistoryEntry { at: self.now, actor: self.command.actor.clone(), event };
        Ok(tx.add_supply_history(self.command.wholesaler, self.command.serial, &entry).await?)
    }
}

impl Operation for Edit {
    type Output = SupplyOrder;
    type Error = OrderError;

    async fn run(&self, tx: &mut Tx) -> Result<SupplyOrder, OrderError> {
        let command = &self.command;
        let mut order = lock(tx, command.wholesaler, command.serial).await?;
        let notes = command.note_to_order.is_some() || command.note_to_courier.is_some();
        let asks = notes || !command.lines.is_empty() || command.payment.is_some();
        let mut edited = asks && self.change_document(tx, &mut order).await?;
        if let Some(date) = &command.estimated_date
            && order.delivery.estimated_date.as_ref() != Some(date)
        {
            if !order.status.is_editable() {
                return Err(refused("the order is sent or dropped; its delivery cannot be changed any more"));
            }
            order.delivery.estimated_date = Some(date.clone());
            tx.set_supply_delivery(&order, self.now).await?;
            order.changed_at = self.now;
            edited = true;
        }
        let [edited_event, moved_event] = self.events;
        if edited {
            record_event(tx, edited_event, SupplyEventKind::OrderEdited, &EventPayload::of(&order), self.now).await?;
        }
        if let Some(note) = command.note.as_ref().filter(|note| **note != order.note) {
            tx.set_supply_note(command.wholesaler, command.serial, note, self.now).await?;
            self.tell(tx, SupplyEvent::NoteChanged).await?;
            (order.note, order.changed_at) = (note.clone(), self.now);
        }
        if let Some(to) = command.status {
            let (actor, reason) = (command.actor.clone(), command.reason.clone());
            let change = StatusChange { to, actor, reason, mail: command.mail };
            move_order(tx, &mut order, change, moved_event, self.now).await?;
        }
        Ok(order)
    }
}

impl Orders<'_> {
    /// Changes an order, all or nothing: what it takes more is put aside, what it takes less is free again, its costs are
    /// computed anew, those who listen are told. [`OrderError::LinesRefused`] names the changes that cannot be made.
    pub async fn edit(self, mut command: EditSupplyOrder) -> Result<SupplyOrder, OrderError> {
        if command.lines.len() > MAX_ELEMENTS {
            return Err(OrderError::TooManyElements { max: MAX_ELEMENTS });
        }
        let notes = [
            ("note_to_order", &command.note_to_order),
            ("note_to_courier", &command.note_to_courier),
            ("note", &command.note),
        ];
        for (field, note) in notes {
            if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
                return Err(OrderError::Invalid { field, must: "must have at most 2000 characters" });
            }
        }
        check_day(command.estimated_date.as_deref())?;
        command.reason = text::truncate_chars(&text::collapse(&command.reason), 500).to_owned();
        let now = self.0.now();
        let events = [(); 2].map(|()| EventId::new(now, self.0.random()));
        self.0.db().write(Edit { hub: self.0.clone(), command, events, now }).await
    }
}
