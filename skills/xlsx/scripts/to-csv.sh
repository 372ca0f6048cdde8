#!/bin/sh
# to-csv.sh BOOK.xlsx          names of the sheets, in order
# to-csv.sh BOOK.xlsx NUMBER   one sheet as CSV, values only; 1 is the first
set -e
here=$(dirname "$0")
book=$1
if [ -z "$2" ]; then
  unzip -p "$book" xl/workbook.xml | tr '>' '\n' | grep '<sheet ' | sed 's/.* name="\([^"]*\)".*/\1/'
  exit 0
fi
strings=/tmp/strings-$$.xml
sheet=/tmp/sheet-$$.xml
echo none > "$strings"
if unzip -l "$book" | grep -q 'xl/sharedStrings.xml'; then unzip -p "$book" xl/sharedStrings.xml | tr '\n' ' ' | tr '<' '\n' > "$strings"; fi
unzip -p "$book" "xl/worksheets/sheet$2.xml" | tr '\n' ' ' | tr '<' '\n' > "$sheet"
awk "$(cat "$here/to-csv.awk")" "$strings" "$sheet"
rm -f "$strings" "$sheet"
