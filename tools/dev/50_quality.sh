# Formatting, static checks, fuzzing.

cpp_sources() { git ls-files -- 'engine/*.h' 'engine/*.cpp' 'native/*.h' 'native/*.cpp' 'server/*.h' 'server/*.cpp' 'cli/*.h' 'cli/*.cpp' 'wasm/*.h' 'wasm/*.cpp' 'tests/*.h' 'tests/*.cpp' 'bench/*.h' 'bench/*.cpp'; }

# The C++ files of our own that differ from the last landed state, or all with LINT_ALL=1.
changed_cpp() {
  if [ -n "${LINT_ALL:-}" ]; then cpp_sources | grep '\.cpp$'; return; fi
  { git diff --name-only --diff-filter=d "${LINT_BASE:-HEAD}"; git ls-files --others --exclude-standard; } |
    grep -E '^(engine|native|server|cli)/.*\.cpp$' | sort -u || true
}

dev_lint() {
  setup_for build test dev
  check layers node tools/layers.mjs
  check clang-format sh -c "clang-format-19 --dry-run --Werror $(cpp_sources | tr '\n' ' ')"
  with_tests release
  local changed; changed=$(changed_cpp)
  [ -n "$changed" ] && check clang-tidy clang-tidy-19 --quiet -p build/release $changed
  check eslint sh -c 'cd web && npm run --silent lint'
  check types sh -c 'cd web && npm run --silent types'
  check prettier sh -c 'cd web && npm run --silent format:check'
  summary
}

dev_format() {
  setup_for build dev
  cpp_sources | xargs clang-format-19 -i
  (cd web && npm run --silent format)
}

dev_fuzz() { # SECONDS
  setup_for build dev
  cmake --preset fuzz >/dev/null
  cmake --build build/fuzz --target $(sed -nE 's/^tutti_fuzzer\(([a-z_]+).*/fuzz_\1/p' tests/fuzz/CMakeLists.txt) -- --quiet
  local target corpus
  for target in build/fuzz/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    corpus=build/fuzz-corpus/$(basename "$target"); mkdir -p "$corpus" "tests/fuzz/seeds/$(basename "$target" | sed s/fuzz_//)"
    check "$(basename "$target"), $1 s" "$target" -max_total_time="$1" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
      -artifact_prefix="build/fuzz-corpus/" "$corpus" "tests/fuzz/seeds/$(basename "$target" | sed s/fuzz_//)"
  done
  summary
}
