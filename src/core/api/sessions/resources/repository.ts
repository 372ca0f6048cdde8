/** A repository attached to a session. Its token is sealed before it is kept and never shown again. */
import { posix } from 'node:path';
import { mint, type ResourceId, type SessionId } from '../../../ids.ts';
import type { RepositoryResourceBody } from '../../../resources.ts';
import { type Core, isoTime, newDoc } from '../../core.ts';
import { invalid } from '../../errors.ts';
import type { RepositoryResource } from '../schema.ts';
import type { Mounted } from './copy.ts';

export async function mountRepository(core: Core, session: SessionId, input: RepositoryResource): Promise<Mounted> {
  if (!input.url.toLowerCase().startsWith('https:') && !core.outbound.isNamed(input.url)) {
    throw invalid('resources: url must be an https URL; name the host in the settings to allow another');
  }
  const now = core.clock.now();
  const id = mint('sesrsc', now);
  const token = input.authorization_token;
  const resource: RepositoryResourceBody = {
    id,
    type: 'github_repository',
    url: input.url,
    mount_path: repositoryPlace(input),
    checkout: input.checkout ?? null,
    created_at: isoTime(now),
    updated_at: isoTime(now),
    hidden: { token: token === undefined ? null : await sealToken(core, session, id, 1, token) },
  };
  return { resource, docs: [newDoc(core, 'session_resource', id, resource, { parent: session, createdAt: now })] };
}

/** The version grows with each new token, so that an old one put back does not open. */
export async function sealToken(core: Core, session: string, id: ResourceId, version: number, token: string) {
  return { version, sealed: await core.secrets.seal(tokenPlace(core, session, id, version), token) };
}

/** Null without one. Rejects with `SecretUnreadable`. */
export async function openToken(
  core: Core,
  session: string,
  { id, hidden }: RepositoryResourceBody,
): Promise<string | null> {
  if (hidden.token === null) return null;
  return await core.secrets.open(tokenPlace(core, session, id, hidden.token.version), hidden.token.sealed);
}

function tokenPlace({ workspace }: Core, session: string, id: ResourceId, version: number) {
  return { workspace, vault: session, name: `${id}.authorization_token`, version };
}

function repositoryPlace({ url, mount_path }: RepositoryResource): string {
  const name = posix.basename(new URL(url).pathname).replace(/\.git$/, '');
  if (name === '') throw invalid('resources: url must name a repository, such as https://github.com/owner/name');
  const given = mount_path ?? name;
  const path = posix.resolve('/workspace', given);
  const plain = !given.includes('\0') && !given.split('/').includes('..');
  if (!plain || path === '/' || path === '/mnt' || path.startsWith('/mnt/')) {
    throw invalid(
      `mount_path: "${given.slice(0, 100)}" must be a path outside /mnt; without a / in front, below /workspace`,
    );
  }
  return path;
}
