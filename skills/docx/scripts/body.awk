# Lines of text as paragraphs: "# ", "## ", "### " are headings, "- " is an item, an empty line is nothing.
/^[ \t]*$/ { next }
/^### / { paragraph(substr($0, 5), "<w:spacing w:before=\"160\"/>", "<w:b/><w:sz w:val=\"24\"/>"); next }
/^## / { paragraph(substr($0, 4), "<w:spacing w:before=\"240\"/>", "<w:b/><w:sz w:val=\"28\"/>"); next }
/^# / { paragraph(substr($0, 3), "<w:spacing w:before=\"320\"/>", "<w:b/><w:sz w:val=\"36\"/>"); next }
/^[-*] / { paragraph("• " substr($0, 3), "<w:ind w:left=\"360\" w:hanging=\"200\"/>", ""); next }
{ paragraph($0, "<w:spacing w:after=\"120\"/>", "") }
function paragraph(text, layout, run) {
  gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text)
  printf "<w:p><w:pPr>%s</w:pPr><w:r><w:rPr>%s</w:rPr><w:t xml:space=\"preserve\">%s</w:t></w:r></w:p>\n", layout, run, text
}
