-- It was written and never read: what others hear of supply orders is in the outbox, what happened to them in their history.
DROP TABLE wholesale_events;
