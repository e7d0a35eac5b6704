-- The database and its accounts, each with the privileges that it needs. Run it as MySQL's administrator:
--
--   mysql < deploy/mysql/accounts.sql
--
-- It prints a random password for each account that it creates. Run it again after an upgrade: passwords stay, and
-- privileges that are not listed here are revoked.
--
-- '%' stands for any host. If a client is on another machine, replace '%' by its address and let the account connect with
-- TLS only: ALTER USER 'phone_proxy'@'10.0.0.5' REQUIRE SSL; and DATABASE_URL=mysql://…?tls=verify&ca=FILE.
CREATE DATABASE IF NOT EXISTS phone_proxy CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

CREATE USER IF NOT EXISTS
  'phone_proxy'@'%' IDENTIFIED BY RANDOM PASSWORD,
  'phone_proxy_migrations'@'%' IDENTIFIED BY RANDOM PASSWORD,
  'phone_proxy_backup'@'%' IDENTIFIED BY RANDOM PASSWORD,
  'phone_proxy_read'@'%' IDENTIFIED BY RANDOM PASSWORD,
  'asterisk'@'%' IDENTIFIED BY RANDOM PASSWORD;

REVOKE ALL PRIVILEGES, GRANT OPTION
  FROM 'phone_proxy'@'%', 'phone_proxy_migrations'@'%', 'phone_proxy_backup'@'%', 'phone_proxy_read'@'%', 'asterisk'@'%';

-- The application (DATABASE_URL): rows. The audit log is missing from the list below, because the application may only add and
-- read its entries. In the name of a database, an unescaped underscore stands for any letter. Migrations create these tables
-- later, and only a grant with CREATE may name a table that does not exist.
GRANT SELECT, INSERT ON `phone\_proxy`.* TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.api_keys TO 'phone_proxy'@'%';
-- Old and new values may name a person whose data has to be erased.
GRANT CREATE, DELETE ON phone_proxy.audit_changes TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.blocked_numbers TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.bulk_changed_mappings TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.bulk_changes TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.call_logs TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.call_number_days TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.call_peaks TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.call_stats TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.call_trunk_stats TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.erasures TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.import_results TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.imports TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.ip_rules TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.listed_numbers TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.locks TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.mapping_changes TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.mapping_counts TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.number_holes TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.number_pools TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.number_ranges TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.one_time_links TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.phone_mappings TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.pool_usage TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.replication_heartbeat TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.rested_numbers TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.retention_runs TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.secrets TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.sessions TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.sign_in_addresses TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.sign_in_failures TO 'phone_proxy'@'%';
GRANT CREATE, UPDATE, DELETE ON phone_proxy.users TO 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.api_keys FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.audit_changes FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.blocked_numbers FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.bulk_changed_mappings FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.bulk_changes FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.call_logs FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.call_number_days FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.call_peaks FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.call_stats FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.call_trunk_stats FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.erasures FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.import_results FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.imports FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.ip_rules FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.listed_numbers FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.locks FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.mapping_changes FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.mapping_counts FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.number_holes FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.number_pools FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.number_ranges FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.one_time_links FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.phone_mappings FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.pool_usage FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.replication_heartbeat FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.rested_numbers FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.retention_runs FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.secrets FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.sessions FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.sign_in_addresses FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.sign_in_failures FROM 'phone_proxy'@'%';
REVOKE CREATE ON phone_proxy.users FROM 'phone_proxy'@'%';

-- Migrations (DATABASE_MIGRATIONS_URL): tables as well. MySQL with a binary log lets this account create the triggers that
-- protect the audit log only with log_bin_trust_function_creators=ON.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, TRIGGER
  ON `phone\_proxy`.* TO 'phone_proxy_migrations'@'%';

-- Backups, with mysqldump --single-transaction --no-tablespaces --set-gtid-purged=OFF: reads. From MySQL 9.7, also
-- --skip-masking-policies: without it, mysqldump reports that it may not read policies, but dumps everything else.
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `phone\_proxy`.* TO 'phone_proxy_backup'@'%';

-- Asterisk: reads what the dialplan's fallback needs.
GRANT CREATE, SELECT ON phone_proxy.phone_mappings TO 'asterisk'@'%';
GRANT CREATE, SELECT ON phone_proxy.number_pools TO 'asterisk'@'%';
GRANT CREATE, SELECT ON phone_proxy.call_logs TO 'asterisk'@'%';
REVOKE CREATE ON phone_proxy.phone_mappings FROM 'asterisk'@'%';
REVOKE CREATE ON phone_proxy.number_pools FROM 'asterisk'@'%';
REVOKE CREATE ON phone_proxy.call_logs FROM 'asterisk'@'%';

-- Replicas (DATABASE_READ_URLS): reads what lists, exports, and statistics show. No passwords, sessions, or keys.
GRANT CREATE, SELECT ON phone_proxy.phone_mappings TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.number_pools TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.mapping_counts TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.call_logs TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.call_stats TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.call_trunk_stats TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.call_peaks TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.call_number_days TO 'phone_proxy_read'@'%';
GRANT CREATE, SELECT ON phone_proxy.replication_heartbeat TO 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.phone_mappings FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.number_pools FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.mapping_counts FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.call_logs FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.call_stats FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.call_trunk_stats FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.call_peaks FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.call_number_days FROM 'phone_proxy_read'@'%';
REVOKE CREATE ON phone_proxy.replication_heartbeat FROM 'phone_proxy_read'@'%';
