import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { inProcess } from '../../../src/core/api/in-process.ts';

/** Answers two chunks at `/whole`, and at `/broken` more than one read takes before it fails. */
const wire = () =>
  inProcess(async (app) => {
    app.get('/whole', (_request, reply) => reply.send(Readable.from([Buffer.from('one '), Buffer.from('two')])));
    app.get('/broken', async (_request, reply) => {
      reply.hijack();
      for (let i = 0; i < 40; i += 1) reply.raw.write('x'.repeat(16_384));
      setImmediate(() => reply.raw.destroy(new Error('the disk is gone')));
    });
  });

test('a streamed answer is read whole', async () => {
  const { fetch, close } = wire();
  expect(await (await fetch('http://core.local/whole')).text()).toBe('one two');
  await close();
});

test('an answer that breaks fails its reader and nobody else', async () => {
  const { fetch, close } = wire();
  const response = await fetch('http://core.local/broken');
  await sleep(20);
  await expect(response.text()).rejects.toThrow();
  expect(await (await fetch('http://core.local/whole')).text()).toBe('one two');
  await close();
});

test('a reader that leaves while it is being served leaves nothing behind that could fail', async () => {
  const { fetch, close } = wire();
  for (let turns = 0; turns < 8; turns += 1) {
    const reader = (await fetch('http://core.local/broken')).body?.getReader();
    await sleep(5);
    for (let i = 0; i < turns; i += 1) await reader?.read().catch(() => undefined);
    const last = reader?.read().catch(() => undefined);
    await reader?.cancel().catch(() => undefined);
    await last;
  }
  expect((await fetch('http://core.local/whole')).status).toBe(200);
  await close();
});

test('a reader hears its own signal also after the garbage was collected', async () => {
  const { fetch, close } = inProcess(async (app) => {
    app.get('/endless', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200);
      reply.raw.write('one');
    });
  });
  const stop = new AbortController();
  const response = await fetch('http://core.local/endless', { signal: AbortSignal.any([stop.signal]) });
  const reader = response.body?.getReader();
  await reader?.read();
  const waiting = expect(reader?.read()).rejects.toThrow('aborted');
  for (let i = 0; i < 5; i += 1) {
    collectGarbage();
    await sleep(5);
  }
  stop.abort();
  await waiting;
  await close();
});

const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
})();
