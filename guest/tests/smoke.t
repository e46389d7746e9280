#!/bin/bash
# The least that a guest can do.
# needs: regions=2G,4G timeout=120
echo ok 1 - hello
echo 1..1
