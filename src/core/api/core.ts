/** What a verb of the API may ask for, and the few things all verbs do with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../documents.ts';
import type { WorkspaceId } from '../ids.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { BundledSkills } from '../ports/bundled-skills.ts';
import type { Clock } from '../ports/clock.ts';
import type { Messages } from '../ports/messages.ts';
import type { Models } from '../ports/model.ts';
import type { Outbound } from '../ports/outbound.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Doc, DocKind, DocRow, Store } from '../ports/store.ts';
import type { Credential } from './credential.ts';
import { conflict, notFound } from './errors.ts';
import type { ApiLimits } from './limits.ts';
import type { Serial } from './serial.ts';
import type { Occurrence } from './webhooks/types.ts';
import { within } from './workspaces/within.ts';

export interface KnownModel {
  id: string;
  display_name: string;
}
export interface Core {
  /** As the caller's workspace sees it: documents of others are not there. */
  store: Store;
  /** All workspaces, for finding out who calls. */
  everywhere: Store;
  blobs: Blobs;
  clock: Clock;
  secrets: Secrets;
  bundledSkills: BundledSkills;
  outbound: Outbound;
  messages: Messages | null;
  /** Language models by id. */
  minds: Models;
  workspace: WorkspaceId;
  models: readonly KnownModel[];
  hasListPrice(model: string, speed: 'standard' | 'fast'): boolean;
  limits: ApiLimits;
  /** On whose behalf the API acts: the holder of the key. */
  caller: Actor;
  credential: Credential;
  serial: Serial;
  /** Tells subscribers of what happened without anything being written; what is written they hear of by itself. */
  tell(workspace: WorkspaceId, occurrence: Occurrence): Promise<void>;
  /** When this server last wrote down that a worker asks for work, oldest first. */
  workersSeen: Map<string, number>;
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The same core on behalf of somebody else. */
export function coreFor(core: Core, credential: Credential): Core {
  if (credential === core.credential) return core;
  const { workspace } = credential;
  const store = workspace === core.workspace ? core.store : within(core.everywhere, workspace);
  return { ...core, store, workspace, credential, caller: actorOf(credential) };
}

function actorOf(credential: Credential): Actor {
  if (credential.kind === 'work_token') return { type: 'session_actor', session_id: credential.session };
  return { type: 'api_actor', api_key_id: credential.id };
}

/** The document an id in a path names, or 404. */
export async function find<Body>(core: Core, kind: DocKind, id: string): Promise<DocRow<Body>> {
  const row = await core.store.get<Body>(kind, id);
  if (row === null) throw notFound(kind.replaceAll('_', ' '), id);
  return row;
}

export function newDoc<Body extends object>(
  core: Core,
  kind: DocKind,
  id: string,
  body: Body,
  more: { parent?: string; createdAt: number },
): Omit<Doc, 'revision'> {
  const { parent = null, createdAt } = more;
  return { kind, id, workspace: core.workspace, parent, createdAt, archived: false, body };
}

/** The same document with another body. */
export function changedDoc(row: DocRow, body: object, archived: boolean = row.archived): Omit<Doc, 'revision'> {
  const { kind, id, workspace, parent, createdAt } = row;
  return { kind, id, workspace, parent, createdAt, archived, body };
}

/**
 * Part of a write that was decided by what stands under a document: the document as it is, at its next revision. Of two
 * writers that read the same state one then finds it stale, also on another node.
 */
export function lock(row: DocRow<object>): { doc: Omit<Doc, 'revision'>; expect: number } {
  return { doc: changedDoc(row, row.body), expect: row.revision };
}

const ATTEMPTS = 16;
const MOST_PAUSE_MS = 128;

/**
 * Reads, decides and writes until nobody else wrote in between; gives up with 409 when others always win. It waits longer and
 * longer, by chance: of two servers with a queue of writers each, one would else win every time.
 */
export async function untilFresh<Result>(attempt: () => Promise<{ done: Result } | 'stale'>): Promise<Result> {
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    const outcome = await attempt();
    if (outcome !== 'stale') return outcome.done;
    await sleep(Math.random() * Math.min(2 ** tries, MOST_PAUSE_MS));
  }
  throw conflict('the object is being changed by others all the time; nothing was changed, try again');
}

/** A body as the wire shows it: what the server keeps for itself stays behind. */
export function shown<Body extends { hidden: unknown }>(body: Body): Omit<Body, 'hidden'> {
  const { hidden: _, ...wire } = body;
  return wire;
}
