//! Requests as structs: [`request!`] makes the struct, its table for the OpenAPI document, and its reader of one text. Reading is
//! lenient and never fails; what is missing, handlers say in their own words.
//!
//! Requests whose parameters depend on each other, or that are read in more ways than a type can tell (orders, packages, stocks),
//! are a table and a reader by hand.

use super::params::{Node, node};
use crate::schema::typed::element;
use crate::schema::{Type, UNLIMITED};

/// What a parameter can be read as.
pub(super) trait Parameter {
    /// Its type in tables.
    const TYPE: Type;

    /// Reads it; what is of no use counts as absent.
    fn read(node: Node<'_>) -> Self;
}

impl Parameter for Option<String> {
    const TYPE: Type = Type::Text(UNLIMITED);

    fn read(node: Node<'_>) -> Self {
        node.text()
    }
}

impl Parameter for Option<i64> {
    const TYPE: Type = Type::Int;

    fn read(node: Node<'_>) -> Self {
        node.int()
    }
}

impl<T> Parameter for Vec<T>
where
    Option<T>: Parameter,
{
    const TYPE: Type = Type::List(element(<Option<T> as Parameter>::TYPE), UNLIMITED);

    fn read(list: Node<'_>) -> Self {
        list.list().iter().filter_map(|value| Option::<T>::read(node(value))).collect()
    }
}

/// Makes a struct that reads and describes itself, in the syntax of [`object!`](crate::schema::typed::object). `#[required]`
/// marks what a call must have; the type still allows for its absence.
macro_rules! request {
    ($(
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident $(extends $first:ident: $first_ty:ty)? {
            $($(#[$($mark:tt)*])* $field_visibility:vis $field:ident: $ty:ty = $key:literal $(in $words:expr)?,)*
            $(..$rest:ident: $rest_ty:ty)?
        }
    )+) => {
        $(
            $(#[doc = $doc])*
            $visibility struct $name {
                $($first: $first_ty,)?
                $($field_visibility $field: $ty,)*
                $($rest: $rest_ty,)?
            }

            impl $name {
                /// Its table.
                $visibility const OBJECT: &'static $crate::schema::Object = {
                    static OBJECT: $crate::schema::Object = $crate::schema::Object::new(
                        stringify!($name),
                        &[$($crate::schema::Field {
                            ty: $crate::hub::admin::request::type_of!($ty $(, $words)?),
                            required: $crate::hub::admin::request::is_required!($([$($mark)*])*),
                            ..$crate::schema::Field::new($key, $crate::schema::Type::Int)
                                .about($crate::schema::typed::about!([] $([$($mark)*])*))
                        },)*],
                    )
                    .with(&[$(<$first_ty>::OBJECT,)? $(<$rest_ty>::OBJECT,)?]);
                    &OBJECT
                };

                /// Reads it.
                $visibility fn read(node: $crate::hub::admin::params::Node<'_>) -> Self {
                    Self {
                        $($first: <$first_ty>::read(node),)?
                        $($field: $crate::hub::admin::request::Parameter::read(node.get($key)),)*
                        $($rest: <$rest_ty>::read(node),)?
                    }
                }
            }
        )+
    };
}

/// The type of a parameter: the words that it may be, else what its Rust type says.
macro_rules! type_of {
    ($ty:ty, $words:expr) => {
        $crate::schema::Type::Choice(&$words)
    };
    ($ty:ty) => {
        <$ty as $crate::hub::admin::request::Parameter>::TYPE
    };
}

/// Whether a call must have a parameter.
macro_rules! is_required {
    ([required] $($rest:tt)*) => { true };
    ([doc = $doc:literal] $($rest:tt)*) => { $crate::hub::admin::request::is_required!($($rest)*) };
    () => { false };
}

pub(super) use {is_required, request, type_of};

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    request! {
        struct Part {
            /// Counts from 0
            page: Option<i64> = "page",
        }

        struct Wanted {
            /// Any of them
            #[required]
            ids: Vec<i64> = "ids",
            kind: Option<String> = "kind" in ["a", "b"],
            ..part: Part
        }
    }

    #[test]
    fn a_request_is_read_and_described_by_the_same_names() {
        let sent = json!({ "ids": "1,x,2", "kind": " a ", "page": "3", "more": 1 });
        let wanted = Wanted::read(node(&sent));
        assert_eq!((wanted.ids, wanted.kind.as_deref(), wanted.part.page), (vec![1, 2], Some("a"), Some(3)));
        let fields: Vec<_> = Wanted::OBJECT.fields().map(|field| (field.name, field.required, field.about)).collect();
        assert_eq!(fields, [("ids", true, "Any of them"), ("kind", false, ""), ("page", false, "Counts from 0")]);
    }
}
