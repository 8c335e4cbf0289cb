#!/bin/sh
# Development only: builds the app page into DIR (default /tmp/token-keeper-ui), as build.sh does for
# the package, so that preview.mjs can show it without the rest of the extension.
# WASM_OPT names the program of the npm package binaryen; without it the file stays larger.
set -eu
cd "$(dirname "$0")/../.."
dir=${1:-/tmp/token-keeper-ui}
bindgen=${WASM_BINDGEN:-$HOME/.cache/token-keeper/wasm-bindgen-0.2.129/bin/wasm-bindgen}
cargo build --release --target wasm32-unknown-unknown --bin ui
mkdir -p "$dir"
cp -r extension/. "$dir"
"$bindgen" --target web --no-typescript --out-dir "$dir" "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/ui.wasm"
if [ -n "${WASM_OPT:-}" ]; then
  "$WASM_OPT" -Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
    --enable-reference-types --enable-multivalue --strip-debug --strip-producers "$dir/ui_bg.wasm" -o "$dir/ui_bg.wasm"
fi
wc -c "$dir/ui_bg.wasm" "$dir/ui.js"
