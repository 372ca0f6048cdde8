/** The outside world of one Vigil, chosen by configuration: each part can be given instead, which is how tests hold it. */
import { join } from 'node:path';
import type { Config } from './config.ts';
import { ConfigError } from './config.ts';
import { liveChanges } from './parts/changes.ts';
import { alertHistory } from './parts/history.ts';
import { liveTelemetry, openDatadog } from './parts/telemetry.ts';
import type { Hooks } from './server/hooks.ts';
import type { Decision } from './sre/action.ts';
import type { decide } from './sre/decide.ts';
import type { ChangeLog } from './sre/ports/change-log.ts';
import type { Chat } from './sre/ports/chat.ts';
import type { Incidents } from './sre/ports/incidents.ts';
import { ownAlerts } from './sre/remembering/own-alerts.ts';
import { ownIncidents } from './sre/remembering/own-incidents.ts';
import type { Sources } from './sre/sources.ts';

export interface Room {
  chat: Chat;
  receive: Hooks['slack'];
  start(): Promise<void>;
  close(): Promise<void>;
}
export interface ProductParts {
  incidents: Incidents;
  sources: Sources;
  chat: Chat;
  /** Real time. */
  clock: () => number;
  runbooks: string;
}

/**
 * A world brings its own changes and its own past; else the changes are those that were reported, beside those of sources that
 * are asked, and the past is what Vigil remembers.
 */
export async function openSources(
  config: Config,
  { changeLog = null, incidents = null }: { changeLog?: ChangeLog | null; incidents?: Incidents | null } = {},
): Promise<Sources> {
  const { unconfiguredForge, unconfiguredSources } = await import('./adapters/unconfigured/index.ts');
  const world =
    config.world === null ? null : await (await import('./adapters/folder/index.ts')).openWorld(config.world);
  const unconfigured = unconfiguredSources();
  const now = () => world?.now ?? new Date();
  const remembered =
    incidents === null ? {} : { pastAlerts: ownAlerts(incidents, now), pastIncidents: ownIncidents(incidents, now) };
  const telemetry = world ?? { ...unconfigured, ...remembered, changes: changeLog ?? unconfigured.changes };
  const account = await openDatadog(config.datadog, now);
  const changes = (await liveChanges(config.changes, changeLog, now, account)) ?? telemetry.changes;
  const bundle = config.repository.bundle ?? world?.repoBundle ?? null;
  const commitOf = async (id: string, signal: AbortSignal) => {
    const known = await changes.diff(id, signal);
    return known.status === 'ok' ? known.data.change.ref : null;
  };
  const forge = await openForge(config, bundle, commitOf);
  const { metrics, logs, topology, traces } = await liveTelemetry(config, account, now);
  return {
    now,
    metrics: metrics ?? telemetry.metrics,
    logs: logs ?? telemetry.logs,
    changes,
    topology: topology ?? telemetry.topology,
    traces: traces ?? telemetry.traces,
    pastAlerts: await alertHistory(
      config.alertmanager,
      { name: 'the record of alerts', port: telemetry.pastAlerts },
      now,
    ),
    pastIncidents: telemetry.pastIncidents,
    forge: forge ?? unconfiguredForge(),
  };
}

type CommitOf = (changeId: string, signal: AbortSignal) => Promise<string | null>;

/** The world's repository can always take a pull request; without one, the local forge starts empty. */
async function openForge(config: Config, bundle: string | null, changes: CommitOf): Promise<Sources['forge'] | null> {
  switch (config.forge) {
    case 'none':
      return null;
    case 'git': {
      const { gitForge } = await import('./adapters/git/index.ts');
      const { name, base } = config.repository;
      const repository = join(config.dataDir, 'forge', `${name ?? 'repository'}.git`);
      return gitForge({
        repository,
        changes,
        ...(bundle === null ? {} : { seedBundle: bundle }),
        ...(base === undefined ? {} : { base }),
      });
    }
    case 'github': {
      if (config.github === null)
        throw new ConfigError('GitHub is not configured', { hint: 'Set GITHUB_TOKEN and GITHUB_REPOSITORY.' });
      const { githubForge } = await import('./adapters/github/index.ts');
      const { token, repository, apiUrl } = config.github;
      return githubForge({
        token,
        repository,
        changes,
        ...(config.repository.base === undefined ? {} : { base: config.repository.base }),
        ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
      });
    }
  }
}

export interface Doors {
  decide: (decision: Decision) => ReturnType<typeof decide>;
  /** Somebody says something in the thread of a card. */
  hear: (mention: {
    card: { channel: string; ts: string };
    key: string;
    by: string;
    text: string;
  }) => Promise<'heard' | 'unknown' | 'resolved'>;
}

export async function openRoom(
  config: Config,
  doors: Doors,
  log: (level: 'info' | 'warn' | 'error', message: string) => void,
): Promise<Room> {
  if (config.webhookRoom !== null) {
    const { webhookRoom } = await import('./adapters/webhook-room/index.ts');
    const { kind, secret: url } = config.webhookRoom;
    return { chat: webhookRoom({ url, kind }), receive: null, start: async () => {}, close: async () => {} };
  }
  if (config.slack === null) {
    const { quietChat } = await import('./adapters/quiet/index.ts');
    return { chat: quietChat(), receive: null, start: async () => {}, close: async () => {} };
  }
  const { slackChat } = await import('./adapters/slack/index.ts');
  const { botToken, appToken, signingSecret, channel, apiUrl } = config.slack;
  const room = slackChat({
    botToken,
    channel,
    decide: doors.decide,
    hear: doors.hear,
    approvers: config.approvers,
    log,
    ...(appToken === null ? {} : { appToken }),
    ...(signingSecret === null ? {} : { signingSecret }),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  });
  return {
    chat: room.chat,
    receive: signingSecret === null ? null : (body, headers) => room.receive(body, headers),
    start: () => room.start(),
    close: () => room.close(),
  };
}
