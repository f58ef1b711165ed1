//! Enums whose values go by one name each, in the database, in documents, in protocols and in commands.

/// Defines such an enum from one list: the names by which it is serialised, its `ALL`, `code`, `from_code`, `Display` and `FromStr`.
macro_rules! named_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: $what:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $code:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$variant),+];

            /// Its name.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of this name; `None` when there is none.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::named::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::from_code(text).ok_or_else(|| $crate::named::UnknownName {
                    what: $what,
                    text: text.to_owned(),
                    known: Self::ALL.map(Self::code).join(", "),
                })
            }
        }
    };
}
pub(crate) use named_enum;

/// A name that is not one of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a valid {what}; there are {known}")]
pub struct UnknownName {
    /// What was wanted.
    pub what: &'static str,
    /// What was given.
    pub text: String,
    /// The names that there are.
    pub known: String,
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::str::FromStr;

    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::UnknownName;

    fn is_one_name_everywhere<T>(all: &[T], code: fn(T) -> &'static str, from_code: fn(&str) -> Option<T>)
    where
        T: Copy + PartialEq + Debug + ToString + FromStr<Err = UnknownName> + Serialize + DeserializeOwned,
    {
        for value in all {
            let name = code(*value);
            assert_eq!(from_code(name), Some(*value));
            assert_eq!(name.parse::<T>().as_ref(), Ok(value));
            assert_eq!(value.to_string(), name);
            assert_eq!(serde_json::to_value(value).expect("JSON"), name);
            assert_eq!(serde_json::from_value::<T>(name.into()).expect("the value"), *value);
        }
        assert_eq!(from_code("of no such name"), None);
    }

    macro_rules! check {
        ($($name:path),+ $(,)?) => {$(
            is_one_name_everywhere(&<$name>::ALL, <$name>::code, <$name>::from_code);
        )+};
    }

    #[test]
    fn a_value_has_one_name_everywhere() {
        use crate::{admin_api, landed_cost, order, payment, quote, webhook, wholesale};
        check!(
            admin_api::Scope,
            admin_api::Permission,
            landed_cost::ComponentKind,
            order::OrderStatus,
            payment::AttemptState,
            payment::Provider,
            quote::DutyMode,
            webhook::ContentType,
            webhook::DeliveryState,
            webhook::WebhookEvent,
            webhook::MailState,
            webhook::Method,
            wholesale::CodeKind,
            wholesale::SupplyEventKind,
            wholesale::PaymentKind,
            wholesale::StockMode,
        );
    }

    #[test]
    fn an_unknown_name_is_told_with_those_there_are() {
        let error = "rwx".parse::<crate::admin_api::Permission>().expect_err("unknown");
        assert_eq!(error.to_string(), "\"rwx\" is not a valid level; there are r, rw");
    }
}
