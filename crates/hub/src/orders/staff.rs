//! What staff do with supply orders: status, parcels, courier, address, note.

use crossdock_db::wholesalers::Counter;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::text;
use crossdock_domain::wholesale::status::Phase;
use crossdock_domain::wholesale::{
    Courier, CourierId, EventId, EventPayload, OrderSerial, ParcelId, RecipientAddress, StockEffect, SupplyActor,
    SupplyEvent, SupplyEventKind, SupplyHistoryEntry, SupplyOrder, SupplyParcel, SupplyStatus, WholesalerId,
};

use crate::ordering::recipients::complete;
use crate::orders::error::MoveError;
use crate::orders::events::record_event;
use crate::{OrderError, Orders, UnknownEntity};

/// Moves an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSupplyStatus {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Which order.
    pub serial: OrderSerial,
    /// The wanted status.
    pub to: SupplyStatus,
    /// Who.
    pub actor: SupplyActor,
    /// Why.
    pub reason: String,
}

/// A parcel to add. Label programs add it first, and its numbers come with the label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewParcel {
    /// Who carries it; `None` for the order's courier.
    pub courier: Option<CourierId>,
    /// Number of this parcel.
    pub package_number: String,
    /// Number of the whole consignment.
    pub shipping_number: String,
    /// Grams, packaging included.
    pub weight_grams: i64,
}

/// Fields of a parcel to change; those left out stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParcelChange {
    /// Which parcel.
    pub parcel: Option<ParcelId>,
    /// Who carries it.
    pub courier: Option<CourierId>,
    /// Number of this parcel.
    pub package_number: Option<String>,
    /// Number of the whole consignment.
    pub shipping_number: Option<String>,
    /// Grams, packaging included.
    pub weight_grams: Option<i64>,
}

/// Changes how and where an order is delivered; what is left out stays. The price agreed on stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeDelivery {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Which order; not yet sent nor dropped.
    pub serial: OrderSerial,
    /// Who.
    pub actor: SupplyActor,
    /// Another courier.
    pub courier: Option<CourierId>,
    /// Another pickup point of the (new) courier.
    pub pickup_point: Option<String>,
    /// Another address.
    pub address: Option<Box<RecipientAddress>>,
    /// Day on which it should arrive, `YYYY-MM-DD`.
    pub estimated_date: Option<String>,
}

/// Most parcels of one order.
const MAX_PARCELS: usize = 100;
/// Longest number of a parcel, in characters.
const MAX_NUMBER: usize = 100;

/// A change of status.
pub(crate) struct StatusChange {
    pub(crate) to: SupplyStatus,
    pub(crate) actor: SupplyActor,
    pub(crate) reason: String,
    /// Whether the shop gets its mail when that sends the order.
    pub(crate) mail: bool,
}

/// Moves a locked order, with what that does to its goods, its history and those who listen. No change when it already is
/// there.
pub(crate) async fn move_order(
    tx: &mut Tx,
    order: &mut SupplyOrder,
    change: StatusChange,
    event: EventId,
    now: Timestamp,
) -> Result<(), MoveError> {
    let StatusChange { to, actor, reason, mail } = change;
    let from = order.status;
    if !from.check_transition(to)? {
        return Ok(());
    }
    let wholesaler = order.wholesaler;
    let effect = from.stock_effect(to);
    if effect != StockEffect::None {
        for row in tx.reservations_of_order(wholesaler, order.serial).await? {
            let done = match effect {
                StockEffect::Take => tx.take_reserved(wholesaler, &row, now).await?,
                StockEffect::Release | StockEffect::None => tx.drop_reservation(wholesaler, &row, now).await?,
            };
            if !done {
                return Err(MoveError::GoodsMissing);
            }
        }
    }
    let dispatched_at = if effect == StockEffect::Take { Some(now) } else { order.dispatched_at };
    if !tx.move_supply_order(order, to, dispatched_at, now).await? {
        // Its row is locked, so nobody else can have moved it.
        return Err(DbError::Retry.into());
    }
    (order.status, order.dispatched_at, order.changed_at) = (to, dispatched_at, now);
    let entry = SupplyHistoryEntry { at: now, actor, event: SupplyEvent::StatusChanged { from, to, reason } };
    tx.add_supply_history(wholesaler, order.serial, &entry).await?;
    let payload = EventPayload { from_status: Some(from), without_mail: !mail, ..EventPayload::of(order) };
    Ok(record_event(tx, event, SupplyEventKind::StatusChanged, &payload, now).await?)
}

pub(crate) async fn lock(
    tx: &mut Tx,
    wholesaler: WholesalerId,
    serial: OrderSerial,
) -> Result<SupplyOrder, OrderError> {
    tx.lock_supply_order(wholesaler, serial).await?.ok_or(OrderError::OrderNotFound)
}

