/**
 * A whole Vigil in a process that may end at a chosen call: `node --import …/crashing-loader.mjs crashing-server.ts ORDER`.
 * Configured by its environment as any other; says `vigil listening on URL` once it answers.
 */
import { join } from 'node:path';
import { slackChat } from '../../src/adapters/slack/index.ts';
import { sqliteIncidents } from '../../src/adapters/sqlite/index.ts';
import { loadConfig } from '../../src/config.ts';
import { startVigil } from '../../src/main.ts';
import { openSources } from '../../src/parts.ts';
import { investigator, MODEL } from './crashing-model.ts';
import { type Death, watch } from './crashing-parts.ts';

export interface Order {
  death: Death | null;
  /** Where calls and effects are written down. */
  recordFile: string;
  /** Before each answer of the model. */
  thinkMs?: number;
  /** Of what it holds in a shared database. */
  leaseMs?: number;
}

/** Edits of the card are spread out for Slack's sake. Less than here, and a long story uses up the forty of a minute. */
const EDIT_EVERY_MS = 400;

function readOrder(text = ''): Order {
  return JSON.parse(text);
}

// Whoever started this holds the other end; without them nobody would ever stop it.
process.stdin.resume().once('end', () => process.exit(1));

const order = readOrder(process.argv[2]);
const watching = watch(order.death, order.recordFile);
const config = loadConfig();
const sources = await openSources(config);
// In a database they are not of this process alone, and are left as they are.
const incidents =
  config.databaseUrl === null
    ? { incidents: watching.incidents(await sqliteIncidents(join(config.dataDir, 'vigil.db'))) }
    : {};
const vigil = await startVigil(config, {
  ...incidents,
  sources: { ...sources, forge: watching.forge(sources.forge) },
  models: { [MODEL]: investigator(order.thinkMs) },
  wrapCore: watching.core,
  ...(order.leaseMs === undefined ? {} : { leaseMs: order.leaseMs }),
  ...(config.slack === null ? {} : { chat: watching.chat(room(config.slack)) }),
});
process.stdout.write(`vigil listening on ${vigil.url}\n`);
process.once('SIGTERM', () => void vigil.close());

function room({ botToken, channel, apiUrl }: NonNullable<typeof config.slack>) {
  const decide = () => Promise.reject(new Error('clicks come in at the other door'));
  const hear = () => Promise.reject(new Error('nobody says anything here'));
  const options = { botToken, channel, editEveryMs: EDIT_EVERY_MS, decide, hear };
  return slackChat({ ...options, ...(apiUrl === undefined ? {} : { apiUrl }) }).chat;
}
