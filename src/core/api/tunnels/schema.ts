/** Tunnels and their certificates as the wire takes them. */
import { z } from 'zod';
import { flag, limit, page } from '../query.ts';

export const tunnelCreate = z.object({ display_name: z.string().min(1).max(255).nullish() });
export type TunnelCreate = z.output<typeof tunnelCreate>;

export const tunnelTokenRotate = z.object({ reason: z.string().max(1024).nullish() });
export type TunnelTokenRotate = z.output<typeof tunnelTokenRotate>;

export const tunnelListQuery = z.object({ limit: limit(20, 1000), page, include_archived: flag.optional() });
export type TunnelListQuery = z.output<typeof tunnelListQuery>;

export const certificateCreate = z.object({ ca_certificate_pem: z.string().min(1).max(8192) });
export type CertificateCreate = z.output<typeof certificateCreate>;
