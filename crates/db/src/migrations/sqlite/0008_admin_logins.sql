-- Login and password of an application, for the older JSON gates, whose daily key is sha1(YYYYMMDD + sha1(password)): the
-- inner SHA-1 is sealed. A key that is revoked loses both.
ALTER TABLE admin_keys ADD COLUMN login TEXT;
ALTER TABLE admin_keys ADD COLUMN sealed_password TEXT;
CREATE UNIQUE INDEX admin_keys_by_login ON admin_keys (wholesaler_id, login);
