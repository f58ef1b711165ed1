//! Which gates and methods there are: one table with names, shapes and what a caller must show. Names other than
//! `Authenticate` are not given by the public material (reference §11), hence [`Aliases`].

use std::collections::BTreeMap;
use std::fmt;

use super::shape::Shape;
use super::shapes::{self, basket, couriers, orders, products, recipients, supplier};

/// A method of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names of the protocol; the table below says the rest")]
pub enum Method {
    Authenticate,
    GetAvailability,
    BasketGet,
    BasketAdd,
    BasketEdit,
    BasketDelete,
    CouriersGet,
    CouriersGetForOrder,
    GetDeliveryAddresses,
    AddDeliveryAddress,
    EditDeliveryAddress,
    GetPaymentForms,
    OrdersAdd,
    OrdersGet,
    OrdersCancel,
    GetSupplierData,
}

/// What a caller must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Login and system key.
    Login,
    /// The dropshipping key alone.
    Key,
    /// A session and the dropshipping key.
    Session,
}

/// Everything that is fixed about a method.
#[derive(Debug)]
pub struct Gate {
    /// `Products`.
    pub gate: &'static str,
    /// `getAvailability`; also the XML namespace (reference §2.3).
    pub method: &'static str,
    /// What a caller must show.
    pub access: Access,
    /// Its parameters.
    pub params: &'static Shape,
    /// Its answer without `errors`.
    pub answer: &'static Shape,
    /// One sentence.
    pub summary: &'static str,
    /// Names log and metrics.
    pub label: &'static str,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 16] = [
        Self::Authenticate,
        Self::GetAvailability,
        Self::BasketGet,
        Self::BasketAdd,
        Self::BasketEdit,
        Self::BasketDelete,
        Self::CouriersGet,
        Self::CouriersGetForOrder,
        Self::GetDeliveryAddresses,
        Self::AddDeliveryAddress,
        Self::EditDeliveryAddress,
        Self::GetPaymentForms,
        Self::OrdersAdd,
        Self::OrdersGet,
        Self::OrdersCancel,
        Self::GetSupplierData,
    ];

    /// What is fixed about it.
    pub fn gate(self) -> &'static Gate {
        &TABLE[self as usize]
    }

    /// `Products/getAvailability`.
    pub fn name(self) -> String {
        let gate = self.gate();
        format!("{}/{}", gate.gate, gate.method)
    }

    /// The method of a name, whatever its case.
    pub fn from_name(name: &str) -> Option<Self> {
        let (gate, method) = name.split_once('/')?;
        Self::ALL.into_iter().find(|one| {
            let known = one.gate();
            known.gate.eq_ignore_ascii_case(gate) && known.method.eq_ignore_ascii_case(method)
        })
    }

    /// The method behind a name of the AJAX API (reference §4.12).
    pub fn from_ajax_name(name: &str) -> Option<Self> {
        AJAX.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, method)| *method)
    }

    /// The shape of `authenticate`.
    pub fn authenticate(self) -> &'static Shape {
        match self.gate().access {
            Access::Login => &shapes::LOGIN,
            Access::Key => &shapes::ONE_KEY,
            Access::Session => &shapes::KEYS,
        }
    }
}

