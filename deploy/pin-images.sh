#!/bin/sh
# Adds the digest to every image tag in docker-compose.yml and the Dockerfiles, so that the same image is used even if its
# tag is moved. Needs Docker with buildx and access to the registry. Run it again after you change a tag.
#
#   deploy/pin-images.sh
set -eu

cd -- "$(dirname -- "$0")/.."
files="docker-compose.yml Dockerfile asterisk/Dockerfile"

fail() {
  echo "pin-images.sh: $1; nothing was changed" >&2
  exit 1
}

docker buildx version > /dev/null 2>&1 || fail "Docker with buildx is not available on this machine"

# shellcheck disable=SC2086
tags=$(sed -n \
  -e 's/^ *image: *\([^ @]*\).*$/\1/p' \
  -e 's/^FROM  *\([^ @]*:[^ @]*\).*$/\1/p' $files | sort -u)

# All digests before the first change.
edits=""
for tag in $tags; do
  digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$tag") ||
    fail "the registry has no digest for $tag"
  case $digest in
    sha256:*) ;;
    *) fail "the registry has no digest for $tag" ;;
  esac
  pattern=$(printf '%s' "$tag" | sed 's/[.]/\\./g')
  edits="$edits
s~\\( \\)$pattern\\(@sha256:[0-9a-f]*\\)\\{0,1\\}\\( \\|\$\\)~\\1$tag@$digest\\3~"
  echo "$tag@$digest"
done

for file in $files; do
  changed=$(mktemp)
  printf '%s\n' "$edits" | sed -f - "$file" > "$changed"
  # Keeps the file's owner and mode.
  cat "$changed" > "$file"
  rm -f "$changed"
done
