//! Structs that describe themselves: [`object!`] makes a struct, its table of fields and its [`Serialize`] of one text, so that
//! what is written is what documents say. Fields are written in the order in which they stand.
//!
//! ```ignore
//! object! {
//!     pub(super) struct Courier {
//!         /// A text here, unlike elsewhere
//!         id: String = "courierId",
//!         kind: &'static str = "type" in ["parcel", "letter"],
//!         phone: Option<String> = "phone",          // `null` when there is none
//!         note: Present<String> = "note",           // left out when there is none
//!         #[undocumented]
//!         region: &'static str = "region",          // written, but no part of the contract
//!         ..paging: Paging                          // and the fields of another one; those of `extends` come first
//!     }
//! }
//! ```

use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeMap, SerializeSeq as _, Serializer};
use serde_json::Number;

use super::{Element, JsonOnly, Object, Type, UNLIMITED};

/// What a field of a typed object can hold.
pub(crate) trait Typed: Serialize {
    /// Its type in tables.
    const TYPE: Type;
    /// Whether it may be `null`.
    const NULLABLE: bool = false;

    /// Writes it under this key.
    fn write<M: SerializeMap>(&self, key: &'static str, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry(key, self)
    }
}

/// An object made by [`object!`].
pub(crate) trait Described: Serialize {
    /// Its table.
    const OBJECT: &'static Object;

    /// Writes its fields.
    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

macro_rules! typed {
    ($($ty:ty => $kind:expr;)+) => {
        $(impl Typed for $ty {
            const TYPE: Type = $kind;
        })+
    };
}

typed! {
    String => Type::Text(UNLIMITED);
    &str => Type::Text(UNLIMITED);
    i64 => Type::Int;
    bool => Type::Flag;
    Exact => Type::Number;
    EmptyList => Type::Json(JsonOnly::EmptyList);
}

/// An exact number, with the digits it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exact(pub(crate) Decimal);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Decimals are written like numbers of JSON.
        self.0.to_string().parse::<Number>().map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

/// A list in which there never is anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EmptyList;

impl Serialize for EmptyList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_seq(Some(0))?.end()
    }
}

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = T::TYPE;
    const NULLABLE: bool = true;
}

impl<T: Typed> Typed for Vec<T> {
    const TYPE: Type = Type::List(element(T::TYPE), UNLIMITED);
}

/// What a list of these holds.
pub(crate) const fn element(ty: Type) -> Element {
    match ty {
        Type::Text(most) => Element::Text(most),
        Type::Int => Element::Int,
        Type::Object(object) => Element::Object(object),
        Type::Json(only) => Element::Json(only),
        _ => panic!("lists hold texts, whole numbers and objects"),
    }
}

/// A field that is left out when there is nothing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Present<T>(pub(crate) Option<T>);

impl<T: Serialize> Serialize for Present<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Typed> Typed for Present<T> {
    const TYPE: Type = T::TYPE;
    const NULLABLE: bool = T::NULLABLE;

    fn write<M: SerializeMap>(&self, key: &'static str, map: &mut M) -> Result<(), M::Error> {
        self.0.as_ref().map_or(Ok(()), |value| value.write(key, map))
    }
}

/// An object, or an empty list when there is none: that is what maps of PHP look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrEmptyList<T>(pub(crate) Option<T>);

impl<T: Serialize> Serialize for OrEmptyList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(value) => value.serialize(serializer),
            None => EmptyList.serialize(serializer),
        }
    }
}

impl<T: Described> Typed for OrEmptyList<T> {
    const TYPE: Type = Type::Json(JsonOnly::ObjectOrEmptyList(T::OBJECT));
}

/// Objects under their ids, in this order; an empty list when there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ById<T>(pub(crate) Vec<(String, T)>);

impl<T: Serialize> Serialize for ById<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() {
            return EmptyList.serialize(serializer);
        }
        serializer.collect_map(self.0.iter().map(|(id, value)| (id, value)))
    }
}

