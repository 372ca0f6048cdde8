/** Several logs as one: each is asked, lines come in the order of time and carry the name of their source. */
import type { Answer } from '../ports/answer.ts';
import type { LogLine, LogQuery, Logs } from '../ports/logs.ts';
import { brokenBy, missingWords } from './ask-all.ts';
import { linesInOrder, type Stream } from './lines-in-order.ts';
import { mergeNewest } from './merge-newest.ts';
import { merger } from './merger.ts';
import { withSource } from './name-source.ts';
import { type Answered, together } from './together.ts';

export const mergeLogs = merger<Logs>((ask, sources) => ({
  ...mergeNewest(sources, ask),
  async search(query, signal) {
    const told = await ask((port, limited) => port.search(query, limited), signal);
    return together(
      told,
      ({ lines }) => lines.length,
      (answered) => found(answered, query),
    );
  },
  async scan(query, signal) {
    // A share for each: what one leaves out for its length it says before it is read.
    const maxLines = Math.max(1, Math.floor(query.maxLines / sources.length));
    const told = await ask(async (port, limited) => begun(await port.scan({ ...query, maxLines }, limited)), signal);
    const answer = together(
      told,
      ({ head }) => (head === null ? 0 : 1),
      (answered) => ({ data: answered, truncated: false, warnings: [] }),
    );
    if (answer.status === 'unavailable') return answer;
    const { warnings, looks = [] } = answer;
    const streams = answer.data.map(({ name, answer: own }): Stream => {
      const at = told.findIndex((one) => one.name === name);
      let count = 0;
      const tell = () => {
        const look = looks[at];
        if (look?.status === 'ok') look.found = count;
      };
      return {
        ...own.data,
        mark(line) {
          count += 1;
          tell();
          return marked(line, name);
        },
        broke(error) {
          // Our own stop is no trouble of the source.
          signal.throwIfAborted();
          const lost = { status: 'unavailable' as const, source: own.source, ...brokenBy(error) };
          looks[at] = lost;
          warnings.push(...missingWords(lost), `${own.source}: its first ${count} lines are here`);
        },
      };
    });
    return { ...answer, data: linesInOrder(streams) };
  },
}));

function byTime(left: string, right: string): number {
  return Date.parse(left) - Date.parse(right);
}

type Found = { lines: LogLine[]; total: number | null };

/** All matches are those of all sources; unknown when one of them cannot say. */
function found(answered: Answered<Found>[], { order, limit }: Pick<LogQuery, 'order' | 'limit'>) {
  const lines = answered
    .flatMap(({ name, answer }) => answer.data.lines.map((line) => marked(line, name)))
    .toSorted((left, right) => (order === 'asc' ? byTime(left.time, right.time) : byTime(right.time, left.time)));
  const totals = answered.map(({ answer }) => answer.data.total);
  const total = totals.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
  return { data: { lines: lines.slice(0, limit), total }, truncated: lines.length > limit, warnings: [] };
}

function marked(line: LogLine, name: string): LogLine {
  return { ...line, attributes: withSource(line.attributes, [name]) };
}

/** With its first line, so that a stream that cannot be read says so before it is given on. */
async function begun(answer: Answer<AsyncIterable<LogLine>>): Promise<Answer<Pick<Stream, 'lines' | 'head'>>> {
  if (answer.status === 'unavailable') return answer;
  const lines = answer.data[Symbol.asyncIterator]();
  const first = await lines.next();
  return { ...answer, data: { lines, head: first.done === true ? null : first.value } };
}
