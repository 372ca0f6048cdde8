import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BlobMissing, type Blobs, BlobTooLarge } from '../../src/core/ports/blobs.ts';

/** What every `Blobs` promises. `make` gives a fresh, empty one. */
export function blobsContract(name: string, make: () => Promise<Blobs>): void {
  describe(name, () => {
    test('bytes come back whole, at once and as a stream', async () => {
      const blobs = await make();
      const { key, size } = await blobs.put(pieces('hello ', 'world'), 100);
      expect(size).toBe(11);
      expect(Buffer.from(await blobs.get(key)).toString()).toBe('hello world');
      expect(await streamed(blobs, key)).toBe('hello world');
    });

    test('the same bytes have the same key, however they were cut, and putting them again is fine', async () => {
      const blobs = await make();
      const [first, second] = await Promise.all([blobs.put(pieces('ab', 'c'), 9), blobs.put(pieces('a', 'bc'), 9)]);
      expect(first.key).toBe(second.key);
      expect(Buffer.from(await blobs.get(first.key)).toString()).toBe('abc');
    });

    test('nothing at all is a blob too', async () => {
      const blobs = await make();
      const { key, size } = await blobs.put(pieces(), 0);
      expect(size).toBe(0);
      expect(await blobs.get(key)).toHaveLength(0);
    });

    test('exactly the limit is allowed; one byte more stops at once and leaves nothing', async () => {
      const blobs = await make();
      await expect(blobs.put(pieces('12345'), 5)).resolves.toMatchObject({ size: 5 });
      let drawn = 0;
      async function* endless() {
        for (;;) {
          drawn += 1;
          yield Buffer.alloc(10, drawn);
        }
      }
      await expect(blobs.put(endless(), 25)).rejects.toBeInstanceOf(BlobTooLarge);
      expect(drawn).toBe(3);
    });

    test('a source that breaks leaves nothing and its error is told', async () => {
      const blobs = await make();
      async function* broken() {
        yield Buffer.from('half');
        throw new Error('the client hung up');
      }
      await expect(blobs.put(broken(), 100)).rejects.toThrow('the client hung up');
      await expect(blobs.get(createHash('sha256').update('half').digest('hex'))).rejects.toBeInstanceOf(BlobMissing);
    });

    test('an unknown key, or one that is none, is missing', async () => {
      const blobs = await make();
      for (const key of ['0'.repeat(64), '../../etc/passwd', '', 'x'.repeat(64)]) {
        await expect(blobs.get(key)).rejects.toBeInstanceOf(BlobMissing);
        await expect(streamed(blobs, key)).rejects.toBeInstanceOf(BlobMissing);
        await blobs.remove(key);
      }
    });

    test('a removed blob is missing', async () => {
      const blobs = await make();
      const { key } = await blobs.put(pieces('x'), 1);
      await blobs.remove(key);
      await expect(blobs.get(key)).rejects.toBeInstanceOf(BlobMissing);
    });

    test('what would remove runs while nobody holds a key, and not while somebody does', async () => {
      const { hold, whileUnheld } = await make();
      const done: string[] = [];
      const removing = (name: string) => whileUnheld(async () => void done.push(name));
      expect(await removing('before')).toBe(true);
      await hold(() =>
        hold(async () => {
          expect(await removing('held twice')).toBe(false);
        }),
      );
      await expect.poll(() => removing('after')).toBe(true);
      expect(done).toEqual(['before', 'after']);
      await expect(hold(() => Promise.reject(new Error('the upload broke')))).rejects.toThrow('the upload broke');
      await expect.poll(() => removing('after a failure')).toBe(true);
    });

    test('who begins to hold while something is being removed waits until it is', async () => {
      const { hold, whileUnheld } = await make();
      const order: string[] = [];
      let begun: () => void = () => undefined;
      const started = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const removing = whileUnheld(async () => {
        begun();
        await new Promise((resolve) => setTimeout(resolve, 100));
        order.push('removed');
      });
      await started;
      await hold(async () => void order.push('held'));
      expect(await removing).toBe(true);
      expect(order).toEqual(['removed', 'held']);
    });
  });
}

export async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export async function streamed(blobs: Blobs, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.stream(key)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
