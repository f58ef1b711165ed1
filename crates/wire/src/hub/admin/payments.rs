//! Ways of paying (customer protocol §8.8).

use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_domain::admin_api::Scope;

use super::reply::Reply;
use super::request::request;
use super::resource::{Resource, gate, read};
use crate::schema::typed::{Described as _, object};

pub(super) const FORMS: Resource = Resource::new(
    ("GET", "payments/forms"),
    read(Scope::Payments),
    "Ways of paying",
    (PaymentFormsOf::OBJECT, PaymentForms::OBJECT),
    |_, caller, params| Box::pin(async move { Ok(forms(caller, &PaymentFormsOf::read(params.root()))) }),
)
.gates(&[gate("payments/getForms")]);

request! {
    struct PaymentFormsOf {
        active_only: Option<String> = "activeOnly" in ["yes", "no"],
    }
}

object! {
    struct PaymentForms {
        result: PaymentFormList = "result",
    }

    struct PaymentFormList {
        forms: Vec<PaymentForm> = "payment_forms",
    }

    struct PaymentForm {
        id: i64 = "id",
        name: String = "name",
    }
}

fn forms(caller: &AdminCaller, request: &PaymentFormsOf) -> Reply {
    let active_only = request.active_only.as_deref() == Some("yes");
    let forms = caller
        .wholesaler()
        .settings
        .payment_methods
        .iter()
        .filter(|form| form.active || !active_only)
        .map(|form| PaymentForm { id: form.id, name: form.name.clone() })
        .collect();
    Reply::done(&PaymentForms { result: PaymentFormList { forms } })
}
