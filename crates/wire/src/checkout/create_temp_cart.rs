//! `createTempCart`: a cart in, its id out (checkout protocol §4).

use crossdock_app::App;
use crossdock_app::checkout::carts::CreateCart;
use crossdock_domain::address::Prefill;
use crossdock_domain::cart::{Cart, CartItem, MAX_LINES, WeightUnit};
use serde_json::Value;

use super::endpoint::{Endpoint, case, golden};
use super::failure::Failure;
use super::fields::{Fields, Problem};
use super::request::Request;
use super::values::CREDENTIALS;
use super::warnings;
use crate::json;
use crate::schema::{Object, UNLIMITED, flag, list, number, text, texts};

/// Longest `Idempotency-Key`.
const KEY_LIMIT: usize = 255;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "carts",
    summary: "Register a cart",
    about: "The answer's `tempCartUUID` goes into the link to the hosted checkout: `/?tempCartUUID=…&country=CA`.",
    idempotency_key: Some(
        "Of the client's choosing. The same key with the same cart answers the first `tempCartUUID` again; kept for \
         24 hours.",
    ),
    request: &REQUEST,
    response: &TEMP_CART,
    request_example: golden!("createTempCart/documented-example", "request"),
    response_example: golden!("createTempCart/documented-example", "response"),
    errors: &[
        case("Parameter items is required", "absent or empty"),
        case("Parameter items is not valid, it must be an array of objects", "no array"),
        case("Parameter items is not valid for item: 2, it must be an object", "a line is no object"),
        case("Parameter items is not valid, it must not have more than 500 elements", "too many lines"),
        case("Parameter items is not valid, it must not add up to less than zero", "discounts beyond the goods"),
        case("Parameter items is not valid, it adds up to too much", "beyond what amounts can hold"),
        case("Parameter description is required for item: 1", "a required field of a line"),
        case("Parameter quantity is not valid for item: 2", "a value of another kind"),
        case(
            "Parameter quantity is not valid for item: 1, it must be greater than 0 and at most 1000000000, rounded to 4 decimals",
            "a quantity out of range",
        ),
        case(
            "Parameter unitPrice is not valid for item: 1, it must be between -1000000000 and 1000000000, rounded to 4 decimals",
            "a price out of range",
        ),
        case(
            "Parameter weight is not valid for item: 1, it must not be negative or out of range",
            "a size or weight out of range",
        ),
        case("Parameter weightUnits is not valid for item: 1, it must be LB, OZ, KG or G", "an unknown unit"),
        case(
            "Parameter sku is not valid for item: 1, it must not be longer than 500 characters",
            "a text that is too long",
        ),
        case(
            "Parameter domesticShippingCharge is not valid, it must not be negative or out of range",
            "a charge out of range",
        ),
        case("Parameter misc1 is not valid, it must not contain null characters", "a text that cannot be stored"),
        case(
            "Idempotency-Key is not valid, it must not be longer than 255 characters",
            "a key that is too long or has control characters",
        ),
    ],
};

static REQUEST: Object = Object::new(
    "CreateTempCart",
    &[
        list("items", &CART_ITEM, UNLIMITED).required().about("1 to 500 lines that do not add up to less than zero."),
        text("referenceId").about("The merchant's own key for the cart; finds the order later."),
        text("boxCount").about("Packing hint, `LxWxH(n)` in inches with commas between: `22x15x15(1),8x8x4(2)`."),
        text("contShoppingURL").about("Target of \"Continue shopping\"; only hosts registered for the store."),
        number("domesticShippingCharge")
            .about("The merchant's leg to the border; part of shipping, or a line of its own."),
        text("externalConfirmationPageURL")
            .about("Where the buyer goes after payment; only hosts registered for the store."),
        text("footerHTML").about("URL-encoded HTML for the end of the page, if the store allows it."),
        number("shippingAmountOverride").about("Replaces every computed shipping price."),
        text("misc1").about("Free; comes back with the order."),
        text("misc2").about("Like `misc1`."),
        text("misc3").about("Like `misc1`."),
        text("misc4").about("Like `misc1`."),
        text("misc5").about("Like `misc1`."),
        text("misc6").about("Like `misc1`."),
        text("customerName").about("Prefill of the buyer's forms, as are the next ones."),
        text("customerCompany"),
        text("customerEmail"),
        text("customerPhone"),
        text("customerAltPhone"),
        text("customerAddress1"),
        text("customerAddress2"),
        text("customerCity"),
        text("customerState"),
        text("customerZip"),
        text("customerCountry").about("ISO 3166 code or a name."),
        text("customerNote"),
    ],
)
.with(&[&CREDENTIALS])
.about("A cart. A cart without `secret` is not trusted: `shippingAmountOverride` and `footerHTML` do not count.");

