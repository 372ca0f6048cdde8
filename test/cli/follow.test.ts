import { expect, test } from 'vitest';
import { connect } from '../../src/cli/api.ts';
import { follow, type News } from '../../src/cli/follow.ts';
import { frames, parseFrame } from '../../src/cli/sse.ts';
import { stubApi } from '../kit/stub-api.ts';
import { incident } from './samples.ts';

const entry = (seq: number) => ({
  seq,
  at: '2026-03-02T14:00:00Z',
  kind: 'note',
  actor: 'agent',
  text: `entry ${seq}`,
  ref: null,
});
const frame = (seq: number) => `id: ${seq}\nevent: timeline\ndata: ${JSON.stringify(entry(seq))}\n\n`;

test('a frame has a name, an id and data of several lines; a comment is none', () => {
  expect(parseFrame('event: x\nid: 3\ndata: a\ndata: b')).toEqual({ event: 'x', id: '3', data: 'a\nb' });
  expect(parseFrame(': keep-alive')).toBeNull();
});

test('a frame that arrives in pieces is one frame, also when a letter is split', async () => {
  const bytes = new TextEncoder().encode('data: grüße\n\ndata: two\n\n');
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const seen: string[] = [];
  for await (const one of frames(new Response(body))) seen.push(one.data);
  expect(seen).toEqual(['grüße', 'two']);
});

test('a stream that breaks is opened again after the last entry, and nothing is told twice', async () => {
  let opened = 0;
  await using api = await stubApi(() => (response) => {
    opened += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (opened === 1) response.write(frame(1) + frame(2), () => response.destroy());
    // A server that replays too much must not make the story stutter.
    else response.end(`${frame(2) + frame(3)}event: incident\ndata: ${JSON.stringify(incident)}\n\n`);
  });
  const stop = new AbortController();
  const told: News[] = [];
  for await (const news of follow(connect({ url: api.url, apiKey: 'k' }), 'inc_1', 0, stop.signal)) {
    told.push(news);
    if (news.is === 'incident') stop.abort();
  }
  expect(told.map((news) => (news.is === 'timeline' ? news.entry.seq : news.is))).toEqual([1, 2, 3, 'incident']);
  expect(api.asked.map(({ headers }) => headers['last-event-id'])).toEqual(['0', '2']);
});
