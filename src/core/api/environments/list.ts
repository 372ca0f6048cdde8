import type { z } from 'zod';
import type { EnvironmentBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { environmentListQuery } from './schema.ts';

export async function listEnvironments(
  core: Core,
  { query }: { query: z.output<typeof environmentListQuery> },
): Promise<object> {
  return await listDocuments<EnvironmentBody>(core, query, { kind: 'environment' });
}
