#!/bin/sh
# from-text.sh DECK.pptx OUTLINE.md   "# " begins a slide and is its title, "- " is an item, every other line a paragraph
set -e
here=$(cd "$(dirname "$0")" && pwd)
case $1 in /*) deck=$1 ;; *) deck=$PWD/$1 ;; esac
parts=/tmp/deck-$$
mkdir -p "$parts/_rels" "$parts/ppt/_rels" "$parts/ppt/slides/_rels" "$parts/ppt/slideMasters/_rels" "$parts/ppt/slideLayouts/_rels" "$parts/ppt/theme"
head='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
pack=http://schemas.openxmlformats.org/package/2006
office=http://schemas.openxmlformats.org/officeDocument/2006/relationships
spaces="xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"$office\" xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\""
kind=application/vnd.openxmlformats-officedocument.presentationml
empty='<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/></p:spTree></p:cSld>'
links() { echo "$head<Relationships xmlns=\"$pack/relationships\">$1</Relationships>"; }
link() { echo "<Relationship Id=\"$1\" Type=\"$office/$2\" Target=\"$3\"/>"; }
count=$(awk -v folder="$parts/ppt/slides" "$(cat "$here/slides.awk")" "$2")
ids='' relations="$(link rId1 slideMaster slideMasters/slideMaster1.xml)$(link rId2 theme theme/theme1.xml)" types=''
n=1
while [ "$n" -le "$count" ]; do
  ids="$ids<p:sldId id=\"$((255 + n))\" r:id=\"rId$((n + 2))\"/>"
  relations="$relations$(link "rId$((n + 2))" slide "slides/slide$n.xml")"
  types="$types<Override PartName=\"/ppt/slides/slide$n.xml\" ContentType=\"$kind.slide+xml\"/>"
  links "$(link rId1 slideLayout ../slideLayouts/slideLayout1.xml)" > "$parts/ppt/slides/_rels/slide$n.xml.rels"
  n=$((n + 1))
done
echo "$head<p:presentation $spaces><p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" r:id=\"rId1\"/></p:sldMasterIdLst><p:sldIdLst>$ids</p:sldIdLst><p:sldSz cx=\"12192000\" cy=\"6858000\"/><p:notesSz cx=\"6858000\" cy=\"9144000\"/></p:presentation>" > "$parts/ppt/presentation.xml"
links "$relations" > "$parts/ppt/_rels/presentation.xml.rels"
echo "$head<p:sldMaster $spaces>$empty<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" accent3=\"accent3\" accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"/><p:sldLayoutIdLst><p:sldLayoutId id=\"2147483649\" r:id=\"rId1\"/></p:sldLayoutIdLst></p:sldMaster>" > "$parts/ppt/slideMasters/slideMaster1.xml"
links "$(link rId1 slideLayout ../slideLayouts/slideLayout1.xml)$(link rId2 theme ../theme/theme1.xml)" > "$parts/ppt/slideMasters/_rels/slideMaster1.xml.rels"
echo "$head<p:sldLayout $spaces type=\"blank\">$empty</p:sldLayout>" > "$parts/ppt/slideLayouts/slideLayout1.xml"
links "$(link rId1 slideMaster ../slideMasters/slideMaster1.xml)" > "$parts/ppt/slideLayouts/_rels/slideLayout1.xml.rels"
color() { echo "<a:$1><a:srgbClr val=\"$2\"/></a:$1>"; }
colors="$(color dk1 000000)$(color lt1 FFFFFF)$(color dk2 44546A)$(color lt2 E7E6E6)$(color accent1 4472C4)$(color accent2 ED7D31)$(color accent3 A5A5A5)$(color accent4 FFC000)$(color accent5 5B9BD5)$(color accent6 70AD47)$(color hlink 0563C1)$(color folHlink 954F72)"
font='<a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>'
fill='<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
line="<a:ln w=\"6350\">$fill</a:ln>"
none='<a:effectStyle><a:effectLst/></a:effectStyle>'
echo "$head<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"Plain\"><a:themeElements><a:clrScheme name=\"Plain\">$colors</a:clrScheme><a:fontScheme name=\"Plain\"><a:majorFont>$font</a:majorFont><a:minorFont>$font</a:minorFont></a:fontScheme><a:fmtScheme name=\"Plain\"><a:fillStyleLst>$fill$fill$fill</a:fillStyleLst><a:lnStyleLst>$line$line$line</a:lnStyleLst><a:effectStyleLst>$none$none$none</a:effectStyleLst><a:bgFillStyleLst>$fill$fill$fill</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>" > "$parts/ppt/theme/theme1.xml"
links "$(link rId1 officeDocument ppt/presentation.xml)" > "$parts/_rels/.rels"
echo "$head<Types xmlns=\"$pack/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/ppt/presentation.xml\" ContentType=\"$kind.presentation.main+xml\"/><Override PartName=\"/ppt/slideMasters/slideMaster1.xml\" ContentType=\"$kind.slideMaster+xml\"/><Override PartName=\"/ppt/slideLayouts/slideLayout1.xml\" ContentType=\"$kind.slideLayout+xml\"/><Override PartName=\"/ppt/theme/theme1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.theme+xml\"/>$types</Types>" > "$parts/[Content_Types].xml"
rm -f "$deck"
(cd "$parts" && zip -qr "$deck" '[Content_Types].xml' _rels ppt)
rm -r "$parts"
echo "wrote $deck with $count slide(s)"
