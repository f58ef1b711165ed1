### Texts of the hosted checkout. Plain words, no blame, always a way on.

## Every page

checkout = Checkout
skip-to-content = Skip to content
progress = Progress
step-items = Items
step-address = Address
step-shipping = Shipping
step-review = Review
step-pay = Pay
# Read aloud after the name of a finished step.
step-done = (done, go back)
title-error = Error:
continue-shopping = Continue shopping
questions = Questions about your order?
test-mode = Test mode.
test-mode-text = No real money moves and nothing is shipped.
optional = (optional)
change = Change
new-tab = (opens in a new tab)
try-again = Try again
error-summary-title = Please check these fields

## Lines and sums

items = Items
pieces = { $count ->
    [one] 1 item
   *[other] { $count } items
}
quantity = Quantity { $quantity }
# A quantity and the price of one piece.
quantity-price = { $quantity } × { $price }
order-summary = Order summary
see-summary = See summary
items-total = Items
shipping = Shipping
shipping-later = Chosen later
domestic-shipping = Domestic shipping
duties-and-taxes = Duties and taxes
paid-on-delivery = Paid on delivery
import-charges-duty = Import duty
import-charges-tax = Import tax
import-charges-fees = Customs and courier fees
# The total in the buyer's own currency; the day is that of the exchange rate.
foreign-total = In your currency, rate of { $day }
about = about { $amount }
total = Total
amount = Amount
free = Free

## Items

items-title = Your items
ship-to-country = Ship to
ship-to-country-hint = Shipping options depend on the country.
choose-country = Choose a country
continue-to-address = Continue to address

## Address

address-title = Where should we send it?
contact = Contact
ship-to-address = Delivery address
bill-to-address = Billing address
billing-same = Same as delivery address
billing-is-same = Same as delivery address
billing-hint = Fill this in only if the billing address is a different one.
field-name = Full name
field-company = Company
field-email = Email
field-email-hint = For messages about your order.
field-phone = Phone
field-phone-hint = For the courier, with country code.
field-alt-phone = Second phone
field-alt-phone-hint = If the first one is not answered.
field-address1 = Street and number
field-address2 = Apartment, floor, building
field-city = City
field-state = State or province
field-zip = Postal code
field-country = Country
field-note = Note to the store
field-note-hint = Anything the store should know about this order.
back-to-items = Back to items
continue-to-shipping = Continue to shipping

## Mistakes in forms

error-in-billing = Billing address: { $error }
error-required = { $field }: fill in this field
error-invalid = { $field }: check what you entered
error-too-long = { $field }: use { $limit } characters or fewer
error-name-required = Enter your full name
error-email-required = Enter your email address
error-email-invalid = Enter an email address like name@example.com
error-phone-required = Enter a phone number for the courier
error-phone-invalid = Enter a phone number with at least five digits
error-address1-required = Enter the street and number
error-city-required = Enter the city
error-state-required = Enter the state or province
error-zip-required = Enter the postal code
error-zip-invalid = Check the postal code for the chosen country
error-country-required = Choose a country
error-state-contradicts = The state or province does not match the postal code. Correct one of them.
error-region-not-serviced = The store does not ship to this region.
error-country-not-serviced = The store does not ship to this country. Choose another one.
error-shipping-required = Choose how we should ship your order
error-method-required = Choose how you want to pay
error-card-number = Check the card number
error-card-expiry = Enter the expiry date as on the card, for example 09/30
error-card-cvc = Enter the 3 or 4 digit security code
error-card-name = Enter the name on the card

## Shipping

shipping-title = How should we ship it?
shipping-to = Shipping to { $country }
delivery-days = { $days ->
    [0] Same day
    [one] 1 day
   *[other] { $days } days
}
delivery-days-range = { $min } to { $max } days
domestic-shipping-note = Plus { $amount } for the way from the store to the courier.
back-to-address = Back to address
continue-to-review = Continue to review
shipping-none-title = No shipping to this address
shipping-none = The store has no shipping service to { $country } for these items.
shipping-none-next = You can change the address, or ask the store about other ways to ship.
change-address = Change address

## Review

review-title = Review your order
review-total-changed = The total has changed since you last saw it. Please check it before you go on.
review-next-hint = You choose how to pay on the next page.
review-free-hint = There is nothing to pay.
duties-title = Duties and taxes are not included
duties-explained = Customs in { $country } may charge import duties and taxes. The courier collects them from you when the parcel arrives.
# Follows the sentence above.
duties-about = We expect about { $amount }.
duties-prepay = Pay { $amount } now instead, with nothing left to pay at the door
duties-included-title = Duties and taxes are included
duties-included = There is nothing left to pay when the parcel arrives in { $country }.
duties-on-delivery = Pay the courier on delivery instead
duties-none-title = No duties or taxes
duties-none = No duties or taxes apply to these goods in { $country }.
import-charges-how = How duties and taxes are worked out
# What belongs to the whole parcel and not to one of its items.
import-charges-parcel = The parcel
# A rate and what it is applied to: 12 % of €45.00
import-charges-rate-of = { $rate } of { $base }
import-charges-exact = These rates come from the official tariff.
import-charges-estimate = Some of these rates are typical values for { $country }. Customs may work out a different amount.
prohibited-title = Not allowed into { $country }
prohibited-next = Please remove these items from your cart, or choose another address.
continue-to-pay = Continue to payment
place-order = Place order

