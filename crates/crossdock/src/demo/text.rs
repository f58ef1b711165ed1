//! What the demo prints. Everything in it can be copied and run.

use std::path::Path;

use crossdock_app::checkout::payment::TEST_CARDS;
use crossdock_app::hub::tenants::sample;

use super::wholesaler::{ADMIN_KEY, KEY, LOGIN, NAME as WHOLESALE, PASSWORD, WHOLESALER};
use super::{NAME, SECRET, STORE};

/// The whole text.
pub fn welcome(url: &str, cart: &str, data: &Path) -> String {
    let data = data.display();
    let cards: String =
        TEST_CARDS.iter().map(|(number, _, does)| format!("    {}  {does}\n", grouped(number))).collect();
    format!(
        "\
Crossdock demo

  A cart to pay      {url}/?tempCartUUID={cart}
  Checkout API       {url}/v1/ and {url}/v2/
  Customer API       {url}/customer-api/
  Descriptions       {url}/openapi.json, {url}/customer-api/openapi.json
  Store              {STORE} ({NAME}, USD)
  Secret             {SECRET}
  Wholesaler         {WHOLESALER} ({WHOLESALE}, PLN)
  Shop account       {LOGIN}, password {PASSWORD}
  Dropshipping key   {KEY}
  Admin API key      {ADMIN_KEY}
  Data               {data}

  Test cards, with any name, any future date and any three digits:
{cards}
  Or pay by bank transfer: the order waits on hold until `crossdock order book-payment` books the money.

Register a cart of your own (it answers tempCartUUID; open {url}/?tempCartUUID=...):

  curl -s {url}/v1/createTempCart \\
    -H 'Accept: application/json' -H 'Content-Type: application/json' -d '{example}'

The store has three orders already. List them, look at the first one:

  curl -s {url}/v1/orderNumbers -H 'Content-Type: application/json' \\
    -d '{{\"store\": \"{STORE}\", \"secret\": \"{SECRET}\", \"sinceDate\": \"20200101\", \"statuses\": true}}'
  curl -s {url}/v2/orderDetail -H 'Content-Type: application/json' \\
    -d '{{\"store\": \"{STORE}\", \"secret\": \"{SECRET}\", \"orderId\": \"{STORE}-10001\"}}'

The same from the command line; the last order is in fraud review:

  crossdock --data-dir {shell} order list
  crossdock --data-dir {shell} order show {STORE}-10001
  crossdock --data-dir {shell} order approve {STORE}-10003

Pay a cart without a browser:

  crossdock --data-dir {shell} test-order --cart {cart} --country CA

The wholesaler has orders of its shop too. Pack one of them and send it:

  crossdock --data-dir {shell} supply-order list
  crossdock --data-dir {shell} supply-order show {LOGIN}-3
  crossdock --data-dir {shell} supply-order print packing-list {LOGIN}-3 > packing-list.html
  crossdock --data-dir {shell} supply-order add-parcel {LOGIN}-3 --shipping-number 00340434292135100094
  crossdock --data-dir {shell} supply-order set-status {LOGIN}-3 finished

What it sells, and what runs out:

  crossdock --data-dir {shell} product list mug
  crossdock --data-dir {shell} stock list --low 2
  crossdock --data-dir {shell} courier list

Ask the wholesaler what it has (a session lives 15 minutes; its key is made of today's date in Warsaw and the password):

{wholesale}

Everybody knows these secrets: keep the demo on this machine. Stop it with Ctrl-C; start it again and the orders are still there.",
        example = example(),
        wholesale = sample::script(&format!("{url}/customer-api/"), LOGIN, PASSWORD, KEY),
        shell = quoted(&data.to_string()),
    )
}

/// The protocol's own example of createTempCart.
fn example() -> String {
    format!(
        "{{
      \"storeId\": {STORE},
      \"secret\": \"{SECRET}\",
      \"referenceId\": \"8c3a5f0e-7a52-4c2e-9d57-3f8f1f6f2a10\",
      \"externalConfirmationPageURL\": \"http://www.examplestore.com/internationalThankYou\",
      \"domesticShippingCharge\": 12.50,
      \"boxCount\": \"12x10x8(1)\",
      \"items\": [{{
        \"description\": \"Sunglasses\", \"itemCategory\": \"sunglasses\", \"productId\": \"17898-675234\", \"sku\": \"oakley-123\",
        \"unitPrice\": 199.00, \"quantity\": 1, \"length\": 2.5, \"width\": 6.5, \"height\": 2.5, \"weight\": 4,
        \"weightUnits\": \"OZ\", \"itemHSCode\": null, \"itemBrand\": \"Oakley\", \"countryOfOrigin\": \"CN\", \"status\": null
      }}]
    }}"
    )
}

fn grouped(number: &str) -> String {
    number.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect::<Vec<_>>().join(" ")
}

/// The text as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_json_and_safe_in_single_quotes() {
        let example = example();
        assert!(!example.contains('\''));
        let read: serde_json::Value = serde_json::from_str(&example).expect("JSON");
        assert_eq!(read["storeId"], STORE);
    }

    #[test]
    fn odd_directories_stay_one_word() {
        assert_eq!(quoted("./crossdock-demo"), "./crossdock-demo");
        assert_eq!(quoted("my demo"), "'my demo'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
