//! Couriers: all of a wholesaler, and those that carry one order.

use std::collections::HashSet;

use crossdock_db::couriers::bare_zip;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::country::Country;
use crossdock_domain::money::MoneyError;
use crossdock_domain::text;
use crossdock_domain::wholesale::{
    Coordinates, Courier, CourierId, CourierOffer, EVERY_GROUP, PaymentKind, PaymentMethod, PickupPoint,
    RecipientAddress, RecipientId, ShopAccount, Wholesaler, WholesalerId, ZonePrice, metres_between,
};

use crate::ordering::basket::request_of;
use crate::ordering::price_check::{PricedLine, RequestedLine, check_lines, prepare_days, weight};
use crate::ordering::recipients::complete;
use crate::{
    Caller, Couriers, GoodsError, LineFault, MAX_ELEMENTS, OrderingError, Page, Paged, ProductRef, UnknownEntity,
};

/// Asks for couriers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourierQuery {
    /// Only those that go there.
    pub country: Option<Country>,
    /// Which part.
    pub page: Page,
}

/// To whom something is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryTo {
    /// A stored recipient of the caller.
    Stored(RecipientId),
    /// This address.
    Inline(Box<RecipientAddress>),
}

/// Asks for couriers that carry an order (customer protocol §4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouriersForOrder {
    /// To whom.
    pub deliver_to: DeliveryTo,
    /// What; `None` for the stored basket.
    pub products: Option<Vec<ProductRef>>,
    /// Only with this way of paying.
    pub payment: Option<PaymentKind>,
}

/// A courier that carries the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourierForOrder {
    /// Who.
    pub courier: Courier,
    /// For how much.
    pub offer: CourierOffer,
    /// Days until it arrives: preparing, cut-off hour, road.
    pub days: i64,
    /// Day on which it should arrive, `YYYY-MM-DD`.
    pub estimated_date: String,
    /// Pickup points around the recipient's postal code; only of a courier that delivers to points.
    pub pickup_points: Vec<PickupPoint>,
}

/// A pickup point with its distance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearbyPickupPoint {
    /// The point.
    pub point: PickupPoint,
    /// How far away.
    pub metres: i64,
}

/// Pickup points told with a courier.
const POINTS_WITH_COURIER: i64 = 50;
/// Pickup points stored in one call.
const MAX_POINTS: usize = 1000;
/// Half a degree in millionths: the first box in which near points are looked for, about 55 km up and down.
const FIRST_BOX: i64 = 500_000;

/// What a courier can be asked to carry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shipment<'l> {
    pub(crate) address: &'l RecipientAddress,
    pub(crate) grams: i64,
    /// How the shop pays, or that the courier collects; `None` while that is open.
    pub(crate) payment: Option<PaymentKind>,
    pub(crate) prepare_days: i64,
}

/// Days until a parcel arrives that is ordered now, and that day.
pub(crate) fn arrival(
    wholesaler: &Wholesaler,
    courier: &Courier,
    prepare_days: i64,
    road_days: i64,
    now: Timestamp,
) -> (i64, String) {
    let zone = &wholesaler.settings.time_zone;
    let late = courier.settings.cut_off_hour.is_some_and(|hour| zone.hour(now) >= hour);
    let days = prepare_days + road_days + i64::from(late);
    (days, zone.day(now + Span::days(days)))
}

/// What a courier asks an account for a load; `None` when it does not carry it.
pub(crate) fn offer(
    wholesaler: &Wholesaler,
    account: &ShopAccount,
    courier: &Courier,
    load: Shipment<'_>,
) -> Result<Option<CourierOffer>, MoneyError> {
    let Shipment { address, grams, payment, .. } = load;
    let to = (address.country, address.zip.as_str());
    courier.offer(to, grams, &account.price_group, payment, wholesaler.currency)
}

/// The address of an order: stored, or given with it.
pub(crate) async fn deliver_to(
    tx: &mut Tx,
    caller: &Caller,
    to: &DeliveryTo,
) -> Result<RecipientAddress, OrderingError> {
    match to {
        DeliveryTo::Stored(id) => {
            let row = tx.recipient(caller.wholesaler.id, caller.account.id, *id).await?;
            Ok(row.ok_or(OrderingError::RecipientNotFound)?.address)
        }
        DeliveryTo::Inline(address) => Ok(complete(*address.clone())?),
    }
}

struct All(WholesalerId);

impl Operation for All {
    type Output = Vec<Courier>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.couriers(self.0).await
    }
}

struct ForOrder {
    caller: Caller,
    query: CouriersForOrder,
    now: Timestamp,
}

