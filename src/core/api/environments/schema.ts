/** Environments as the wire takes them. */
import { z } from 'zod';
import { metadata, metadataPatch } from '../metadata.ts';
import { flag, limit, page } from '../query.ts';

export const MANAGERS = ['apt', 'cargo', 'gem', 'go', 'npm', 'pip'] as const;

const host = z
  .string()
  .max(253)
  .regex(/^(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/, {
    error: 'must be a bare host name or a *. pattern, without scheme, port or path',
  });
const packageList = z.array(z.string().min(1).max(255)).max(500).nullish();
const networking = z.discriminatedUnion('type', [
  z.object({ type: z.literal('unrestricted') }),
  z.object({
    type: z.literal('limited'),
    allow_mcp_servers: z.boolean().nullish(),
    allow_package_managers: z.boolean().nullish(),
    allowed_hosts: z.array(host).max(1000).nullish(),
  }),
]);
/** `anthropic_cloud` is what older guides call the cloud. */
function byNewName(given: unknown): unknown {
  const isOlder = typeof given === 'object' && given !== null && 'type' in given && given.type === 'anthropic_cloud';
  return isOlder ? { ...given, type: 'cloud' } : given;
}
export const knownConfig = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('cloud'),
    networking: networking.nullish(),
    packages: z
      .object({
        type: z.literal('packages').optional(),
        apt: packageList,
        cargo: packageList,
        gem: packageList,
        go: packageList,
        npm: packageList,
        pip: packageList,
      })
      .nullish(),
  }),
  z.object({ type: z.literal('self_hosted') }),
]);
const config = z.preprocess(byNewName, knownConfig);
const scope = z.literal('organization', { error: 'only "organization" can be chosen through the API' }).nullish();

export const environmentCreate = z.object({
  name: z.string().min(1).max(256),
  description: z.string().max(1024).nullish(),
  metadata: metadata.nullish(),
  config: config.nullish(),
  scope,
});
export type EnvironmentCreate = z.output<typeof environmentCreate>;

export const environmentUpdate = z.object({
  name: z.string().min(1).max(256).nullish(),
  description: z.string().max(1024).nullish(),
  metadata: metadataPatch.nullish(),
  config: config.nullish(),
  scope,
});
export type EnvironmentUpdate = z.output<typeof environmentUpdate>;
export type ConfigInput = z.output<typeof config>;

export const environmentListQuery = z.object({ limit: limit(20, 1000), page, include_archived: flag.optional() });
