#!/bin/sh
# to-text.sh DECK.pptx   the text of its slides, in the order of their files
set -e
deck=$1
n=1
while unzip -l "$deck" | grep -q "ppt/slides/slide$n.xml"; do
  echo "## Slide $n"
  unzip -p "$deck" "ppt/slides/slide$n.xml" | tr '\n' ' ' | tr '<' '\n' | awk "$(cat "$(dirname "$0")/to-text.awk")"
  n=$((n + 1))
done