## Dates

# Months as they stand in a date.
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date-long = { $month } { $day }, { $year }

## Payment

pay-title = Payment
pay-method = How do you want to pay?
method-test = Card (test)
method-bank-transfer = Bank transfer or purchase order
card-number = Card number
card-expiry = Expiry date
card-expiry-hint = As on the card, MM/YY
card-cvc = Security code
card-cvc-hint = 3 or 4 digits
card-name = Name on card
test-cards = Test card numbers
test-cards-hint = Any expiry date in the future and any security code will do.
test-card-outcome = What happens
test-card-approve = Payment succeeds
test-card-decline = Payment is declined
test-card-challenge = The bank asks for confirmation
test-card-timeout = The bank answers late
test-card-review = Payment succeeds, order goes to review
transfer-explained = You place the order now and transfer the amount from your bank. The store prepares your order once the money has arrived.
purchase-order = Purchase order number
purchase-order-hint = If your company uses one.
back-to-review = Back to review
pay-button = Pay { $amount }
# The same button when the order is paid later by bank transfer.
order-button = Place order
paying = One moment…
declined-title = The payment did not go through
declined-card = Your card was declined. Nothing was charged. Check the details or use another card.
declined-funds = There is not enough money on this card for this payment. Nothing was charged. Use another card.
declined-expired = The card has expired. Nothing was charged. Use another card.
declined-cvc = The security code does not match the card. Nothing was charged. Check it and try again.
declined-challenge = Your bank did not confirm the payment. Nothing was charged. Try again or use another card.
payment-unavailable-title = The payment could not be started
payment-unavailable = Nothing was charged. Please try again in a few minutes.

## Confirmation by the test bank

test-bank = Test Bank
challenge-title = Confirm your payment
challenge-text = Your bank wants to be sure that it is you. This stands in for the step a real bank would ask for.
challenge-store = Store
challenge-card = Card
challenge-pass = Confirm payment
challenge-fail = Refuse payment

## Waiting for the answer

pending-title = We are checking your payment
pending-text = The bank has not answered yet about your payment of { $amount }.
pending-next = This page checks again by itself every few seconds. You do not need to do anything, and you can leave it open.
check-again = Check again

## Confirmation

confirmation-title = Thank you for your order
confirmation-review-title = Thank you, we are checking your order
confirmation-transfer-title = Your order is awaiting payment
order-number = Order
print = Print
what-next = What happens next
next-review = We are running a quick check on your order. The amount is reserved, not yet charged.
the-store = The store
next-prepare = { $store } prepares your order.
next-ship = We will ship your parcel with { $service }.
next-transfer = Please transfer { $amount } and include this reference so that we can match your payment.
next-transfer-then = The store prepares your order as soon as the money has arrived.
transfer-reference = Payment reference
shop-next = You can open this page again with the link of your cart. The store's own page about your order is one step away.
shop-action = Continue to the store
keep-number = Please keep the order number for questions.

## Messages

cart-not-found-title = We cannot find this cart
cart-not-found = The link may be incomplete or too old.
cart-not-found-next = Please go back to the store and start the checkout again from your cart.
cart-expired-title = This cart has expired
cart-expired = Carts are kept for a limited time so that prices stay up to date.
cart-expired-next = Please go back to the store and start the checkout again from your cart.
cart-empty-title = Your cart is empty
cart-empty = There is nothing in this cart to pay for.
cart-empty-next = Add something in the store, then start the checkout again.
already-paid-title = You have already placed this order
already-paid = There is nothing more to pay for this cart.
already-paid-next = Keep the order number for questions.
not-serviced-title = The store does not ship there
not-serviced = Sorry, the store does not ship to { $country } at the moment.
not-serviced-next = You can choose another country for the delivery.
not-serviced-action = Choose another country
cookies-needed-title = Please allow cookies
cookies-needed = Your browser did not keep the cookie that holds your checkout together. We use no cookies for advertising.
cookies-needed-next = Allow cookies for this site, then try again.
too-many-requests-title = Too many attempts
too-many-requests = There were very many requests from your connection in a short time.
too-many-requests-next = Please wait a minute, then load this page again.
form-expired-title = This page was open for too long
form-expired = For your safety, forms can be sent only for a limited time. Nothing was changed and nothing was charged.
form-expired-next = Go back, check what you entered, and send it again.
form-expired-action = Back to the form
unavailable-title = The checkout is not available for the moment
unavailable = Your cart is safe, and nothing was charged by this step.
unavailable-next = Please load this page again in a minute.
internal-error-title = Something went wrong on our side
internal-error = We have noted it. Your cart is safe.
internal-error-next = Please try again in a few minutes. If it happens again, tell support the number above.
request-id = Error number
welcome-title = This is a checkout server
welcome = It is up and running. Shops send their buyers here with a link to their cart.
welcome-next = If you came from a shop, please go back to it and start the checkout from your cart.
not-found-title = Page not found
not-found = The address may be mistyped or no longer in use.
not-found-next = Please go back to the store and start again from your cart.
