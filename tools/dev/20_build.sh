# Builds: the program and its tests (CMake), the engine for the page (WASM), the page (Vite).

configure() { # PRESET
  [ -f "build/$1/build.ninja" ] || cmake --preset "$1" >/dev/null
}

# The tests join a build folder when they are first asked for: what runs the studio does not need
# their packages.
with_tests() { # PRESET
  grep -qs '^TUTTI_TESTS:BOOL=ON' "build/$1/CMakeCache.txt" || cmake --preset "$1" -DTUTTI_TESTS=ON >/dev/null
}

build_native() { # PRESET [TARGET …]
  local preset=$1; shift
  configure "$preset"
  cmake --build "build/$preset" ${*:+--target "$@"} -- --quiet
}

build_wasm() { configure wasm; cmake --build build/wasm -- --quiet; }

# The page is built again only when something it is made from is newer than the last build.
build_page() {
  local stamp=web/dist/.built
  if [ -f "$stamp" ] && [ -z "$(find web engine wasm -newer "$stamp" -type f \
      -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/e2e/*' -print -quit)" ]; then return; fi
  (cd web && npm run --silent build)
  touch "$stamp"
}

build_all() { # PRESET
  case $1 in
    release) build_native release tutti; build_wasm; build_page ;;
    wasm) build_wasm ;;
    *) build_native "$1" ;;
  esac
}
