/** What nodes tell each other, and how it is put into notifications: in order, together, none above the server's limit. */
import type { PreviewEvent, SessionEvent } from '../../events.ts';
import type { LogId } from '../../ids.ts';

export type Word =
  /** Lines after the first number up to the second were written. */
  | ['log', LogId, from: number, to: number]
  | ['inbox', LogId]
  | ['preview', LogId, PreviewEvent]
  /** With its last lines, which went with it. */
  | ['erased', LogId, [seq: number, event: SessionEvent][]]
  | ['work']
  | ['joined'];

/** The server takes less than 8,000 bytes in one notification. */
const BYTES_MAX = 7_800;
/** Previews may be lost; when nobody takes them, they are. */
const WORDS_MAX = 20_000;

export interface Outbox {
  add(word: Word): void;
  /** Takes out what is in it, as texts of notifications that begin with `from`. */
  take(from: number): string[];
  isEmpty(): boolean;
}

export function createOutbox(): Outbox {
  let words: Word[] = [];
  let latest = new Map<LogId, Word>();
  let works = false;

  return {
    add(word) {
      if (word[0] === 'work') {
        works = true;
        return;
      }
      const before = word[0] === 'joined' ? undefined : latest.get(word[1]);
      if (word[0] === 'log' && before?.[0] === 'log' && before[3] === word[2]) {
        before[3] = word[3];
        return;
      }
      if (word[0] === 'preview' && words.length >= WORDS_MAX) return;
      words.push(word);
      if (word[0] !== 'joined') latest.set(word[1], word);
    },
    take(from) {
      const taken: Word[] = works ? [...words, ['work']] : words;
      words = [];
      latest = new Map();
      works = false;
      return pack(from, taken);
    },
    isEmpty: () => words.length === 0 && !works,
  };
}

function pack(from: number, words: readonly Word[]): string[] {
  const texts: string[] = [];
  let parts: string[] = [];
  let bytes = 0;
  const close = () => {
    if (parts.length > 0) texts.push(`[${from},${parts.join(',')}]`);
    parts = [];
    bytes = 0;
  };
  for (const word of words) {
    const part = partOf(word);
    const size = Buffer.byteLength(part) + 1;
    if (size > BYTES_MAX) continue;
    if (bytes + size > BYTES_MAX) close();
    parts.push(part);
    bytes += size;
  }
  close();
  return texts;
}

/** Last lines that are too long for a notification are left out: that the session is gone is told all the same. */
function partOf(word: Word): string {
  const part = JSON.stringify(word);
  return word[0] === 'erased' && Buffer.byteLength(part) > BYTES_MAX ? JSON.stringify(['erased', word[1], []]) : part;
}

/** Only nodes of this program speak on the channel; those of a later version may say words that this one passes over. */
export function unpack(text: string): { from: number; words: Word[] } {
  const [from, ...words] = JSON.parse(text) as [number, ...Word[]];
  return { from, words };
}
