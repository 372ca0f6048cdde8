/** What the sessions of a deployment bring along. Tokens of repositories are sealed apart and opened for each session. */
import { assertNever } from '../../../lib/assert-never.ts';
import type { DeploymentId } from '../../ids.ts';
import type { SealedToken } from '../../resources.ts';
import type { Core } from '../core.ts';
import type { ResourceInput } from '../sessions/schema.ts';
import type { DeploymentBody, ResourceConfig } from './body.ts';

/** What was not sent is not shown either. */
export function resourceConfigs(inputs: readonly ResourceInput[]): ResourceConfig[] {
  return inputs.map(resourceConfig);
}

function resourceConfig(input: ResourceInput): ResourceConfig {
  switch (input.type) {
    case 'file': {
      const { type, file_id, mount_path } = input;
      return { type, file_id, ...(mount_path === undefined ? {} : { mount_path }) };
    }
    case 'memory_store': {
      const { type, memory_store_id, access, instructions } = input;
      const optional = {
        ...(access === undefined ? {} : { access }),
        ...(instructions === undefined ? {} : { instructions }),
      };
      return { type, memory_store_id, ...optional };
    }
    case 'github_repository': {
      const { type, url, checkout, mount_path } = input;
      const optional = {
        ...(checkout === undefined ? {} : { checkout }),
        ...(mount_path === undefined ? {} : { mount_path }),
      };
      return { type, url, ...optional };
    }
    default:
      return assertNever(input);
  }
}

/** Each token gets a version above all before it, so that an old one put back does not open. */
export async function sealTokens(
  core: Core,
  deployment: DeploymentId,
  inputs: readonly ResourceInput[],
  before: DeploymentBody['hidden']['tokens'],
): Promise<Pick<DeploymentBody['hidden'], 'tokens'>> {
  const version = 1 + Math.max(0, ...(before ?? []).map((token) => token?.version ?? 0));
  const tokens = await Promise.all(
    inputs.map(async (input, index): Promise<SealedToken | null> => {
      if (input.type !== 'github_repository' || input.authorization_token === undefined) return null;
      const place = placeOf(core, deployment, index, version);
      return { version, sealed: await core.secrets.seal(place, input.authorization_token) };
    }),
  );
  return tokens.every((token) => token === null) ? {} : { tokens };
}

/** As a session takes them. Rejects with `SecretUnreadable` when a token cannot be opened. */
export async function sessionResources(
  core: Core,
  { id, resources, hidden }: DeploymentBody,
): Promise<ResourceInput[]> {
  return await Promise.all(
    resources.map(async (resource, index): Promise<ResourceInput> => {
      const token = hidden.tokens?.[index];
      if (resource.type !== 'github_repository' || token == null) return resource;
      const place = placeOf(core, id, index, token.version);
      return { ...resource, authorization_token: await core.secrets.open(place, token.sealed) };
    }),
  );
}

function placeOf({ workspace }: Core, deployment: DeploymentId, index: number, version: number) {
  return { workspace, vault: deployment, name: `resources.${index}.authorization_token`, version };
}
