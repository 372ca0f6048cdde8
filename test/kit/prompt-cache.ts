/**
 * Counts tokens as the Messages API does with a prompt cache: what ends at a marker is kept, and a request reads the longest
 * beginning that was kept and ends at one of its own markers or at most 20 blocks before it.
 */
import { createHash } from 'node:crypto';

interface Piece {
  /** Of everything up to and with this block. */
  key: string;
  tokens: number;
  marked: boolean;
}
export interface CacheUsage {
  input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

const lookback = 20;
const mostMarkers = 4;

export function promptCache(): (body: Record<string, unknown>) => CacheUsage {
  const kept = new Set<string>();
  return (body) => {
    const pieces = piecesOf(body);
    const markers = pieces.flatMap(({ marked }, place) => (marked ? [place] : []));
    if (markers.length > mostMarkers) throw new Error(`${markers.length} cache markers, at most ${mostMarkers}`);
    const within = (place: number) => markers.some((marker) => place <= marker && marker - place <= lookback);
    const read = pieces.findLastIndex(({ key }, place) => within(place) && kept.has(key));
    const written = Math.max(read, markers.at(-1) ?? -1);
    for (const marker of markers) kept.add(pieces[marker]?.key ?? '');
    return {
      cache_read_input_tokens: sum(pieces.slice(0, read + 1)),
      cache_creation_input_tokens: sum(pieces.slice(read + 1, written + 1)),
      input_tokens: sum(pieces.slice(written + 1)),
    };
  };
}

function sum(pieces: readonly Piece[]): number {
  return pieces.reduce((total, { tokens }) => total + tokens, 0);
}

function piecesOf(body: Record<string, unknown>): Piece[] {
  const { thinking, output_config, speed, model } = body;
  const messages = blocks(body.messages).flatMap(({ role, content }) =>
    blocks(content).map((block): Record<string, unknown> => ({ role, ...block })),
  );
  const hash = createHash('sha256').update(JSON.stringify({ model, thinking, output_config, speed }));
  return [...blocks(body.tools), ...blocks(body.system), ...messages].map(({ cache_control, ...block }) => {
    const text = JSON.stringify(block);
    hash.update(text);
    return { key: hash.copy().digest('hex'), tokens: Math.ceil(text.length / 4), marked: cache_control !== undefined };
  });
}

function blocks(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}
