/**
 * A core to be killed: `node --import …/strip-types.mjs mortal-core.ts ORDER`. The built program, so that a life begins
 * soon. Its commands cannot be undone: each leaves a line in a file before it returns. Its answers bear its name.
 */
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import type { Ports } from '../../src/core/ports/ports.ts';
import type { MortalOrder } from './mortal-life.ts';
import { serveCore } from './serve-core.ts';

const built = new URL('../../dist/src/', import.meta.url);
const { embedCore }: typeof import('../../src/embed.ts') = await import(new URL('embed.js', built).href);
const { scriptedModel }: typeof import('../../src/core/adapters/scripted/index.ts') = await import(
  new URL('core/adapters/scripted/index.js', built).href
);

const order = readOrder(process.argv[2]);
// Whoever started this holds the other end; without them nobody would ever stop it.
process.stdin.resume().once('end', () => process.exit(1));

function readOrder(text = ''): MortalOrder {
  return JSON.parse(text);
}

/** For each token of the last message one command, one after the other, then an answer. */
function play({ messages }: ModelRequest) {
  const asked = messages.findLastIndex(
    ({ role, content }) => role === 'user' && content.some((block) => block.type === 'text'),
  );
  const called = messages.slice(asked).flatMap(({ content }) => content.filter((block) => block.type === 'tool_use'));
  const token = JSON.stringify(messages[asked]).match(/mark-\w+/g)?.[called.length];
  if (token === undefined) return { blocks: [{ text: `${order.name} is done` }], delayMs: 5 };
  return { blocks: [{ text: 'Marking.' }, { tool: 'bash', input: { command: token } }], delayMs: 5 };
}

// Opened once: a process without another descriptor leaves its lines all the same.
const effects = openSync(order.effects, 'a');

function marking(ports: Ports): Ports {
  const none = async () => [];
  const sandbox = {
    async execute(_tool: string, { command }: Record<string, unknown>) {
      await sleep(10 * Math.random());
      writeSync(effects, `${String(command)}\n`);
      await sleep(30 * Math.random());
      return { content: 'marked', isError: false };
    },
    outputs: none,
    changes: none,
    put: async () => undefined,
    place: async () => undefined,
    dispose: async () => undefined,
  };
  return { ...ports, sandboxes: { create: async () => sandbox } };
}

const core = await embedCore({
  dataDir: order.dataDir,
  apiKey: order.apiKey,
  masterKey: order.masterKey,
  ...(order.database === null ? {} : { database: order.database }),
  models: { 'scripted-mortal': scriptedModel(play) },
  wrap: marking,
});
await serveCore(core);