impl Operation for ForOrder {
    type Output = Vec<CourierForOrder>;
    type Error = OrderingError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, OrderingError> {
        let (wholesaler, account) = (self.caller.wholesaler(), self.caller.account());
        let requests: Vec<RequestedLine> = match &self.query.products {
            Some(products) => products.iter().map(RequestedLine::from).collect(),
            None => tx.basket_lines(wholesaler.id, account.id).await?.iter().map(request_of).collect(),
        };
        if requests.is_empty() {
            return Err(OrderingError::EmptyBasket);
        }
        let address = deliver_to(tx, &self.caller, &self.query.deliver_to).await?;
        let lines = check_lines(tx, wholesaler, account, requests, self.now).await?;
        // Less stock than wanted does not change what carrying it would cost; anything else leaves the weight unknown.
        if lines.iter().any(|line| !matches!(line.fault, None | Some(LineFault::NotEnough))) {
            return Err(OrderingError::LinesRefused(lines.iter().map(PricedLine::outcome).collect()));
        }
        let load = Shipment {
            address: &address,
            grams: weight(lines.iter()),
            payment: self.query.payment,
            prepare_days: prepare_days(wholesaler, lines.iter().filter_map(|line| line.offer.as_ref())),
        };
        let mut found = Vec::new();
        for courier in tx.couriers(wholesaler.id).await? {
            if !has_payment(&courier, account) {
                continue;
            }
            let Some(offer) = offer(wholesaler, account, &courier, load)? else { continue };
            let mut pickup_points = Vec::new();
            if courier.settings.pickup_points {
                pickup_points = points_around(tx, wholesaler.id, courier.id, &address).await?;
                if pickup_points.is_empty() {
                    continue;
                }
            }
            let (days, estimated_date) =
                arrival(wholesaler, &courier, load.prepare_days, offer.delivery_days, self.now);
            found.push(CourierForOrder {
                courier: told_to(courier, account),
                offer,
                days,
                estimated_date,
                pickup_points,
            });
        }
        if found.is_empty() { Err(OrderingError::NoCourier) } else { Ok(found) }
    }
}

/// Pickup points near an address, as far as its postal code tells: with the same beginning, the longer the better.
async fn points_around(
    tx: &mut Tx,
    wholesaler: WholesalerId,
    courier: CourierId,
    address: &RecipientAddress,
) -> Result<Vec<PickupPoint>, DbError> {
    let zip = bare_zip(&address.zip);
    for length in [zip.len(), 3, 2, 1, 0] {
        let prefix = text::truncate_chars(&zip, length);
        let points = tx.pickup_points_by_zip(wholesaler, courier, address.country, prefix, POINTS_WITH_COURIER).await?;
        if !points.is_empty() {
            return Ok(points);
        }
    }
    Ok(Vec::new())
}

fn has_payment(courier: &Courier, account: &ShopAccount) -> bool {
    courier.settings.payment_kinds.iter().any(|kind| account.profile.payment_kinds.contains(kind))
}

/// A courier as an account may know it: with the ways of paying that both have, and nobody else's prices.
fn told_to(mut courier: Courier, account: &ShopAccount) -> Courier {
    courier.settings.payment_kinds.retain(|kind| account.profile.payment_kinds.contains(kind));
    let mine = |price: &ZonePrice| price.group == account.price_group || price.group == EVERY_GROUP;
    courier.settings.collection_fees.retain(mine);
    for band in courier.settings.zones.iter_mut().flat_map(|zone| &mut zone.bands) {
        band.prices.retain(mine);
    }
    courier
}

struct Put(WholesalerId, Courier);

impl Operation for Put {
    type Output = ();
    type Error = GoodsError;
    async fn run(&self, tx: &mut Tx) -> Result<(), GoodsError> {
        tx.wholesaler(self.0).await?.ok_or(GoodsError::NotFound(UnknownEntity::Wholesaler))?;
        Ok(tx.put_courier(self.0, &self.1).await?)
    }
}

struct PutPoints(WholesalerId, Vec<PickupPoint>);

impl Operation for PutPoints {
    type Output = ();
    type Error = GoodsError;
    async fn run(&self, tx: &mut Tx) -> Result<(), GoodsError> {
        let couriers = tx.couriers(self.0).await?;
        if let Some(point) = self.1.iter().find(|point| couriers.iter().all(|courier| courier.id != point.courier)) {
            let text = format!("pickup point {}: there is no courier {}", point.id, point.courier);
            return Err(GoodsError::Refused(text));
        }
        Ok(tx.put_pickup_points(self.0, &self.1).await?)
    }
}

struct Points(WholesalerId, CourierId, Page);

impl Operation for Points {
    type Output = Paged<PickupPoint>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let page = self.2;
        let (items, total) = tx.pickup_points(self.0, self.1, page.limit, page.offset()).await?;
        Ok(Paged { items, total, page })
    }
}

struct Near {
    wholesaler: WholesalerId,
    courier: CourierId,
    from: Coordinates,
    limit: usize,
}