impl<T: Described> Typed for ById<T> {
    const TYPE: Type = Type::Json(JsonOnly::Map(T::OBJECT));
}

/// Makes a struct that describes itself; see the top of [`typed`](self).
macro_rules! object {
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

            impl $crate::schema::typed::Described for $name {
                const OBJECT: &'static $crate::schema::Object = {
                    static OBJECT: $crate::schema::Object = $crate::schema::Object::new(
                        stringify!($name),
                        &[$($crate::schema::Field {
                            ty: $crate::schema::typed::type_of!($ty $(, $words)?),
                            nullable: <$ty as $crate::schema::typed::Typed>::NULLABLE,
                            documented: $crate::schema::typed::is_documented!($([$($mark)*])*),
                            ..$crate::schema::Field::new($key, $crate::schema::Type::Int)
                                .about($crate::schema::typed::about!([] $([$($mark)*])*))
                        },)*],
                    )
                    .with(&[
                        $(<$first_ty as $crate::schema::typed::Described>::OBJECT,)?
                        $(<$rest_ty as $crate::schema::typed::Described>::OBJECT,)?
                    ]);
                    &OBJECT
                };

                fn write_fields<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    $($crate::schema::typed::Described::write_fields(&self.$first, map)?;)?
                    $($crate::schema::typed::Typed::write(&self.$field, $key, map)?;)*
                    $($crate::schema::typed::Described::write_fields(&self.$rest, map)?;)?
                    Ok(())
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut map = serializer.serialize_map(None)?;
                    $crate::schema::typed::Described::write_fields(self, &mut map)?;
                    serde::ser::SerializeMap::end(map)
                }
            }

            impl $crate::schema::typed::Typed for $name {
                const TYPE: $crate::schema::Type =
                    $crate::schema::Type::Object(<Self as $crate::schema::typed::Described>::OBJECT);
            }
        )+
    };
}

/// Makes unit structs of fields that always hold the same: what the dialect has and this house does not. Clients read such keys
/// without looking whether they are there, so they are written, as `nothing` (`null`), `empty` (a text), `zero` or `none` (a list).
///
/// ```ignore
/// placeholders! {
///     struct LineExtras {
///         "label": empty,
///         "stockId": zero,
///     }
/// }
/// ```
macro_rules! placeholders {
    ($(
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident { $($key:literal: $kind:ident,)* }
    )+) => {
        $(
            $(#[doc = $doc])*
            #[derive(Debug, Clone, Copy)]
            $visibility struct $name;

            impl $crate::schema::typed::Described for $name {
                const OBJECT: &'static $crate::schema::Object = {
                    static OBJECT: $crate::schema::Object = $crate::schema::Object::new(
                        stringify!($name),
                        &[$($crate::schema::Field::new($key, $crate::schema::typed::placeholder!(type $kind))
                            .about("Not kept here: always the same"),)*],
                    );
                    &OBJECT
                };

                fn write_fields<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                    $(map.serialize_entry($key, &$crate::schema::typed::placeholder!(value $kind))?;)*
                    Ok(())
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut map = serializer.serialize_map(None)?;
                    $crate::schema::typed::Described::write_fields(self, &mut map)?;
                    serde::ser::SerializeMap::end(map)
                }
            }
        )+
    };
}

/// Type and value of a field of [`placeholders!`].
macro_rules! placeholder {
    (type nothing) => {
        $crate::schema::Type::Json($crate::schema::JsonOnly::Null)
    };
    (value nothing) => {
        ()
    };
    (type empty) => {
        $crate::schema::Type::Text($crate::schema::UNLIMITED)
    };
    (value empty) => {
        ""
    };
    (type zero) => {
        $crate::schema::Type::Int
    };
    (value zero) => {
        0_i64
    };
    (type none) => {
        $crate::schema::Type::Json($crate::schema::JsonOnly::EmptyList)
    };
    (value none) => {
        $crate::schema::typed::EmptyList
    };
}

