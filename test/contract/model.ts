/** What every model adapter must do. `make` gives one that answers the given blocks, and one that never ends. */
import { describe, expect, test } from 'vitest';
import type { Model, ModelBlock, ModelChunk, ModelRequest } from '../../src/core/ports/model.ts';

export const aRequest: ModelRequest = {
  model: 'claude-sonnet-5-5',
  effort: 'high',
  speed: 'standard',
  system: 'You test.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  maxTokens: 1_000,
};

export async function chunksOf(
  model: Model,
  request = aRequest,
  signal = new AbortController().signal,
  recorded: Promise<unknown> = Promise.resolve(),
): Promise<ModelChunk[]> {
  const chunks: ModelChunk[] = [];
  for await (const chunk of model.respond(request, { recorded, signal })) chunks.push(chunk);
  return chunks;
}

export function modelContract(name: string, make: { talking(): Promise<Model>; endless(): Promise<Model> }): void {
  describe(`${name} keeps the promises of a model`, () => {
    test('thinking, text, a call: deltas in order, each block whole, an end with usage', async () => {
      const chunks = await chunksOf(await make.talking());
      // What reading the request has cost may be said before anything else.
      const kinds = chunks.map((chunk) => chunk.type).filter((kind, place) => kind !== 'begin' || place > 0);
      expect(kinds[0]).toBe('thinking');
      expect(kinds.at(-1)).toBe('end');
      expect(kinds.filter((kind) => kind === 'end')).toHaveLength(1);
      const blocks = chunks.flatMap((chunk): ModelBlock[] => (chunk.type === 'block' ? [chunk.block] : []));
      expect(blocks.map((block) => block.type)).toEqual(['thinking', 'text', 'tool_use']);
      const text = chunks.flatMap((chunk) => (chunk.type === 'text_delta' ? [chunk.text] : [])).join('');
      expect(blocks[1]).toEqual({ type: 'text', text });
      expect(blocks[2]).toMatchObject({ name: 'bash', input: { command: 'ls' } });
      expect(chunks.at(-1)).toMatchObject({ stop: 'tool_use', usage: { output_tokens: expect.any(Number) } });
    });

    test('a request that is not on record is not answered, and one that could not be put there fails', async () => {
      const model = await make.talking();
      let record: () => void = () => undefined;
      let answered = false;
      const recorded = new Promise<void>((resolve) => {
        record = resolve;
      });
      const waiting = chunksOf(model, aRequest, undefined, recorded).finally(() => {
        answered = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(answered).toBe(false);
      record();
      expect((await waiting).at(-1)?.type).toBe('end');
      const never = Promise.reject(new Error('the disk is full'));
      await expect(chunksOf(model, aRequest, undefined, never)).rejects.toThrow();
    });

    test('an abort ends it at once', async () => {
      const abort = new AbortController();
      const model = await make.endless();
      setTimeout(() => abort.abort('interrupt'), 100);
      const began = performance.now();
      await expect(chunksOf(model, aRequest, abort.signal)).rejects.toThrow();
      expect(performance.now() - began).toBeLessThan(10_000);
    });
  });
}
