/** Tells the timeline as it comes, with a sign of life in between. */
import type { News } from './follow.ts';
import { renderEntry } from './render/entry.ts';
import type { Terminal } from './terminal.ts';

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
  let last = 0;
  let ticks = 0;
  let timer: NodeJS.Timeout | null = null;

  function tick(): void {
    ticks += 1;
    const seconds = Math.round((Date.now() - began) / 1000);
    out.progress(out.paint('dim', `${`${seconds}s`.padStart(7)}  ${turning[ticks % turning.length]}  working`));
  }

  return {
    tell(news) {
      timer ??= setInterval(tick, 120);
      if (news.is !== 'timeline') return;
      last = news.entry.seq;
      out.line(renderEntry(news.entry, out.paint, out.columns, began));
    },
    pause() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      out.progress('');
    },
    last: () => last,
  };
}