/// The type of a field: the words that it may be, else what its Rust type says.
macro_rules! type_of {
    ($ty:ty, $words:expr) => {
        $crate::schema::Type::Choice(&$words)
    };
    ($ty:ty) => {
        <$ty as $crate::schema::typed::Typed>::TYPE
    };
}

/// Whether a field is a part of the contract.
macro_rules! is_documented {
    ([undocumented] $($rest:tt)*) => { false };
    ([doc = $doc:literal] $($rest:tt)*) => { $crate::schema::typed::is_documented!($($rest)*) };
    () => { true };
}

/// The words of a field: its doc comment.
macro_rules! about {
    ([$($about:literal)*] [doc = $doc:literal] $($rest:tt)*) => {
        $crate::schema::typed::about!([$($about)* $doc] $($rest)*)
    };
    ([$($about:literal)*] [$mark:ident] $($rest:tt)*) => { $crate::schema::typed::about!([$($about)*] $($rest)*) };
    ([$($about:literal)*]) => { concat!($($about),*).trim_ascii() };
}

pub(crate) use {about, is_documented, object, placeholder, placeholders, type_of};

#[cfg(test)]
mod tests {
    use super::*;

    object! {
        struct Inner {
            id: i64 = "id",
        }

        struct Outer {
            /// With words,
            /// over two lines
            name: String = "name",
            kind: &'static str = "kind" in ["a", "b"],
            amount: Exact = "amount",
            nothing: Option<i64> = "nothing",
            absent: Present<String> = "absent",
            #[undocumented]
            hidden: bool = "hidden",
            inner: Vec<Inner> = "inner",
            point: OrEmptyList<Inner> = "point",
            by_id: ById<Inner> = "byId",
            never: EmptyList = "never",
            ..rest: Inner
        }

        struct Extended extends inner: Inner {
            more: i64 = "more",
        }
    }

    fn outer() -> Outer {
        Outer {
            name: "n".to_owned(),
            kind: "a",
            amount: Exact(Decimal::new(1_200, 2)),
            nothing: None,
            absent: Present(None),
            hidden: true,
            inner: vec![Inner { id: 1 }],
            point: OrEmptyList(None),
            by_id: ById(vec![("9".to_owned(), Inner { id: 9 }), ("10".to_owned(), Inner { id: 10 })]),
            never: EmptyList,
            rest: Inner { id: 2 },
        }
    }

    #[test]
    fn fields_are_written_in_the_order_in_which_they_stand() {
        assert_eq!(
            serde_json::to_string(&outer()).expect("JSON"),
            r#"{"name":"n","kind":"a","amount":12.00,"nothing":null,"hidden":true,"inner":[{"id":1}],"point":[],"byId":{"9":{"id":9},"10":{"id":10}},"never":[],"id":2}"#
        );
        let extended = Extended { inner: Inner { id: 1 }, more: 2 };
        assert_eq!(serde_json::to_string(&extended).expect("JSON"), r#"{"id":1,"more":2}"#);
        let full = Outer { absent: Present(Some("x".to_owned())), by_id: ById(vec![]), ..outer() };
        let json = serde_json::to_string(&full).expect("JSON");
        assert!(json.contains(r#""absent":"x","#) && json.contains(r#""byId":[]"#), "{json}");
    }

    #[test]
    fn the_table_says_what_is_written() {
        let fields: Vec<_> = Outer::OBJECT.fields().map(|field| (field.name, field.nullable, field.about)).collect();
        assert_eq!(fields[0], ("name", false, "With words, over two lines"));
        assert_eq!(fields[3], ("nothing", true, ""));
        assert_eq!(fields.last(), Some(&("id", false, "")));
        assert!(Outer::OBJECT.is_open() && !Inner::OBJECT.is_open());
        assert!(Outer::OBJECT.documented().all(|field| field.name != "hidden"));
        assert!(matches!(Outer::OBJECT.fields().nth(1).expect("kind").ty, Type::Choice(["a", "b"])));
    }
}
