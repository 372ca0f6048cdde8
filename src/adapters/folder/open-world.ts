/**
 * A recorded or simulated incident as a folder. Damage shows here, once, with file and line; afterwards every port
 * answers. What is simply not there answers `not_configured`. `expected.json` is the grader's and is never touched.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Sources } from '../../sre/sources.ts';
import { folderChanges } from './changes.ts';
import { failing, faults } from './faults.ts';
import { folderAlerts, folderIncidents } from './history.ts';
import { loadLogs } from './load-logs.ts';
import { loadMetrics } from './load-metrics.ts';
import { folderLogs } from './logs.ts';
import { folderMetrics } from './metrics.ts';
import { readBytes, readJson } from './read-file.ts';
import { folderTopology } from './topology.ts';
import { folderTraces } from './traces.ts';
import { WorldError } from './world-error.ts';

export interface World extends Omit<Sources, 'now' | 'forge'> {
  name: string;
  summary: string;
  /** The moment the world is looked at from. Nothing later than this is visible through any port. */
  now: Date;
  simulated: boolean;
  alertSource: string;
  /** The raw webhook body. */
  alert: Buffer;
  /** Path of the git bundle a pull request can be made against, or null. */
  repoBundle: string | null;
}

const about = z.object({
  name: z.string().min(1),
  summary: z.string().default(''),
  now: z.iso.datetime({ offset: true }),
  alert_source: z.string().default('alertmanager'),
  simulated: z.boolean().default(false),
});

/** Throws WorldError. Holds the metrics as columns and the logs as text: some tens of megabytes for a day. */
export async function openWorld(dir: string): Promise<World> {
  const world = await readJson(dir, 'world.json', about);
  if (world === null) {
    const hint =
      'A world is a folder with at least world.json and alert.json; `npm run worlds` makes the bundled ones.';
    throw new WorldError({ file: join(dir, 'world.json'), what: 'is not there', hint });
  }
  const alert = await readBytes(dir, 'alert.json');
  if (alert === null) {
    const hint = 'Put the body of the alert webhook there.';
    throw new WorldError({ file: join(dir, 'alert.json'), what: 'is not there', hint });
  }
  const now = new Date(world.now);
  const place = { source: `world ${world.name}`, dir, now: now.getTime() };
  const [metrics, logs, changes, topology, traces, pastAlerts, pastIncidents, repoBundle, faulty] = await Promise.all([
    loadMetrics(dir, place.now),
    loadLogs(dir, place.now),
    folderChanges(place),
    folderTopology(place),
    folderTraces(place),
    folderAlerts(place),
    folderIncidents(place),
    bundlePath(dir),
    readJson(dir, 'faults.json', faults),
  ]);
  const ports = { metrics: folderMetrics(place, metrics), logs: folderLogs(place, logs), changes, topology, traces };
  return {
    name: world.name,
    summary: world.summary,
    now,
    simulated: world.simulated,
    alertSource: world.alert_source,
    alert,
    ...(faulty === null ? ports : failing(ports, faulty, place.source)),
    pastAlerts,
    pastIncidents,
    repoBundle,
  };
}

async function bundlePath(dir: string): Promise<string | null> {
  const bytes = await readBytes(dir, 'repo.bundle');
  if (bytes === null) return null;
  const file = join(dir, 'repo.bundle');
  if (/^# v[23] git bundle\n/.test(bytes.subarray(0, 20).toString('latin1'))) return file;
  throw new WorldError({ file, line: 1, what: 'is not a git bundle', hint: 'Make it with `git bundle create`.' });
}
