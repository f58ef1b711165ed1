//! Contact and postal address of a buyer, and what a form must check about them.

mod layout;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::email::read_email;
use crate::landed_cost::{Location, Reason};
use crate::text::digit;

pub use layout::{lines, town};

/// Who receives the parcel and where. Empty strings mean "not given".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Full name in one field.
    pub name: String,
    /// Company, may be empty.
    #[serde(default)]
    pub company: String,
    /// E-mail for the confirmation.
    pub email: String,
    /// Phone number for the courier.
    #[serde(default)]
    pub phone: String,
    /// Second phone number.
    #[serde(default)]
    pub alt_phone: String,
    /// Street and number.
    pub address1: String,
    /// Flat, floor, building.
    #[serde(default)]
    pub address2: String,
    /// City; may be empty where the country has none.
    #[serde(default)]
    pub city: String,
    /// State, province or region: name or code.
    #[serde(default)]
    pub state: String,
    /// Postal code; may be empty where the country has none.
    #[serde(default)]
    pub zip: String,
    /// Destination.
    pub country: Country,
}

/// Values that a shop hands over to save the buyer typing (checkout protocol §4, §11). Never trusted, only shown in fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are those of Address")]
pub struct Prefill {
    pub name: Option<String>,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub alt_phone: Option<String>,
    pub address1: Option<String>,
    pub address2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub country: Option<String>,
    pub note: Option<String>,
}

