#!/bin/sh
# Writes the Asterisk configuration with your values filled in.
#
#   asterisk/render.sh SETTINGS TARGET
#
# SETTINGS is a file like settings.env.example, or "-" to read the values from the environment.
# TARGET is a root folder. The script writes TARGET/etc/asterisk/*.conf, TARGET/etc/odbc.ini, TARGET/etc/odbcinst.ini,
# and creates the folders TARGET/var/spool/asterisk/calls for the lines of calls and TARGET/var/log/asterisk/cel-custom, from
# which Asterisk finds the first one.
# On a server, TARGET is "/". Existing files with the same names are replaced.
#
# To read a value from a file, name the file in NAME_FILE (for example ARI_PASSWORD_FILE). It overrides NAME.
#
# Only the names below are replaced, and only in the form ${NAME}. Asterisk's own ${...} are left unchanged.
set -eu

names="SYSTEM_NAME INSTALLATION MAX_CALLS
ARI_BIND_ADDRESS ARI_PORT ARI_USER ARI_PASSWORD
SIP_BIND_ADDRESS SIP_PORT RTP_FIRST_PORT RTP_LAST_PORT
TRUNK_IN_MATCH TRUNK_OUT_MATCH TRUNK_OUT_ADDRESS TRUNK_OUT_QUALIFY_SECONDS
MYSQL_HOST MYSQL_PORT MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD
LOOKUP_URL"

if [ $# -ne 2 ]; then
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2
  exit 2
fi
settings=$1
target=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

if [ "$settings" != "-" ]; then
  set -a
  # shellcheck disable=SC1090
  . "$(CDPATH='' cd -- "$(dirname -- "$settings")" && pwd)/$(basename -- "$settings")"
  set +a
fi

for name in $names; do
  eval "file=\${${name}_FILE-}"
  [ -n "$file" ] || continue
  value=$(cat -- "$file") || { echo "render.sh: cannot read the file named in ${name}_FILE: $file" >&2; exit 1; }
  export "$name=$value"
done

missing=""
for name in $names; do
  eval "value=\${$name-}"
  [ -n "$value" ] || missing="$missing $name"
done
if [ -n "$missing" ]; then
  echo "render.sh: no value for:$missing" >&2
  exit 1
fi

# Any other character would not be found again in the header of a call that came back.
case $INSTALLATION in
*[!0-9A-Za-z_.-]*)
  echo 'render.sh: INSTALLATION may have only letters, digits, ".", "_", and "-"' >&2
  exit 1
  ;;
esac

render() {
  [ ! -e "$2" ] || chmod 640 "$2"
  NAMES="$names" awk '
    BEGIN { count = split(ENVIRON["NAMES"], names, /[ \n]+/) }
    {
      rest = $0
      line = ""
      # From left to right, so that placeholders inside a value are not replaced.
      while ((start = index(rest, "${")) > 0) {
        line = line substr(rest, 1, start - 1)
        rest = substr(rest, start)
        filled = 0
        for (i = 1; i <= count; i++) {
          placeholder = "${" names[i] "}"
          if (substr(rest, 1, length(placeholder)) == placeholder) {
            line = line ENVIRON[names[i]]
            rest = substr(rest, length(placeholder) + 1)
            filled = 1
            break
          }
        }
        if (!filled) {
          line = line "${"
          rest = substr(rest, 3)
        }
      }
      print line rest
    }' "$1" > "$2"
  chmod 640 "$2"
}

mkdir -p "$target/etc/asterisk"
# Some files contain passwords: keep them private while they are being written, too.
umask 077
for file in "$here"/*.conf; do
  render "$file" "$target/etc/asterisk/$(basename -- "$file")"
done
for file in odbc.ini odbcinst.ini; do
  render "$here/$file" "$target/etc/$file"
  # These two contain no password and must be readable by all programs.
  chmod 644 "$target/etc/$file"
done
# The application collects the lines of calls from this folder. It runs as a member of Asterisk's group and needs write
# access.
calls=$target/var/spool/asterisk/calls
if [ ! -d "$calls" ]; then
  made=yes
  (umask 022 && mkdir -p -m 2770 "$calls")
fi
(umask 022 && mkdir -p "$target/var/log/asterisk/cel-custom")
# Asterisk does not run as root.
if [ "$(id -u)" = 0 ]; then
  group=$(awk -F: '$1 == "asterisk" { print $3 }' "$target/etc/group" 2>/dev/null || true)
  [ -z "$group" ] || chgrp "$group" "$target"/etc/asterisk/*.conf
  # Keep the group of an existing folder.
  [ -z "$group" ] || [ -z "${made-}" ] || chgrp "$group" "$calls"
fi
