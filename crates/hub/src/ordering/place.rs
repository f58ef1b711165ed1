//! `Orders/add`: a dropshipping order, all or nothing.

mod content;
mod costs;
mod terms;

use crossdock_db::baskets::NewFile;
use crossdock_db::wholesalers::Counter;
use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{
    Attachment, AttachmentProblem, BillingData, CashOnDelivery, CourierId, EventId, EventPayload, InvoicePreference,
    OrderLine, OrderSerial, PaymentKind, Quantity, SupplyActor, SupplyEvent, SupplyEventKind, SupplyHistoryEntry,
    SupplyOrder, SupplyOrderDocument, SupplyStatus, VariantId, value_of_gross,
};
use rust_decimal::Decimal;

use content::content_hash;

use crate::ordering::basket::{describe, file_id, request_of};
use crate::ordering::couriers::DeliveryTo;
use crate::ordering::price_check::{PricedLine, RequestedLine, check_lines, weight};
use crate::ordering::reservations::{Reservations, exact_money};
use crate::orders::events::record_event;
use crate::tenants::sandbox::A_DAY;
use crate::{Caller, Hub, LineFault, LineOutcome, MAX_ELEMENTS, Ordering, OrderingError, ProductRef};

pub use terms::{LineTerms, StaffTerms};

/// Places a supply order (customer protocol §4.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceSupplyOrder {
    /// What; `None` for the stored basket, which is emptied on success.
    pub products: Option<Vec<ProductRef>>,
    /// To whom.
    pub deliver_to: DeliveryTo,
    /// By whom.
    pub courier: CourierId,
    /// Where it is picked up; must be given when the courier delivers to points.
    pub pickup_point: Option<String>,
    /// Day that the shop prefers, `YYYY-MM-DD`.
    pub preferred_date: Option<String>,
    /// How the shop pays; `None`: that of the form, else the account's first.
    pub payment: Option<PaymentKind>,
    /// By which form.
    pub payment_form: Option<i64>,
    /// What the courier collects from the recipient: amount and, when it was named, currency. `None` with cash on delivery
    /// collects what the order costs.
    pub cash_on_delivery: Option<(Decimal, Option<Currency>)>,
    /// Who is billed; `None` for the account's data.
    pub billing: Option<BillingData>,
    /// For the wholesaler.
    pub note_to_order: String,
    /// For the courier.
    pub note_to_courier: String,
    /// Whether an invoice is wanted.
    pub invoice: InvoicePreference,
    /// The shop's own number: the same again with the same content gives the first order again.
    pub external_id: Option<String>,
    /// Must be the wholesaler's currency when it is given.
    pub currency: Option<Currency>,
    /// Receiving address of this order's webhooks; ignored unless the wholesaler allows it.
    pub webhook_url: Option<String>,
}

/// An order that was placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedSupplyOrder {
    /// The order.
    pub order: SupplyOrder,
    /// It was there already, under the same external id.
    pub repeated: bool,
}

/// Longest note, in characters.
pub(crate) const MAX_NOTE: usize = 2000;
/// Longest external id, in characters.
const MAX_EXTERNAL_ID: usize = 100;

fn invalid(field: &'static str, must: &'static str) -> OrderingError {
    OrderingError::Invalid { field, must }
}

struct PlaceOrder {
    hub: Hub,
    caller: Caller,
    command: PlaceSupplyOrder,
    terms: Option<StaffTerms>,
    content_hash: String,
    event: EventId,
    now: Timestamp,
}

/// How an order is paid.
impl PlaceOrder {
    /// The order that stands under the external id, when it has the same content.
    async fn repeated(&self, tx: &mut Tx) -> Result<Option<SupplyOrder>, OrderingError> {
        let Some(external_id) = &self.command.external_id else { return Ok(None) };
        let (wholesaler, account) = (self.caller.wholesaler.id, self.caller.account.id);
        let Some((serial, hash)) = tx.supply_order_of_external_id(wholesaler, account, external_id).await? else {
            return Ok(None);
        };
        if hash != self.content_hash {
            return Err(OrderingError::ExternalIdReused);
        }
        Ok(tx.supply_order(wholesaler, serial).await?)
    }

    /// What staff agreed on for the line at this index.
    fn terms_of(&self, index: usize) -> Option<&LineTerms> {
        self.terms.as_ref()?.lines.get(index)
    }

