/** A closed incident as a world folder: its alerts, what the configured sources still hold, and the cause for a grader. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import { openSources } from './parts.ts';
import { type Told, truthOf } from './sre/exporting/truth.ts';
import { worldFiles } from './sre/exporting/world-files.ts';
import type { Incident } from './sre/incident.ts';

/** Alerts fire some minutes after what they are about; whoever looks has these, too. */
const AFTER_ALERT_MS = 5 * 60_000;

export type Closed = Pick<Incident, 'title' | 'groupKey' | 'alerts'> & { finding: NonNullable<Incident['finding']> };

/** Gives what could not be brought along. `dir` must not exist. */
export async function exportIncident(config: Config, incident: Closed, told: Told, dir: string): Promise<string[]> {
  const sources = await openSources(config);
  // Before what takes long: a folder that is there already is somebody's.
  await mkdir(dir);
  const newest = Math.max(...incident.alerts.map(({ startsAt }) => Date.parse(startsAt)));
  const now = Math.min(sources.now().getTime(), newest + AFTER_ALERT_MS);
  const { files, left } = await worldFiles(incident, sources, now, new AbortController().signal);
  files.set('expected.json', `${JSON.stringify(truthOf(incident.finding, told), null, 2)}\n`);
  for (const [path, content] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return left;
}
