### The page on which developers get a sandbox. Plain words, no blame, always a way on.

sandbox-title = Get a sandbox
sandbox-lead = Your own test wholesaler to build against: 200 products in sizes with stock, couriers, pickup points, a shop account, and keys of the Customer API, the Admin API and the feed.
sandbox-for = It lives for { $days } days and is then deleted with everything you did in it. No goods are ever sent, and nothing is charged.
sandbox-name = Your name or company
sandbox-email = Email
sandbox-email-hint = So that the operator can reach you. Nothing is sent there automatically.
sandbox-terms = I will put in made-up data only, no data of real people.
sandbox-make = Get a sandbox
sandbox-busy = Filling the shelves
sandbox-error-name = Enter your name, in at most 100 characters
sandbox-error-email = Enter an email address, like name@example.com
sandbox-error-terms = Tick that you will put in made-up data only
sandbox-notice-shown = The keys of a sandbox are shown only once. If you have lost them, get another sandbox.
sandbox-notice-full = All sandboxes are taken at the moment. Please try again tomorrow.
sandbox-notice-address = Several sandboxes were made from your connection today. Please use one of them, or try again tomorrow.
sandbox-notice-email = Several sandboxes were made for this email address today. Please use one of them, or try again tomorrow.

sandbox-ready-title = Your sandbox is ready
sandbox-ready-lead = Copy these keys now: this page shows them only once.
sandbox-keys = Keys
sandbox-gates = Customer API
sandbox-login = Login
sandbox-password = Password
sandbox-dropshipping-key = Dropshipping key
sandbox-system-key = systemKey of today
sandbox-admin = Admin API
sandbox-admin-key = Admin API key
sandbox-feed = Feed
sandbox-feed-token = Feed token
sandbox-ends = Ends
sandbox-try = Try it
sandbox-try-text = Paste this into a shell. It logs in with the key of whatever day it is, and asks for two pieces. A session lives 15 minutes.
