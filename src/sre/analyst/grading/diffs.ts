/** What a diff does: a line said to be removed must be one that is taken out, one said to be added one that is put in. */
import { plain } from '../../checking/facts.ts';
import type { Opinion } from './opinion.ts';
import type { Rows } from './rows.ts';

type Diff = Rows['diffs'][number];
const SAID =
  /\b(removes?|removed|takes|drops?|deletes?|adds?|added|introduces?|changes?|changed)\s+`([^`]+)`(?:\s+(?:to|into|by)\s+`([^`]+)`)?/i;

export function judgeDiff(text: string, { diffs, cut }: Rows): Opinion | null {
  const [, verb = '', first = '', second] = SAID.exec(text) ?? [];
  if (verb === '' || diffs.length === 0) return null;
  const opinions = diffs.map((diff) => (second === undefined ? one(diff, verb, first) : swap(diff, first, second)));
  return opinions.find(({ verdict }) => verdict === 'supported') ?? (cut ? null : (opinions[0] ?? null));
}

function swap({ evidence, removed, added }: Diff, before: string, after: string): Opinion {
  return holds(removed, before) && holds(added, after)
    ? { verdict: 'supported', why: `${evidence} has the one line removed and the other added.` }
    : { verdict: 'not_supported', why: `${evidence} does not change the one line to the other.` };
}

function one(diff: Diff, verb: string, line: string): Opinion {
  const [gone, come] = [holds(diff.removed, line), holds(diff.added, line)];
  const why = `${diff.evidence} ${placeOf(diff, line)}.`;
  // Out of a block, not out of the file: the line may be on either side.
  if (/^takes/i.test(verb)) return { verdict: gone || come ? 'supported' : 'cannot_tell', why };
  const isSo = /^(?:add|introduce)/i.test(verb) ? come : gone;
  return { verdict: isSo ? 'supported' : 'not_supported', why };
}

function placeOf({ removed, added, kept }: Diff, line: string): string {
  if (holds(removed, line)) return 'takes it out';
  if (holds(added, line)) return 'puts it in';
  return holds(kept, line) ? 'leaves it as it is' : 'does not have it';
}

function holds(lines: readonly string[], quoted: string): boolean {
  const wanted = plain(quoted).trim();
  return lines.some((line) => plain(line).includes(wanted));
}
