#!/bin/sh
# from-text.sh DOCUMENT.docx TEXT.md   headings (#, ##, ###), items (-) and paragraphs, one a line
set -e
here=$(cd "$(dirname "$0")" && pwd)
case $1 in /*) document=$1 ;; *) document=$PWD/$1 ;; esac
parts=/tmp/document-$$
mkdir -p "$parts/_rels" "$parts/word"
head='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
pack=http://schemas.openxmlformats.org/package/2006
office=http://schemas.openxmlformats.org/officeDocument/2006/relationships
{
  echo "$head<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>"
  awk "$(cat "$here/body.awk")" "$2"
  echo '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>'
} > "$parts/word/document.xml"
echo "$head<Relationships xmlns=\"$pack/relationships\"><Relationship Id=\"rId1\" Type=\"$office/officeDocument\" Target=\"word/document.xml\"/></Relationships>" > "$parts/_rels/.rels"
echo "$head<Types xmlns=\"$pack/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>" > "$parts/[Content_Types].xml"
rm -f "$document"
(cd "$parts" && zip -qr "$document" '[Content_Types].xml' _rels word)
rm -r "$parts"
echo "wrote $document"
