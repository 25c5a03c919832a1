# Every check counts as passed or failed; the last line is `N passed, N failed`.
passed=0
failed=0
declare -a failures=()

count() { # PASSED FAILED NAME
  passed=$((passed + $1)); failed=$((failed + $2))
  [ "$2" -gt 0 ] && failures+=("$3")
  return 0
}

check() { # NAME COMMAND…: one check
  local name=$1; shift
  echo "== $name"
  if "$@"; then count 1 0 "$name"; else count 0 1 "$name"; fi
}

# Runs a suite that ends with `N passed, N failed` on a line of its own.
suite() { # NAME COMMAND…
  local name=$1 log status=0 line; shift
  log=$(mktemp)
  echo "== $name"
  "$@" 2>&1 | tee "$log" || status=$?
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1 || true)
  rm -f "$log"
  if [ -z "$line" ]; then count 0 1 "$name (ended without a result)"; return; fi
  set -- $line
  local bad=$3
  [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
  count "$1" "$bad" "$name"
}

# CTest in the plain form.
native_tests() { # PRESET
  local log; log=$(mktemp)
  ctest --test-dir "build/$1" --output-on-failure -j "$(nproc)" --no-tests=error 2>&1 | tee "$log" | grep -vE '^ *[0-9]+/[0-9]+ Test .* Passed |^ *Start +[0-9]+:' || true
  local bad total
  bad=$(sed -nE 's/.* ([0-9]+) tests? failed out of ([0-9]+).*/\1/p' "$log" | tail -n 1)
  total=$(sed -nE 's/.* ([0-9]+) tests? failed out of ([0-9]+).*/\2/p' "$log" | tail -n 1)
  rm -f "$log"
  [ -n "$total" ] || return 1
  echo "$((total - bad)) passed, $bad failed"
  [ "$bad" -eq 0 ]
}

page_tests() { (cd web && npm run --silent test); }
end_to_end() { (cd web && npm run --silent e2e); }

summary() {
  local name
  for name in "${failures[@]:-}"; do [ -n "$name" ] && echo "failed: $name"; done
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

dev_test() {
  setup_for build test
  check layers node tools/layers.mjs
  with_tests release
  build_native release
  build_wasm
  build_page
  suite "native tests" native_tests release
  suite "page tests" page_tests
  suite "end to end, in Chromium" end_to_end
  summary
}

dev_accuracy() {
  setup_for build test bench
  export TUTTI_DATA=${TUTTI_DATA:-$root/../shared/data}
  with_tests release
  build_native release tutti tutti_accuracy
  build/release/tutti_accuracy "$@"
}