pub(crate) async fn courier(tx: &mut Tx, wholesaler: WholesalerId, id: CourierId) -> Result<Courier, OrderError> {
    tx.courier(wholesaler, id).await?.ok_or(OrderError::UnknownCourier)
}

pub(crate) fn refused(text: &str) -> OrderError {
    OrderError::Refused(text.to_owned())
}

struct Move {
    command: SetSupplyStatus,
    event: EventId,
    now: Timestamp,
}

impl Operation for Move {
    type Output = SupplyOrder;
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<SupplyOrder, OrderError> {
        let command = &self.command;
        let mut order = lock(tx, command.wholesaler, command.serial).await?;
        let (actor, reason) = (command.actor.clone(), command.reason.clone());
        let change = StatusChange { to: command.to, actor, reason, mail: true };
        move_order(tx, &mut order, change, self.event, self.now).await?;
        Ok(order)
    }
}

/// A number as couriers print it: one line, no blanks around.
fn number(text: &str) -> Result<String, OrderError> {
    let number = text::collapse(text);
    if number.chars().count() > MAX_NUMBER || number.chars().any(char::is_control) {
        return Err(refused("a parcel's number has at most 100 characters"));
    }
    Ok(number)
}

/// A parcel with tidy numbers, or why it cannot be one.
fn checked(parcel: SupplyParcel) -> Result<SupplyParcel, OrderError> {
    let package_number = number(&parcel.package_number)?;
    let shipping_number = number(&parcel.shipping_number)?;
    if !(0..=100_000_000).contains(&parcel.weight_grams) {
        return Err(refused("a parcel weighs between 0 g and 100 t"));
    }
    Ok(SupplyParcel { package_number, shipping_number, ..parcel })
}

/// Where a change of parcels happens.
struct Parcels<C> {
    wholesaler: WholesalerId,
    serial: OrderSerial,
    actor: SupplyActor,
    change: C,
    events: Vec<EventId>,
    now: Timestamp,
}

impl<C> Parcels<C> {
    async fn open(&self, tx: &mut Tx) -> Result<SupplyOrder, OrderError> {
        let order = lock(tx, self.wholesaler, self.serial).await?;
        if order.status.phase() == Phase::Cancelled {
            return Err(refused("an order that is not sent has no parcels"));
        }
        Ok(order)
    }

    /// Writes down what was done to a parcel, and tells those who listen.
    async fn tell(
        &self,
        tx: &mut Tx,
        order: &mut SupplyOrder,
        event: SupplyEvent,
        payload: impl FnOnce(EventPayload) -> (SupplyEventKind, EventPayload),
        id: EventId,
    ) -> Result<(), OrderError> {
        order.changed_at = self.now;
        tx.touch_supply_order(self.wholesaler, self.serial, self.now).await?;
        let entry = SupplyHistoryEntry { at: self.now, actor: self.actor.clone(), event };
        tx.add_supply_history(self.wholesaler, self.serial, &entry).await?;
        let (kind, payload) = payload(EventPayload::of(order));
        Ok(record_event(tx, id, kind, &payload, self.now).await?)
    }
}

impl Operation for Parcels<Vec<NewParcel>> {
    type Output = Vec<SupplyParcel>;
    type Error = OrderError;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<SupplyParcel>, OrderError> {
        let mut order = self.open(tx).await?;
        let mut added = Vec::with_capacity(self.change.len());
        for (new, event) in self.change.iter().zip(&self.events) {
            let courier = courier(tx, self.wholesaler, new.courier.unwrap_or(order.delivery.courier)).await?;
            let parcel = checked(SupplyParcel {
                id: ParcelId(0),
                courier: courier.id,
                courier_name: courier.name,
                package_number: new.package_number.clone(),
                shipping_number: new.shipping_number.clone(),
                tracking_template: courier.settings.tracking_url,
                weight_grams: new.weight_grams,
                added_at: self.now,
            })?;
            let numbers = |known: &&SupplyParcel| {
                !parcel.number().is_empty()
                    && (known.courier, &known.package_number, &known.shipping_number)
                        == (parcel.courier, &parcel.package_number, &parcel.shipping_number)
            };
            // Told twice by an impatient program, it is still one parcel. Without a number nothing tells two apart.
            if let Some(known) = order.parcels.iter().find(numbers) {
                added.push(known.clone());
                continue;
            }
            if order.parcels.len() >= MAX_PARCELS {
                return Err(OrderError::TooManyElements { max: MAX_PARCELS });
            }
            let id = tx
                .take_wholesale_numbers(self.wholesaler, Counter::Parcel, 1)
                .await?
                .ok_or(OrderError::NotFound(UnknownEntity::Wholesaler))?;
            let parcel = SupplyParcel { id: ParcelId(id), ..parcel };
            tx.insert_supply_parcel(self.wholesaler, self.serial, &parcel).await?;
            order.parcels.push(parcel.clone());
            let told = SupplyEvent::ParcelAdded { parcel: parcel.id, number: parcel.number().to_owned() };
            let payload =
                |base| (SupplyEventKind::ParcelAdded, EventPayload { parcel: Some((&parcel).into()), ..base });
            self.tell(tx, &mut order, told, payload, *event).await?;
            added.push(parcel);
        }
        Ok(added)
    }
}

