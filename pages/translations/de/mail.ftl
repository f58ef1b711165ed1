### Texts of e-mails to shops.

mail-hello = Guten Tag,
mail-automatic = Dies ist eine automatische Nachricht.
mail-placed-subject = Bestellung { $order } ist eingegangen
mail-placed-text = Wir haben Ihre Bestellung { $order } erhalten.
mail-your-number = Ihre Nummer: { $number }
mail-sent-subject = Bestellung { $order } ist unterwegs
mail-sent-text = Ihre Bestellung { $order } wurde versandt.
# One parcel: who carries it, and its number.
mail-parcel = { $courier }: { $number }
mail-test-subject = Testnachricht
mail-test-text = E-Mails von { $url } kommen an.
