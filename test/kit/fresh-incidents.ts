import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { sqliteIncidents } from '../../src/adapters/sqlite/index.ts';
import type { Incidents } from '../../src/sre/ports/incidents.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A real store in a folder of its own, gone after the test. */
export async function freshIncidents(): Promise<Incidents> {
  const dir = mkdtempSync(join(tmpdir(), 'vigil-store-'));
  const incidents = await sqliteIncidents(join(dir, 'vigil.db'));
  open.push(async () => {
    await incidents.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return incidents;
}
