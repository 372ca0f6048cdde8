# Two files of XML, a tag and the text behind it in each line: the shared strings of a book, then a sheet. Prints it as CSV.
BEGIN { part = 0; count = 0; columns = 0 }
FNR == 1 { part++ }
{
  end = index($0, ">")
  tag = substr($0, 1, end - 1)
  text = substr($0, end + 1)
  name = tag
  sub(/[ \/].*$/, "", name)
  if (tag ~ /^\//) name = tag
}
part == 1 && name == "si" { words = "" }
part == 1 && name == "t" { words = words text }
part == 1 && name == "/si" { strings[count++] = words }
part == 2 && name == "row" { columns = 0; split("", cells) }
part == 2 && name == "c" {
  column = match(tag, / r="[A-Z]+/) ? number(substr(tag, RSTART + 4, RLENGTH - 4)) : columns + 1
  shared = tag ~ / t="s"/
  value = ""
}
part == 2 && (name == "v" || name == "t") { value = value text }
part == 2 && name == "/c" { put() }
part == 2 && name == "c" && tag ~ /\/$/ { put() }
part == 2 && name == "/row" {
  line = ""
  for (i = 1; i <= columns; i++) {
    if (i > 1) line = line ","
    line = line quoted(cells[i])
  }
  print line
}
function put() {
  cells[column] = plain(shared && value != "" ? strings[value + 0] : value)
  if (column > columns) columns = column
}
function number(letters,   n, i) {
  n = 0
  for (i = 1; i <= length(letters); i++) n = n * 26 + index("ABCDEFGHIJKLMNOPQRSTUVWXYZ", substr(letters, i, 1))
  return n
}
function plain(s) {
  gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&apos;/, "'", s); gsub(/&#10;/, "\n", s)
  gsub(/&amp;/, "\\&", s)
  return s
}
function quoted(s) {
  if (s !~ /[",\n]/) return s
  gsub(/"/, "\"\"", s)
  return "\"" s "\""
}
