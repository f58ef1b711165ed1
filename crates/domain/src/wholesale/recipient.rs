//! Recipients: the people a shop has parcels sent to (customer protocol §4.6).

use serde::{Deserialize, Serialize};

use crate::country::Country;

/// Name and address of a recipient. Empty texts mean "not given".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientAddress {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company or remark.
    #[serde(default)]
    pub additional: String,
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub zip: String,
    /// City.
    pub city: String,
    /// Destination.
    pub country: Country,
    /// `…RegionId`, kept as it came.
    #[serde(default)]
    pub region_id: String,
    /// `…ProvinceId`, kept as it came.
    #[serde(default)]
    pub province_id: String,
    /// Phone number for the courier.
    pub phone: String,
    /// E-mail, not in the Admin API's list.
    #[serde(default)]
    pub email: String,
}

/// A field of a recipient; dialects translate it into their own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of RecipientAddress")]
pub enum RecipientField {
    FirstName,
    LastName,
    Additional,
    Street,
    Zip,
    City,
    Country,
    RegionId,
    ProvinceId,
    Phone,
    Email,
}

impl RecipientAddress {
    /// Longest field, in characters.
    pub const MAX_FIELD: usize = 200;

    /// Trims every field and makes it one line.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        for field in [
            &mut self.first_name,
            &mut self.last_name,
            &mut self.additional,
            &mut self.street,
            &mut self.zip,
            &mut self.city,
            &mut self.region_id,
            &mut self.province_id,
            &mut self.phone,
            &mut self.email,
        ] {
            *field = crate::text::collapse(&crate::text::strip_control(field));
        }
        self
    }

    /// Required fields that are empty, in form order. Postal code and city are asked for where the country has them.
    pub fn missing(&self) -> Vec<RecipientField> {
        use RecipientField as F;
        let fields: [(F, &str, bool); 6] = [
            (F::FirstName, &self.first_name, true),
            (F::LastName, &self.last_name, true),
            (F::Street, &self.street, true),
            (F::Zip, &self.zip, self.country.needs_postal_code()),
            (F::City, &self.city, self.country.needs_city()),
            (F::Phone, &self.phone, true),
        ];
        fields.into_iter().filter(|(_, text, needed)| *needed && text.trim().is_empty()).map(|(f, ..)| f).collect()
    }

    /// Fields that are longer than [`RecipientAddress::MAX_FIELD`].
    pub fn too_long(&self) -> Vec<RecipientField> {
        use RecipientField as F;
        let fields: [(F, &str); 10] = [
            (F::FirstName, &self.first_name),
            (F::LastName, &self.last_name),
            (F::Additional, &self.additional),
            (F::Street, &self.street),
            (F::Zip, &self.zip),
            (F::City, &self.city),
            (F::RegionId, &self.region_id),
            (F::ProvinceId, &self.province_id),
            (F::Phone, &self.phone),
            (F::Email, &self.email),
        ];
        fields.into_iter().filter(|(_, text)| text.chars().count() > Self::MAX_FIELD).map(|(f, _)| f).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_needs_what_a_courier_needs() {
        let blank = RecipientAddress {
            first_name: "  Jan\n".to_owned(),
            last_name: String::new(),
            additional: String::new(),
            street: "Prosta 1".to_owned(),
            zip: String::new(),
            city: "Warszawa".to_owned(),
            country: Country::from_code("PL").expect("PL"),
            region_id: String::new(),
            province_id: String::new(),
            phone: "500".to_owned(),
            email: String::new(),
        };
        let tidy = blank.tidy();
        assert_eq!(tidy.first_name, "Jan");
        assert_eq!(tidy.missing(), [RecipientField::LastName, RecipientField::Zip]);
        let long = RecipientAddress { city: "x".repeat(201), ..tidy };
        assert_eq!(long.too_long(), [RecipientField::City]);
    }
}
