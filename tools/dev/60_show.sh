# Figures, pictures, documents.

dev_bench() {
  setup_for build test bench peers
  with_tests release
  build_native release
  local program peers
  for peers in bench/*/run.mjs; do
    [[ -n "${1:-}" && $(dirname "$peers") != *"$1"* ]] && continue
    echo "== $(dirname "$peers")"
    node "$peers" build/release "${@:2}"
  done
  for program in build/release/bench/*/bench_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    # A folder with a script of its own has been run above.
    [ -f "bench/$(basename "$(dirname "$program")")/run.mjs" ] && continue
    [ -n "${1:-}" ] && [[ $(basename "$program") != *"$1"* ]] && continue
    echo "== $(basename "$program")"
    "$program"
  done
}

dev_shots() {
  setup_for build test
  build_all release
  (cd web && npm run --silent shots -- "$@")
}

# What is written by the program itself, so that it cannot go stale.
dev_docs() {
  setup_for build
  build_all release
  build/release/tutti openapi --markdown >docs/api.md
  nice ninja -C build/release effect_pages && build/release/tools/effect_pages/effect_pages docs/effects
  mkdir -p docs/man && build/release/tutti man >docs/man/tutti.1
  build/release/tutti openapi >web/contract/openapi.json && (cd web && npm run --silent contract)
  build/release/tutti openapi --effects >web/contract/effects.ts
  build/release/tutti openapi --synths >web/contract/synths.ts
}
