#!/usr/bin/env bash
# The one door of the project: builds, tests, checks and packs the extension, and installs what it misses on the way.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
CACHE="${TOKEN_KEEPER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/token-keeper}"
WASM=wasm32-unknown-unknown
# Optimised programs and their glue; `target/` is ignored by git. The type check of lint finds the glue here, too.
CORE="$ROOT/target/core"
TOOLS="$ROOT/tests/node_modules"

usage() {
  cat <<'TEXT'
Token Keeper: the one door

  ./build.sh            build dist/chromium and dist/firefox, each ready to be loaded unpacked
  ./build.sh demo       build, then show the extension at work on the practice org
  ./build.sh test       every test: core, seam to the browser, page scripts, real browsers
  ./build.sh bench      how fast and how big; `bench recognition`, `bench size` … only that, and what the labelled cases give
  ./build.sh lint       formatting, lints, types, store rules
  ./build.sh package    build, then dist/token-keeper-<browser>.zip; the same source gives the same bytes

You need rustup (or cargo with the wasm32-unknown-unknown target), a C linker and Node 20.19 or newer; the tests with
real clients need Python 3.11 or newer and openssl as well, those of backups age (https://age-encryption.org).
The rest is installed into the cache when it is missing; browsers come through apt when you are root.

  TOKEN_KEEPER_CACHE    where tools are kept (default: ~/.cache/token-keeper)
  CHROMIUM, FIREFOX     the browsers to use instead of those on the path
TEXT
}

main() {
  cd "$ROOT"
  case "${1:-build}" in
    build) build ;;
    demo) shift; build; demo "$@" ;;
    test) check ;;
    bench) shift; bench "$@" ;;
    lint) build; lint ;;
    package) build; package ;;
    -h | --help | help) usage ;;
    *) usage >&2; exit 2 ;;
  esac
}

# --- what the commands do ---------------------------------------------------------------------------------------

build() {
  need_rust
  need_node_tools
  need_wasm_target
  need_wasm_bindgen
  one_at_a_time
  step 'background: compile' cargo build --release --locked --target "$WASM" --no-default-features --bin background
  step 'tools: compile' cargo build --release --locked --target "$WASM" --no-default-features --bin tools
  step 'app: compile' cargo build --release --locked --target "$WASM" --bin ui
  # A wasm trap kills the instance for good; background.js starts a new one through the reset function.
  bind background background_core --experimental-reset-state-function
  bind tools tools --experimental-reset-state-function
  bind ui ui
  step 'extension: assemble for Chromium' assemble chromium
  step 'extension: assemble for Firefox' assemble firefox
  step 'sizes' node tests/build/sizes.mjs dist/chromium
  let_others_build
  say 'ready: dist/chromium and dist/firefox'
}

check() {
  need_rust
  need_node_tools
  need_python_tools
  need_browsers
  need_age
  step 'test: core' cargo test --locked
  if [[ -f tests/seam.rs ]]; then
    need_wasm_target
    need_wasm_bindgen
    step 'test: seam' seam
  else
    say 'test: seam: SKIPPED, tests/seam.rs does not exist'
  fi
  build
  local room
  for room in build practice clients page ui e2e; do
    step "test: $room" node_tests "tests/$room"
  done
  say "all tests passed in $SECONDS s"
}

demo() {
  need_browsers
  step 'demo' node tests/e2e/demo.mjs "$@"
}

