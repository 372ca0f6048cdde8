/** Every id the wire shows: branded by its prefix, minted here and nowhere else. */
import { randomFillSync } from 'node:crypto';

export type Id<Prefix extends string> = `${Prefix}_${string}`;

export type WorkspaceId = Id<'wrkspc'>;
export type AgentId = Id<'agent'>;
export type EnvironmentId = Id<'env'>;
export type SessionId = Id<'sesn'>;
export type ThreadId = Id<'sthr'>;
/** What has a log and an inbox of its own: a session, and each thread under it. */
export type LogId = SessionId | ThreadId;

/** Null for the log of a session. */
export function threadOf(log: LogId): ThreadId | null {
  return isThread(log) ? log : null;
}
function isThread(log: LogId): log is ThreadId {
  return log.startsWith('sthr_');
}
export type EventId = Id<'sevt'>;
export type ResourceId = Id<'sesrsc'>;
export type FileId = Id<'file'>;
export type SkillId = Id<'skill'>;
export type SkillVersionId = Id<'skver'>;
export type OutcomeId = Id<'outc'>;
export type MemoryStoreId = Id<'memstore'>;
export type MemoryId = Id<'mem'>;
export type MemoryVersionId = Id<'memver'>;
export type VaultId = Id<'vlt'>;
export type CredentialId = Id<'vcrd'>;
export type DeploymentId = Id<'depl'>;
export type DeploymentRunId = Id<'drun'>;
export type DreamId = Id<'drm'>;
export type UserProfileId = Id<'uprof'>;
export type TunnelId = Id<'tnl'>;
export type TunnelCertificateId = Id<'tcrt'>;
export type WorkId = Id<'work'>;
export type EnvironmentKeyId = Id<'envkey'>;
export type ApiKeyId = Id<'apikey'>;

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BODY_LENGTH = 24;
const TIME_LENGTH = 8;

/**
 * A new id: the prefix, `01`, eight base58 digits of the millisecond, then random digits (about 82 bits).
 * Ids of one prefix sort roughly by age, which keeps index inserts at the right edge; nothing may rely on it.
 */
export function mint<Prefix extends string>(prefix: Prefix, now: number = Date.now()): Id<Prefix> {
  return `${prefix}_01${base58Time(now)}${base58Random(BODY_LENGTH - 2 - TIME_LENGTH)}`;
}

/** Many ids are made in one millisecond: the digits of the last one are kept. */
let latest = { milliseconds: Number.NaN, digits: '' };

function base58Time(milliseconds: number): string {
  if (milliseconds === latest.milliseconds) return latest.digits;
  let rest = milliseconds;
  let digits = '';
  for (let i = 0; i < TIME_LENGTH; i++) {
    digits = ALPHABET.charAt(rest % 58) + digits;
    rest = Math.floor(rest / 58);
  }
  latest = { milliseconds, digits };
  return digits;
}

/** Bytes of 232 and above are skipped, so that every digit is equally likely. */
function base58Random(length: number): string {
  let digits = '';
  while (digits.length < length) {
    const byte = randomByte();
    if (byte < 232) digits += ALPHABET.charAt(byte % 58);
  }
  return digits;
}

/** Fetched for many ids at once: each call for random bytes costs as much as the rest of an id several times over. */
const pool = new Uint8Array(4096);
let used = pool.length;

function randomByte(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const byte = pool[used] ?? 0;
  used += 1;
  return byte;
}
