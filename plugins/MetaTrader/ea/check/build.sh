#!/bin/sh
# Compiles an Expert Advisor against the terminal in this folder:  build.sh ../TradeFlow.mq5 /tmp/terminal5
set -e
here=$(cd "$(dirname "$0")" && pwd)
compiler=$(command -v clang++ || command -v g++) || { echo "clang++ or g++ is needed" >&2; exit 3; }
case $1 in *.mq4) platform=4; grep -q '^#property strict' "$1" || { echo "$1: #property strict is missing" >&2; exit 1; } ;; *) platform=5 ;; esac
sh "$here/translate.sh" "$1" > "$2.inc"
"$compiler" -std=c++17 -O0 -Wall -Wextra -Wno-unused-parameter -Wshadow -Wsign-compare -Werror -DPLATFORM=$platform -DPROGRAM="\"$2.inc\"" -I"$here" "$here/main.cpp" -o "$2"
