//! What an order costs besides its goods, and how it is paid: payment form, courier, amount to collect.

use crossdock_db::Tx;
use crossdock_domain::money::Money;
use crossdock_domain::wholesale::{CourierOffer, Delivery, OrderAmounts, PaymentKind};

use crate::OrderingError;
use crate::ordering::couriers::{DeliveryTo, Shipment, arrival, deliver_to, offer};
use crate::ordering::place::{PlaceOrder, invalid};
use crate::ordering::price_check::{PricedLine, prepare_days, weight};
use crate::ordering::reservations::exact_money;

/// How an order is paid.
pub(super) struct PaymentTerms {
    pub(super) kind: PaymentKind,
    pub(super) form: Option<i64>,
}

/// What carrying an order takes.
pub(super) struct DeliveryTerms {
    pub(super) delivery: Delivery,
    pub(super) offer: CourierOffer,
}

impl PlaceOrder {
    /// How it is paid: as wanted, if account and wholesaler allow it.
    pub(super) fn payment_terms(&self) -> Result<PaymentTerms, OrderingError> {
        let forms = &self.caller.wholesaler.settings.payment_methods;
        let allowed = &self.caller.account.profile.payment_kinds;
        let not = || OrderingError::PaymentNotAvailable;
        let form = match self.command.payment_form {
            Some(id) => Some(forms.iter().find(|form| form.id == id && form.active).ok_or_else(not)?),
            None => None,
        };
        let kind = match (self.command.payment, form) {
            (Some(kind), Some(form)) if form.kind != kind => return Err(not()),
            (Some(kind), _) => kind,
            (None, Some(form)) => form.kind,
            (None, None) => *allowed.first().ok_or_else(not)?,
        };
        let form = form.or_else(|| forms.iter().find(|form| form.kind == kind && form.active)).ok_or_else(not)?;
        if !allowed.contains(&kind) {
            return Err(not());
        }
        Ok(PaymentTerms { kind, form: Some(form.id) })
    }

    /// What the courier is told to collect, when the shop names it.
    pub(super) fn collected(&self) -> Result<Option<Money>, OrderingError> {
        let Some((amount, currency)) = self.command.cash_on_delivery else { return Ok(None) };
        let currency = currency.unwrap_or(self.caller.wholesaler.currency);
        let Some(money) = exact_money(amount, currency)? else {
            return Err(invalid("cash_on_delivery", "must be an amount that the currency can express, not below 0"));
        };
        Ok((money.minor > 0).then_some(money))
    }

    /// The courier's price, or what staff agreed on.
    fn agreed_shipping_cost(&self, offer: CourierOffer) -> Result<CourierOffer, OrderingError> {
        let Some(cost) = self.terms.as_ref().and_then(|terms| terms.delivery_cost) else { return Ok(offer) };
        let Some(gross) = exact_money(cost, self.caller.wholesaler.currency)? else {
            return Err(invalid("delivery_cost", "must be an amount that the currency can express, not below 0"));
        };
        Ok(CourierOffer { net: offer.vat.net(gross)?, gross, ..offer })
    }

    /// The courier to this address, with its price for these goods.
    pub(super) async fn delivery_terms(
        &self,
        tx: &mut Tx,
        lines: &[PricedLine],
        payment: PaymentKind,
    ) -> Result<DeliveryTerms, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler(), self.caller.account());
        let command = &self.command;
        let address = deliver_to(tx, &self.caller, &command.deliver_to).await?;
        let courier = tx.courier(wholesaler.id, command.courier).await?.filter(|courier| courier.active);
        let courier = courier.ok_or(OrderingError::UnknownCourier)?;
        let load = Shipment {
            address: &address,
            grams: weight(lines.iter()),
            payment: Some(payment),
            prepare_days: prepare_days(wholesaler, lines.iter().filter_map(|line| line.offer.as_ref())),
        };
        let offer = match offer(wholesaler, account, &courier, load)? {
            Some(offer) => offer,
            // It goes there, but not for this way of paying.
            None if !courier.settings.payment_kinds.contains(&payment) => {
                return Err(OrderingError::PaymentNotAvailable);
            }
            None => return Err(OrderingError::NoCourier),
        };
        let offer = self.agreed_shipping_cost(offer)?;
        let pickup_point = match (&command.pickup_point, courier.settings.pickup_points) {
            (Some(id), true) => {
                let point = tx.pickup_point(wholesaler.id, courier.id, id).await?.filter(|point| point.active);
                Some(point.ok_or(OrderingError::PickupPoint)?)
            }
            (None, true) => return Err(OrderingError::PickupPoint),
            // A courier that comes to the door.
            (_, false) => None,
        };
        let (_, estimated) = arrival(wholesaler, &courier, load.prepare_days, offer.delivery_days, self.now);
        let delivery = Delivery {
            courier: courier.id,
            courier_name: courier.name,
            tracking_url: courier.settings.tracking_url,
            address,
            recipient: match &command.deliver_to {
                DeliveryTo::Stored(id) => Some(*id),
                DeliveryTo::Inline(_) => None,
            },
            pickup_point,
            preferred_date: command.preferred_date.clone(),
            estimated_date: Some(estimated),
        };
        Ok(DeliveryTerms { delivery, offer })
    }

    pub(super) fn amounts(
        &self,
        lines: &[PricedLine],
        delivery_terms: &DeliveryTerms,
    ) -> Result<OrderAmounts, OrderingError> {
        let currency = self.caller.wholesaler.currency;
        let values = || lines.iter().filter_map(|line| line.value);
        let offer = &delivery_terms.offer;
        Ok(OrderAmounts {
            products_net: Money::sum(currency, values().map(|value| value.net))?,
            products: Money::sum(currency, values().map(|value| value.gross))?,
            delivery_net: offer.net,
            delivery: offer.gross,
            delivery_vat: offer.vat,
            payment_net: offer.collection_net,
            payment: offer.collection_gross,
        })
    }
}
