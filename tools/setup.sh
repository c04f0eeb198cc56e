#!/bin/sh
# Make .venv where it is missing and install what the requirements file $1 lists, each package by its hash.
# PYTHON=/path/to/python says which Python to use; otherwise the first one found that is new enough.
set -eu

new_enough='import sys; sys.exit(sys.version_info < (3, 13))'

find_python() {
    for python in ${PYTHON:-python3.13 python3.14 python3 python}; do
        if "$python" -c "$new_enough" 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    echo "Python 3.13 or later is needed, and none was found. Install it, or name it: make PYTHON=/path/to/python3.13" >&2
    exit 1
}

if ! .venv/bin/python -c "$new_enough" 2>/dev/null; then
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$python has no venv module. Install it (Debian, Ubuntu: apt-get install python3-venv)." >&2
        exit 1
    fi
    echo "Making the virtual environment .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

# uv installs five times as fast as pip; where it does not run, pip does the same from the same hashes.
pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --require-hashes"
echo "Installing the packages of $1"
if $pip -r requirements-uv.txt && .venv/bin/python -m uv --version >/dev/null 2>&1; then
    .venv/bin/python -m uv pip install --system-certs --quiet --require-hashes --python .venv/bin/python -r "$1" && exit 0
    echo "uv could not install them; trying with pip" >&2
fi
$pip -r "$1"
