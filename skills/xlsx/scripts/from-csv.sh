#!/bin/sh
# from-csv.sh BOOK.xlsx NAME=FILE.csv...   one sheet for each file, in this order
set -e
here=$(cd "$(dirname "$0")" && pwd)
case $1 in /*) book=$1 ;; *) book=$PWD/$1 ;; esac
shift
parts=/tmp/book-$$
mkdir -p "$parts/_rels" "$parts/xl/_rels" "$parts/xl/worksheets"
head='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
pack=http://schemas.openxmlformats.org/package/2006
office=http://schemas.openxmlformats.org/officeDocument/2006/relationships
main=http://schemas.openxmlformats.org/spreadsheetml/2006/main
kind=application/vnd.openxmlformats-officedocument.spreadsheetml
n=0 sheets='' links='' types=''
for pair in "$@"; do
  n=$((n + 1))
  name=$(printf '%s' "${pair%%=*}" | cut -c 1-31 | sed 's/&/\&amp;/g; s/</\&lt;/g; s/"/\&quot;/g')
  { echo "$head<worksheet xmlns=\"$main\"><sheetData>"; awk "$(cat "$here/sheet.awk")" "${pair#*=}"; echo '</sheetData></worksheet>'; } > "$parts/xl/worksheets/sheet$n.xml"
  sheets="$sheets<sheet name=\"$name\" sheetId=\"$n\" r:id=\"rId$n\"/>"
  links="$links<Relationship Id=\"rId$n\" Type=\"$office/worksheet\" Target=\"worksheets/sheet$n.xml\"/>"
  types="$types<Override PartName=\"/xl/worksheets/sheet$n.xml\" ContentType=\"$kind.worksheet+xml\"/>"
done
echo "$head<workbook xmlns=\"$main\" xmlns:r=\"$office\"><sheets>$sheets</sheets></workbook>" > "$parts/xl/workbook.xml"
echo "$head<Relationships xmlns=\"$pack/relationships\">$links</Relationships>" > "$parts/xl/_rels/workbook.xml.rels"
echo "$head<Relationships xmlns=\"$pack/relationships\"><Relationship Id=\"rId1\" Type=\"$office/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" > "$parts/_rels/.rels"
echo "$head<Types xmlns=\"$pack/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"$kind.sheet.main+xml\"/>$types</Types>" > "$parts/[Content_Types].xml"
rm -f "$book"
(cd "$parts" && zip -qr "$book" '[Content_Types].xml' _rels xl)
rm -r "$parts"
echo "wrote $book with $n sheet(s)"
