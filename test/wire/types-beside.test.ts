/** As types.test.ts, for the nouns that stand beside sessions: dreams, tunnels, user profiles, webhooks. */
import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { dreamCreate } from '../../src/core/api/dreams/schema.ts';
import type { certificateCreate, tunnelCreate, tunnelTokenRotate } from '../../src/core/api/tunnels/schema.ts';
import type { actionUrlCreate, userProfileCreate, userProfileUpdate } from '../../src/core/api/user-profiles/schema.ts';
import type { WebhookEvent } from '../../src/core/api/webhooks/body.ts';
import type { WebhookType } from '../../src/core/api/webhooks/types.ts';
import type { Fits, Shown } from './shown.ts';

type Sent<Params, NotOffered extends string = never> = Omit<Params, 'betas' | 'workspace_id' | NotOffered>;
type Told = Anthropic.Beta.BetaWebhookEvent;

/** Dreams take one speed; the type has the other one, the contract says 400. */
interface Slow {
  model: string | { id: string; speed?: 'standard' | null };
}
/** Refused by name under the beta value that the client sends. */
type Newer = 'external_user_details';

const clientToServer: true[] = [
  true satisfies Fits<z.input<typeof dreamCreate>, Sent<Anthropic.Beta.DreamCreateParams, 'model'> & Slow>,
  true satisfies Fits<z.input<typeof tunnelCreate>, Sent<Anthropic.Beta.TunnelCreateParams>>,
  true satisfies Fits<z.input<typeof tunnelTokenRotate>, Sent<Anthropic.Beta.TunnelRotateTokenParams>>,
  true satisfies Fits<z.input<typeof certificateCreate>, Sent<Anthropic.Beta.Tunnels.CertificateCreateParams>>,
  true satisfies Fits<z.input<typeof userProfileCreate>, Sent<Anthropic.Beta.UserProfileCreateParams, Newer>>,
  true satisfies Fits<z.input<typeof userProfileUpdate>, Sent<Anthropic.Beta.UserProfileUpdateParams, Newer>>,
  true satisfies Fits<z.input<typeof actionUrlCreate>, Sent<Anthropic.Beta.UserProfiles.ActionURLCreateParams>>,
];

const serverToClient: true[] = [
  true satisfies Fits<Anthropic.Beta.BetaDream, Shown['Dream']>,
  true satisfies Fits<Anthropic.Beta.BetaTunnel, Shown['Tunnel']>,
  true satisfies Fits<Anthropic.Beta.Tunnels.BetaTunnelCertificate, Shown['TunnelCertificate']>,
  true satisfies Fits<Anthropic.Beta.BetaUserProfile, Shown['UserProfile']>,
  true satisfies Fits<Omit<Told, 'data'>, Omit<WebhookEvent, 'data'>>,
  true satisfies Fits<Told['data']['type'], WebhookType>,
  true satisfies Fits<WebhookType, Told['data']['type']>,
];

test('the types of both sides of the wire agree', () => {
  expect([...clientToServer, ...serverToClient]).not.toContain(false);
});
