dev_run() {
  setup_for build
  build_all release
  local open=()
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then open=(--open); fi
  exec build/release/tutti serve --page web/dist "${open[@]}" "$@"
}