    /// Gives lines the prices that staff agreed on.
    fn agree(&self, lines: &mut [PricedLine]) -> Result<(), OrderingError> {
        for (index, line) in lines.iter_mut().enumerate() {
            let Some(terms) = self.terms_of(index) else { continue };
            let (Some((product, _)), Some(_)) = (&line.goods, line.value) else { continue };
            let ((rate, free), own) = (terms.vat, product.details.vat);
            if rate.is_some_and(|rate| rate != own.rate) || free.is_some_and(|free| free != own.free) {
                line.fault = line.fault.or(Some(LineFault::OtherVat));
            }
            let Some(price) = terms.price else { continue };
            match exact_money(price, self.caller.wholesaler.currency)? {
                Some(price) => line.value = Some(value_of_gross(price, product.details.vat, line.quantity)?),
                None => line.fault = line.fault.or(Some(LineFault::BadPrice)),
            }
        }
        Ok(())
    }

    /// Puts the goods of every line aside, under locks taken in one order. Lines that cannot be served are marked; then
    /// nothing of it may stay.
    async fn reserve(&self, tx: &mut Tx, lines: &mut [PricedLine], serial: OrderSerial) -> Result<bool, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler.id, self.caller.account.id);
        let reservations = Reservations { hub: &self.hub, wholesaler, account, serial, now: self.now };
        for (index, line) in lines.iter_mut().enumerate() {
            let Some(offer) = &line.offer else { continue };
            let from = self.terms_of(index).and_then(|terms| terms.warehouse);
            for stock in offer.stocks.iter().filter(|stock| stock.available != Quantity::UNCOUNTED) {
                let wanted = stock.part.quantity.times(line.quantity);
                let placed = match wanted {
                    // Locked before, for every line together; this only reads what is left after the lines before.
                    Some(wanted) => reservations.reserve(tx, &stock.part.variant, wanted, from).await?,
                    None => false,
                };
                if !placed {
                    line.fault = Some(LineFault::NotEnough);
                }
            }
        }
        Ok(lines.iter().all(|line| line.fault.is_none()))
    }

    fn document_lines(&self, lines: &[PricedLine], files: &[Vec<Attachment>]) -> Vec<OrderLine> {
        let language = self.caller.language();
        let mut out = Vec::with_capacity(lines.len());
        for ((index, line), files) in lines.iter().enumerate().zip(files) {
            let at = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
            let Some(mut made) = line.order_line(line.request.position.unwrap_or(at), language, files.clone()) else {
                continue;
            };
            made.price_agreed = self.terms_of(index).is_some_and(|terms| terms.price.is_some());
            out.push(made);
        }
        out
    }

    /// Files of every line: those of the basket, or those that came along.
    async fn files(&self, tx: &mut Tx, requests: &[RequestedLine]) -> Result<Vec<Vec<NewFile>>, OrderingError> {
        let Some(products) = &self.command.products else {
            let (wholesaler, account) = (self.caller.wholesaler.id, self.caller.account.id);
            let stored = tx.basket_files(wholesaler, account).await?;
            let of = |request: &RequestedLine| {
                let mine = stored.iter().filter(|(position, _)| Some(*position) == request.position);
                mine.map(|(_, attachment)| NewFile {
                    id: String::new(),
                    attachment: attachment.clone(),
                    content: String::new(),
                })
                .collect()
            };
            return Ok(requests.iter().map(of).collect());
        };
        let mut out = Vec::with_capacity(products.len());
        let mut bytes = 0;
        for (product, request) in products.iter().zip(requests) {
            let refuse = |problem| {
                let outcome = LineOutcome {
                    code: request.code.clone(),
                    kind: request.kind,
                    variant: None,
                    position: None,
                    quantity: request.quantity,
                    fault: Some(LineFault::Attachment(problem)),
                };
                OrderingError::LinesRefused(vec![outcome])
            };
            let described = describe(&product.attachments).map_err(refuse)?;
            bytes += product.attachments.iter().map(|file| file.contents.len()).sum::<usize>();
            if bytes > Attachment::MAX_TOTAL {
                return Err(refuse(AttachmentProblem::TooLarge));
            }
            let files = described.into_iter().enumerate().map(|(index, (attachment, content))| NewFile {
                id: file_id(&self.hub, self.now, index),
                attachment,
                content,
            });
            out.push(files.collect());
        }
        Ok(out)
    }

    /// A sandbox takes so many orders in 24 hours. Numbers have no gaps, so the order that many numbers ago tells.
    async fn within_daily_orders(&self, tx: &mut Tx, serial: OrderSerial) -> Result<(), OrderingError> {
        let max = self.hub.sandbox_rules().orders_per_day;
        let before = OrderSerial(serial.0 - max);
        let Some(placed_at) = tx.supply_order_placed_at(self.caller.wholesaler.id, before).await? else {
            return Ok(());
        };
        let again_in = placed_at + A_DAY - self.now;
        if again_in > Span(0) {
            return Err(OrderingError::DailyOrders { max, again_in });
        }
        Ok(())
    }

    /// Every line of a refusal, those that are well without a fault.
    fn refused(lines: &[PricedLine]) -> OrderingError {
        OrderingError::LinesRefused(lines.iter().map(PricedLine::outcome).collect())
    }
}

