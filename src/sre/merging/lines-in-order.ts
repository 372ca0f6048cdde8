/** Streams of log lines, each in the order of time → one stream in the order of time. */
import type { LogLine } from '../ports/logs.ts';

export interface Stream {
  lines: AsyncIterator<LogLine>;
  /** The first line, which was read already; null for an empty stream. */
  head: LogLine | null;
  /** What is done with each of its lines before it is given on. */
  mark(line: LogLine): LogLine;
  /** It broke after its last line: the others go on. */
  broke(error: unknown): void;
}

/** Reads no further ahead than one line of each. Whoever stops early stops all of them. */
export async function* linesInOrder(streams: readonly Stream[]): AsyncGenerator<LogLine> {
  const open = streams.flatMap((stream) => (stream.head === null ? [] : [{ stream, head: stream.head }]));
  try {
    while (open.length > 0) {
      const next = open.reduce((first, one) => (one.head.time < first.head.time ? one : first));
      yield next.stream.mark(next.head);
      const head = await advance(next.stream);
      if (head === null) open.splice(open.indexOf(next), 1);
      else next.head = head;
    }
  } finally {
    await Promise.all(open.map(({ stream }) => stream.lines.return?.()));
  }
}

async function advance({ lines, broke }: Stream): Promise<LogLine | null> {
  try {
    const next = await lines.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    broke(error);
    return null;
  }
}
