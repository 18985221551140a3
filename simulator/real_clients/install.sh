#!/usr/bin/env bash
# Brings the SDKs that the gateway's tests run into node_modules and .venv beside this file.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v npm >/dev/null || [ ! -e /usr/share/zoneinfo/Asia/Shanghai ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nodejs npm tzdata >/dev/null
fi
# No scripts: one SDK drags in an old ws that would compile native code, and does without it.
npm install --silent --ignore-scripts --no-package-lock --no-audit --no-fund
uv venv --quiet --allow-existing .venv
uv pip install --quiet --python .venv -r requirements.txt