/// A field of the address form; the form marks it and the translation key derives from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of Address")]
pub enum AddressField {
    Name,
    Company,
    Email,
    Phone,
    AltPhone,
    Address1,
    Address2,
    City,
    State,
    Zip,
    Country,
    Note,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldError {
    /// Must be filled.
    Required,
    /// Longer than [`FIELD_LIMIT`] characters (notes: [`NOTE_LIMIT`]).
    TooLong,
    /// Not of the right form.
    Invalid,
    /// The store does not ship there.
    NotServiced,
    /// Says another place than the postal code.
    Contradicts,
}

/// Longest accepted address field, in characters.
pub const FIELD_LIMIT: usize = 200;
/// Longest accepted customer note, in characters.
pub const NOTE_LIMIT: usize = 2000;

impl Address {
    /// Every mistake of the address, in form order; empty when it can be used.
    ///
    /// Postal codes and states are asked for only where [`Country`] says that the country needs them; a postal code
    /// that was given must look like one of the country.
    pub fn check(&self) -> Vec<(AddressField, FieldError)> {
        use AddressField as F;
        let mut errors = Vec::new();
        let required: [(F, &str, bool); 7] = [
            (F::Name, &self.name, true),
            (F::Email, &self.email, true),
            (F::Phone, &self.phone, true),
            (F::Address1, &self.address1, true),
            (F::City, &self.city, self.country.needs_city()),
            (F::State, &self.state, self.country.needs_state()),
            (F::Zip, &self.zip, self.country.needs_postal_code()),
        ];
        for (field, value, needed) in required {
            if needed && value.trim().is_empty() {
                errors.push((field, FieldError::Required));
            }
        }
        let lengths: [(F, &str); 10] = [
            (F::Name, &self.name),
            (F::Company, &self.company),
            (F::Email, &self.email),
            (F::Phone, &self.phone),
            (F::AltPhone, &self.alt_phone),
            (F::Address1, &self.address1),
            (F::Address2, &self.address2),
            (F::City, &self.city),
            (F::State, &self.state),
            (F::Zip, &self.zip),
        ];
        for (field, value) in lengths {
            if value.chars().count() > FIELD_LIMIT {
                errors.push((field, FieldError::TooLong));
            }
        }
        if !self.email.trim().is_empty() && !looks_like_email(&self.email) {
            errors.push((F::Email, FieldError::Invalid));
        }
        if !self.phone.trim().is_empty() && self.phone.chars().filter_map(digit).count() < 5 {
            errors.push((F::Phone, FieldError::Invalid));
        }
        if !self.zip.trim().is_empty() && !self.country.postal_code_looks_right(&self.zip) {
            errors.push((F::Zip, FieldError::Invalid));
        }
        let contradicts = |reason: &Reason| matches!(reason, Reason::RegionContradicts { .. });
        if Location::of_address(self).resolved().1.iter().any(contradicts) {
            errors.push((F::State, FieldError::Contradicts));
        }
        errors.sort_by_key(|(field, _)| *field);
        errors
    }
}

/// Whether the text is one mail address; see [`read_email`].
pub fn looks_like_email(text: &str) -> bool {
    read_email(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(country: &str, city: &str, state: &str, zip: &str) -> Address {
        Address {
            name: "Ada Lovelace".into(),
            company: String::new(),
            email: "ada@example.com".into(),
            phone: "+1 435 555 0100".into(),
            alt_phone: String::new(),
            address1: "1 Main Street".into(),
            address2: String::new(),
            city: city.into(),
            state: state.into(),
            zip: zip.into(),
            country: country.parse().expect(country),
        }
    }

    #[test]
    fn complete_addresses_of_many_countries_pass() {
        for (country, city, state, zip) in [
            ("US", "St. George", "UT", "84770"),
            ("US", "St. George", "Utah", "84770-1234"),
            ("AP", "APO", "AE", "09012"),
            ("CA", "Ottawa", "ON", "K1A 0B1"),
            ("GB", "London", "", "SW1A 1AA"),
            ("IE", "Dublin", "", ""),
            ("DE", "Berlin", "", "10115"),
            ("IC", "Las Palmas", "", "35001"),
            ("HK", "", "", ""),
            ("HK", "", "", "000000"),
            ("AE", "Dubai", "", ""),
            ("SG", "", "", "018956"),
            ("JP", "Chiyoda", "", "１００－０００１"),
            ("NV", "Charlestown", "", ""),
        ] {
            assert_eq!(address(country, city, state, zip).check(), [], "{country} {zip}");
        }
    }

    #[test]
    fn parts_that_the_country_needs_are_required() {
        use {AddressField as F, FieldError::Required};
        let all = [(F::City, Required), (F::State, Required), (F::Zip, Required)];
        assert_eq!(address("US", "", "", "").check(), all);
        assert_eq!(address("AU", " ", " ", " ").check(), all);
        assert_eq!(address("GB", "", "", "").check(), [(F::City, Required), (F::Zip, Required)]);
        assert_eq!(address("AE", "", "", "").check(), [(F::City, Required)]);
        assert_eq!(address("SG", "", "", "").check(), [(F::Zip, Required)]);
    }

    #[test]
    fn implausible_postal_codes_are_invalid() {
        for (country, city, state, zip) in [
            ("US", "St. George", "UT", "8477"),
            ("US", "St. George", "UT", "SW1A 1AA"),
            ("GB", "London", "", "84770"),
            ("SG", "", "", "0189"),
            ("CA", "Ottawa", "ON", "84770"),
            ("IC", "Las Palmas", "", "3500"),
            ("IE", "Dublin", "", "none"),
        ] {
            let errors = address(country, city, state, zip).check();
            assert_eq!(errors, [(AddressField::Zip, FieldError::Invalid)], "{country} {zip}");
        }
    }

    #[test]
    fn phone_numbers_are_read_in_the_digits_of_every_script() {
        for phone in ["٠٥٠١٢٣٤٥٦٧", "۰۵۰۱۲۳۴۵۶۷", "０３－１２３４－５６７８", "९८१०१२३४५६", "๐๘๑๒๓๔๕๖๗๘"]
        {
            let arab = Address { phone: phone.to_owned(), ..address("AE", "Dubai", "", "") };
            assert_eq!(arab.check(), [], "{phone}");
        }
        let none = Address { phone: "七八九".to_owned(), ..address("JP", "Chiyoda", "", "100-0001") };
        assert_eq!(none.check(), [(AddressField::Phone, FieldError::Invalid)]);
    }

    #[test]
    fn a_province_that_contradicts_the_postal_code_is_asked_about() {
        let contradicts = [(AddressField::State, FieldError::Contradicts)];
        assert_eq!(address("CA", "Vancouver", "Ontario", "V5K 0A1").check(), contradicts);
        assert_eq!(address("US", "New York", "CA", "10001").check(), contradicts);
        assert_eq!(address("ES", "Madrid", "Las Palmas", "28001").check(), contradicts);
        for (country, state, zip) in [
            ("CA", "B.C.", "V5K 0A1"),
            ("US", "New York", "10001"),
            ("ES", "Canarias", "35001"),
            ("ES", "", "28001"),
            ("US", "Downtown", "10001"),
        ] {
            assert_eq!(address(country, "City", state, zip).check(), [], "{country} {state} {zip}");
        }
    }

    #[test]
    fn every_mistake_is_told_in_form_order() {
        use AddressField as F;
        let mut wrong = address("US", "St. George", "UT", "");
        wrong.name = " ".into();
        wrong.email = "ada at example".into();
        wrong.phone = "none".into();
        wrong.address2 = "x".repeat(FIELD_LIMIT + 1);
        let expected = [
            (F::Name, FieldError::Required),
            (F::Email, FieldError::Invalid),
            (F::Phone, FieldError::Invalid),
            (F::Address2, FieldError::TooLong),
            (F::Zip, FieldError::Required),
        ];
        assert_eq!(wrong.check(), expected);
    }

    #[test]
    fn limits_count_characters_and_not_bytes() {
        let mut fine = address("DE", "Köln", "", "50667");
        fine.address1 = "ö".repeat(FIELD_LIMIT);
        assert_eq!(fine.check(), []);
    }

    #[test]
    fn only_texts_of_the_form_of_an_email_are_taken() {
        for good in ["a@b.co", " first.last+tag@mail.example.org ", "ü@exämple.de"] {
            assert!(looks_like_email(good), "{good}");
        }
        for bad in ["", "a", "@b.co", "a@", "a@b", "a@.co", "a@b.", "a b@c.de", "a@b@c.de", "a@b..de"] {
            assert!(!looks_like_email(bad), "{bad}");
        }
    }
}
