/**
 * Secrets under one key: each is encrypted with a key of its own, which the installation's key wraps (AES-256-GCM both
 * times). Both bind the place, so that a row moved or put back does not open.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type SecretPlace, type Secrets, SecretUnreadable } from '../../ports/secrets.ts';
import { parseKey, readOrMakeKey } from './key.ts';

const FORM = 'v1';

export interface KeyfileOptions {
  /** Where the key rests, mode 0600; made when missing. Not touched when `masterKey` is given. */
  path: string;
  /** 32 bytes, as base64 or hexadecimal. */
  masterKey?: string;
}

/** Rejects with `SecretUnreadable` when the key is no key, or others can read its file. */
export async function keyfileSecrets({ path, masterKey }: KeyfileOptions): Promise<Secrets> {
  const key = masterKey === undefined ? await readOrMakeKey(path) : parseKey(masterKey);
  const name = createHash('sha256').update('key name').update(key).digest('hex').slice(0, 16);
  return {
    async seal(place, secret) {
      const own = randomBytes(32);
      const wrapped = encrypt(key, bound(place, 'key'), own);
      return [FORM, name, wrapped, encrypt(own, bound(place, 'secret'), Buffer.from(secret, 'utf8'))].join('.');
    },
    async open(place, sealed) {
      const [form, by, wrapped = '', rest = ''] = sealed.split('.');
      if (form !== FORM || by === undefined) throw new SecretUnreadable('the sealed secret is damaged');
      if (by !== name) {
        throw new SecretUnreadable(
          `this secret was sealed with key ${by}, the key in use is ${name}: bring back that key, or store it anew`,
        );
      }
      const own = decrypt(key, bound(place, 'key'), wrapped);
      return decrypt(own, bound(place, 'secret'), rest).toString('utf8');
    },
  };
}

function bound({ workspace, vault, name, version }: SecretPlace, what: 'key' | 'secret'): Buffer {
  const parts = [workspace, vault, name, String(version), what];
  if (parts.some((part) => part.includes('|'))) throw new TypeError('a place may not contain "|"');
  return Buffer.from(parts.join('|'), 'utf8');
}

function encrypt(key: Buffer, aad: Buffer, plain: Buffer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url');
}

function decrypt(key: Buffer, aad: Buffer, packed: string): Buffer {
  try {
    const bytes = Buffer.from(packed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(aad);
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  } catch (error) {
    throw new SecretUnreadable('the sealed secret was changed, or belongs elsewhere', { cause: error });
  }
}
