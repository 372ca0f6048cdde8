#!/bin/sh
# from-text.sh FILE.pdf TEXT.md   A4 pages; "# ", "## " are headings, "- " an item; ASCII only, everything else becomes ?
set -e
awk "$(cat "$(dirname "$0")/pages.awk")" "$2" > "$1"
echo "wrote $1"
