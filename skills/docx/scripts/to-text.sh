#!/bin/sh
# to-text.sh DOCUMENT.docx   its paragraphs and tables as text
set -e
unzip -p "$1" word/document.xml | tr '\n' ' ' | tr '<' '\n' | awk "$(cat "$(dirname "$0")/to-text.awk")"
