### Texts of e-mails to shops.

mail-hello = Hello,
mail-automatic = This is an automatic message.
mail-placed-subject = Order { $order } received
mail-placed-text = We have received your order { $order }.
mail-your-number = Your number: { $number }
mail-sent-subject = Order { $order } is on its way
mail-sent-text = Your order { $order } has been sent.
# One parcel: who carries it, and its number.
mail-parcel = { $courier }: { $number }
mail-test-subject = Test mail
mail-test-text = Mails from { $url } arrive.
