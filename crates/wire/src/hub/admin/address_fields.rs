//! Reads an address from its fields, which carry the name of the address in front: `clientDeliveryAddressCity`.

use crossdock_app::hub::RecipientChange;
use crossdock_domain::country::{self, Country};
use crossdock_domain::wholesale::{BillingData, RecipientAddress};

use super::params::Node;

/// The fields of an address.
#[derive(Debug, Clone, Copy)]
pub(super) struct AddressFields<'a> {
    node: Node<'a>,
    prefix: &'static str,
    style: Style,
}

/// How clients write addresses in different places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Inside an order: with and without the prefix, blank as absent.
    Nested,
    /// As a recipient among other parameters: with the prefix alone; what is blank empties a field.
    Flat,
}

/// A code that is no country's.
pub(super) struct UnknownCountry(pub(super) String);

const DELIVERY: &str = "clientDeliveryAddress";

impl<'a> AddressFields<'a> {
    /// Where an order goes.
    pub(super) fn delivery(node: Node<'a>) -> Self {
        Self { node, prefix: DELIVERY, style: Style::Nested }
    }

    /// Who pays an order.
    pub(super) fn payer(node: Node<'a>) -> Self {
        Self { node, prefix: "payerAddress", style: Style::Nested }
    }

    /// A recipient of a shop.
    pub(super) fn recipient(node: Node<'a>) -> Self {
        Self { node, prefix: DELIVERY, style: Style::Flat }
    }

    fn field(self, name: &str) -> Option<String> {
        let field = self.node.get(&format!("{}{name}", self.prefix));
        match self.style {
            Style::Nested => field.text().or_else(|| self.node.get(name).text()),
            Style::Flat => field.raw_text(),
        }
    }

    fn filled(self, name: &str) -> String {
        self.field(name).unwrap_or_default()
    }

    /// Recipients are told with `Phone1`, orders with `Phone`; the other name is read as well.
    fn phone(self) -> Option<String> {
        let [first, second] = match self.style {
            Style::Nested => ["Phone", "Phone1"],
            Style::Flat => ["Phone1", "Phone"],
        };
        self.field(first).or_else(|| self.field(second))
    }

    /// The country, when one is named.
    pub(super) fn country(self) -> Result<Option<Country>, UnknownCountry> {
        let code = match self.style {
            Style::Nested => self.field("CountryId").or_else(|| self.field("Country")),
            Style::Flat => self.node.get(&format!("{}Country", self.prefix)).text(),
        };
        let Some(code) = code else { return Ok(None) };
        // Clients write names as well as codes.
        country::destination(&code).map(|found| Some(found.country)).map_err(|_| UnknownCountry(code))
    }

    /// The address; fields left out are blank.
    pub(super) fn address(self, country: Country) -> RecipientAddress {
        RecipientAddress {
            first_name: self.filled("FirstName"),
            last_name: self.filled("LastName"),
            additional: self.filled("Additional"),
            street: self.filled("Street"),
            zip: self.filled("ZipCode"),
            city: self.filled("City"),
            country,
            region_id: self.filled("RegionId"),
            province_id: self.filled("ProvinceId"),
            phone: self.phone().unwrap_or_default(),
            email: self.filled("Email"),
        }
    }

    /// A change of an address: fields that are there replace, blank ones too; fields left out stay.
    pub(super) fn change(self, country: Option<Country>) -> RecipientChange {
        RecipientChange {
            first_name: self.field("FirstName"),
            last_name: self.field("LastName"),
            additional: self.field("Additional"),
            street: self.field("Street"),
            zip: self.field("ZipCode"),
            city: self.field("City"),
            country,
            region_id: self.field("RegionId"),
            province_id: self.field("ProvinceId"),
            phone: self.phone(),
            email: self.field("Email"),
        }
    }

    /// Billing data, when any of it is there.
    pub(super) fn billing(self) -> Result<Option<BillingData>, UnknownCountry> {
        let data = BillingData {
            first_name: self.filled("FirstName"),
            last_name: self.filled("LastName"),
            firm: self.filled("Firm"),
            nip: self.filled("Nip"),
            street: self.filled("Street"),
            zip: self.filled("ZipCode"),
            city: self.filled("City"),
            country: self.country()?,
            phone: self.filled("Phone"),
        };
        Ok((data != BillingData::default()).then_some(data))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::params::node;
    use super::*;

    #[test]
    fn fields_left_out_stay_and_blank_ones_are_emptied() {
        let element = json!({ "clientDeliveryAddressCity": " ", "clientDeliveryAddressPhone": 600_700_800 });
        let change = AddressFields::recipient(node(&element)).change(None);
        assert_eq!(change.city.as_deref(), Some(" "));
        assert_eq!((change.phone.as_deref(), change.street, change.country), (Some("600700800"), None, None));
    }

    #[test]
    fn each_place_looks_for_its_own_name_of_the_phone_first() {
        let element = json!({ "clientDeliveryAddressPhone": "1", "clientDeliveryAddressPhone1": "2" });
        assert_eq!(AddressFields::delivery(node(&element)).phone().as_deref(), Some("1"));
        assert_eq!(AddressFields::recipient(node(&element)).phone().as_deref(), Some("2"));
    }

    #[test]
    fn names_without_prefix_are_read_inside_an_order_only() {
        let element = json!({ "City": "Gdynia", "clientDeliveryAddressStreet": " Prosta 1 ", "Country": "de" });
        let poland = Country::from_code("PL").expect("a country");
        let nested = AddressFields::delivery(node(&element));
        let address = nested.address(poland);
        assert_eq!((address.city.as_str(), address.street.as_str()), ("Gdynia", "Prosta 1"));
        assert_eq!(nested.country().ok().flatten().map(Country::code), Some("DE"));
        let flat = AddressFields::recipient(node(&element));
        assert_eq!((flat.address(poland).city.as_str(), flat.country().ok().flatten()), ("", None));
    }
}
