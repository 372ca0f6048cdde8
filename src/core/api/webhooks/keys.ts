/** The secrets that an endpoint's deliveries are signed with, sealed for the endpoint they belong to. */
import type { Core } from '../core.ts';
import type { SigningKey, WebhookEndpointBody } from './body.ts';
import { newSigningSecret } from './sign.ts';

type Keyed = Pick<WebhookEndpointBody, 'id'>;

/** The secret is for the caller to see once; only what is sealed is kept. */
export async function newKey(
  core: Core,
  endpoint: Keyed,
  version: number,
): Promise<{ secret: string; key: SigningKey }> {
  const secret = newSigningSecret();
  return {
    secret,
    key: { version, sealed: await core.secrets.seal(place(core, endpoint, version), secret), until: null },
  };
}

/** Those that sign now. Rejects with `SecretUnreadable` when one cannot be opened. */
export async function signingSecrets(core: Core, { id, hidden }: WebhookEndpointBody): Promise<string[]> {
  const now = core.clock.now();
  const current = hidden.keys.filter(({ until }) => until === null || until > now);
  return await Promise.all(
    current.map(({ version, sealed }) => core.secrets.open(place(core, { id }, version), sealed)),
  );
}

function place(core: Core, { id }: Keyed, version: number) {
  return { workspace: core.workspace, vault: id, name: 'signing_secret', version };
}
