//! Placing a supply order for a shop: what `supply-order add` and `import order` have in common.

use clap::Args;
use crossdock_app::hub::{
    Caller, DeliveryTo, LineFault, LineOutcome, OrderError, OrderingError, PlaceSupplyOrder, ProductRef,
};
use crossdock_app::{App, AppError};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{CourierId, InvoicePreference, PaymentKind, RecipientAddress, RecipientId};
use serde::{Deserialize, Serialize};

use crate::commands::options::{AccountRef, WholesalerOption};
use crate::exit::{ExitKind, Failure};

/// Language in which staff order for a shop.
const LANGUAGE: &str = "pol";

/// Everything about an order but its lines.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct PlaceOptions {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Shop account to order for: its login or number
    #[arg(long, value_name = "LOGIN")]
    account: AccountRef,
    /// Number of the courier
    #[arg(long, value_name = "ID")]
    courier: CourierId,
    /// Pickup point, when the courier delivers to points
    #[arg(long, value_name = "ID")]
    pickup_point: Option<String>,
    /// Payment method: cash_on_delivery, prepaid, tradecredit [default: the account's first]
    #[arg(long, value_name = "METHOD", value_parser = payment)]
    payment: Option<PaymentKind>,
    /// The shop's own number of the order
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// The shop's note to the wholesaler
    #[arg(long, alias = "note", default_value = "", hide_default_value = true, value_name = "TEXT")]
    note_to_order: String,
    /// The shop's note to the courier
    #[arg(long, alias = "courier-note", default_value = "", hide_default_value = true, value_name = "TEXT")]
    note_to_courier: String,
    /// Stored recipient of the account
    #[arg(long, value_name = "ID", conflicts_with = "last_name")]
    recipient: Option<RecipientId>,
    #[command(flatten)]
    address: AddressOptions,
}

/// Heading of the address in help.
const ADDRESS: &str = "Address, instead of --recipient";

/// An address in parts.
#[derive(Debug, Args, Serialize, Deserialize)]
struct AddressOptions {
    /// First name
    #[arg(long, help_heading = ADDRESS, value_name = "NAME", default_value = "", hide_default_value = true)]
    first_name: String,
    /// Last name
    #[arg(long, help_heading = ADDRESS, value_name = "NAME")]
    last_name: Option<String>,
    /// Company or second line
    #[arg(long, help_heading = ADDRESS, value_name = "TEXT", default_value = "", hide_default_value = true)]
    additional: String,
    /// Street and number
    #[arg(long, help_heading = ADDRESS, default_value = "", hide_default_value = true)]
    street: String,
    /// Postal code
    #[arg(long, help_heading = ADDRESS, value_name = "CODE", default_value = "", hide_default_value = true)]
    zip: String,
    /// City
    #[arg(long, help_heading = ADDRESS, default_value = "", hide_default_value = true)]
    city: String,
    /// ISO code of the country
    #[arg(long, help_heading = ADDRESS, value_name = "CC", default_value = "PL")]
    country: Country,
    /// Phone number
    #[arg(long, help_heading = ADDRESS, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    phone: String,
    /// E-mail address
    #[arg(long, help_heading = ADDRESS, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    email: String,
}

/// Reads a payment method.
pub fn payment(text: &str) -> Result<PaymentKind, String> {
    PaymentKind::from_code(text).ok_or_else(|| "one of cash_on_delivery, prepaid, tradecredit".to_owned())
}

impl PlaceOptions {
    /// Refuses options that do not name exactly one address; worth asking before anything is opened.
    pub fn check(&self) -> Result<(), Failure> {
        if self.recipient.is_some() == self.address.last_name.is_some() {
            return Err(Failure::new(ExitKind::Usage, "name either --recipient or an address with --last-name"));
        }
        Ok(())
    }

    /// The shop and its order of these products.
    pub async fn order(self, app: &App, products: Vec<ProductRef>) -> Result<(Caller, PlaceSupplyOrder), Failure> {
        self.check()?;
        let wholesaler = self.wholesaler.find(app).await?;
        let account = self.account.find(app, wholesaler).await?.id;
        let shop = app.hub().access().caller_for_staff(wholesaler, account, LANGUAGE).await?;
        let deliver_to = match self.recipient {
            Some(id) => DeliveryTo::Stored(id),
            None => DeliveryTo::Inline(Box::new(self.address.into())),
        };
        let order = PlaceSupplyOrder {
            products: Some(products),
            deliver_to,
            courier: self.courier,
            pickup_point: self.pickup_point,
            preferred_date: None,
            payment: self.payment,
            payment_form: None,
            cash_on_delivery: None,
            billing: None,
            note_to_order: self.note_to_order,
            note_to_courier: self.note_to_courier,
            invoice: InvoicePreference::default(),
            external_id: self.external_id,
            currency: None,
            webhook_url: None,
        };
        Ok((shop, order))
    }
}

impl From<AddressOptions> for RecipientAddress {
    fn from(address: AddressOptions) -> Self {
        Self {
            first_name: address.first_name,
            last_name: address.last_name.unwrap_or_default(),
            additional: address.additional,
            street: address.street,
            zip: address.zip,
            city: address.city,
            country: address.country,
            region_id: String::new(),
            province_id: String::new(),
            phone: address.phone,
            email: address.email,
        }
    }
}

/// A refusal with the lines that are why; `name` names a line.
pub fn refused(error: impl Into<AppError>, name: impl Fn(&LineOutcome) -> String) -> Failure {
    let error = error.into();
    let (AppError::Ordering(OrderingError::LinesRefused(lines))
    | AppError::SupplyOrder(OrderError::LinesRefused(lines))) = &error
    else {
        return error.into();
    };
    let mut text = error.to_string();
    for line in lines {
        let Some(fault) = line.fault else { continue };
        text = format!("{text}\n  {}: {}", name(line), fault_text(fault));
    }
    Failure::refused(text)
}

fn fault_text(fault: LineFault) -> String {
    match fault {
        LineFault::UnknownCode => "no product has this code".to_owned(),
        LineFault::NotEnough => "there is not enough of it".to_owned(),
        LineFault::NotSold => "it is not sold to this account".to_owned(),
        LineFault::BadQuantity => "the quantity is not allowed".to_owned(),
        LineFault::OtherComponents => "the parts named are not those of this set, for one set".to_owned(),
        LineFault::UnknownPosition => "no line has this position".to_owned(),
        LineFault::Attachment(problem) => format!("an attachment {problem}"),
        LineFault::NoteTooLong => "the comment is too long".to_owned(),
        LineFault::BadPrice => "the price is no amount of the currency".to_owned(),
        LineFault::OtherVat => "the product has another VAT rate".to_owned(),
        LineFault::Ambiguous => "several lines have this code; name the position".to_owned(),
    }
}
