#!/bin/bash
# Patches, scripts and their checkers: what `make check` runs.
exec "$(dirname "$0")/../check"
