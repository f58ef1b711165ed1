//! Errors of the use cases, one sample of each at least: every dialect's table of answers is tested with them.

use crossdock_app::AppError;
use crossdock_app::hub::{SandboxLimit, Unknown, WholesaleError};
use crossdock_app::platform::error::{DbError, Step};
use crossdock_app::platform::webhook::WebhookError;
use crossdock_domain::cart::CartProblem;
use crossdock_domain::clock::{Day, Span};
use crossdock_domain::country::Country;
use crossdock_domain::ids::{OrderId, OrderNumber, StoreId};
use crossdock_domain::landed_cost::LandedCostError;
use crossdock_domain::money::{Currency, MoneyError};
use crossdock_domain::order::OrderStatus;
use crossdock_domain::shipping::NoShipping;
use crossdock_domain::wholesale::{RecipientField, SupplyStatus};

/// What no answer may tell.
pub(crate) const SECRET: &str = "secret inside";

fn secret() -> String {
    SECRET.to_owned()
}

/// The order that samples are about.
pub(crate) fn order() -> OrderId {
    OrderId { store: StoreId::new(999).expect("an id"), number: OrderNumber(99_999) }
}

fn country() -> Country {
    Country::from_code("AQ").expect("a country")
}

fn euro() -> Currency {
    Currency::from_code("EUR").expect("a currency")
}

fn day() -> Day {
    Day::new(1999, 1, 1).expect("a day")
}

/// One of each error, numbered: a new variant does not compile until it has a number and a sample.
fn number(error: &AppError) -> usize {
    match error {
        AppError::InvalidCredentials { .. } => 0,
        AppError::CartRefused(_) => 1,
        AppError::IdempotencyMismatch => 2,
        AppError::OrderNotFound => 3,
        AppError::OrderLocked { .. } => 4,
        AppError::NoSuchMove { .. } => 5,
        AppError::CartNotFound => 6,
        AppError::CartExpired => 7,
        AppError::CartEmpty => 8,
        AppError::CartPaid(_) => 9,
        AppError::CheckoutNotOpened => 10,
        AppError::StepMissing(_) => 11,
        AppError::AddressRefused(_) => 12,
        AppError::NoShipping(_) => 13,
        AppError::ShippingNotOffered => 14,
        AppError::QuoteChanged => 15,
        AppError::GoodsProhibited(_) => 16,
        AppError::PaymentNotOffered => 17,
        AppError::PaymentRefused(_) => 18,
        AppError::PaymentState(_) => 19,
        AppError::TestModeOnly => 20,
        AppError::StoreNotFound => 21,
        AppError::StoreExists => 22,
        AppError::SettingsRefused(_) => 23,
        AppError::JobNotFound => 24,
        AppError::Amount(_) => 25,
        AppError::Db(DbError::Conflict) => 26,
        AppError::Db(DbError::Retry) => 27,
        AppError::Db(DbError::Inconsistent { .. }) => 28,
        AppError::Db(DbError::Unavailable(_)) => 29,
        AppError::Db(DbError::Locked { .. }) => 30,
        AppError::Db(DbError::InvalidText) => 31,
        AppError::Db(DbError::Other(_)) => 32,
        AppError::LandedCost(_) => 33,
        AppError::RulesBroken(_) => 34,
        AppError::ShipFromMissing => 35,
        AppError::QuoteNotFound => 36,
        AppError::Webhook(_) => 37,
        AppError::Wholesale(_) => 38,
    }
}