impl Operation for PlaceOrder {
    type Output = PlacedSupplyOrder;
    type Error = OrderingError;

    async fn run(&self, tx: &mut Tx) -> Result<PlacedSupplyOrder, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler(), self.caller.account());
        // Orders of one account follow one another: a repeated call waits for the first one and finds its order.
        tx.lock_basket(wholesaler.id, account.id).await?;
        if let Some(order) = self.repeated(tx).await? {
            return Ok(PlacedSupplyOrder { order, repeated: true });
        }
        let requests: Vec<RequestedLine> = match &self.command.products {
            Some(products) => products.iter().map(RequestedLine::from).collect(),
            None => tx.basket_lines(wholesaler.id, account.id).await?.iter().map(request_of).collect(),
        };
        if requests.is_empty() {
            return Err(OrderingError::EmptyBasket);
        }
        let files = self.files(tx, &requests).await?;
        let mut lines = check_lines(tx, wholesaler, account, requests, self.now).await?;
        self.agree(&mut lines)?;
        if lines.iter().any(|line| line.fault.is_some()) {
            return Err(Self::refused(&lines));
        }
        let payment_terms = self.payment_terms()?;
        let collected = self.collected()?;
        let collects = payment_terms.kind == PaymentKind::CashOnDelivery || collected.is_some();
        let carried_as = if collects { PaymentKind::CashOnDelivery } else { payment_terms.kind };
        let delivery_terms = self.delivery_terms(tx, &lines, carried_as).await?;
        let amounts = self.amounts(&lines, &delivery_terms)?;
        let cash_on_delivery = match collected {
            Some(amount) => Some(CashOnDelivery { amount }),
            None if collects => Some(CashOnDelivery { amount: amounts.total()? }),
            None => None,
        };
        let stocks = lines.iter().filter_map(|line| line.offer.as_ref()).flat_map(|offer| &offer.stocks);
        let variants: Vec<VariantId> = stocks.map(|stock| stock.part.variant.clone()).collect();
        tx.lock_stock_levels(wholesaler.id, &variants, self.now).await?;
        let serial = tx
            .take_wholesale_numbers(wholesaler.id, Counter::Order, 1)
            .await?
            .ok_or(OrderingError::WholesalerNotFound)?;
        let serial = OrderSerial(serial);
        if self.caller.sandbox {
            self.within_daily_orders(tx, serial).await?;
        }
        if !self.reserve(tx, &mut lines, serial).await? {
            // The number goes back with the rest.
            return Err(Self::refused(&lines));
        }
        let described: Vec<Vec<Attachment>> =
            files.iter().map(|files| files.iter().map(|file| file.attachment.clone()).collect()).collect();
        let command = &self.command;
        let order = SupplyOrder {
            wholesaler: wholesaler.id,
            serial,
            account: account.id,
            external_id: command.external_id.clone(),
            status: SupplyStatus::New,
            placed_at: self.now,
            changed_at: self.now,
            dispatched_at: None,
            cancel_refused: false,
            note: String::new(),
            delivery: delivery_terms.delivery,
            document: SupplyOrderDocument {
                login: account.login.clone(),
                email: account.profile.email.clone(),
                price_group: account.price_group.clone(),
                currency: wholesaler.currency,
                lines: self.document_lines(&lines, &described),
                amounts,
                payment: payment_terms.kind,
                payment_form: payment_terms.form,
                cash_on_delivery,
                billing: command.billing.clone().unwrap_or_else(|| account.profile.billing.clone()),
                note_to_order: command.note_to_order.clone(),
                note_to_courier: command.note_to_courier.clone(),
                invoice: command.invoice,
                webhook_url: command.webhook_url.clone().filter(|_| wholesaler.settings.order_webhooks),
                weight_grams: weight(lines.iter()),
            },
            parcels: Vec::new(),
        };
        tx.insert_supply_order(&order, &self.content_hash).await?;
        if command.products.is_none() {
            tx.move_basket_files(wholesaler.id, account.id, serial).await?;
            tx.empty_basket(wholesaler.id, account.id).await?;
        } else {
            for (line, files) in order.document.lines.iter().zip(&files) {
                for file in files {
                    tx.insert_file(wholesaler.id, account.id, Some(serial), line.position, file).await?;
                }
            }
        }
        let entry = SupplyHistoryEntry {
            at: self.now,
            actor: match &self.terms {
                Some(terms) => terms.actor.clone(),
                None => SupplyActor::Shop(account.login.clone()),
            },
            event: SupplyEvent::Placed,
        };
        tx.add_supply_history(wholesaler.id, serial, &entry).await?;
        let without_mail = self.terms.as_ref().is_some_and(|terms| !terms.mail);
        let payload = EventPayload { without_mail, ..EventPayload::of(&order) };
        record_event(tx, self.event, SupplyEventKind::OrderPlaced, &payload, self.now).await?;
        Ok(PlacedSupplyOrder { order, repeated: false })
    }
}

