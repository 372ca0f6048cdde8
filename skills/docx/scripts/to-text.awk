# The text of word/document.xml, given with a tag and the text behind it in each line: a line for each paragraph, tabs between the cells of a table.
BEGIN { depth = 0; line = "" }
{
  end = index($0, ">")
  tag = substr($0, 1, end - 1)
  text = substr($0, end + 1)
}
tag == "w:t" || tag ~ /^w:t / { line = line text }
tag ~ /^w:tab[ \/]/ || tag == "w:tab/" { line = line "\t" }
tag ~ /^w:br/ { line = line "\n" }
tag == "w:tbl" { depth++ }
tag == "/w:tbl" { depth-- }
tag == "/w:p" && depth > 0 { line = line " " }
tag == "/w:p" && depth == 0 { tell() }
tag == "/w:tc" { sub(/ $/, "", line); line = line "\t" }
tag == "/w:tr" { sub(/\t$/, "", line); tell() }
function tell() {
  gsub(/&lt;/, "<", line); gsub(/&gt;/, ">", line); gsub(/&quot;/, "\"", line); gsub(/&apos;/, "'", line)
  gsub(/&amp;/, "\\&", line)
  print line
  line = ""
}
