#!/usr/bin/env bash
# Measures the echo servers, and the ZeroMQ engine, beside their peers, all by one load generator, in shuffled rounds; prints Markdown tables of
# medians of per-round ratios to the C reference, with their spread; what an idle connection costs; and socketlab's own load generator beside the one in C. What is not installed is left out by name.
#   run.sh [raw|idle|load|zmq] [--rounds N] [--seconds S] [--write]   --write puts the tables into README.md between its markers
set -euo pipefail
# No build server may outlive this script: it would hold a pipe that this is read through.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
only=; case "${1:-}" in raw|idle|load|zmq) only=$1; shift ;; esac
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
command -v gcc >/dev/null || { echo "gcc is needed for the load generator" >&2; exit 2; }
for source in "$here"/c/*.c; do gcc -O2 -Wall -pthread -o "$work/$(basename "${source%.c}")" "$source"; done
if command -v go >/dev/null; then GOCACHE="$work/go" GO111MODULE=off go build -o "$work/go_echo" "$here/peers/echo.go"; else echo "left out: Go (not installed)" >&2; fi
dotnet publish "$root/src/SocketLab" -c Release -o "$work/lab" -v q >&2
for peer in plain_echo saea_echo kestrel_echo; do
    dotnet publish "$here/peers/$peer.cs" -c Release -p:PublishAot=false -o "$work/$peer" -v q >&2 || echo "left out: $peer (it did not build)" >&2
done
if gcc -O2 -Wall -o "$work/zmqbench" "$here/zmq/zmqbench.c" -lzmq -lpthread 2>/dev/null; then zmq=zmq; else echo "left out: libzmq (libzmq3-dev is not installed), and with it the ZeroMQ table" >&2; zmq=; fi
for table in raw idle load $zmq; do
    [ -z "$only" ] || [ "$only" = "$table" ] || continue
    dotnet run -c Release --project "$here" -- "${table/zmq/zmq-table}" --work "$work" --peers "$here/peers" --readme "$root/README.md" "$@"
done
