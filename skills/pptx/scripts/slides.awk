# An outline as slides: "# " begins one and is its title, every other line is a paragraph of it. Prints how many there are.
BEGIN {
  count = 0
  namespaces = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\""
}
/^[ \t]*$/ { next }
/^# / || count == 0 { close_slide(); count++; title = $0; sub(/^# /, "", title); body = ""; next }
{ text = $0; item = sub(/^[-*] /, "", text); body = body paragraph(item ? "• " text : text, 2000, 0) }
END { close_slide(); print count + 0 }
function close_slide(   file) {
  if (count == 0) return
  file = folder "/slide" count ".xml"
  printf "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><p:sld %s><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>", namespaces > file
  printf "%s", box(2, "Title", 457200, 1143000, paragraph(title, 3600, 1)) > file
  printf "%s", box(3, "Body", 1600200, 4800600, body == "" ? "<a:p/>" : body) > file
  printf "</p:spTree></p:cSld></p:sld>\n" > file
  close(file)
}
function box(id, name, top, height, text) {
  return "<p:sp><p:nvSpPr><p:cNvPr id=\"" id "\" name=\"" name "\"/><p:cNvSpPr txBox=\"1\"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x=\"609600\" y=\"" top "\"/><a:ext cx=\"10972800\" cy=\"" height "\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr wrap=\"square\"><a:normAutofit/></a:bodyPr><a:lstStyle/>" text "</p:txBody></p:sp>"
}
function paragraph(text, size, bold) {
  gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text)
  return "<a:p><a:r><a:rPr lang=\"en-US\" sz=\"" size "\" b=\"" bold "\"/><a:t>" text "</a:t></a:r></a:p>"
}
