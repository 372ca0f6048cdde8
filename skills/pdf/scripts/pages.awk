# Text as a PDF 1.4 file in Helvetica, with its table of offsets: so everything in it is one byte a character.
BEGIN { count = 0; size = 0; kids = ""; start_page() }
{ gsub(/[^ -~\t]/, "?"); gsub(/\t/, "    ") }
/^# / { write(substr($0, 3), 20, 28, 2, 48); next }
/^## / { write(substr($0, 4), 15, 22, 2, 62); next }
/^[-*] / { write("- " substr($0, 3), 11, 15, 1, 88); next }
{ write($0, 11, 15, 1, 88) }
END {
  end_page()
  out("%PDF-1.4\n")
  put(1, "<< /Type /Catalog /Pages 2 0 R >>")
  for (i = 1; i <= count; i++) kids = kids (3 + 2 * i) " 0 R "
  put(2, "<< /Type /Pages /Kids [ " kids "] /Count " count " >>")
  put(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
  put(4, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>")
  for (i = 1; i <= count; i++) {
    put(3 + 2 * i, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents " (4 + 2 * i) " 0 R >>")
    put(4 + 2 * i, "<< /Length " length(pages[i]) " >>\nstream\n" pages[i] "endstream")
  }
  total = 4 + 2 * count
  table = size
  out(sprintf("xref\n0 %d\n0000000000 65535 f \n", total + 1))
  for (i = 1; i <= total; i++) out(sprintf("%010d 00000 n \n", offsets[i]))
  out(sprintf("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", total + 1, table))
}
function write(text, points, leading, font, width,   cut) {
  do {
    cut = length(text)
    if (cut > width) { cut = width; while (cut > 0 && substr(text, cut, 1) != " ") cut--; if (cut == 0) cut = width }
    if (y - leading < 56) { end_page(); start_page() }
    y -= leading
    page = page sprintf("BT /F%d %d Tf 56 %d Td (%s) Tj ET\n", font, points, y, escaped(substr(text, 1, cut)))
    text = substr(text, cut + 1)
    sub(/^ +/, "", text)
  } while (text != "")
}
function escaped(s) { gsub(/\\/, "\\\\\\\\", s); gsub(/\(/, "\\\\(", s); gsub(/\)/, "\\\\)", s); return s }
function start_page() { y = 800; page = "" }
function end_page() { pages[++count] = page }
function put(id, body) { offsets[id] = size; out(id " 0 obj\n" body "\nendobj\n") }
function out(text) { printf "%s", text; size += length(text) }
