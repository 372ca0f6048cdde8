/** Between what is committed and what nodes tell each other of it. */
import type { FeedItem } from '../../ports/store.ts';
import type { FeedEntry } from '../sql/plan.ts';
import type { Word } from './packets.ts';
import type { Tails } from './tails.ts';

/** Where the others are to look, and what they could not read any more. */
export function wordsOf(feed: readonly FeedEntry[]): Word[] {
  const gone = new Set(feed.filter(({ item }) => item.kind === 'erased').map(({ session }) => session));
  const words: Word[] = [];
  for (const { session, item } of feed) {
    if (gone.has(session)) continue;
    if (item.kind === 'logged') words.push(['log', session, item.seq - 1, item.seq]);
    if (item.kind === 'queued') words.push(['inbox', session]);
  }
  for (const session of gone) {
    const own = feed.filter((entry) => entry.session === session).map((entry) => entry.item);
    words.push(['erased', session, own.flatMap((item) => (item.kind === 'logged' ? [[item.seq, item.event]] : []))]);
  }
  return words;
}

export function hear(word: Word, tails: Tails, wake: () => void): void {
  switch (word[0]) {
    case 'log':
      tails.hinted(word[1], word[2], word[3]);
      break;
    case 'inbox':
      tails.queued(word[1]);
      break;
    case 'preview':
      tails.passed(word[1], [{ kind: 'preview', preview: word[2] }]);
      break;
    case 'erased': {
      const last = word[2].map(([seq, event]): FeedItem => ({ kind: 'logged', seq, event }));
      tails.passed(word[1], [...last, { kind: 'erased' }]);
      break;
    }
    case 'work':
      wake();
      break;
    case 'joined':
      break;
  }
}
