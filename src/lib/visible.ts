/**
 * Escapes, bells, marks that hide or turn text, and what fonts draw as nothing. Not the two that only choose how the
 * sign before them is drawn: many alerts have them.
 */
const hidden = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Invisible characters as `\u202e`, so that what is read is what is there. Lines and tabs stay. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(hidden, (mark) => (mark === '\n' || mark === '\t' ? mark : shown(mark)));
}

function shown(mark: string): string {
  const code = mark.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