/// Rules that need nothing but the command.
fn check(caller: &Caller, command: &PlaceSupplyOrder) -> Result<(), OrderingError> {
    if command.products.as_ref().is_some_and(|products| products.len() > MAX_ELEMENTS) {
        return Err(OrderingError::TooManyElements { max: MAX_ELEMENTS });
    }
    for (field, note) in [("note_to_order", &command.note_to_order), ("note_to_courier", &command.note_to_courier)] {
        if note.chars().count() > MAX_NOTE {
            return Err(invalid(field, "must have at most 2000 characters"));
        }
    }
    if let Some(id) = &command.external_id
        && (id.trim().is_empty() || id.chars().count() > MAX_EXTERNAL_ID || id.chars().any(char::is_control))
    {
        return Err(invalid("external_id", "must have 1 to 100 characters"));
    }
    if let Some(date) = &command.preferred_date
        && (date.trim().len() != 10 || caller.wholesaler.settings.time_zone.read(date).is_none())
    {
        return Err(invalid("preferred_date", "must be a day like 2026-11-21"));
    }
    if command.currency.is_some_and(|currency| currency != caller.wholesaler.currency) {
        return Err(invalid("currency", "must be the wholesaler's"));
    }
    if caller.wholesaler.settings.order_webhooks
        && let Some(url) = &command.webhook_url
    {
        let web = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !web || url.chars().count() > 500 {
            return Err(invalid("webhook_url", "must be a web address of at most 500 characters"));
        }
    }
    Ok(())
}

impl Ordering<'_> {
    /// Places a dropshipping order, all or nothing: stock is put aside, or nothing at all happens and the basket stays. The
    /// same `external_id` with the same content gives the first order again.
    pub async fn place(self, caller: &Caller, command: PlaceSupplyOrder) -> Result<PlacedSupplyOrder, OrderingError> {
        self.place_with(caller, command, None).await
    }

    /// The same by staff for a shop ([`Access::caller_for_staff`](crate::Access::caller_for_staff)), who may settle prices, carriage and warehouses.
    pub async fn place_for(
        self,
        caller: &Caller,
        command: PlaceSupplyOrder,
        terms: StaffTerms,
    ) -> Result<PlacedSupplyOrder, OrderingError> {
        self.place_with(caller, command, Some(terms)).await
    }

    async fn place_with(
        self,
        caller: &Caller,
        command: PlaceSupplyOrder,
        terms: Option<StaffTerms>,
    ) -> Result<PlacedSupplyOrder, OrderingError> {
        check(caller, &command)?;
        let now = self.0.now();
        let place = PlaceOrder {
            hub: self.0.clone(),
            caller: caller.clone(),
            content_hash: content_hash(&command, terms.as_ref()),
            command,
            terms,
            event: EventId::new(now, self.0.random()),
            now,
        };
        self.0.db().write(place).await
    }
}
