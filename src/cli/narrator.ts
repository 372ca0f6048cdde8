/**
 * Tells the timeline as it comes, with a sign of life in between. A round of questions to tools is told as one line for
 * each tool: dozens of queries are for the record, not for a reader in a hurry.
 */
import type { News } from './follow.ts';
import { renderEntry } from './render/entry.ts';
import { clean } from './render/wrap.ts';
import type { Terminal } from './terminal.ts';
import type { TimelineEntry } from './wire.ts';

const turning = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export interface Narrator {
  tell(news: News): void;
  /** Ends the sign of life, before something else is printed or asked. */
  pause(): void;
  /** The last timeline entry told. */
  last(): number;
}

export function narrator(out: Terminal): Narrator {
  const began = Date.now();
  const round: TimelineEntry[] = [];
  let last = 0;
  let ticks = 0;
  let timer: NodeJS.Timeout | null = null;

  function tick(): void {
    ticks += 1;
    const seconds = Math.round((Date.now() - began) / 1000);
    const what = round.length === 0 ? 'thinking' : `asked ${round.length} questions`;
    out.progress(out.paint('dim', `${`${seconds}s`.padStart(7)}  ${turning[ticks % turning.length]}  ${what}`));
  }
  function endRound(): void {
    for (const entry of compact(round.splice(0))) out.line(renderEntry(entry, out.paint, out.columns, began));
  }

  return {
    tell(news) {
      timer ??= setInterval(tick, 120);
      if (news.is !== 'timeline') return;
      last = news.entry.seq;
      if (isAnnounced(news.entry)) return;
      if (toolOf(news.entry) !== null) {
        round.push(news.entry);
        return;
      }
      endRound();
      out.line(renderEntry(headline(news.entry), out.paint, out.columns, began));
    },
    pause() {
      endRound();
      if (timer !== null) clearInterval(timer);
      timer = null;
      out.progress('');
    },
    last: () => last,
  };
}

/** What these two bring is an entry of its own. */
function isAnnounced({ kind, text }: TimelineEntry): boolean {
  return kind === 'observe' && /^(report_finding|open_pull_request)\(/.test(text);
}

/** A finding is shown whole after the story: here its first sentence. */
function headline(entry: TimelineEntry): TimelineEntry {
  if (entry.kind !== 'finding') return entry;
  return { ...entry, text: entry.text.split(/(?<=[.!?])\s/, 1)[0] ?? '' };
}

function toolOf({ kind, text }: TimelineEntry): string | null {
  return kind === 'observe' ? (/^([a-z]+(?:_[a-z]+)*)(?:\(| ·|$)/.exec(text)?.[1] ?? null) : null;
}

/** One entry for each tool of the round, in the order of first use. */
export function compact(entries: TimelineEntry[]): TimelineEntry[] {
  const byTool = new Map<string | null, TimelineEntry[]>();
  for (const entry of entries) byTool.set(toolOf(entry), [...(byTool.get(toolOf(entry)) ?? []), entry]);
  return [...byTool].flatMap(([tool, used]) => {
    const [first] = used;
    if (first === undefined || used.length === 1) return used;
    const subjects = [...new Set(used.map(subjectOf).filter((subject) => subject !== ''))];
    const shown = subjects.slice(0, 3).join(', ');
    const more = subjects.length > 3 ? `, and ${subjects.length - 3} more` : '';
    return [{ ...first, text: `${tool} × ${used.length}${shown === '' ? '' : `: ${shown}${more}`}` }];
  });
}

/** What a question was about. */
function subjectOf({ text }: TimelineEntry): string {
  return clean(/[(,] ?(?:metric|id|service|title)=([^,)]*)/.exec(text)?.[1] ?? '');
}
