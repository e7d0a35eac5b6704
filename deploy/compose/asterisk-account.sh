# Gives Asterisk a database account of its own, which can read the three tables that the dialplan's fallback needs. MySQL's
# image sources this file when it creates the database, so it must not be executable.
#
# MYSQL_ASTERISK_PASSWORD_FILE names the file with the account's password.

phone_proxy_asterisk_account() (
  set -eu
  quoted=$(sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" "$MYSQL_ASTERISK_PASSWORD_FILE")
  if [ -z "$quoted" ]; then
    echo "asterisk-account.sh: $MYSQL_ASTERISK_PASSWORD_FILE is empty" >&2
    exit 1
  fi
  printf "CREATE USER IF NOT EXISTS 'asterisk'@'%%' IDENTIFIED BY '%s';\n" "$quoted"
  for table in phone_mappings number_pools call_logs; do
    # The application creates the tables later. Only a grant with CREATE may name a table that does not exist.
    printf "GRANT CREATE, SELECT ON \`%s\`.%s TO 'asterisk'@'%%';\n" "$MYSQL_DATABASE" "$table"
    printf "REVOKE CREATE ON \`%s\`.%s FROM 'asterisk'@'%%';\n" "$MYSQL_DATABASE" "$table"
  done
)

phone_proxy_asterisk_account | docker_process_sql
