-- The database and its accounts, each with the privileges that it needs. Run it as MySQL's administrator:
--
--   mysql < deploy/mysql/accounts.sql
--
-- It prints a random password for each account that it creates. Run it again after an upgrade: passwords stay, and
-- privileges that are not listed here are taken away.
--
-- '%' is any host that MySQL listens for. If a client is on another machine, replace '%' by its address and let the account
-- connect with TLS only: ALTER USER 'phone_proxy'@'10.0.0.5' REQUIRE SSL; and DATABASE_URL=mysql://…?tls=verify&ca=FILE.
CREATE DATABASE IF NOT EXISTS phone_proxy CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

CREATE USER IF NOT EXISTS
  'phone_proxy'@'%' IDENTIFIED BY RANDOM PASSWORD,
  'phone_proxy_migrations'@'%' IDENTIFIED BY RANDOM PASSWORD,
  'phone_proxy_backup'@'%' IDENTIFIED BY RANDOM PASSWORD,
  'asterisk'@'%' IDENTIFIED BY RANDOM PASSWORD;

REVOKE ALL PRIVILEGES, GRANT OPTION
  FROM 'phone_proxy'@'%', 'phone_proxy_migrations'@'%', 'phone_proxy_backup'@'%', 'asterisk'@'%';

-- The application (DATABASE_URL): rows. In the name of a database, an underscore that is not escaped stands for any letter.
GRANT SELECT, INSERT, UPDATE, DELETE ON `phone\_proxy`.* TO 'phone_proxy'@'%';

-- Migrations (DATABASE_MIGRATIONS_URL): tables as well. MySQL with a binary log lets this account create the triggers that
-- protect the audit log only with log_bin_trust_function_creators=ON.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, TRIGGER
  ON `phone\_proxy`.* TO 'phone_proxy_migrations'@'%';

-- Backups, with mysqldump --single-transaction --no-tablespaces --set-gtid-purged=OFF: reads.
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `phone\_proxy`.* TO 'phone_proxy_backup'@'%';

-- Asterisk: reads what the dialplan's fallback needs. Migrations create these tables later, and only a grant with CREATE may
-- name a table that does not exist.
GRANT CREATE, SELECT ON phone_proxy.phone_mappings TO 'asterisk'@'%';
GRANT CREATE, SELECT ON phone_proxy.number_pools TO 'asterisk'@'%';
GRANT CREATE, SELECT ON phone_proxy.call_logs TO 'asterisk'@'%';
REVOKE CREATE ON phone_proxy.phone_mappings FROM 'asterisk'@'%';
REVOKE CREATE ON phone_proxy.number_pools FROM 'asterisk'@'%';
REVOKE CREATE ON phone_proxy.call_logs FROM 'asterisk'@'%';