static CART_ITEM: Object = Object::new(
    "CartItem",
    &[
        text("description").required().about("Title; may hold simple HTML."),
        number("quantity").required().about("Greater than 0; rounded half up to 4 decimals."),
        number("unitPrice")
            .required()
            .about("In the store's currency; rounded half up to 4 decimals. Negative: a discount."),
        text("productId").about("The merchant's key; comes back with the order. Absent on discounts."),
        text("sku"),
        number("length").about("Inches."),
        number("width").about("Inches."),
        number("height").about("Inches."),
        number("weight").about("Of one piece."),
        text("weightUnits").about("`LB` (assumed when absent), `OZ`, `KG` or `G`."),
        text("weightUnit").about("Another name of `weightUnits`."),
        text("itemURL").about("Page of the product."),
        text("itemUrl").about("Another name of `itemURL`."),
        text("imageURL").about("Picture of the product."),
        text("itemBrand"),
        text("itemCategory"),
        text("itemHSCode").about("Tariff code; words and marks around the digits are passed over."),
        text("countryOfOrigin").about("ISO 3166 code, a name, or `EU`."),
        text("itemCustomization").about("Free; shops put the variation here."),
        text("itemDescriptionLong"),
        text("itemDescriptionDetailed"),
        text("itemColor"),
        text("itemMaterial"),
        text("itemFabricContent"),
        text("itemLtlClass"),
        text("status"),
        flag("nonShippable").about("The line needs no shipping."),
    ],
)
.about("A line of a cart. Texts have up to 500 characters, descriptions up to 10,000, links up to 2,000.");

static TEMP_CART: Object = Object::new(
    "TempCart",
    &[
        text("tempCartUUID").required().about("Goes into the link to the hosted checkout: `/?tempCartUUID=…`."),
        texts("warnings", 20)
            .about("What was not understood or was too long, by field and line; left out when nothing was."),
    ],
)
.about("The cart is stored.");

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let read = read(request);
    let mut command = match read {
        // Without a secret there is nothing to check first (checkout protocol §2).
        Err(problem) if request.credentials.secret.is_none() => return Err(problem.into()),
        read => request.check(app, read).await?,
    };
    let (store, warnings) = (command.credentials.store, warnings::of(&mut command.cart));
    let id = app.checkout().carts().create(command).await?;
    if warnings.is_empty() {
        return Ok(json::single("tempCartUUID", &id.to_string()));
    }
    let store = store.map(|store| store.to_string()).unwrap_or_default();
    tracing::warn!(%store, cart = %id, ?warnings, "parts of a cart were not understood");
    let mut out = String::new();
    json::push_object(&mut out, |object| {
        object.text("tempCartUUID", &id.to_string());
        object.texts("warnings", &warnings);
    });
    Ok(out)
}

pub(super) fn read(request: &Request<'_>) -> Result<CreateCart, Problem> {
    let idempotency_key = read_key(request.idempotency_key)?;
    Ok(CreateCart { credentials: request.credentials.clone(), cart: read_cart(request.fields)?, idempotency_key })
}

fn read_key(key: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(key) = key.map(str::trim).filter(|key| !key.is_empty()) else { return Ok(None) };
    if key.len() > KEY_LIMIT || key.chars().any(char::is_control) {
        return Err(Problem(format!(
            "Idempotency-Key is not valid, it must not be longer than {KEY_LIMIT} characters"
        )));
    }
    Ok(Some(key.to_owned()))
}

fn read_cart(fields: Fields<'_>) -> Result<Cart, Problem> {
    Ok(Cart {
        items: read_lines(fields, read_item)?,
        reference_id: fields.name("referenceId")?,
        box_count: fields.filled(&["boxCount"])?,
        continue_shopping_url: fields.name("contShoppingURL")?,
        domestic_shipping_charge: fields.amount("domesticShippingCharge")?,
        shipping_amount_override: fields.amount("shippingAmountOverride")?,
        confirmation_url: fields.name("externalConfirmationPageURL")?,
        footer_html: fields.filled(&["footerHTML"])?.map(|text| url_decode(&text)),
        misc: [
            fields.text("misc1")?,
            fields.text("misc2")?,
            fields.text("misc3")?,
            fields.text("misc4")?,
            fields.text("misc5")?,
            fields.text("misc6")?,
        ],
        prefill: Prefill {
            name: fields.filled(&["customerName"])?,
            company: fields.filled(&["customerCompany"])?,
            email: fields.filled(&["customerEmail"])?,
            phone: fields.filled(&["customerPhone"])?,
            alt_phone: fields.filled(&["customerAltPhone"])?,
            address1: fields.filled(&["customerAddress1"])?,
            address2: fields.filled(&["customerAddress2"])?,
            city: fields.filled(&["customerCity"])?,
            state: fields.filled(&["customerState"])?,
            zip: fields.filled(&["customerZip"])?,
            country: fields.filled(&["customerCountry"])?,
            note: fields.filled(&["customerNote"])?,
        },
    })
}

