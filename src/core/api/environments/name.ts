/** The name of an environment is unique among those not archived. Call inside `serial` under `ENVIRONMENT_NAMES`. */
import type { Core } from '../core.ts';
import { conflict } from '../errors.ts';

export const ENVIRONMENT_NAMES = 'environment names';

export async function refuseTakenName(core: Core, name: string, except: string | null): Promise<void> {
  const [taken] = await core.store.list({
    kind: 'environment',
    workspace: core.workspace,
    order: 'asc',
    limit: 1,
    includeArchived: false,
    where: { name },
  });
  if (taken !== undefined && taken.id !== except) throw conflict(`an environment named "${name}" exists: ${taken.id}`);
}
