/**
 * Keeps secrets unreadable where they rest. What is sealed may be stored anywhere: only the holder of the key opens
 * it, and only for the place it was sealed for. `test/contract/secrets.ts` binds every adapter.
 */
export interface SecretPlace {
  workspace: string;
  vault: string;
  /** The credential and which of its secrets. */
  name: string;
  /** Grows with every rotation, so that an old secret put back does not open. */
  version: number;
}

export interface Secrets {
  /** Text that says nothing about the secret but its length. Sealing the same secret twice gives different texts. */
  seal(place: SecretPlace, secret: string): Promise<string>;
  /** Rejects with `SecretUnreadable` for another key, another place, or a changed text. */
  open(place: SecretPlace, sealed: string): Promise<string>;
}

/** The message says what to do; it never holds anything of the secret. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
}
