#!/usr/bin/env bash
# Runs protoc for some .proto files and repairs what it emits.
#
#   generate.sh <protoc> <out dir> <import root>[:<import root>...] <file.proto>...
#
# Debian's protoc 3.21 emits `namespace namespace` and `namespace export` for temporal.api.namespace.v1
# and temporal.api.export.v1, which is no C++. The C++ namespaces get a trailing underscore; the proto
# packages keep their names, so nothing changes on the wire.
#
# An output is touched only when its content changed, so a comment edited in a .proto rebuilds nothing.
set -euo pipefail

protoc=$1
out=$2
IFS=: read -r -a roots <<<"$3"
shift 3

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$protoc" "${roots[@]/#/-I}" --cpp_out="$scratch" "$@"

find "$scratch" -type f -print0 | xargs -0 sed -i -E \
    -e 's/\bnamespace (namespace|export)\b/namespace \1_/g' \
    -e 's/::(namespace|export)::/::\1_::/g'

cd "$scratch"
find . -type f -printf '%P\n' | while read -r file; do
    if ! cmp -s "$file" "$out/$file"; then
        mkdir -p "$out/$(dirname "$file")"
        mv "$file" "$out/$file"
    fi
done
