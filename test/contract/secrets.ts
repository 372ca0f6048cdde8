import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SecretPlace, type Secrets, SecretUnreadable } from '../../src/core/ports/secrets.ts';

const place: SecretPlace = { workspace: 'wrkspc_1', vault: 'vlt_1', name: 'vcrd_1.token', version: 1 };

/** What every keeper of secrets promises. `open` gives one with the same key each time, `other` one with another key. */
export function secretsContract(name: string, open: () => Promise<Secrets>, other: () => Promise<Secrets>): void {
  describe(`secrets: ${name}`, () => {
    test('any text comes back, also through another instance with the same key', async () => {
      const [one, two] = [await open(), await open()];
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), async (secret) => {
          expect(await two.open(place, await one.seal(place, secret))).toBe(secret);
        }),
      );
    });

    test('what is sealed shows nothing of the secret, and never looks the same twice', async () => {
      const secrets = await open();
      const [first, second] = [
        await secrets.seal(place, 'hunter2hunter2'),
        await secrets.seal(place, 'hunter2hunter2'),
      ];
      expect(first).not.toBe(second);
      for (const form of ['hunter2', Buffer.from('hunter2').toString('base64url').slice(0, 8)]) {
        expect(first).not.toContain(form);
      }
    });

    test('it opens in no other place: workspace, vault, name and version are bound', async () => {
      const secrets = await open();
      const sealed = await secrets.seal(place, 'secret');
      const elsewhere: Partial<SecretPlace>[] = [
        { workspace: 'wrkspc_2' },
        { vault: 'vlt_2' },
        { name: 'vcrd_2.token' },
        { version: 2 },
      ];
      for (const change of elsewhere) {
        await expect(secrets.open({ ...place, ...change }, sealed)).rejects.toThrow(SecretUnreadable);
      }
    });

    test('no changed letter goes unnoticed, and no error tells the secret', async () => {
      const secrets = await open();
      const sealed = await secrets.seal(place, 'hunter2hunter2');
      for (let at = 0; at < sealed.length; at += 7) {
        const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
        const error = await secrets.open(place, changed).catch((thrown: unknown) => thrown);
        expect(error, `letter ${at}`).toBeInstanceOf(SecretUnreadable);
        expect(String(error)).not.toContain('hunter2');
      }
    });

    test('another key does not open it, and the error says that the key is another', async () => {
      const sealed = await (await open()).seal(place, 'secret');
      await expect((await other()).open(place, sealed)).rejects.toThrow('key');
    });
  });
}
