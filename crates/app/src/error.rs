//! Any error of a use case, for those who only tell it to people: the command line, the log of the worker. Dialects map the
//! enums of the use cases that they call.

use crossdock_checkout::{
    CartError, CheckoutError, CredentialsError, LandedQuoteError, OrderError, PaymentError, StaffOrderError, StoreError,
};
use crossdock_db::{DbError, Retryable};
use crossdock_hub::{
    AccessError, AdminAccessError, AvailabilityError, CancelError, GoodsError, OrderListError, OrderingError,
    SandboxError, StaffAccessError, TenantError,
};
use crossdock_landed_cost::{CalculationError, ImportError, QuoteError, RulesError};
use crossdock_platform::error::db_code;
use crossdock_platform::{JobError, WebhookError};

macro_rules! app_error {
    ($($name:ident($error:ty)),+ $(,)?) => {
        /// Any error of a use case.
        #[derive(Debug, thiserror::Error)]
        #[expect(missing_docs, reason = "each holds the error of its name")]
        pub enum AppError {
            #[error(transparent)]
            Db(#[from] DbError),
            $(
                #[error(transparent)]
                $name(#[from] $error),
            )+
        }

        impl AppError {
            /// Stable name for logs and metrics.
            pub const fn code(&self) -> &'static str {
                match self {
                    Self::Db(error) => db_code(error),
                    $(Self::$name(error) => error.code(),)+
                }
            }

            /// The failure of the database, when it is one.
            pub const fn db(&self) -> Option<&DbError> {
                match self {
                    Self::Db(error) => Some(error),
                    $(Self::$name(error) => error.db(),)+
                }
            }
        }
    };
}

app_error! {
    Job(JobError),
    Webhook(WebhookError),
    Rules(RulesError),
    Calculation(CalculationError),
    Quote(QuoteError),
    Import(ImportError),
    Credentials(CredentialsError),
    Store(StoreError),
    Cart(CartError),
    Checkout(CheckoutError),
    Payment(PaymentError),
    Order(OrderError),
    StaffOrder(StaffOrderError),
    LandedQuote(LandedQuoteError),
    Access(AccessError),
    StaffAccess(StaffAccessError),
    AdminAccess(AdminAccessError),
    Tenant(TenantError),
    Sandbox(SandboxError),
    Goods(GoodsError),
    Availability(AvailabilityError),
    Ordering(OrderingError),
    SupplyOrder(crossdock_hub::OrderError),
    SupplyOrderList(OrderListError),
    Cancel(CancelError),
}

impl Retryable for AppError {
    fn wants_retry(&self) -> bool {
        self.db().is_some_and(Retryable::wants_retry)
    }
}
