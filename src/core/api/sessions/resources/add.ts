import type { SessionBody } from '../../../documents.ts';
import { type Core, shown } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { holding } from '../../holds.ts';
import { refuseEnded } from '../events/send.ts';
import { findSession } from '../find.ts';
import type { FileResource } from '../schema.ts';
import { resourcesOf } from '../wire.ts';
import { mountFile } from './copy.ts';
import { refuseOverlap } from './mount.ts';

const MAX_RESOURCES = 500;

/** Also while the session runs; the sandbox shows the file from its next call on. */
export async function addSessionResource(
  core: Core,
  { session_id, body }: { session_id: string; body: FileResource },
): Promise<object> {
  return await core.serial.run(session_id, () =>
    holding(core, async () => {
      const session = await findSession(core, session_id);
      refuseEnded(session.body);
      refuseInOwn(session.body);
      const others = await resourcesOf(core, session_id);
      if (others.length >= MAX_RESOURCES) throw invalid(`a session may have ${MAX_RESOURCES} resources`);
      const { resource, docs } = await mountFile(core, session.body.id, body);
      refuseOverlap(
        others.map((other) => other.mount_path),
        resource.mount_path,
      );
      await core.store.commit({ puts: docs.map((doc) => ({ doc, expect: 0 })) });
      return shown(resource);
    }),
  );
}

function refuseInOwn({ environment_id, hidden }: SessionBody): void {
  if (hidden.environment.type !== 'self_hosted') return;
  throw invalid(`environment ${environment_id} is self-hosted: resources of type file are not supported there`);
}
