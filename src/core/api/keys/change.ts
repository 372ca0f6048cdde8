/** Keys that callers hold, of workspaces and of environments alike: a new secret for one, or none for good. */
import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, isoTime } from '../core.ts';
import { invalid } from '../errors.ts';
import { type KeptSecret, mintSecret, rotated, type SecretKind } from './secret.ts';

interface KeyBody {
  rotated_at: string | null;
  revoked_at: string | null;
  hidden: { secrets: KeptSecret[] };
}

/** A new secret under the same id, answered as `text`; the one before ends at once, or after the seconds of grace. */
export async function rotateKey<Body extends KeyBody>(
  core: Core,
  read: () => Promise<DocRow<Body>>,
  opens: SecretKind,
  { grace_seconds }: { grace_seconds?: number | null | undefined },
): Promise<{ key: Body; text: string }> {
  let text = '';
  const key = await changeDocument<Body>(core, read, ({ kind, id, body }) => {
    if (body.revoked_at !== null) throw invalid(`${kind.replaceAll('_', ' ')} ${id} is revoked; make another one`);
    const now = core.clock.now();
    const minted = mintSecret(opens, id);
    text = minted.text;
    const secrets = rotated(body.hidden.secrets, minted.digest, now, grace_seconds ?? 0);
    return { ...body, rotated_at: isoTime(now), hidden: { secrets } };
  });
  return { key, text };
}

export async function revokeKey<Body extends KeyBody>(core: Core, read: () => Promise<DocRow<Body>>): Promise<Body> {
  const revoke = ({ body }: DocRow<Body>): Body =>
    body.revoked_at !== null ? body : { ...body, revoked_at: isoTime(core.clock.now()), hidden: { secrets: [] } };
  return await changeDocument(core, read, revoke, true);
}
