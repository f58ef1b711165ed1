//! Shop accounts: the customers of a wholesaler.

use serde::{Deserialize, Serialize};

use super::ids::AccountId;
use crate::country::Country;
use crate::email::read_email;
use crate::named::named_enum;

named_enum! {
    /// The coarse ways of paying that an order knows (customer protocol §4.7).
    pub enum PaymentKind: "way of paying" {
        /// The courier collects.
        CashOnDelivery = "cash_on_delivery",
        /// Paid before.
        Prepaid = "prepaid",
        /// On account.
        Tradecredit = "tradecredit",
    }
}

/// A customer account of a shop at a wholesaler. Its password is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopAccount {
    /// Number within the wholesaler.
    pub id: AccountId,
    /// Login, unique within the wholesaler.
    pub login: String,
    /// Which wholesale prices it gets.
    pub price_group: String,
    /// May not log in any more.
    pub blocked: bool,
    /// The rest.
    pub profile: AccountProfile,
}

/// What a wholesaler keeps of a shop; one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountProfile {
    /// Address for mails.
    pub email: String,
    /// Language of mails, two letters as in `pl`; empty, or one that has no translation, means English.
    pub language: String,
    /// Phone number.
    pub phone: String,
    /// Whether this account may place dropshipping orders.
    pub dropshipping: bool,
    /// Ways of paying it is allowed.
    pub payment_kinds: Vec<PaymentKind>,
    /// Default billing data of its orders.
    pub billing: BillingData,
    /// The wholesaler's own number of this customer, `clientCodeExternal`.
    pub external_code: String,
    /// Remark of staff.
    pub note: String,
}

impl Default for AccountProfile {
    fn default() -> Self {
        Self {
            email: String::new(),
            language: String::new(),
            phone: String::new(),
            dropshipping: true,
            payment_kinds: vec![PaymentKind::Prepaid],
            billing: BillingData::default(),
            external_code: String::new(),
            note: String::new(),
        }
    }
}

/// Billing data of the ordering shop, the `payerAddress…` fields (customer protocol §4.8). Empty texts mean "not given".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BillingData {
    pub first_name: String,
    pub last_name: String,
    pub firm: String,
    /// Tax number.
    pub nip: String,
    pub street: String,
    pub zip: String,
    pub city: String,
    pub country: Option<Country>,
    pub phone: String,
}

impl ShopAccount {
    /// Longest login, in characters.
    pub const MAX_LOGIN: usize = 100;

    /// What is wrong with the account, in words for staff.
    pub fn problem(&self) -> Option<String> {
        let login = &self.login;
        if login.is_empty()
            || login.chars().count() > Self::MAX_LOGIN
            || login.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return Some(format!("a login has 1 to {} characters and no blanks", Self::MAX_LOGIN));
        }
        if self.price_group.trim().is_empty() || self.price_group.chars().count() > 50 {
            return Some("a price group has 1 to 50 characters".to_owned());
        }
        if self.profile.payment_kinds.is_empty() {
            return Some("an account needs at least one way of paying".to_owned());
        }
        // An empty one means no mails.
        if !self.profile.email.trim().is_empty()
            && let Err(problem) = read_email(&self.profile.email)
        {
            return Some(format!("email: {problem}"));
        }
        let language = &self.profile.language;
        if !language.is_empty() && (language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase())) {
            return Some(format!("language {language:?} is not two small letters, such as en, pl or de"));
        }
        None
    }
}