/// Reads the list `items`, each line by `read`.
pub(super) fn read_lines<T>(
    fields: Fields<'_>,
    read: impl Fn(Fields<'_>) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let items = match fields.get("items") {
        Some(Value::Array(items)) if !items.is_empty() => items,
        None | Some(Value::Array(_)) => return Err(fields.required("items")),
        Some(_) => return Err(fields.must("items", "must be an array of objects")),
    };
    if items.len() > MAX_LINES {
        return Err(fields.must("items", &format!("must not have more than {MAX_LINES} elements")));
    }
    items
        .iter()
        .zip(1..)
        .map(|(item, position)| match item {
            Value::Object(map) => read(Fields::element(map, "item", position)),
            _ => Err(Problem(format!("Parameter items is not valid for item: {position}, it must be an object"))),
        })
        .collect()
}

/// Reads a line of a cart.
pub(super) fn read_item(fields: Fields<'_>) -> Result<CartItem, Problem> {
    Ok(CartItem {
        description: fields.filled(&["description"])?.ok_or_else(|| fields.required("description"))?,
        quantity: fields.amount("quantity")?.ok_or_else(|| fields.required("quantity"))?,
        unit_price: fields.amount("unitPrice")?.ok_or_else(|| fields.required("unitPrice"))?,
        product_id: fields.text("productId")?,
        sku: fields.text("sku")?,
        length: fields.number("length")?,
        width: fields.number("width")?,
        height: fields.number("height")?,
        weight: fields.number("weight")?,
        weight_unit: read_weight_unit(fields)?,
        item_url: fields.filled(&["itemURL", "itemUrl"])?,
        image_url: fields.filled(&["imageURL"])?,
        brand: fields.text("itemBrand")?,
        category: fields.text("itemCategory")?,
        hs_code: fields.text("itemHSCode")?,
        country_of_origin: fields.text("countryOfOrigin")?,
        customization: fields.text("itemCustomization")?,
        description_long: fields.text("itemDescriptionLong")?,
        description_detailed: fields.text("itemDescriptionDetailed")?,
        color: fields.text("itemColor")?,
        material: fields.text("itemMaterial")?,
        fabric_content: fields.text("itemFabricContent")?,
        ltl_class: fields.text("itemLtlClass")?,
        status: fields.text("status")?,
        non_shippable: fields.flag("nonShippable")?.unwrap_or(false),
    })
}

fn read_weight_unit(fields: Fields<'_>) -> Result<WeightUnit, Problem> {
    match fields.filled(&["weightUnits", "weightUnit"])? {
        None => Ok(WeightUnit::default()),
        Some(code) => WeightUnit::from_code(&code).ok_or_else(|| fields.must("weightUnits", "must be LB, OZ, KG or G")),
    }
}

