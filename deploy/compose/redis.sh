#!/bin/sh
# Redis in the container, with the password of the URL that the application reads from the same secret.
#
#   redis.sh serve     starts the server
#   redis.sh check     succeeds if it answers
#
# REDIS_URL_FILE names a file with a URL like redis://:PASSWORD@127.0.0.1:6379/0. /tmp has to be writable.
set -eu

password=$(sed -n 's|^rediss\{0,1\}://[^:/@]*:\([^@/]*\)@.*$|\1|p' "$REDIS_URL_FILE")
if [ -z "$password" ]; then
  echo "redis.sh: no password in the URL in $REDIS_URL_FILE" >&2
  exit 1
fi

case ${1-} in
  serve)
    # In a file: arguments are visible to other processes.
    (umask 077 && printf 'requirepass "%s"\n' "$password" > /tmp/phone-proxy-redis.conf)
    # A cache and a message bus: no data needs to survive a restart.
    shift
    exec redis-server /tmp/phone-proxy-redis.conf --save "" --appendonly no --dir /tmp "$@"
    ;;
  check)
    shift
    answer=$(REDISCLI_AUTH=$password redis-cli "$@" ping)
    [ "$answer" = PONG ]
    ;;
  *)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2
    exit 2
    ;;
esac
