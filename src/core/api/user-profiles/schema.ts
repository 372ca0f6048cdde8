/** User profiles as the wire takes them. */
import { z } from 'zod';
import { metadata } from '../metadata.ts';
import { limit, one, order, page } from '../query.ts';

const accessType = z.enum(['application', 'passthrough']);
const text = z.string().min(1).max(255).nullish();
const onboarded = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time' }).optional();
const newer = z
  .undefined({ error: 'is not taken here; send external_id and external_user_onboarded_at instead' })
  .optional();

export const userProfileCreate = z.object({
  name: text,
  access_type: accessType.optional(),
  metadata: metadata.nullish(),
  external_id: text,
  external_user_onboarded_at: onboarded,
  external_user_details: newer,
});
export type UserProfileCreate = z.output<typeof userProfileCreate>;

export const userProfileUpdate = z.object({
  name: text,
  access_type: accessType.nullish(),
  metadata: metadata.nullish(),
  external_id: text,
  external_user_onboarded_at: onboarded,
  external_user_details: newer,
});
export type UserProfileUpdate = z.output<typeof userProfileUpdate>;

export const userProfileListQuery = z.object({
  limit: limit(20, 100),
  page,
  order: order.optional(),
  order_by: one.pipe(z.enum(['created_at', 'name'])).optional(),
});
export type UserProfileListQuery = z.output<typeof userProfileListQuery>;

export const actionUrlCreate = z.object({ action: z.object({ type: z.literal('enroll_end_user') }) });
