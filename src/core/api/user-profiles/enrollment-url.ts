import { randomBytes } from 'node:crypto';
import { type Core, isoTime } from '../core.ts';
import { findProfile, type ProfilePlace } from './find.ts';

const VALID_MS = 24 * 3_600_000;

/**
 * There is no program to enroll in here. The address is of the right form and belongs to nobody: names under `invalid`
 * lead nowhere, so a person who follows it comes to no stranger.
 */
export async function createEnrollmentUrl(core: Core, place: ProfilePlace): Promise<object> {
  return { type: 'enrollment_url', ...(await address(core, place)) };
}

export async function createActionUrl(core: Core, place: ProfilePlace): Promise<object> {
  return { type: 'user_profile_action_url', ...(await address(core, place)) };
}

async function address(core: Core, place: ProfilePlace): Promise<{ url: string; expires_at: string }> {
  const { id } = await findProfile(core, place);
  const token = randomBytes(24).toString('base64url');
  return { url: `https://enroll.invalid/${id}/${token}`, expires_at: isoTime(core.clock.now() + VALID_MS) };
}
