#!/usr/bin/env bash
# Prints the path of a Chromium, and brings Debian's when the machine has none. Everything else that it says goes to stderr.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${TRADEFLOW_DATA:-$root/.tradeflow}/tools
own=$tools/chromium

found() {
  # Found means: it runs. A link to nothing, or a program without its libraries, is none.
  [ -x "$1" ] && "$1" --version >/dev/null 2>&1 && { echo "$1"; exit 0; }
}

look() {
  [ -n "${TRADEFLOW_CHROMIUM:-}" ] && found "$TRADEFLOW_CHROMIUM"
  found /usr/bin/chromium
  local name path
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
    path=$(command -v "$name") && found "$path"
  done
  found "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
  found "/Applications/Chromium.app/Contents/MacOS/Chromium"
  found "$own/chromium"
}

install_as_root() {
  echo "Chromium is not on this machine: installing Debian's package (about 100 MB)." >&2
  apt-get install -y -q --no-install-recommends chromium >&2 || { apt-get update -q >&2 && apt-get install -y -q --no-install-recommends chromium >&2; }
}

# Without root: the package and what it needs, unpacked into the data folder, with package lists of our own.
unpack() {
  echo "Chromium is not on this machine: unpacking Debian's packages into $own (about 100 MB)." >&2
  local work=$own.new
  rm -rf "$work" && mkdir -p "$work/lists/partial" "$work/cache/archives/partial" || return
  local apt=(-q -o "Dir::State=$work" -o "Dir::State::status=/var/lib/dpkg/status" -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache")
  (
    cd "$work" || exit
    apt-get "${apt[@]}" update >&2 || exit
    # What apt would install: the packages that this machine does not have yet.
    mapfile -t packages < <(apt-get "${apt[@]}" --simulate --no-install-recommends install chromium | sed -n 's/^Inst \([^ ]*\).*/\1/p')
    ((${#packages[@]} > 0)) || exit
    apt-get "${apt[@]}" download "${packages[@]}" >&2 || exit
    for package in *.deb; do dpkg -x "$package" root && rm "$package" || exit; done
    rm -rf lists cache
    cat >chromium <<'START'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
libraries=$(echo "$here"/root/usr/lib/*-linux-gnu "$here"/root/lib/*-linux-gnu | tr ' ' ':')
LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/root/usr/lib/chromium/chromium" --no-sandbox "$@"
START
    chmod +x chromium
  ) || return
  rm -rf "$own" && mv "$work" "$own"
}

look
if command -v apt-get >/dev/null; then
  if [ "$(id -u)" = 0 ]; then install_as_root; else unpack; fi
  look
fi

echo "There is no Chromium on this machine and none could be brought: install chromium or Google Chrome, or name the program with TRADEFLOW_CHROMIUM." >&2
exit 1
