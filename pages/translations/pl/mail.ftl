### Texts of e-mails to shops.

mail-hello = Dzień dobry,
mail-automatic = Ta wiadomość została wysłana automatycznie.
mail-placed-subject = Zamówienie { $order } zostało przyjęte
mail-placed-text = Otrzymaliśmy Państwa zamówienie { $order }.
mail-your-number = Państwa numer: { $number }
mail-sent-subject = Zamówienie { $order } zostało wysłane
mail-sent-text = Państwa zamówienie { $order } zostało wysłane.
# One parcel: who carries it, and its number.
mail-parcel = { $courier }: { $number }
mail-test-subject = Wiadomość próbna
mail-test-text = Poczta z { $url } dociera.