# bench [word]: everything, or the one of that name: `size`, or one of tests/bench/ (on the host as in Cargo.toml, or *.mjs).
bench() {
  local only="${1:-}" script found=
  is_wanted() { [[ -z $only || $only == "$1" ]] && found=yes; }
  if is_wanted size; then build; fi
  if is_wanted recognition; then recognition; fi
  for script in recognition vault; do
    is_wanted "$script" || continue
    need_rust
    step "bench: $script" cargo bench --locked --bench "$script"
  done
  for script in tests/bench/*.mjs; do
    [[ -f $script ]] && is_wanted "$(basename "$script" .mjs)" || continue
    [[ -d dist/chromium ]] || build
    need_browsers
    step "bench: $(basename "$script" .mjs)" node "$script"
  done
  [[ -n $found ]] || stop "there is no bench of the name $only"
}

# What the labelled cases give, and the speed in wasm; the benches on the host follow with the others.
recognition() {
  need_rust
  need_wasm_target
  need_wasm_bindgen
  step 'bench: labelled cases' cargo test --locked --test recognise report -- --ignored --nocapture
  step 'bench: wasm' env CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="$BINDGEN-test-runner" \
    cargo test --locked --release --target "$WASM" --no-default-features --test bench_wasm -- --nocapture
}

lint() {
  need_rust_component rustfmt
  need_rust_component clippy
  step 'lint: format' cargo fmt --check
  step 'lint: Rust on the host' cargo clippy --locked --all-targets -- -D warnings
  step 'lint: Rust for the browser' cargo clippy --locked --target "$WASM" --lib --bins -- -D warnings
  local project
  for project in page app tests; do
    step "lint: types of $project" "$TOOLS/.bin/tsc" --project "tests/build/types.$project.json"
  done
  step 'lint: Firefox store' node tests/build/store.mjs dist/firefox
  step 'lint: rules of the package' node_tests tests/build
  say 'nothing to complain about'
}

package() {
  local browser
  for browser in chromium firefox; do
    step "package: $browser" node tests/build/zip.mjs "dist/$browser" "dist/token-keeper-$browser.zip"
  done
  (cd dist && say "ready:" && sha256 token-keeper-chromium.zip token-keeper-firefox.zip)
}

# --- steps of the build -----------------------------------------------------------------------------------------

# Turns a compiled program into optimised wasm and its glue, unless just this was done before.
bind() {
  local program="$1" name="$2"; shift 2
  local compiled="${CARGO_TARGET_DIR:-target}/$WASM/release/$program.wasm"
  local wanted
  wanted="$({ cat "$compiled" build.sh tests/package-lock.json; echo "$(bindgen_version) $*"; } | sha256)"
  if [[ -f $CORE/$name.stamp && $(<"$CORE/$name.stamp") == "$wanted" ]]; then return; fi
  rm -f "$CORE/$name.stamp"
  step "$program: glue" "$BINDGEN" --target web --out-name "$name" --out-dir "$CORE" "$@" "$compiled"
  # The features are those that rustc turns on for this target. What names and describes the program is stripped last.
  step "$program: optimise" "$TOOLS/.bin/wasm-opt" -Oz \
    --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
    --enable-mutable-globals --enable-reference-types --enable-multivalue \
    --strip-debug --strip-producers --strip-target-features \
    "$CORE/${name}_bg.wasm" -o "$CORE/${name}_bg.wasm"
  echo "$wanted" >"$CORE/$name.stamp"
}

# A dist folder is exchanged only when something in it changed: a browser may be running from it.
assemble() {
  local browser="$1" fresh
  fresh="dist/.$browser.new"
  rm -rf "$fresh"
  mkdir -p "$fresh"
  node tests/build/assemble.mjs extension "$CORE" "$browser" "$fresh" || return
  if diff -rq "$fresh" "dist/$browser" >/dev/null 2>&1; then
    rm -rf "$fresh"
  else
    rm -rf "dist/$browser"
    mv "$fresh" "dist/$browser"
  fi
}

# The seam tests say themselves whether they want Node (the default) or a browser, which needs a driver as well.
seam() {
  if grep -q 'run_in_' tests/seam.rs; then
    need_browser_driver
  fi
  env CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="$BINDGEN-test-runner" \
    cargo test --locked --target "$WASM" --no-default-features --test seam
}

# One file after the other: they share two browsers and the machine. A failed test may leave a browser or a server open;
# the forced exit ends what would wait for it for ever. A room without tests is a mistake, not a pass.
node_tests() {
  local -a files=()
  local file
  while IFS= read -r file; do files+=("$file"); done < <(find "$1" -name '*.test.mjs' -not -path '*/node_modules/*' | LC_ALL=C sort)
  if ((${#files[@]} == 0)); then
    echo "no *.test.mjs below $1" >&2
    return 1
  fi
  node --test --test-concurrency=1 --test-force-exit --test-reporter=spec "${files[@]}"
}

# --- what has to be there ---------------------------------------------------------------------------------------

need_rust() {
  command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
  command -v cargo >/dev/null || stop 'cargo is missing. Install Rust with rustup: https://rustup.rs'
  if ! command -v cc >/dev/null; then
    through_apt 'a C linker' build-essential
  fi
  # No path of this machine may end up in what is shipped, and two checkouts must give the same bytes.
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=$ROOT=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
}

need_rust_component() {
  cargo "${1/rustfmt/fmt}" --version >/dev/null 2>&1 || step "install $1" rustup component add "$1"
}

need_wasm_target() {
  [[ -d "$(rustc --print sysroot)/lib/rustlib/$WASM" ]] && return
  command -v rustup >/dev/null || stop "The Rust target $WASM is missing, and there is no rustup to add it"
  step "install Rust target $WASM" rustup target add "$WASM"
}

# Program and library of wasm-bindgen must be the same version; Cargo.toml is where it is written.
bindgen_version() {
  sed -n 's/^wasm-bindgen *= *"=\([0-9.]*\)".*/\1/p' Cargo.toml
}

