//! Forms and their mistakes. Names here are the names of inputs in pages and of fields in posted bodies.

use std::collections::BTreeMap;

use crossdock_app::checkout::{FieldProblem, PaymentField};
use crossdock_domain::address::{Address, AddressField, FIELD_LIMIT, FieldError, NOTE_LIMIT, Prefill};
use crossdock_domain::country::Country;
use serde::{Deserialize, Serialize};

/// Prefix of the inputs of the bill-to address.
pub const BILLING: &str = "billing_";

/// A destination to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountryOption {
    /// Code that is posted.
    pub code: String,
    /// Name in the language of the page.
    pub name: String,
}

impl CountryOption {
    /// A country under a name in the language of the page.
    pub fn new(country: Country, name: &str) -> Self {
        Self { code: country.code().to_owned(), name: name.to_owned() }
    }
}

/// The address form as typed; empty means "not given". Everything is echoed, nothing is trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are those of the domain's Address")]
pub struct AddressForm {
    pub name: String,
    pub company: String,
    pub email: String,
    pub phone: String,
    pub alt_phone: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    pub state: String,
    pub zip: String,
    pub country: String,
    pub note: String,
}

impl From<Prefill> for AddressForm {
    fn from(prefill: Prefill) -> Self {
        Self {
            name: prefill.name.unwrap_or_default(),
            company: prefill.company.unwrap_or_default(),
            email: prefill.email.unwrap_or_default(),
            phone: prefill.phone.unwrap_or_default(),
            alt_phone: prefill.alt_phone.unwrap_or_default(),
            address1: prefill.address1.unwrap_or_default(),
            address2: prefill.address2.unwrap_or_default(),
            city: prefill.city.unwrap_or_default(),
            state: prefill.state.unwrap_or_default(),
            zip: prefill.zip.unwrap_or_default(),
            country: prefill.country.unwrap_or_default(),
            note: prefill.note.unwrap_or_default(),
        }
    }
}

impl From<&Address> for AddressForm {
    fn from(address: &Address) -> Self {
        Self {
            name: address.name.clone(),
            company: address.company.clone(),
            email: address.email.clone(),
            phone: address.phone.clone(),
            alt_phone: address.alt_phone.clone(),
            address1: address.address1.clone(),
            address2: address.address2.clone(),
            city: address.city.clone(),
            state: address.state.clone(),
            zip: address.zip.clone(),
            country: address.country.code().to_owned(),
            note: String::new(),
        }
    }
}

/// One mistake of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormError {
    /// The input it belongs to.
    pub input: String,
    /// Text that says how to mend it.
    pub key: &'static str,
    /// Name of the input, for those texts that need it.
    pub label_key: &'static str,
    /// Longest allowed text, for those texts that need it.
    pub limit: usize,
    /// Belongs to the bill-to address.
    pub billing: bool,
}

/// Mistakes of a form in the order of its inputs, at most one for each input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FormErrors {
    list: Vec<FormError>,
    by_input: BTreeMap<String, FormError>,
}

impl FormErrors {
    /// Notes a mistake of an input that is no part of an address; its text names the input by itself.
    pub fn add(&mut self, input: &str, key: &'static str) {
        self.push(FormError { input: input.to_owned(), key, label_key: key, limit: FIELD_LIMIT, billing: false });
    }

    /// Notes a mistake of an address.
    pub fn add_address(&mut self, problem: FieldProblem) {
        let FieldProblem { billing, field, error } = problem;
        self.push(FormError {
            input: format!("{}{}", if billing { BILLING } else { "" }, input_name(field)),
            key: address_error_key(field, error),
            label_key: label_key(field),
            limit: if field == AddressField::Note { NOTE_LIMIT } else { FIELD_LIMIT },
            billing,
        });
    }

    /// Notes a mistake of the payment form.
    pub fn add_payment(&mut self, field: PaymentField, error: FieldError) {
        let (input, key, label_key) = match field {
            PaymentField::CardNumber => ("card_number", "error-card-number", "card-number"),
            PaymentField::CardExpiry => ("card_expiry", "error-card-expiry", "card-expiry"),
            PaymentField::CardCvc => ("card_cvc", "error-card-cvc", "card-cvc"),
            PaymentField::CardName => ("card_name", "error-card-name", "card-name"),
            PaymentField::PurchaseOrder => ("purchase_order", "error-invalid", "purchase-order"),
        };
        let key = if error == FieldError::TooLong { "error-too-long" } else { key };
        self.push(FormError { input: input.to_owned(), key, label_key, limit: FIELD_LIMIT, billing: false });
    }

