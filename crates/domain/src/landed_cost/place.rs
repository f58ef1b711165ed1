//! From an address to the place whose rules hold: one reader of regions and postal codes for hosted pages and APIs.

use super::reason::Reason;
use super::request::Location;
use crate::address::Address;
use crate::country::{place_apart, regions};

impl Location {
    /// The place of an address: country, and region and postal code where they are filled in; as typed.
    pub fn of_address(address: &Address) -> Self {
        let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Self { region: filled(&address.state), postal_code: filled(&address.zip), ..Self::country(address.country) }
    }

    /// The place as rules look at it, and what in it contradicts itself.
    ///
    /// A postal code or region of another customs territory leads there (`GB` with `JE2 3XP` is Jersey). The postal code is in one form;
    /// the region is its code where it is known, and that of the postal code where that decides.
    #[must_use]
    pub fn resolved(&self) -> (Self, Vec<Reason>) {
        let (region, postal) = (self.region.as_deref(), self.postal_code.as_deref());
        let apart = place_apart(self.country, region, postal);
        let country = apart.map_or(self.country, |place| place.country);
        let plain = postal.map(|text| self.country.plain_postal_code(text));
        let told = plain.as_deref().filter(|code| self.country.postal_code_tells_place(code));
        let by_postal = told.and_then(|code| regions::of_postal_code(self.country, code));
        let typed = region.and_then(|text| regions::read(self.country, text));
        let mut doubts = Vec::new();
        if let (Some(text), Some(postal), Some(typed), Some(decides)) = (region, postal, typed, by_postal)
            && !regions::go_together(self.country, typed, decides)
        {
            doubts.push(Reason::RegionContradicts { region: cut(text), postal_code: cut(postal) });
        }
        // What is known of another country's regions says nothing about this one's.
        let own = || by_postal.or(typed).or(region).filter(|_| country.iso() == self.country.iso());
        let region = apart.and_then(|place| place.region).or_else(own).map(str::to_owned);
        let outside = apart.and_then(|place| place.outside).map(str::to_owned);
        (Self { country, region, postal_code: plain, outside }, doubts)
    }
}

fn cut(text: &str) -> String {
    crate::text::truncate_chars(text, 40).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country::Country;

    fn resolved(country: &str, region: &str, postal: &str) -> (String, Vec<String>) {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let place = Location {
            region: filled(region),
            postal_code: filled(postal),
            ..Location::country(Country::from_code(country).expect(country))
        };
        let (place, doubts) = place.resolved();
        let text = [Some(place.country.code().to_owned()), place.region, place.postal_code, place.outside];
        (text.into_iter().flatten().collect::<Vec<_>>().join(" "), doubts.iter().map(Reason::text).collect())
    }

    #[test]
    fn an_address_leads_to_the_place_whose_rules_hold() {
        for (country, region, postal, wanted) in [
            ("GB", "", "JE2 3XP", "JE JE23XP"),
            ("GB", "", "je23xp", "JE JE23XP"),
            ("GB", "Jersey", "", "JE"),
            ("GB", "", "GX11 1AA", "GI GX111AA"),
            ("GB", "", "FIQQ 1ZZ", "FK FIQQ1ZZ"),
            ("GB", "", "BT1 1AA", "GB NIR BT11AA"),
            ("GB", "Northern Ireland", "", "GB NIR"),
            ("FR", "", "97500", "PM 97500"),
            ("FR", "", "F-97400", "RE 97400"),
            ("FR", "", "20000", "FR 20000"),
            ("US", "VI", "", "VI"),
            ("US", "", "00802", "VI 00802"),
            ("US", "CA", "90210", "US CA 90210"),
            ("ES", "", "E-35001", "IC GC 35001"),
            ("ES", "", "３５００１", "IC GC 35001"),
            ("ES", "Las Palmas", "", "IC GC"),
            ("ES", "Ceuta", "", "ES CE"),
            ("ES", "Madrid", "28001", "ES M 28001"),
            ("CA", "CA-ON", "", "CA ON"),
            ("CA", "", "M5V 3L9", "CA ON M5V3L9"),
            ("CA", "Atlantis", "", "CA Atlantis"),
            ("IT", "", "22061", "IT 22061 Campione d'Italia"),
            ("RU", "Crimea", "", "UA 43"),
            ("DE", "Bayern", "D-80331", "DE Bayern 80331"),
        ] {
            assert_eq!(resolved(country, region, postal), (wanted.to_owned(), vec![]), "{country} {region} {postal}");
        }
    }

    #[test]
    fn a_postal_code_decides_against_a_region_and_says_so() {
        let (place, doubts) = resolved("CA", "Ontario", "V5K 0A1");
        assert_eq!(place, "CA BC V5K0A1");
        assert_eq!(
            doubts,
            ["the region \"Ontario\" does not go with the postal code \"V5K 0A1\"; the postal code was believed"]
        );
        assert_eq!(resolved("ES", "Canarias", "28001").0, "ES M 28001");
        assert_eq!(resolved("ES", "Canarias", "35001").1, [""; 0], "a community and its province");
    }
}