impl Operation for Parcels<ParcelChange> {
    type Output = SupplyParcel;
    type Error = OrderError;

    async fn run(&self, tx: &mut Tx) -> Result<SupplyParcel, OrderError> {
        let mut order = self.open(tx).await?;
        let change = &self.change;
        let unknown_parcel = OrderError::NotFound(UnknownEntity::Parcel);
        let at = order.parcels.iter().position(|parcel| Some(parcel.id) == change.parcel).ok_or(unknown_parcel)?;
        let before = order.parcels[at].clone();
        let mut after = before.clone();
        if let Some(id) = change.courier {
            let courier = courier(tx, self.wholesaler, id).await?;
            (after.courier, after.courier_name) = (courier.id, courier.name);
            after.tracking_template = courier.settings.tracking_url;
        }
        after.package_number = change.package_number.clone().unwrap_or(after.package_number);
        after.shipping_number = change.shipping_number.clone().unwrap_or(after.shipping_number);
        after.weight_grams = change.weight_grams.unwrap_or(after.weight_grams);
        let after = checked(after)?;
        if after == before {
            return Ok(after);
        }
        tx.update_supply_parcel(self.wholesaler, self.serial, &after).await?;
        order.parcels[at] = after.clone();
        let told = SupplyEvent::ParcelChanged { parcel: after.id, number: after.number().to_owned() };
        let payload = |base| {
            let parcels = (Some((&after).into()), Some((&before).into()));
            (SupplyEventKind::ParcelChanged, EventPayload { parcel: parcels.0, parcel_before: parcels.1, ..base })
        };
        for event in &self.events {
            self.tell(tx, &mut order, told.clone(), payload, *event).await?;
        }
        Ok(after)
    }
}

impl Operation for Parcels<ParcelId> {
    type Output = ();
    type Error = OrderError;

    async fn run(&self, tx: &mut Tx) -> Result<(), OrderError> {
        let mut order = self.open(tx).await?;
        let unknown_parcel = OrderError::NotFound(UnknownEntity::Parcel);
        let at = order.parcels.iter().position(|parcel| parcel.id == self.change).ok_or(unknown_parcel)?;
        let removed = order.parcels.remove(at);
        tx.delete_supply_parcel(self.wholesaler, self.serial, removed.id).await?;
        let told = SupplyEvent::ParcelRemoved { parcel: removed.id, number: removed.number().to_owned() };
        let payload = |base| (SupplyEventKind::ParcelRemoved, EventPayload { parcel: Some((&removed).into()), ..base });
        for event in &self.events {
            self.tell(tx, &mut order, told.clone(), payload, *event).await?;
        }
        Ok(())
    }
}

struct Deliver(ChangeDelivery, EventId, Timestamp);

impl Operation for Deliver {
    type Output = SupplyOrder;
    type Error = OrderError;

    async fn run(&self, tx: &mut Tx) -> Result<SupplyOrder, OrderError> {
        let (command, now) = (&self.0, self.2);
        let (wholesaler, serial) = (command.wholesaler, command.serial);
        let mut order = lock(tx, wholesaler, serial).await?;
        if !order.status.is_editable() {
            return Err(refused("the order is sent or dropped; its delivery cannot be changed any more"));
        }
        let mut events = Vec::new();
        let mut delivery = order.delivery.clone();
        let carrier = courier(tx, wholesaler, command.courier.unwrap_or(delivery.courier)).await?;
        if carrier.id != delivery.courier {
            events.push(SupplyEvent::CourierChanged { from: delivery.courier, to: carrier.id });
            delivery.courier = carrier.id;
            delivery.courier_name = carrier.name;
            delivery.tracking_url = carrier.settings.tracking_url;
            delivery.pickup_point = None;
        }
        if let Some(id) = &command.pickup_point {
            let point = tx.pickup_point(wholesaler, carrier.id, id).await?.ok_or(OrderError::PickupPoint)?;
            events.push(SupplyEvent::PickupPointChanged { to: point.id.clone() });
            delivery.pickup_point = Some(point);
        }
        if carrier.settings.pickup_points && delivery.pickup_point.is_none() {
            return Err(OrderError::PickupPoint);
        }
        if let Some(address) = &command.address {
            delivery.address = complete(*address.clone())?;
            delivery.recipient = None;
            events.push(SupplyEvent::AddressChanged);
        }
        if let Some(date) = &command.estimated_date {
            delivery.estimated_date = Some(date.clone());
        }
        if delivery == order.delivery {
            return Ok(order);
        }
        (order.delivery, order.changed_at) = (delivery, now);
        tx.set_supply_delivery(&order, now).await?;
        for event in events {
            let entry = SupplyHistoryEntry { at: now, actor: command.actor.clone(), event };
            tx.add_supply_history(wholesaler, serial, &entry).await?;
        }
        record_event(tx, self.1, SupplyEventKind::OrderEdited, &EventPayload::of(&order), now).await?;
        Ok(order)
    }
}

