/** Times that stand in evidence because they were asked for: they bound what was looked at, and nothing happened at them. */

const TIME = String.raw`\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?`;
const LINK = '(?:and|to|until|till|through|–|—|-|→|und|bis|y|a|hasta)';
const OPENS = /(?:\b(?:between|from|over|zwischen|von|entre|desde|de)|window(?: of)?|\()\s*(?:the )?$/i;
const GOES_ON = new RegExp(String.raw`^\s*(?:UTC)?\s*${LINK}\s*(?:[\w-]+[ T])*${TIME}`, 'i');
const CLOSES = new RegExp(
  String.raw`(?:between|from|over|window|zwischen|von|entre|desde|de|\()[^.;!?]*${TIME}\s*(?:UTC)?\s*${LINK}\s*$`,
  'i',
);
const REACHES = /\b(?:up to|as of|through)\s*$/i;
const UNTIL = /\b(?:until|till)\s*$/i;
const ENDED = /\b(?:last|end|stop|ceas|recover|went on|over)\w*\b[^.;]*$/i;
const ASKED = /\b(?:window|range|asked|looked|searched|read|log begins|log ends)\b/i;
const DENIED =
  /\b(?:no|not|none|never|nothing|nobody|neither|nor|without|kein\w*|nicht\w*|ning[uú]n\w*|nada)\b|n['’]t\b/i;
const HAPPENS = /\b(?:beg[aiu]n|start|ros|jump|broke|fail|first|onset|crash|climb|fell|drop)\w*[^.;,]*$/i;

/** Does what is written around a time speak of what was looked at? `at` and `end` are the time's own place in `text`. */
export function isOfWindow(text: string, at: number, end: number): boolean {
  const [before, after] = [sentenceEnd(text.slice(0, at)), text.slice(end)];
  if (OPENS.test(before) && GOES_ON.test(after)) return true;
  if (CLOSES.test(before) || REACHES.test(before)) return true;
  if (UNTIL.test(before) && !ENDED.test(before)) return true;
  if (ASKED.test(before) || /^[^.;]*\bwindow\b/i.test(after)) return true;
  return DENIED.test(before) && !HAPPENS.test(before);
}

function sentenceEnd(before: string): string {
  return before.split(/[.!?]\s/).at(-1) ?? '';
}