/// In the order of [`Method`]; a test holds it to that.
static TABLE: [Gate; 16] = [
    Gate {
        gate: "Authenticate",
        method: "authenticate",
        access: Access::Login,
        params: &shapes::NOTHING,
        answer: &shapes::LOGGED_IN,
        summary: "Opens a session of 15 minutes",
        label: "/customer-api Authenticate/authenticate",
    },
    Gate {
        gate: "Products",
        method: "getAvailability",
        access: Access::Session,
        params: &products::AVAILABILITY_REQUEST,
        answer: &products::AVAILABILITY_ANSWER,
        summary: "Tells what can be sold now",
        label: "/customer-api Products/getAvailability",
    },
    Gate {
        gate: "Basket",
        method: "get",
        access: Access::Session,
        params: &shapes::NOTHING,
        answer: &basket::ANSWER,
        summary: "Reads the basket",
        label: "/customer-api Basket/get",
    },
    Gate {
        gate: "Basket",
        method: "add",
        access: Access::Session,
        params: &basket::ADD_REQUEST,
        answer: &basket::ANSWER,
        summary: "Puts products into the basket",
        label: "/customer-api Basket/add",
    },
    Gate {
        gate: "Basket",
        method: "edit",
        access: Access::Session,
        params: &basket::EDIT_REQUEST,
        answer: &basket::ANSWER,
        summary: "Changes quantities and comments in the basket",
        label: "/customer-api Basket/edit",
    },
    Gate {
        gate: "Basket",
        method: "delete",
        access: Access::Session,
        params: &basket::DELETE_REQUEST,
        answer: &basket::ANSWER,
        summary: "Takes positions out of the basket, or empties it",
        label: "/customer-api Basket/delete",
    },
    Gate {
        gate: "Couriers",
        method: "get",
        access: Access::Session,
        params: &couriers::GET_REQUEST,
        answer: &couriers::GET_ANSWER,
        summary: "Lists every courier of the wholesaler",
        label: "/customer-api Couriers/get",
    },
    Gate {
        gate: "Couriers",
        method: "getForOrder",
        access: Access::Session,
        params: &couriers::FOR_ORDER_REQUEST,
        answer: &couriers::FOR_ORDER_ANSWER,
        summary: "Lists the couriers for a basket and an address, with prices",
        label: "/customer-api Couriers/getForOrder",
    },
    Gate {
        gate: "Clients",
        method: "getDeliveryAddresses",
        access: Access::Session,
        params: &recipients::GET_REQUEST,
        answer: &recipients::GET_ANSWER,
        summary: "Lists the recipients that the shop has handed over",
        label: "/customer-api Clients/getDeliveryAddresses",
    },
    Gate {
        gate: "Clients",
        method: "addDeliveryAddress",
        access: Access::Session,
        params: &recipients::CHANGE_REQUEST,
        answer: &recipients::CHANGE_ANSWER,
        summary: "Adds recipients",
        label: "/customer-api Clients/addDeliveryAddress",
    },
    Gate {
        gate: "Clients",
        method: "editDeliveryAddress",
        access: Access::Session,
        params: &recipients::CHANGE_REQUEST,
        answer: &recipients::CHANGE_ANSWER,
        summary: "Changes recipients; placed orders keep the address they were placed with",
        label: "/customer-api Clients/editDeliveryAddress",
    },
    Gate {
        gate: "Payments",
        method: "getForms",
        access: Access::Session,
        params: &shapes::PAYMENT_FORMS_REQUEST,
        answer: &shapes::PAYMENT_FORMS_ANSWER,
        summary: "Lists the payment forms that the account may use",
        label: "/customer-api Payments/getForms",
    },
    Gate {
        gate: "Orders",
        method: "add",
        access: Access::Session,
        params: &orders::ADD_REQUEST,
        answer: &orders::ADD_ANSWER,
        summary: "Places a dropshipping order: all of it or nothing",
        label: "/customer-api Orders/add",
    },
    Gate {
        gate: "Orders",
        method: "get",
        access: Access::Session,
        params: &orders::GET_REQUEST,
        answer: &orders::GET_ANSWER,
        summary: "Reads the account's own orders, newest first",
        label: "/customer-api Orders/get",
    },
    Gate {
        gate: "Orders",
        method: "cancel",
        access: Access::Session,
        params: &orders::CANCEL_REQUEST,
        answer: &orders::CANCEL_ANSWER,
        summary: "Cancels orders that are not packed yet",
        label: "/customer-api Orders/cancel",
    },
    Gate {
        gate: "Supplier",
        method: "getData",
        access: Access::Key,
        params: &shapes::NOTHING,
        answer: &supplier::ANSWER,
        summary: "Contact data, opening hours, preparation time",
        label: "/customer-api Supplier/getData",
    },
];

/// The AJAX API: thin aliases (reference §4.12).
pub const AJAX: [(&str, Method); 4] = [
    ("dropshipping/basketVerification", Method::GetAvailability),
    ("dropshipping/basketImport", Method::BasketAdd),
    ("dropshipping/placeOrder", Method::OrdersAdd),
    ("dropshipping/getSupplierData", Method::GetSupplierData),
];

