#!/bin/sh
# Sends the lines of Asterisk's call file to phone-proxy on another machine. Needs a POSIX shell and curl.
#
# Renames the file once a second. A second later, when Asterisk has finished the line it was writing, sends the file, and
# removes it once phone-proxy has stored it. Lines may arrive twice after a crash; each call still has one record.
#
#   LINES_URL      https://phone-proxy.example/calls/lines, of any instance
#   LINES_KEY_FILE file with an API key of the scope calls.record, readable by its owner only
#   CALL_FILE      CALL_FILE of the dialplan
set -u
umask 077
: "${LINES_URL:?Set it to the address of /calls/lines of phone-proxy.}"
: "${LINES_KEY_FILE:?Set it to the file with the API key.}"
: "${CALL_FILE:=/var/spool/asterisk/calls/calls.csv}"
most_lines=2000
longest_pause=5

say() { printf '%s\n' "$1" >&2; }

trouble=''
# Once for each kind of trouble, not at every attempt.
complain() {
  [ "$trouble" = "$1" ] || say "$1"
  trouble=$1
}

check_key() {
  case $(ls -lLd "$LINES_KEY_FILE" 2>/dev/null) in
    -r[w-]-------*) ;;
    '') say "Cannot read the API key in $LINES_KEY_FILE."; exit 1 ;;
    *) say "Other users can read the API key in $LINES_KEY_FILE. Run: chmod 600 $LINES_KEY_FILE"; exit 1 ;;
  esac
}

# The key reaches curl through a pipe, because everyone can see arguments.
post() {
  { printf 'Authorization: Bearer '; tr -d '\r\n' < "$LINES_KEY_FILE"; echo; } |
    curl --silent --output /dev/null --write-out '%{http_code}' --connect-timeout 5 --max-time 30 \
      --header @- --header 'Content-Type: text/csv' --data-binary "@$1" "$LINES_URL"
}

# Sends one file. Fails if it has to be sent again.
send() {
  status=$(post "$1") || status=${status:-000}
  case $status in
    2??)
      [ -z "$trouble" ] || say 'phone-proxy stores the lines again.'
      trouble=''
      rm -f -- "$1" ;;
    422)
      say "phone-proxy cannot read some lines. They are in $CALL_FILE.rejected, with those sent beside them."
      cat -- "$1" >> "$CALL_FILE.rejected" && rm -f -- "$1" ;;
    401 | 403) complain "phone-proxy refuses the API key ($status): it needs the scope calls.record."; return 1 ;;
    404) complain "There is no phone-proxy at LINES_URL (404)."; return 1 ;;
    000) complain 'phone-proxy cannot be reached. The lines wait.'; return 1 ;;
    *) complain "phone-proxy does not store the lines ($status). They wait."; return 1 ;;
  esac
}

take() {
  [ -f "$CALL_FILE" ] || return 0
  name=$CALL_FILE.taken-$(date +%s)
  # The clock may have been set back.
  while [ -e "$name" ]; do name=$name.1; done
  mv -- "$CALL_FILE" "$name"
}

send_taken() {
  for taken in "$CALL_FILE".taken-*; do
    [ -f "$taken" ] || continue
    if [ "$(wc -l < "$taken")" -gt "$most_lines" ]; then
      # In the order of their names, the parts come before the next file.
      split -a 4 -l "$most_lines" -- "$taken" "$taken-" && rm -f -- "$taken"
      return 0
    fi
    send "$taken" || return 1
  done
}

stopped=''
trap 'stopped=1' TERM INT
check_key
pause=1
while [ -z "$stopped" ]; do
  if send_taken; then pause=1; else pause=$((pause * 2)); fi
  [ "$pause" -le "$longest_pause" ] || pause=$longest_pause
  # While lines wait, Asterisk keeps writing to one file.
  [ "$pause" -gt 1 ] || take
  # Unlike sleep alone, wait ends with a signal.
  sleep "$pause" > /dev/null 2>&1 &
  wait $!
done
exit 0
