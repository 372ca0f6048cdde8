/** A core on HTTP in a process of its own: `node --import …/strip-types.mjs core-program.ts DIR PORT`. */
import Fastify from 'fastify';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { embedCore } from '../../src/embed.ts';

const [dataDir, port] = process.argv.slice(2);
if (dataDir === undefined || port === undefined) throw new Error('usage: core-program.ts DIR PORT');

// Whoever started this holds the other end; without them nobody would ever stop it.
process.stdin.resume().once('end', () => process.exit(1));

const done = { blocks: [{ text: 'done' }] };
/** The second answer takes long enough to be cut off. */
const call = (name: string, inputs: readonly Record<string, unknown>[]) => [
  ...inputs.map((input, place) => ({ blocks: [{ tool: name, input }], delayMs: place === 1 ? 600 : 0 })),
  done,
];
const core = await embedCore({
  dataDir,
  apiKey: 'program-key',
  models: {
    'scripted-custom': scriptedModel(call('lookup', [{ key: 'one' }, { key: 'two' }])),
    'scripted-bash': scriptedModel(call('bash', [{ command: 'echo one >> out' }, { command: 'echo two >> out' }])),
  },
});
const server = Fastify({ forceCloseConnections: true });
await server.register(core.plugin);
await server.listen({ port: Number(port), host: '127.0.0.1' });
process.stdout.write('listening\n');
