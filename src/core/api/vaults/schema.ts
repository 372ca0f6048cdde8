/** Vaults as the wire takes them. */
import { z } from 'zod';
import { metadata, metadataPatch } from '../metadata.ts';
import { flag, limit, page } from '../query.ts';

const displayName = z.string().min(1).max(255);

export const vaultCreate = z.object({ display_name: displayName, metadata: metadata.nullish() });
export type VaultCreate = z.output<typeof vaultCreate>;

export const vaultUpdate = z.object({ display_name: displayName.nullish(), metadata: metadataPatch.nullish() });
export type VaultUpdate = z.output<typeof vaultUpdate>;

export const vaultListQuery = z.object({ limit: limit(20, 100), page, include_archived: flag.optional() });
