//! Errors of the use cases that dialects meet, one sample of each variant at least: the tables of answers are tested with
//! them.

use crossdock_app::checkout::{CartError, CredentialsError, LandedQuoteError, OrderError};
use crossdock_app::hub::{AccessError, AvailabilityError, CancelError, OrderListError, OrderingError};
use crossdock_app::landed_cost::QuoteError;
use crossdock_app::platform::error::DbError;
use crossdock_domain::cart::CartProblem;
use crossdock_domain::clock::{Day, Span};
use crossdock_domain::country::Country;
use crossdock_domain::ids::{OrderId, OrderNumber, StoreId};
use crossdock_domain::landed_cost::LandedCostError;
use crossdock_domain::money::{Currency, MoneyError};
use crossdock_domain::order::OrderStatus;
use crossdock_domain::wholesale::{InvalidSupplyTransition, RecipientField, SupplyStatus};

/// What no answer may tell.
pub(crate) const SECRET: &str = "secret inside";

/// How long answers to failed logins are held back.
const DELAY: Span = Span::seconds(2);

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

fn no_such_move() -> InvalidSupplyTransition {
    SupplyStatus::Cancelled.check_transition(SupplyStatus::Packed).expect_err("no such move")
}

/// Lists samples by variant: a new variant does not compile until it has one.
macro_rules! samples {
    (fn $name:ident() -> $error:ty { $($pattern:pat => $samples:expr),+ $(,)? }) => {
        pub(crate) fn $name() -> Vec<$error> {
            let _ = |error: &$error| match error {
                $($pattern => (),)+
            };
            let mut all: Vec<$error> = Vec::new();
            $(all.extend($samples);)+
            all
        }
    };
}

samples! {
    fn db_errors() -> DbError {
        DbError::Conflict => [DbError::Conflict],
        DbError::Retry => [DbError::Retry],
        DbError::Inconsistent { .. } => [DbError::Inconsistent { table: "orders", column: "status", id: secret() }],
        DbError::Unavailable(_) => [DbError::Unavailable(secret())],
        DbError::Locked { .. } => [DbError::Locked { path: secret().into() }],
        DbError::InvalidText => [DbError::InvalidText],
        DbError::Other(_) => [DbError::Other(secret().into())],
    }
}

samples! {
    fn cart_problems() -> CartProblem {
        CartProblem::NoItems => [CartProblem::NoItems],
        CartProblem::TooManyItems { .. } => [CartProblem::TooManyItems { max: 500 }],
        CartProblem::TooLong { .. } => [
            CartProblem::TooLong { item: None, field: "referenceId", max: 500 },
            CartProblem::TooLong { item: Some(2), field: "sku", max: 500 },
        ],
        CartProblem::Invalid { .. } => [
            CartProblem::Invalid { item: Some(2), field: "description", must: "is required" },
            CartProblem::Invalid { item: None, field: "misc1", must: "must be short" },
        ],
        CartProblem::NegativeTotal => [CartProblem::NegativeTotal],
        CartProblem::TotalTooLarge => [CartProblem::TotalTooLarge],
    }
}

samples! {
    fn calculation_errors() -> LandedCostError {
        LandedCostError::NoLines => [LandedCostError::NoLines],
        LandedCostError::NoRules(_) => [LandedCostError::NoRules(country())],
        LandedCostError::NoRulesInPlace { .. } => [LandedCostError::NoRulesInPlace {
            country: country(),
            place: "Samnaun".to_owned(),
        }],
        LandedCostError::NoRulesOn { .. } => [LandedCostError::NoRulesOn { territory: "DE".to_owned(), day: day() }],
        LandedCostError::NoRate(..) => [LandedCostError::NoRate(Currency::USD, euro())],
        LandedCostError::Negative { .. } => [
            LandedCostError::Negative { field: "shipping", line: None },
            LandedCostError::Negative { field: "weight", line: Some(1) },
        ],
        LandedCostError::OutOfRange => [LandedCostError::OutOfRange],
    }
}

samples! {
    fn credentials_errors() -> CredentialsError {
        CredentialsError::Invalid { .. } => [CredentialsError::Invalid { delay: DELAY }],
        CredentialsError::Db(_) => db_errors().into_iter().map(CredentialsError::Db),
    }
}

samples! {
    fn cart_errors() -> CartError {
        CartError::InvalidCredentials { .. } => [CartError::InvalidCredentials { delay: DELAY }],
        CartError::Refused(_) => cart_problems().into_iter().map(CartError::Refused),
        CartError::IdempotencyMismatch => [CartError::IdempotencyMismatch],
        CartError::Db(_) => db_errors().into_iter().map(CartError::Db),
    }
}

samples! {
    fn order_errors() -> OrderError {
        OrderError::InvalidCredentials { .. } => [OrderError::InvalidCredentials { delay: DELAY }],
        OrderError::NotFound => [OrderError::NotFound],
        OrderError::Locked { .. } => [OrderError::Locked { status: OrderStatus::FraudReview }],
        OrderError::InvalidTransition { .. } => [OrderError::InvalidTransition {
            from: OrderStatus::InProcess,
            to: OrderStatus::LabelsProcessing,
        }],
        OrderError::Db(_) => db_errors().into_iter().map(OrderError::Db),
    }
}