    /// The first mistake of an input stays.
    fn push(&mut self, error: FormError) {
        if !self.by_input.contains_key(&error.input) {
            self.by_input.insert(error.input.clone(), error.clone());
            self.list.push(error);
        }
    }

    /// No mistakes.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All mistakes in order.
    pub fn iter(&self) -> impl Iterator<Item = &FormError> {
        self.list.iter()
    }
}

/// Name of the input of a field.
pub(crate) const fn input_name(field: AddressField) -> &'static str {
    match field {
        AddressField::Name => "name",
        AddressField::Company => "company",
        AddressField::Email => "email",
        AddressField::Phone => "phone",
        AddressField::AltPhone => "alt_phone",
        AddressField::Address1 => "address1",
        AddressField::Address2 => "address2",
        AddressField::City => "city",
        AddressField::State => "state",
        AddressField::Zip => "zip",
        AddressField::Country => "country",
        AddressField::Note => "note",
    }
}

/// Key of the label of a field's input.
pub(crate) const fn label_key(field: AddressField) -> &'static str {
    match field {
        AddressField::Name => "field-name",
        AddressField::Company => "field-company",
        AddressField::Email => "field-email",
        AddressField::Phone => "field-phone",
        AddressField::AltPhone => "field-alt-phone",
        AddressField::Address1 => "field-address1",
        AddressField::Address2 => "field-address2",
        AddressField::City => "field-city",
        AddressField::State => "field-state",
        AddressField::Zip => "field-zip",
        AddressField::Country => "field-country",
        AddressField::Note => "field-note",
    }
}

/// Texts say what to do, not what went wrong, wherever the mistake is a usual one.
pub(crate) const fn address_error_key(field: AddressField, error: FieldError) -> &'static str {
    use AddressField as F;
    match (error, field) {
        (FieldError::Required, F::Name) => "error-name-required",
        (FieldError::Required, F::Email) => "error-email-required",
        (FieldError::Required, F::Phone) => "error-phone-required",
        (FieldError::Required, F::Address1) => "error-address1-required",
        (FieldError::Required, F::City) => "error-city-required",
        (FieldError::Required, F::State) => "error-state-required",
        (FieldError::Required, F::Zip) => "error-zip-required",
        (FieldError::Required | FieldError::Invalid, F::Country) => "error-country-required",
        (FieldError::Required, F::Company | F::AltPhone | F::Address2 | F::Note) => "error-required",
        (FieldError::TooLong, _) => "error-too-long",
        (FieldError::Invalid, F::Email) => "error-email-invalid",
        (FieldError::Invalid, F::Phone | F::AltPhone) => "error-phone-invalid",
        (FieldError::Invalid, F::Zip) => "error-zip-invalid",
        (FieldError::Invalid, _) => "error-invalid",
        (FieldError::NotServiced, F::State | F::Zip) => "error-region-not-serviced",
        (FieldError::Contradicts, _) => "error-state-contradicts",
        (FieldError::NotServiced, _) => "error-country-not-serviced",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_shows_its_first_mistake_only() {
        let mut errors = FormErrors::default();
        for (billing, error) in
            [(false, FieldError::TooLong), (false, FieldError::Invalid), (true, FieldError::Required)]
        {
            errors.add_address(FieldProblem { billing, field: AddressField::Email, error });
        }
        let found: Vec<_> = errors.iter().map(|error| (error.input.as_str(), error.key)).collect();
        assert_eq!(found, [("email", "error-too-long"), ("billing_email", "error-email-required")]);
    }

    #[test]
    fn notes_may_be_longer_than_other_fields() {
        let mut errors = FormErrors::default();
        errors.add_address(FieldProblem { billing: false, field: AddressField::Note, error: FieldError::TooLong });
        assert_eq!(errors.iter().next().map(|error| error.limit), Some(NOTE_LIMIT));
    }
}