need_wasm_bindgen() {
  local version home
  version="$(bindgen_version)"
  [[ -n $version ]] || stop 'Cargo.toml does not pin wasm-bindgen with "=x.y.z"'
  home="$CACHE/wasm-bindgen-$version"
  BINDGEN="$home/bin/wasm-bindgen"
  [[ -x $BINDGEN ]] && return
  # The target folder and flags of this project have no say in the build of a tool.
  step "install wasm-bindgen $version (takes some minutes)" \
    env -u CARGO_TARGET_DIR -u RUSTFLAGS cargo install wasm-bindgen-cli --version "$version" --locked --quiet --root "$home"
}

need_node_tools() {
  command -v node >/dev/null || stop 'node is missing. Install Node 20.19 or newer: https://nodejs.org'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    stop "Node $(node --version) is too old, 20.19 is the least"
  local home
  home="$CACHE/npm-$(cat tests/package.json tests/package-lock.json | sha256 | cut -c1-16)"
  if [[ ! -d $home ]]; then
    command -v npm >/dev/null || stop 'npm is missing; it comes with Node'
    rm -rf "$home.new"
    mkdir -p "$home.new"
    cp tests/package.json tests/package-lock.json "$home.new"
    # No package of ours needs to run a script of its own on installation, so none may.
    step 'install npm tools' npm ci --prefix "$home.new" --ignore-scripts --no-audit --no-fund --loglevel=error
    mv "$home.new" "$home"
  fi
  if [[ -d $TOOLS && ! -L $TOOLS ]]; then
    stop 'tests/node_modules is a folder of its own; remove it, and build.sh will link the pinned tools there'
  fi
  [[ "$(readlink "$TOOLS" || true)" == "$home/node_modules" ]] || ln -sfn "$home/node_modules" "$TOOLS"
}

# The clients that must be able to use what is exported (tests/clients). Every package is pinned there, so none is resolved.
need_python_tools() {
  local home
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    through_apt 'Python 3.11 or newer for the tests with real clients' python3 python3-venv
  command -v openssl >/dev/null || through_apt 'openssl, which reads our keys in the tests' openssl
  home="$CACHE/python-$({ cat tests/clients/requirements.txt; python3 --version; } | sha256 | cut -c1-16)"
  if [[ ! -f $home/complete ]]; then
    # A virtual environment knows its own path, so it is made in place; what is half made has no mark.
    rm -rf "$home"
    step 'install Python clients' python_tools "$home"
  fi
  export CLIENTS_PYTHON="$home/bin/python"
}

python_tools() {
  local home="$1"
  python3 -m venv "$home" || return
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement tests/clients/requirements.txt || return
  touch "$home/complete"
}

need_browsers() {
  local -a missing=()
  [[ -n ${CHROMIUM:-} ]] || first_of chromium chromium-browser google-chrome google-chrome-stable || missing+=(chromium)
  [[ -n ${FIREFOX:-} ]] || first_of firefox-esr firefox || missing+=(firefox-esr)
  ((${#missing[@]} == 0)) || through_apt 'a browser for the tests' "${missing[@]}" fonts-noto-core fonts-noto-cjk
}

# The program that has to open our backups (tests/e2e/moving.test.mjs).
need_age() { command -v age >/dev/null || through_apt 'age, which opens our backups in the tests' age; }

need_browser_driver() {
  first_of chromedriver || through_apt 'a driver for the seam tests' chromium-driver
  # As root Chromium starts only without its sandbox, and the driver finds Chromium by name.
  if ((EUID == 0)); then
    local browser
    browser="${CHROMIUM:-$(command -v chromium || command -v google-chrome)}"
    mkdir -p "$CORE/bin"
    printf '#!/bin/sh\nexec "%s" --no-sandbox "$@"\n' "$browser" | tee "$CORE/bin/chromium" >"$CORE/bin/google-chrome"
    chmod +x "$CORE"/bin/*
    PATH="$CORE/bin:$PATH"
  fi
}

# through_apt 'what for' package...
through_apt() {
  local purpose="$1"; shift
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    stop "Missing: $purpose. Please install: $*"
  fi
  if [[ -z ${APT_IS_FRESH:-} ]]; then
    step 'update the package lists' apt-get update -qq
    APT_IS_FRESH=yes
  fi
  step "install $*" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

first_of() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null && return 0
  done
  return 1
}

# --- small things -----------------------------------------------------------------------------------------------

say() { printf '» %s\n' "$*"; }

stop() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

# step 'name' command...: says what runs, and which step failed when one does. Inside a function that is run as a step,
# bash does not stop at the first failing command: such a function returns by hand.
step() {
  local name="$1"; shift
  say "$name"
  "$@" || stop "failed: $name"
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# Two builds at once would write the same folders. A build that fails lets go of the lock by ending.
one_at_a_time() {
  mkdir -p "$CORE" dist
  command -v flock >/dev/null || return 0
  exec 9>"$CORE/lock"
  flock -n 9 || { say 'another build is running, waiting for it'; flock 9; }
}

let_others_build() { exec 9>&-; }

main "$@"
