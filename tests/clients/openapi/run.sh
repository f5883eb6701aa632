#!/bin/bash
# A TypeScript client of the REST API as its users make one: generated from the document that the server serves, compiled with client.ts, run.
#   run.sh [NAME=VALUE …] URL USER:PASSWORD
# The generator and the compiler are in ../node (npm ci), or where NODE_PATH says.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${NODE_PATH:-$here/../node/node_modules}/.bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "openapi: $1" >&2; exit 1; }

url=${*: -2:1}
cp "$here/client.ts" "$work"
cd "$work"
curl -fsS --max-time 15 -o openapi.json "$url/expandweb3/api/openapi.json" || fail "there is no document at $url"
"$tools/openapi-ts" -i openapi.json -o api >generated.log 2>&1 || { cat generated.log >&2; fail "no client can be generated from it"; }
# A type that allows everything checks nothing. Only what clients make up themselves (a contact's info) may have members of any kind.
if grep -vE '^ *(/?\*|\[key: string\]: unknown;)' api/types.gen.ts | grep -E '\b(any|unknown)\b' >&2; then fail "the document leaves these types open"; fi
"$tools/tsc" --strict --target es2022 --lib es2022,dom,dom.iterable --module commonjs --moduleResolution node10 --noEmitOnError --outDir build client.ts >&2 ||
  fail "client.ts and the generated client do not fit together"
node build/client.js "$@"
