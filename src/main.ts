/** One Vigil in this process: core, product, server, put together and taken apart in order. */
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import { type EmbedOptions, embedCore, refuseAddress } from './embed.ts';
import { hideSecrets } from './lib/hide-secrets.ts';
import { packageRoot } from './lib/package-root.ts';
import { secretFile } from './lib/secret-file.ts';
import { version } from './lib/version.ts';
import { openMemory } from './parts/memory.ts';
import { secretsOf } from './parts/secrets.ts';
import { cannotListen, ensureWritable } from './parts/start.ts';
import { type Doors, openRoom, openSources, type ProductParts } from './parts.ts';
import { loadRunbooks } from './runbooks.ts';
import { createServer } from './server/server.ts';
import type { Decision } from './sre/action.ts';
import { publish } from './sre/agent/publish.ts';
import { published } from './sre/agent/published.ts';
import { ANALYST_ID, analyst } from './sre/analyst/index.ts';
import { decide } from './sre/decide.ts';
import { freshGrader } from './sre/grade-finding.ts';
import { incidentOf, say } from './sre/say.ts';
import { supervise } from './sre/supervise.ts';
import { loadTools } from './tools.ts';

export interface Vigil {
  /** Where it answers, without a trailing slash. */
  url: string;
  apiKey: string;
  hookToken: string;
  /** Stops taking requests, lets running steps finish, closes everything. What was cut short goes on at the next start. */
  close(): Promise<void>;
}

/** What a caller may put in place of what the configuration would choose. */
export interface Parts extends ProductParts {
  /** Models by id, beside the ones that are always there. */
  models: NonNullable<EmbedOptions['models']>;
  wrapCore: NonNullable<EmbedOptions['wrap']>;
  /** How long a process that stands still keeps what it holds in a shared database, milliseconds: sessions and incidents. */
  leaseMs: number;
}

