/**
 * A core on PostgreSQL in a process of its own: `node --import …/strip-types.mjs core-node.ts ORDER`. Says where it listens
 * once it answers. Its model tells in its answers which node it is; its shell leaves a line in a file for every command.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { Ports } from '../../src/core/ports/ports.ts';
import { embedCore } from '../../src/embed.ts';
import { ANSWER_WORDS, type NodeOrder, WITH_EFFECT } from './core-nodes.ts';
import { serveCore } from './serve-core.ts';

const WORD_MS = 40;

function script(name: string): Script {
  return ({ messages }) => {
    const text = JSON.stringify(messages);
    const called = text.includes('tool_use');
    if (text.includes(WITH_EFFECT) && !called) return { blocks: [{ tool: 'bash', input: { command: 'echo marked' } }] };
    const words = Array.from({ length: ANSWER_WORDS }, (_, n) => `word${n}`).join(' ');
    return { blocks: [{ text: `${name} says ${words}` }], chunkDelayMs: WORD_MS };
  };
}

function marking(ports: Ports, { name, effects }: NodeOrder): Ports {
  return {
    ...ports,
    sandboxes: {
      async create(spec) {
        const sandbox = await ports.sandboxes.create(spec);
        const execute: typeof sandbox.execute = async (...args) => {
          appendFileSync(effects, `${name}\n`);
          await sleep(1_000);
          return await sandbox.execute(...args);
        };
        return { ...sandbox, execute };
      },
    },
  };
}

function readOrder(text = ''): NodeOrder {
  return JSON.parse(text);
}

const order = readOrder(process.argv[2]);
// Whoever started this holds the other end; without them nobody would ever stop it.
process.stdin.resume().once('end', () => process.exit(1));
const core = await embedCore({
  ...order,
  models: { 'scripted-node': scriptedModel(script(order.name)) },
  wrap: (ports) => marking(ports, order),
});
await serveCore(core);