impl Operation for Near {
    type Output = Vec<NearbyPickupPoint>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let mut half = FIRST_BOX;
        loop {
            // Wider than high in degrees, the further from the equator; near a pole or the date line, all the way round.
            let wide = half.saturating_mul(4);
            let corner = |latitude: i64, longitude: i64| Coordinates {
                latitude_micro: latitude.clamp(-90_000_000, 90_000_000),
                longitude_micro: longitude.clamp(-180_000_000, 180_000_000),
            };
            let south_west = corner(self.from.latitude_micro - half, self.from.longitude_micro - wide);
            let north_east = corner(self.from.latitude_micro + half, self.from.longitude_micro + wide);
            let points = tx.pickup_points_within(self.wholesaler, self.courier, south_west, north_east).await?;
            let mut near: Vec<NearbyPickupPoint> = points
                .into_iter()
                .map(|point| NearbyPickupPoint { metres: metres_between(self.from, point.place), point })
                .collect();
            near.sort_by(|a, b| (a.metres, &a.point.id).cmp(&(b.metres, &b.point.id)));
            near.truncate(self.limit);
            // Enough, and none outside the box can be nearer than its edge; or the box is the globe.
            let edge = half * 111_320 / 1_000_000;
            let sure = near.len() >= self.limit && near.last().is_none_or(|last| last.metres <= edge);
            if sure || half > 90_000_000 {
                return Ok(near);
            }
            half *= 4;
        }
    }
}

impl Couriers<'_> {
    /// Active couriers that the caller can use, by number.
    pub async fn list(self, caller: &Caller, query: CourierQuery) -> Result<Paged<Courier>, DbError> {
        let all = self.0.db().read(All(caller.wholesaler.id)).await?;
        let account = caller.account();
        let mine = |courier: &Courier| {
            courier.active
                && has_payment(courier, account)
                && query.country.is_none_or(|country| courier.serves(country))
        };
        let mine: Vec<Courier> = all.into_iter().filter(mine).collect();
        let total = i64::try_from(mine.len()).unwrap_or(i64::MAX);
        let skip = usize::try_from(query.page.offset()).unwrap_or(usize::MAX);
        let take = usize::try_from(query.page.limit).unwrap_or(0);
        let items = mine.into_iter().skip(skip).take(take).map(|courier| told_to(courier, account)).collect();
        Ok(Paged { items, total, page: query.page })
    }

    /// Couriers that carry this order to this address, by number; [`OrderingError::NoCourier`] when none does.
    pub async fn for_order(
        self,
        caller: &Caller,
        query: CouriersForOrder,
    ) -> Result<Vec<CourierForOrder>, OrderingError> {
        if query.products.as_ref().is_some_and(|products| products.len() > MAX_ELEMENTS) {
            return Err(OrderingError::TooManyElements { max: MAX_ELEMENTS });
        }
        self.0.db().read(ForOrder { caller: caller.clone(), query, now: self.0.now() }).await
    }

    /// Ways of paying that the caller may choose; without `active_only` also those that are switched off at present.
    pub fn payment_methods(self, caller: &Caller, active_only: bool) -> Vec<PaymentMethod> {
        let forms = caller.wholesaler.settings.payment_methods.iter();
        let kinds = &caller.account.profile.payment_kinds;
        forms.filter(|form| kinds.contains(&form.kind) && (form.active || !active_only)).cloned().collect()
    }

    /// Stores a courier, new or known.
    pub async fn put(self, wholesaler: WholesalerId, courier: Courier) -> Result<(), GoodsError> {
        if let Some(problem) = courier.problem() {
            return Err(GoodsError::Refused(problem));
        }
        self.0.db().write(Put(wholesaler, courier)).await
    }

    /// Every courier of a wholesaler, by number.
    pub async fn all(self, wholesaler: WholesalerId) -> Result<Vec<Courier>, DbError> {
        self.0.db().read(All(wholesaler)).await
    }

    /// Stores pickup points, new or known; up to 1000 in one call, all or nothing.
    pub async fn put_pickup_points(self, wholesaler: WholesalerId, points: Vec<PickupPoint>) -> Result<(), GoodsError> {
        if points.len() > MAX_POINTS {
            return Err(GoodsError::TooManyElements { max: MAX_POINTS });
        }
        let mut seen = HashSet::new();
        for point in &points {
            if point.id.trim().is_empty() || point.id.chars().count() > 100 || point.id.chars().any(char::is_control) {
                return Err(GoodsError::Refused("a pickup point's code has 1 to 100 characters".to_owned()));
            }
            if !seen.insert((point.courier, point.id.as_str())) {
                return Err(GoodsError::Refused(format!("pickup point {} is there twice", point.id)));
            }
        }
        self.0.db().write(PutPoints(wholesaler, points)).await
    }

    /// Pickup points of a courier, by their codes.
    pub async fn pickup_points(
        self,
        wholesaler: WholesalerId,
        courier: CourierId,
        page: Page,
    ) -> Result<Paged<PickupPoint>, DbError> {
        self.0.db().read(Points(wholesaler, courier, page)).await
    }

    /// The nearest open pickup points of a courier, at most a hundred.
    pub async fn nearest(
        self,
        wholesaler: WholesalerId,
        courier: CourierId,
        from: Coordinates,
        limit: i64,
    ) -> Result<Vec<NearbyPickupPoint>, DbError> {
        let limit = usize::try_from(limit.clamp(1, 100)).unwrap_or(100);
        self.0.db().read(Near { wholesaler, courier, from, limit }).await
    }
}