struct Note {
    wholesaler: WholesalerId,
    serial: OrderSerial,
    actor: SupplyActor,
    text: String,
    now: Timestamp,
}

impl Operation for Note {
    type Output = ();
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<(), OrderError> {
        let order = lock(tx, self.wholesaler, self.serial).await?;
        if order.note == self.text {
            return Ok(());
        }
        tx.set_supply_note(self.wholesaler, self.serial, &self.text, self.now).await?;
        let entry = SupplyHistoryEntry { at: self.now, actor: self.actor.clone(), event: SupplyEvent::NoteChanged };
        Ok(tx.add_supply_history(self.wholesaler, self.serial, &entry).await?)
    }
}

/// A day as the protocol writes it, when there is one.
pub(crate) fn check_day(date: Option<&str>) -> Result<(), OrderError> {
    if date.is_some_and(|date| date.len() != 10 || Zone::UTC.read(date).is_none()) {
        return Err(OrderError::Invalid { field: "estimated_date", must: "must be a day like 2026-11-21" });
    }
    Ok(())
}

impl Orders<'_> {
    fn event_ids(self, count: usize, now: Timestamp) -> Vec<EventId> {
        (0..count).map(|_| EventId::new(now, self.0.random())).collect()
    }

    /// Moves an order. Its goods leave the stock when it is sent, and are free again when it is dropped;
    /// [`OrderError::InvalidTransition`], [`OrderError::GoodsMissing`].
    pub async fn set_status(self, mut command: SetSupplyStatus) -> Result<SupplyOrder, OrderError> {
        command.reason = text::truncate_chars(&text::collapse(&command.reason), 500).to_owned();
        let now = self.0.now();
        self.0.db().write(Move { command, event: EventId::new(now, self.0.random()), now }).await
    }

    /// Adds parcels to an order, all or none; the same numbers again give the parcel that is there.
    pub async fn add_parcels(
        self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        parcels: Vec<NewParcel>,
    ) -> Result<Vec<SupplyParcel>, OrderError> {
        if parcels.len() > MAX_PARCELS {
            return Err(OrderError::TooManyElements { max: MAX_PARCELS });
        }
        let now = self.0.now();
        let events = self.event_ids(parcels.len(), now);
        self.0.db().write(Parcels { wholesaler, serial, actor, change: parcels, events, now }).await
    }

    /// Changes a parcel of an order.
    pub async fn change_parcel(
        self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        change: ParcelChange,
    ) -> Result<SupplyParcel, OrderError> {
        let now = self.0.now();
        let events = self.event_ids(1, now);
        self.0.db().write(Parcels { wholesaler, serial, actor, change, events, now }).await
    }

    /// Takes a parcel off an order.
    pub async fn remove_parcel(
        self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        parcel: ParcelId,
    ) -> Result<(), OrderError> {
        let now = self.0.now();
        let events = self.event_ids(1, now);
        self.0.db().write(Parcels { wholesaler, serial, actor, change: parcel, events, now }).await
    }

    /// Changes how and where an order is delivered, until it is sent.
    pub async fn change_delivery(self, command: ChangeDelivery) -> Result<SupplyOrder, OrderError> {
        check_day(command.estimated_date.as_deref())?;
        let now = self.0.now();
        self.0.db().write(Deliver(command, EventId::new(now, self.0.random()), now)).await
    }

    /// Replaces the remark of staff on an order.
    pub async fn set_note(
        self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        actor: SupplyActor,
        note: String,
    ) -> Result<(), OrderError> {
        if note.chars().count() > 2000 {
            return Err(OrderError::Invalid { field: "note", must: "must have at most 2000 characters" });
        }
        self.0.db().write(Note { wholesaler, serial, actor, text: note, now: self.0.now() }).await
    }
}
