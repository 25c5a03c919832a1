# Installs what is missing, and nothing when all is there.

packages_of() { sed 's/#.*//' "$root/tools/packages/$1.txt" | awk 'NF {print $1}'; }

missing_packages() {
  local name
  for name in $(for set in "$@"; do packages_of "$set"; done | sort -u); do
    # Any node and npm that are new enough will do, wherever they came from.
    if { [ "$name" = nodejs ] || [ "$name" = npm ]; } && command -v node >/dev/null && command -v npm >/dev/null; then continue; fi
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || echo "$name"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else echo "Installing packages needs root: become root or install sudo, then start again." >&2; exit 4; fi
}

setup_packages() {
  command -v apt-get >/dev/null || { echo "Tutti is built on Debian 12; this system has no apt-get. Install by hand what tools/packages lists." >&2; exit 4; }
  local missing; missing=$(missing_packages "$@")
  [ -z "$missing" ] && return
  echo "Installing:" $missing
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

node_is_enough() { command -v node >/dev/null && node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||a==22&&b>=12||a==20&&b>=19?0:1)'; }

# Debian 12 has Node 18, which today's Vite refuses; the npm package `node` brings a newer one into
# a folder of the project's own.
setup_node() {
  if [ -x "$root/.node/node_modules/node/bin/node" ]; then export PATH=$root/.node/node_modules/node/bin:$PATH; fi
  node_is_enough && return
  npm install --prefix "$root/.node" --no-save --no-audit --no-fund --loglevel=error node@22
  export PATH=$root/.node/node_modules/node/bin:$PATH
  node_is_enough || { echo "Node 20.19 or newer could not be installed. Install it by hand and start again." >&2; exit 4; }
}

setup_page() {
  local stamp=$root/web/node_modules/.tutti-installed
  [ -f "$stamp" ] && cmp -s "$root/web/package-lock.json" "$stamp" && return
  (cd "$root/web" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$root/web/package-lock.json" "$stamp"
}

setup_for() { setup_packages "$@"; setup_node; setup_page; }