samples! {
    fn quote_errors() -> QuoteError {
        QuoteError::CartRefused(_) => cart_problems().into_iter().map(QuoteError::CartRefused),
        QuoteError::ShipFromMissing => [QuoteError::ShipFromMissing],
        QuoteError::Embargoed(_) => "KP".parse().map(QuoteError::Embargoed).into_iter().collect::<Vec<_>>(),
        QuoteError::Request(_) => calculation_errors().into_iter().map(QuoteError::Request),
        QuoteError::NotFound => [QuoteError::NotFound],
        QuoteError::Amount(_) => [QuoteError::Amount(MoneyError::OutOfRange)],
        QuoteError::RulesBroken(_) => [QuoteError::RulesBroken(secret())],
        // Told by whoever holds it.
        QuoteError::Db(_) => [],
    }
}

samples! {
    fn landed_quote_errors() -> LandedQuoteError {
        LandedQuoteError::InvalidCredentials { .. } => [LandedQuoteError::InvalidCredentials { delay: DELAY }],
        LandedQuoteError::StoreNotFound => [LandedQuoteError::StoreNotFound],
        LandedQuoteError::Quote(_) => quote_errors().into_iter().map(LandedQuoteError::Quote),
        LandedQuoteError::Db(_) => db_errors().into_iter().map(LandedQuoteError::Db),
    }
}

samples! {
    fn access_errors() -> AccessError {
        AccessError::WholesalerNotFound => [AccessError::WholesalerNotFound],
        AccessError::LoginFailed { .. } => [AccessError::LoginFailed { delay: DELAY }],
        AccessError::SessionInvalid => [AccessError::SessionInvalid],
        AccessError::DropshippingKeyInvalid => [AccessError::DropshippingKeyInvalid],
        AccessError::SwitchedOff => [AccessError::SwitchedOff],
        AccessError::Db(_) => db_errors().into_iter().map(AccessError::Db),
    }
}

samples! {
    fn availability_errors() -> AvailabilityError {
        AvailabilityError::Invalid { .. } => [AvailabilityError::Invalid { field: "products", must: "must be there" }],
        AvailabilityError::TooManyElements { .. } => [AvailabilityError::TooManyElements { max: 100 }],
        AvailabilityError::Db(_) => db_errors().into_iter().map(AvailabilityError::Db),
    }
}

samples! {
    fn ordering_errors() -> OrderingError {
        OrderingError::WholesalerNotFound => [OrderingError::WholesalerNotFound],
        OrderingError::Invalid { .. } => {
            [OrderingError::Invalid { field: "cash_on_delivery", must: "must not be below 0" }]
        },
        OrderingError::TooManyElements { .. } => [OrderingError::TooManyElements { max: 100 }],
        OrderingError::LinesRefused(_) => [OrderingError::LinesRefused(Vec::new())],
        OrderingError::EmptyBasket => [OrderingError::EmptyBasket],
        OrderingError::ExternalIdReused => [OrderingError::ExternalIdReused],
        OrderingError::UnknownCourier => [OrderingError::UnknownCourier],
        OrderingError::NoCourier => [OrderingError::NoCourier],
        OrderingError::PickupPoint => [OrderingError::PickupPoint],
        OrderingError::RecipientNotFound => [OrderingError::RecipientNotFound],
        OrderingError::RecipientIncomplete(_) => {
            [OrderingError::RecipientIncomplete(vec![RecipientField::Street, RecipientField::Phone])]
        },
        OrderingError::RecipientTooLong(_) => [OrderingError::RecipientTooLong(vec![RecipientField::City])],
        OrderingError::PaymentNotAvailable => [OrderingError::PaymentNotAvailable],
        OrderingError::DailyOrders { .. } => {
            [OrderingError::DailyOrders { max: 200, again_in: Span::minutes(3) }]
        },
        OrderingError::Amount(_) => [OrderingError::Amount(MoneyError::OutOfRange)],
        OrderingError::Db(_) => db_errors().into_iter().map(OrderingError::Db),
    }
}

samples! {
    fn order_list_errors() -> OrderListError {
        OrderListError::TooManyElements { .. } => [OrderListError::TooManyElements { max: 100 }],
        OrderListError::Db(_) => db_errors().into_iter().map(OrderListError::Db),
    }
}

samples! {
    fn cancel_errors() -> CancelError {
        CancelError::TooManyElements { .. } => [CancelError::TooManyElements { max: 100 }],
        CancelError::InvalidTransition(_) => [CancelError::InvalidTransition(no_such_move())],
        CancelError::GoodsMissing => [CancelError::GoodsMissing],
        CancelError::Db(_) => db_errors().into_iter().map(CancelError::Db),
    }
}