/// Samples of every error, in the order of their numbers; of those of the wholesaler's side only one.
pub(crate) fn app_errors() -> Vec<AppError> {
    vec![
        AppError::InvalidCredentials { delay: Span::seconds(2) },
        AppError::CartRefused(CartProblem::NoItems),
        AppError::CartRefused(CartProblem::TooManyItems { max: 500 }),
        AppError::CartRefused(CartProblem::TooLong { item: None, field: "referenceId", max: 500 }),
        AppError::CartRefused(CartProblem::TooLong { item: Some(2), field: "sku", max: 500 }),
        AppError::CartRefused(CartProblem::Invalid { item: Some(2), field: "description", must: "is required" }),
        AppError::CartRefused(CartProblem::Invalid { item: None, field: "misc1", must: "must be short" }),
        AppError::CartRefused(CartProblem::NegativeTotal),
        AppError::CartRefused(CartProblem::TotalTooLarge),
        AppError::IdempotencyMismatch,
        AppError::OrderNotFound,
        AppError::OrderLocked { status: OrderStatus::IglobalFraudReview },
        AppError::NoSuchMove { from: OrderStatus::IglobalOrderInProcess, to: OrderStatus::IglobalLabelsProcessing },
        AppError::CartNotFound,
        AppError::CartExpired,
        AppError::CartEmpty,
        AppError::CartPaid(order()),
        AppError::CheckoutNotOpened,
        AppError::StepMissing(Step::Address),
        AppError::AddressRefused(vec![]),
        AppError::NoShipping(NoShipping::NotServiced),
        AppError::ShippingNotOffered,
        AppError::QuoteChanged,
        AppError::GoodsProhibited(vec![]),
        AppError::PaymentNotOffered,
        AppError::PaymentRefused(vec![]),
        AppError::PaymentState(secret()),
        AppError::TestModeOnly,
        AppError::StoreNotFound,
        AppError::StoreExists,
        AppError::SettingsRefused(secret()),
        AppError::JobNotFound,
        AppError::Amount(MoneyError::OutOfRange),
        AppError::Db(DbError::Conflict),
        AppError::Db(DbError::Retry),
        AppError::Db(DbError::Inconsistent { table: "orders", column: "status", id: secret() }),
        AppError::Db(DbError::Unavailable(secret())),
        AppError::Db(DbError::Locked { path: secret().into() }),
        AppError::Db(DbError::InvalidText),
        AppError::Db(DbError::Other(secret().into())),
        AppError::LandedCost(LandedCostError::NoLines),
        AppError::LandedCost(LandedCostError::NoRules(country())),
        AppError::LandedCost(LandedCostError::NoRulesOn { territory: "DE".to_owned(), day: day() }),
        AppError::LandedCost(LandedCostError::NoRate(Currency::USD, euro())),
        AppError::LandedCost(LandedCostError::Negative { field: "shipping", line: None }),
        AppError::LandedCost(LandedCostError::Negative { field: "weight", line: Some(1) }),
        AppError::LandedCost(LandedCostError::OutOfRange),
        AppError::RulesBroken(secret()),
        AppError::ShipFromMissing,
        AppError::QuoteNotFound,
        AppError::Webhook(WebhookError::NoEndpoint),
        AppError::Wholesale(WholesaleError::Refused(secret())),
    ]
}

/// Samples of every error of the wholesaler's side.
pub(crate) fn wholesale_errors() -> Vec<WholesaleError> {
    use WholesaleError as E;
    let moved = SupplyStatus::Canceled.check_move(SupplyStatus::Packed).expect_err("no such move");
    let unknown = [
        Unknown::Wholesaler,
        Unknown::Account,
        Unknown::Product,
        Unknown::Warehouse,
        Unknown::Reservation,
        Unknown::Courier,
        Unknown::PickupPoint,
        Unknown::Parcel,
        Unknown::Attachment,
        Unknown::Sandbox,
    ];
    let mut all = vec![
        E::LoginFailed { delay: Span::seconds(2) },
        E::SessionInvalid,
        E::DropshippingKeyInvalid,
        E::SwitchedOff,
        E::Invalid { field: "cash_on_delivery", must: "must not be below 0" },
        E::TooManyElements { max: 100 },
        E::LinesRefused(Vec::new()),
        E::OrderNotFound,
        E::EmptyBasket,
        E::ExternalIdReused,
        E::NotCancellable { status: SupplyStatus::Packed },
        E::UnknownCourier,
        E::NoCourier,
        E::PickupPoint,
        E::RecipientNotFound,
        E::RecipientIncomplete(vec![RecipientField::Street, RecipientField::Phone]),
        E::RecipientTooLong(vec![RecipientField::City]),
        E::PaymentNotAvailable,
        E::NoSuchMove(moved),
        E::GoodsMissing,
        E::Exists(secret()),
        E::Refused(secret()),
        E::SandboxLimit(SandboxLimit::Orders { max: 200, again_in: Span::minutes(3) }),
        E::SandboxLimit(SandboxLimit::Living { max: 100 }),
    ];
    all.extend(unknown.map(E::NotFound));
    all
}

#[test]
fn every_error_has_a_sample() {
    let mut numbers: Vec<usize> = app_errors().iter().map(number).collect();
    numbers.dedup();
    assert_eq!(numbers, (0..39).collect::<Vec<_>>());
}