/** Resolves once the server answers. Rejects with `ConfigError` for what the operator can put right. */
export async function startVigil(config: Config, parts: Partial<Parts> = {}): Promise<Vigil> {
  await ensureWritable(config.dataDir);
  const apiKey = config.apiKey ?? (await secretFile(join(config.dataDir, 'api-key'), 'vk'));
  const hookToken = config.hookToken ?? (await secretFile(join(config.dataDir, 'hook-token'), 'vh'));
  const hide = hideSecrets([apiKey, hookToken, ...secretsOf(config)]);
  const errorOutput = pino.destination({ dest: 2, sync: true });
  const logger = pino({ level: config.logLevel }, { write: (line) => errorOutput.write(hide(line)) });
  const closing: (() => Promise<void>)[] = [];
  const close = once(async () => {
    for (const shut of closing.reverse())
      await shut().catch((error: unknown) => logger.error({ error: String(error) }, 'while closing'));
  });

  try {
    const opening = openMemory({ ...config, ...leaseOf(parts) }, parts.clock, parts.incidents ?? null, (message) =>
      logger.warn(message),
    );
    // Also when something beside it fails while it opens.
    closing.push(() =>
      opening.then(
        (opened) => opened.close(),
        () => undefined,
      ),
    );
    const [{ incidents, changeLog, claims, now: clock }, tools, runbooks, sources] = await Promise.all([
      opening,
      loadTools(),
      loadRunbooks(config.runbooks, parts.runbooks ?? join(packageRoot(), 'runbooks')),
      parts.sources ?? opening.then((memory) => openSources(config, memory)),
    ]);
    const core = await embedCore(embedding(config, parts, apiKey, logger));
    closing.push(() => core.close());
    // After the room has its last words, and before the core has ended what it runs: others go on meanwhile.
    const stopping = new AbortController();
    closing.push(() => claims.close());
    const approvers = { allowed: config.approvers };
    const decideIt = async (decision: Decision) => {
      const decided = await decide({ incidents, approvers, now: clock }, decision);
      if (decided.ruling.allowed) supervisor.decided(decision.action);
      return decided;
    };
    const hear = async ({ card, ...remark }: Parameters<Doors['hear']>[0]) => {
      const id = await incidentOf(incidents, card);
      const said = id === null ? null : await say({ incidents, now: clock }, id, remark);
      if (id === null || said === null) return 'unknown' as const;
      if (!said.ok) return said.why;
      supervisor.said(id);
      return 'heard' as const;
    };
    const room = await openRoom(config, { decide: decideIt, hear }, (level, message) => logger[level](message));
    closing.push(() => room.close());
    const agents = published(claims, stopping.signal, () =>
      publish(core.client, {
        model: config.model,
        graderModel: config.graderModel,
        specialistModel: config.specialistModel,
        runbooks,
        tools: [...tools.values()],
        leftOut: (slug, why) => logger.warn({ runbook: slug, why }, 'a runbook is left out'),
      }),
    );
    const supervisor = supervise({
      client: core.client,
      incidents,
      claims,
      sources,
      tools,
      runbooks: new Map(runbooks.map(({ slug, about }) => [slug, about])),
      clock,
      approvers,
      log: logger,
      chat: parts.chat ?? room.chat,
      link: (id) => (config.publicUrl === null ? null : `${config.publicUrl}/incidents/${id}`),
      published: agents,
      grade: freshGrader({
        client: core.client,
        incidents,
        log: logger,
        published: agents,
        clock,
        patienceMs: GRADER_PATIENCE_MS,
        budgetUsd: config.budgetUsd,
      }),
      canOpenPullRequest: config.forge !== 'none',
      approvalMinutes: config.approvalMinutes,
      joinMinutes: config.joinMinutes,
      maxInvestigations: config.maxInvestigations,
      specialistMs: config.specialistMinutes * 60_000,
      budgetUsd: config.budgetUsd,
    });
    closing.push(() => {
      stopping.abort();
      return supervisor.close();
    });
    const server = createServer({
      apiKey,
      hookToken,
      incidents,
      changeLog,
      decide: decideIt,
      decided: (action) => supervisor.decided(action),
      said: (incident) => supervisor.said(incident),
      received: () => supervisor.received(),
      slack: room.receive,
      now: clock,
      core: core.plugin,
      refuseAddress,
      version: version(),
      logger,
      health: () => health(incidents, core),
    });
    closing.push(() => server.close());
    const url = await server.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
      throw cannotListen(error, config);
    });
    supervisor.start();
    await room.start();
    return { url, apiKey, hookToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function embedding(config: Config, parts: Partial<Parts>, apiKey: string, logger: Logger): EmbedOptions {
  const { model, graderModel, specialistModel } = config;
  const chosen = [model, graderModel, ...(specialistModel === null ? [] : [specialistModel])];
  return {
    dataDir: config.dataDir,
    apiKey,
    models: { [ANALYST_ID]: analyst(), ...parts.models },
    privateHosts: config.privateHosts,
    run: {
      sessions: config.maxSessions,
      sandboxes: config.restingSandboxes,
      contextTokens: config.contextTokens,
      outputCharacters: config.toolOutputCharacters,
    },
    ...(config.anthropic === null ? {} : { anthropic: { ...config.anthropic, listed: chosen } }),
    ...(config.masterKey === null ? {} : { masterKey: config.masterKey }),
    ...(config.databaseUrl === null ? {} : { database: { url: config.databaseUrl, ...leaseOf(parts) } }),
    report: (error) =>
      logger.error({ error: error instanceof Error ? error.stack : String(error) }, 'a request failed'),
    ...(parts.wrapCore === undefined ? {} : { wrap: parts.wrapCore }),
  };
}

function leaseOf({ leaseMs }: Partial<Parts>): { leaseMs?: number } {
  return leaseMs === undefined ? {} : { leaseMs };
}

/** A large finding with a slow model takes about a minute. */
const GRADER_PATIENCE_MS = 180_000;

type Health = () => Promise<{ ok: boolean; detail: string }>;

async function health(...parts: { health: Health }[]): Promise<{ ok: boolean; detail: string }> {
  const states = await Promise.all(parts.map((part) => part.health()));
  const bad = states.filter(({ ok }) => !ok);
  return bad.length === 0
    ? { ok: true, detail: 'ready' }
    : { ok: false, detail: bad.map(({ detail }) => detail).join('; ') };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | null = null;
  return () => {
    result ??= work();
    return result;
  };
}
