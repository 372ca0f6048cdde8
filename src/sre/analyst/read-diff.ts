/** A diff as text: which of the suspicious words its changed lines hold. It is read for a mechanism, never run. */
import { wordsOf } from './vocabulary.ts';

/** Added and removed lines without the sign, without headers, comments and blank ones. */
export function changedLines(diff: string): { added: string[]; removed: string[] } {
  const of = (sign: '+' | '-'): string[] =>
    diff
      .split('\n')
      .filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3)))
      .map((line) => line.slice(1).trim())
      .filter((line) => line !== '' && !/^(\/\/|\/\*|\*|#|--)/.test(line));
  return { added: of('+'), removed: of('-') };
}

/** 0 to 1: three different telling words are as good as all. 0.3 while the diff is unread, 0.15 when it has none. */
export function touchOf(title: string, diff: string | null | undefined, terms: ReadonlySet<string>): number {
  if (diff === undefined) return 0.3;
  const named = hits([title], terms).length;
  if (diff === null) return Math.min(0.4, 0.15 + 0.1 * named);
  const { added, removed } = changedLines(diff);
  const code = [...added, ...removed].map(withoutStrings).map(withPutting);
  return Math.min(1, (hits(code, terms).length + 0.5 * named) / 3);
}

/** What is assigned under a key is put there, in no word that says so. */
function withPutting(line: string): string {
  return /\w\[[^\]]+\]\s*=(?!=)/.test(line) ? `${line} put` : line;
}

/** What is written between quotes is told to people; it does nothing. */
function withoutStrings(line: string): string {
  return line.replace(/'[^']*'|"[^"]*"/g, ' ');
}

export function hits(lines: readonly string[], terms: ReadonlySet<string>): string[] {
  const words = new Set(lines.flatMap(wordsOf));
  return [...terms].filter((term) => words.has(term) || words.has(`${term}s`)).sort();
}

/** The changed line that says most about these words, short enough to quote; null when none does. */
export function tellingLine(
  diff: string,
  terms: ReadonlySet<string>,
): { sign: 'adds' | 'removes'; line: string } | null {
  const { added, removed } = changedLines(diff);
  const all = [
    ...added.map((line) => ({ sign: 'adds' as const, line })),
    ...removed.map((line) => ({ sign: 'removes' as const, line })),
  ].filter(({ line }) => line.length >= 8 && line.length <= 160 && !/["`“”…]|\.\.\./.test(line));
  const scored = all
    .map((item, index) => ({
      ...item,
      index,
      score: hits([withoutStrings(item.line)], terms).length * worth(item.line),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const best = scored[0];
  return best === undefined ? null : { sign: best.sign, line: best.line };
}

/** A line that only declares or brings in a name shows less of what is done than one that does it. */
function worth(line: string): number {
  return /^(import|export|from|use|package|type|interface|class|def|fn|func|function|public|private|async)\b/.test(line)
    ? 0.4
    : 1;
}
