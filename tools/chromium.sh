#!/bin/sh
# See that the browser tests have a Chromium; as root on Debian install it.
set -eu

found() {
    [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && return
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
    found && exit 0
fi
echo "The browser tests need Chromium. Install it (Debian: sudo apt-get install chromium fonts-liberation)," >&2
echo "or name it: make test CHROMIUM=/path/to/chromium" >&2
exit 1
