//! Contact, ship-to, bill-to and note.

use crossdock_domain::address::{Address, AddressField, FieldError, NOTE_LIMIT};
use crossdock_domain::landed_cost::Location;
use crossdock_domain::text::{collapse, strip_control};

use crate::session::CheckoutSession;
use crate::{CheckoutError, FieldProblem, Sessions};

/// What the address form holds.
#[derive(Debug, Clone)]
pub struct SaveAddress {
    /// Contact and ship-to.
    pub ship_to: Address,
    /// Bill-to when it differs; its e-mail and phone may be empty.
    pub bill_to: Option<Address>,
    /// Buyer's note.
    pub note: String,
}

/// Each field is one line, as with the recipients of the wholesale side: control characters, line ends and blanks too many are
/// slips of typing and pasting.
fn tidy(mut address: Address) -> Address {
    for text in [
        &mut address.name,
        &mut address.company,
        &mut address.email,
        &mut address.phone,
        &mut address.alt_phone,
        &mut address.address1,
        &mut address.address2,
        &mut address.city,
        &mut address.state,
        &mut address.zip,
    ] {
        *text = collapse(&strip_control(text));
    }
    address
}

impl Sessions<'_> {
    /// Stores the address; [`CheckoutError::AddressRefused`] names every field to mend and nothing is stored.
    pub async fn save_address(
        self,
        checkout_session: CheckoutSession,
        form: SaveAddress,
    ) -> Result<CheckoutSession, CheckoutError> {
        let ship_to = tidy(form.ship_to);
        let mut bill_to = form.bill_to.map(tidy);
        if let Some(bill_to) = &mut bill_to {
            // The form asks for them once; the contact is the same person unless told otherwise.
            if bill_to.email.is_empty() {
                bill_to.email.clone_from(&ship_to.email);
            }
            if bill_to.phone.is_empty() {
                bill_to.phone.clone_from(&ship_to.phone);
            }
        }
        let note = strip_control(&form.note).trim().to_owned();
        let mut problems: Vec<FieldProblem> =
            ship_to.check().into_iter().map(|(field, error)| FieldProblem { billing: false, field, error }).collect();
        let closed = checkout_session.store.settings.closed_to(&Location::of_address(&ship_to)).is_some();
        if self.ships_to(&checkout_session, ship_to.country) && closed {
            // The country is served, this part of it is not.
            let field = if ship_to.state.is_empty() { AddressField::Zip } else { AddressField::State };
            problems.push(FieldProblem { billing: false, field, error: FieldError::NotServiced });
        }
        if !self.ships_to(&checkout_session, ship_to.country) {
            problems.push(FieldProblem {
                billing: false,
                field: AddressField::Country,
                error: FieldError::NotServiced,
            });
        }
        if note.chars().count() > NOTE_LIMIT {
            problems.push(FieldProblem { billing: false, field: AddressField::Note, error: FieldError::TooLong });
        }
        if let Some(bill_to) = &bill_to {
            let billing = bill_to.check().into_iter();
            problems.extend(billing.map(|(field, error)| FieldProblem { billing: true, field, error }));
        }
        if !problems.is_empty() {
            return Err(CheckoutError::AddressRefused(problems));
        }
        self.change(checkout_session, move |document| {
            let country_changed = document.ship_to.as_ref().is_some_and(|before| before.country != ship_to.country);
            document.country = Some(ship_to.country);
            document.ship_to = Some(ship_to.clone());
            document.bill_to.clone_from(&bill_to);
            document.note.clone_from(&note);
            document.quote = None;
            if country_changed {
                document.shipping = None;
            }
        })
        .await
    }
}
