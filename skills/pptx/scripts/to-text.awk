# The text of one slide, given with a tag and the text behind it in each line: a line for each paragraph that has any.
BEGIN { line = "" }
{
  end = index($0, ">")
  tag = substr($0, 1, end - 1)
  text = substr($0, end + 1)
}
tag == "a:t" { line = line text }
tag ~ /^a:br/ { line = line " " }
tag == "/a:p" && line != "" {
  gsub(/&lt;/, "<", line); gsub(/&gt;/, ">", line); gsub(/&quot;/, "\"", line); gsub(/&apos;/, "'", line)
  gsub(/&amp;/, "\\&", line)
  print line
  line = ""
}