/// Further names of methods, from the configuration: shops on the platform call gates whose real names are not public
/// (reference §10).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    names: BTreeMap<String, Method>,
}

/// An alias that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAlias {
    /// The new name.
    pub alias: String,
    /// What it should stand for.
    pub target: String,
}

impl fmt::Display for BadAlias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alias, target } = self;
        write!(f, "the gate alias {alias:?} = {target:?} is not usable: ")?;
        if well_formed(alias) {
            write!(f, "there is no method {target:?}, write for example \"Products/getAvailability\"")
        } else {
            write!(f, "write the new name as \"Gate/method\"")
        }
    }
}

impl std::error::Error for BadAlias {}

fn well_formed(name: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    name.len() <= 100 && name.split_once('/').is_some_and(|(gate, method)| part(gate) && part(method))
}

impl Aliases {
    /// Reads the table of the configuration: new name to known name.
    pub fn new<'a>(table: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadAlias> {
        let mut names = BTreeMap::new();
        for (alias, target) in table {
            let bad = || BadAlias { alias: alias.to_owned(), target: target.to_owned() };
            let method = Method::from_name(target).filter(|_| well_formed(alias)).ok_or_else(bad)?;
            names.insert(alias.to_ascii_lowercase(), method);
        }
        Ok(Self { names })
    }

    /// The method of a name: the configured ones first, so that a known name can be given another meaning.
    pub fn resolve(&self, name: &str) -> Option<Method> {
        if self.names.is_empty() || name.len() > 200 {
            return Method::from_name(name);
        }
        self.names.get(&name.to_ascii_lowercase()).copied().or_else(|| Method::from_name(name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn methods_are_found_by_name_whatever_its_case() {
        for method in Method::ALL {
            assert_eq!(Method::from_name(&method.name()), Some(method));
            assert_eq!(Method::from_name(&method.name().to_uppercase()), Some(method));
            assert!(method.gate().label.ends_with(&method.name()));
        }
        for name in ["", "/", "Basket", "Basket/", "Basket/get/1", "basketget", "Orders/place"] {
            assert_eq!(Method::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn the_table_is_in_the_order_of_the_methods() {
        let names: Vec<String> = Method::ALL.into_iter().map(Method::name).collect();
        assert_eq!(
            names,
            [
                "Authenticate/authenticate",
                "Products/getAvailability",
                "Basket/get",
                "Basket/add",
                "Basket/edit",
                "Basket/delete",
                "Couriers/get",
                "Couriers/getForOrder",
                "Clients/getDeliveryAddresses",
                "Clients/addDeliveryAddress",
                "Clients/editDeliveryAddress",
                "Payments/getForms",
                "Orders/add",
                "Orders/get",
                "Orders/cancel",
                "Supplier/getData",
            ]
        );
        for (place, method) in Method::ALL.into_iter().enumerate() {
            assert_eq!(method as usize, place);
        }
    }

    #[test]
    fn no_two_methods_share_a_name() {
        let names: BTreeSet<String> = Method::ALL.iter().map(|method| method.name().to_lowercase()).collect();
        assert_eq!(names.len(), Method::ALL.len());
    }

    #[test]
    fn aliases_lead_to_known_methods_and_are_refused_otherwise() {
        let aliases = Aliases::new([("Goods/checkStock", "products/getavailability")]).expect("good");
        assert_eq!(aliases.resolve("goods/CHECKSTOCK"), Some(Method::GetAvailability));
        assert_eq!(aliases.resolve("Products/getAvailability"), Some(Method::GetAvailability));
        assert_eq!(aliases.resolve("Goods/other"), None);
        for (alias, target) in
            [("Goods/x", "Products/none"), ("Goods", "Orders/add"), ("a/b/c", "Orders/add"), ("a/", "Orders/add")]
        {
            let error = Aliases::new([(alias, target)]).expect_err(alias).to_string();
            assert!(error.contains(alias), "{error}");
        }
    }

    #[test]
    fn ajax_names_are_aliases() {
        assert_eq!(Method::from_ajax_name("DROPSHIPPING/placeorder"), Some(Method::OrdersAdd));
        assert_eq!(Method::from_ajax_name("Orders/add"), None);
    }
}
