import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { queriesOver } from '../../../../src/core/adapters/sqlite/dialect.ts';
import { listDocuments } from '../../../../src/core/adapters/sqlite/documents.ts';
import { openSqlite } from '../../../../src/core/adapters/sqlite/index.ts';
import { npmDriver } from '../../../../src/core/adapters/sqlite/npm-driver.ts';
import type { DocQuery } from '../../../../src/core/ports/store.ts';
import { temporaryDirectory } from './place.ts';

const sessions = {
  kind: 'session',
  workspace: 'wrkspc_a',
  order: 'desc',
  limit: 20,
  includeArchived: false,
  after: 9,
} as const;
const narrowed: Record<string, Partial<DocQuery>> = {
  'by nothing': {},
  'by creation time': { createdAt: { gte: 1, lt: 2 } },
  'by one status': { where: { status: 'idle' } },
  'by several statuses': { where: { status: ['idle', 'running'] } },
  'by deployment': { where: { deployment_id: 'depl_a' } },
  'by memory store': { where: { 'hidden.memory_stores.memstore_a': 1 } },
  'by agent': { where: { 'agent.id': 'agent_a', 'agent.version': 1, status: ['idle'] } },
};
const indexes: Record<string, string> = {
  'by deployment': 'documents_by_deployment',
  'by agent': 'documents_by_agent',
};

test('a page of sessions is found in an index alone and in its order, whatever narrows it', async () => {
  const plan = await planner();
  for (const [name, more] of Object.entries(narrowed)) {
    const steps = await plan({ ...sessions, ...more });
    const [page] = steps.filter((step) => step.includes('documents_by'));
    expect(page, name).toMatch(/USING COVERING INDEX/);
    expect(page, name).toContain(indexes[name] ?? 'documents_by_workspace');
    expect(steps.join(), name).not.toContain('TEMP B-TREE');
  }
});

test('what lies under a document is found by it, and under several by them', async () => {
  const plan = await planner();
  const resources = { ...sessions, kind: 'session_resource', includeArchived: true } as const;
  for (const parent of ['sesn_a', ['sesn_a', 'sesn_b']]) {
    expect((await plan({ ...resources, parent })).join()).toContain('documents_by_parent (parent=? AND kind=?');
  }
  expect((await plan({ ...resources, parent: 'sesn_a' })).join()).not.toContain('TEMP B-TREE');
});

/** How SQLite would find the documents, a step a line. */
async function planner(): Promise<(query: DocQuery) => Promise<string[]>> {
  const { directory, dispose } = await temporaryDirectory();
  const path = join(directory, 'core.db');
  const { store } = await openSqlite({ path, clock: { now: () => 1 } });
  await store.close();
  const connection = await (await npmDriver()).open(path);
  onTestFinished(async () => {
    await connection.close();
    await dispose();
  });
  return async (query) => {
    const steps: string[] = [];
    const explaining = queriesOver({
      async all(sql, values) {
        const rows = await connection.all(`EXPLAIN QUERY PLAN ${sql}`, [...values]);
        steps.push(...rows.map((row) => String(row.detail)));
        return [];
      },
      close: async () => undefined,
    });
    await listDocuments(explaining, query);
    return steps;
  };
}