/// Undoes URL-encoding of a form value: `%41` and `+`. Escapes that are none stay as they are.
fn url_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |offset: usize| bytes.get(at + offset).and_then(|b| char::from(*b).to_digit(16));
        at += match (byte, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                3
            }
            (b'+', ..) => {
                out.push(b' ');
                1
            }
            _ => {
                out.push(byte);
                1
            }
        };
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fields::parse_object;
    use super::*;

    fn cart(body: &Value) -> Result<Cart, String> {
        let map = parse_object(body.to_string().as_bytes()).expect("an object");
        read_cart(Fields::new(&map)).map_err(|problem| problem.0)
    }

    /// A cart of one line with `changes` over the least that is needed.
    fn line(changes: &Value) -> Result<CartItem, String> {
        let mut item = json!({"description": "Glasses", "quantity": 1, "unitPrice": 199.00});
        for (key, value) in changes.as_object().expect("an object") {
            item[key] = value.clone();
        }
        Ok(cart(&json!({"items": [item]}))?.items.remove(0))
    }

    #[test]
    fn numbers_come_as_numbers_and_texts() {
        for (sent, wanted) in [(json!(2), "2"), (json!("2"), "2"), (json!("2.0000"), "2"), (json!(" 1.50 "), "1.5")] {
            assert_eq!(line(&json!({"quantity": sent})).expect("a line").quantity.to_string(), wanted);
        }
        let discount = line(&json!({"unitPrice": "-19.90"})).expect("a line");
        assert_eq!(discount.unit_price.to_string(), "-19.9");
        let sized = line(&json!({"length": "", "width": null, "height": "6.50", "weight": 1e2})).expect("a line");
        assert_eq!((sized.length, sized.width), (None, None));
        assert_eq!(sized.height.map(|d| d.to_string()).as_deref(), Some("6.5"));
        assert_eq!(sized.weight.map(|d| d.to_string()).as_deref(), Some("100"));
    }

    #[test]
    fn spelling_of_numbers_does_not_change_the_meaning() {
        let a = cart(&json!({"items": [{"description": "x", "quantity": 1, "unitPrice": 199.00}], "boxCount": ""}));
        let b = cart(&json!({"items": [{"unitPrice": "199", "quantity": "1.0", "description": "x", "length": ""}]}));
        assert_eq!(serde_json::to_string(&a.expect("a")).ok(), serde_json::to_string(&b.expect("b")).ok());
    }

    #[test]
    fn both_spellings_of_units_and_links_are_read() {
        let documented = line(&json!({"weightUnits": "OZ", "itemURL": "https://shop.example/a"})).expect("a line");
        let deno = line(&json!({"weightUnit": "oz", "itemUrl": "https://shop.example/a"})).expect("a line");
        assert_eq!(documented, deno);
        assert_eq!(line(&json!({})).expect("a line").weight_unit, WeightUnit::Lb);
        assert_eq!(line(&json!({"weightUnits": "lbs"})).expect("a line").weight_unit, WeightUnit::Lb);
    }

    #[test]
    fn footers_are_url_decoded() {
        for (sent, wanted) in [
            ("%3Cscript%3Ea%28%22b+c%22%29%3C%2Fscript%3E", "<script>a(\"b c\")</script>"),
            ("caf%C3%A9", "café"),
            ("100%", "100%"),
            ("100%zz%4", "100%zz%4"),
            ("%E9", "\u{fffd}"),
            ("plain", "plain"),
        ] {
            assert_eq!(url_decode(sent), wanted);
        }
    }

    #[test]
    fn every_mistake_names_its_parameter_and_item() {
        let ok = json!({"description": "x", "quantity": 1, "unitPrice": 1});
        for (body, text) in [
            (json!({}), "Parameter items is required"),
            (json!({"items": null}), "Parameter items is required"),
            (json!({"items": []}), "Parameter items is required"),
            (json!({"items": {}}), "Parameter items is not valid, it must be an array of objects"),
            (json!({"items": "x"}), "Parameter items is not valid, it must be an array of objects"),
            (json!({"items": [ok, 1]}), "Parameter items is not valid for item: 2, it must be an object"),
            (
                json!({"items": vec![ok.clone(); 501]}),
                "Parameter items is not valid, it must not have more than 500 elements",
            ),
            (json!({"items": [ok], "misc1": []}), "Parameter misc1 is not valid"),
            (json!({"items": [ok], "domesticShippingCharge": "free"}), "Parameter domesticShippingCharge is not valid"),
        ] {
            assert_eq!(cart(&body), Err(text.to_owned()));
        }
        for (changes, text) in [
            (json!({"description": null}), "Parameter description is required for item: 1"),
            (json!({"description": " "}), "Parameter description is required for item: 1"),
            (json!({"quantity": null}), "Parameter quantity is required for item: 1"),
            (json!({"quantity": ""}), "Parameter quantity is required for item: 1"),
            (json!({"quantity": "many"}), "Parameter quantity is not valid for item: 1"),
            (json!({"quantity": true}), "Parameter quantity is not valid for item: 1"),
            (json!({"unitPrice": null}), "Parameter unitPrice is required for item: 1"),
            (json!({"unitPrice": "NaN"}), "Parameter unitPrice is not valid for item: 1"),
            (json!({"unitPrice": "1e400"}), "Parameter unitPrice is not valid for item: 1"),
            (json!({"weight": []}), "Parameter weight is not valid for item: 1"),
            (json!({"sku": {}}), "Parameter sku is not valid for item: 1"),
            (json!({"nonShippable": "maybe"}), "Parameter nonShippable is not valid for item: 1"),
            (json!({"weightUnit": "st"}), "Parameter weightUnits is not valid for item: 1, it must be LB, OZ, KG or G"),
        ] {
            assert_eq!(line(&changes), Err(text.to_owned()));
        }
    }
}
