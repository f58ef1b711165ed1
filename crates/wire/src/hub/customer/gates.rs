//! Which gates and methods there are: one table with names, shapes and what a caller must show. Names other than
//! `Authenticate` are not given by the public material (customer protocol §11), hence [`Aliases`].

use std::collections::BTreeMap;
use std::fmt;

use super::names::{AUTHENTICATE, PARAMS};
use super::shapes::{self, FAULT_FIELD, basket, couriers, orders, products, recipients, supplier};
use crate::schema::wsdl::Service;
use crate::schema::{Object, record};

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
    /// `getAvailability`; also the XML namespace (customer protocol §2.3).
    pub method: &'static str,
    /// What a caller must show.
    pub access: Access,
    /// Its parameters.
    pub params: &'static Object,
    /// Its answer without `errors`.
    pub answer: &'static Object,
    /// One sentence.
    pub summary: &'static str,
    /// Names log and metrics.
    pub label: &'static str,
}

/// Makes [`Method`] and its table of the rows: one for each method, with the objects that it reads and answers.
macro_rules! methods {
    ($($method:ident = $gate:literal / $name:literal, $access:ident, $params:path => $answer:path, $summary:literal;)+) => {
        /// A method of a gate.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names of the protocol; the table says the rest")]
        pub enum Method {
            $($method,)+
        }

        impl Method {
            /// Every method.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$method,)+];
        }

        static TABLE: [Gate; [$($name),+].len()] = [$(Gate {
            gate: $gate,
            method: $name,
            access: Access::$access,
            params: &$params,
            answer: &$answer,
            summary: $summary,
            label: concat!("/customer-api ", $gate, "/", $name),
        },)+];
    };
}

methods! {
    Authenticate = "Authenticate" / "authenticate", Login,
        shapes::NOTHING => shapes::LOGGED_IN,
        "Opens a session of 15 minutes";
    GetAvailability = "Products" / "getAvailability", Session,
        products::AVAILABILITY_REQUEST => products::AVAILABILITY_ANSWER,
        "Tells what can be sold now";
    BasketGet = "Basket" / "get", Session,
        shapes::NOTHING => basket::ANSWER,
        "Reads the basket";
    BasketAdd = "Basket" / "add", Session,
        basket::ADD_REQUEST => basket::ANSWER,
        "Puts products into the basket";
    BasketEdit = "Basket" / "edit", Session,
        basket::EDIT_REQUEST => basket::ANSWER,
        "Changes quantities and comments in the basket";
    BasketDelete = "Basket" / "delete", Session,
        basket::DELETE_REQUEST => basket::ANSWER,
        "Takes positions out of the basket, or empties it";
    CouriersGet = "Couriers" / "get", Session,
        couriers::GET_REQUEST => couriers::GET_ANSWER,
        "Lists every courier of the wholesaler";
    CouriersGetForOrder = "Couriers" / "getForOrder", Session,
        couriers::FOR_ORDER_REQUEST => couriers::FOR_ORDER_ANSWER,
        "Lists the couriers for a basket and an address, with prices";
    GetDeliveryAddresses = "Clients" / "getDeliveryAddresses", Session,
        recipients::GET_REQUEST => recipients::GET_ANSWER,
        "Lists the recipients that the shop has handed over";
    AddDeliveryAddress = "Clients" / "addDeliveryAddress", Session,
        recipients::CHANGE_REQUEST => recipients::CHANGE_ANSWER,
        "Adds recipients";
    EditDeliveryAddress = "Clients" / "editDeliveryAddress", Session,
        recipients::CHANGE_REQUEST => recipients::CHANGE_ANSWER,
        "Changes recipients; placed orders keep the address they were placed with";
    GetPaymentForms = "Payments" / "getForms", Session,
        shapes::PAYMENT_FORMS_REQUEST => shapes::PAYMENT_FORMS_ANSWER,
        "Lists the payment forms that the account may use";
    OrdersAdd = "Orders" / "add", Session,
        orders::ADD_REQUEST => orders::ADD_ANSWER,
        "Places a dropshipping order: all of it or nothing";
    OrdersGet = "Orders" / "get", Session,
        orders::GET_REQUEST => orders::GET_ANSWER,
        "Reads the account's own orders, newest first";
    OrdersCancel = "Orders" / "cancel", Session,
        orders::CANCEL_REQUEST => orders::CANCEL_ANSWER,
        "Cancels orders that are not packed yet";
    GetSupplierData = "Supplier" / "getData", Key,
        shapes::NOTHING => supplier::ANSWER,
        "Contact data, opening hours, preparation time";
}

impl Method {
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

    /// The method behind a name of the AJAX API (customer protocol §4.12).
    pub fn from_ajax_name(name: &str) -> Option<Self> {
        AJAX.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, method)| *method)
    }

    /// What `authenticate` holds.
    pub fn authenticate(self) -> &'static Object {
        match self.gate().access {
            Access::Login => &shapes::LOGIN,
            Access::Key => &shapes::ONE_KEY,
            Access::Session => &shapes::KEYS,
        }
    }

    /// What its WSDL describes (customer protocol §2.3).
    pub(super) fn service(self) -> Service<'static> {
        let gate = self.gate();
        Service {
            group: gate.gate,
            operation: gate.method,
            summary: gate.summary,
            request: vec![record(AUTHENTICATE, self.authenticate()).required(), record(PARAMS, gate.params)],
            response: gate.answer.fields().copied().chain([FAULT_FIELD]).collect(),
        }
    }
}

/// The AJAX API: thin aliases (customer protocol §4.12).
pub const AJAX: [(&str, Method); 4] = [
    ("dropshipping/basketVerification", Method::GetAvailability),
    ("dropshipping/basketImport", Method::BasketAdd),
    ("dropshipping/placeOrder", Method::OrdersAdd),
    ("dropshipping/getSupplierData", Method::GetSupplierData),
];

/// Further names of methods, from the configuration: shops on the platform call gates whose real names are not public
/// (customer protocol §10).
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
