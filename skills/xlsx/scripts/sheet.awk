# CSV on standard input, the rows of a sheet on standard output. A cell of digits is a number, one that begins with = a formula.
BEGIN { rows = 0; pending = "" }
{
  line = pending == "" ? $0 : pending "\n" $0
  copy = line
  if (gsub(/"/, "", copy) % 2 == 1) { pending = line; next }
  pending = ""
  rows++
  printf "<row r=\"%d\">", rows
  column = 0
  while (line != "" || column == 0) {
    column++
    if (substr(line, 1, 1) == "\"") {
      cell = ""
      line = substr(line, 2)
      while ((at = index(line, "\"")) > 0) {
        cell = cell substr(line, 1, at - 1)
        line = substr(line, at + 1)
        if (substr(line, 1, 1) != "\"") break
        cell = cell "\""
        line = substr(line, 2)
      }
      put(cell, 0)
    } else {
      at = index(line, ",")
      cell = at > 0 ? substr(line, 1, at - 1) : line
      line = at > 0 ? substr(line, at) : ""
      put(cell, 1)
    }
    if (line == "") break
    line = substr(line, 2)
    if (line == "") { column++; break }
  }
  print "</row>"
}
function put(cell, bare,   where) {
  where = letters(column) rows
  if (cell == "") return
  if (bare && cell ~ /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/ && length(cell) < 16) printf "<c r=\"%s\"><v>%s</v></c>", where, cell
  else if (bare && cell ~ /^=./) printf "<c r=\"%s\"><f>%s</f></c>", where, escaped(substr(cell, 2))
  else printf "<c r=\"%s\" t=\"inlineStr\"><is><t xml:space=\"preserve\">%s</t></is></c>", where, escaped(cell)
}
function letters(n,   s) {
  s = ""
  while (n > 0) { s = substr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n - 1) % 26 + 1, 1) s; n = int((n - 1) / 26) }
  return s
}
function escaped(s) {
  gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s)
  return s
}
