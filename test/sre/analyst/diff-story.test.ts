import { describe, expect, it } from 'vitest';
import { diffStory } from '../../../src/sre/analyst/diff-story.ts';

const POOL = new Set(['pool', 'connection', 'release', 'max', 'timeout']);

function diff(...lines: string[]): string {
  return ['--- a/x', '+++ b/x', '@@ -1,9 +1,9 @@', ...lines, ''].join('\n');
}

describe('what a diff does, told from its text', () => {
  it('sees that giving back left the block that always ran, and the way out without it', () => {
    const text = diff(
      ' const conn = await pool.acquire();',
      ' try {',
      '+  if (stale) return cached(order);',
      '   return await write(conn, order);',
      '-} finally {',
      '+} catch (error) {',
      '   conn.release();',
      '+  throw error;',
      ' }',
    );
    expect(diffStory(text, POOL)).toBe(
      'takes `conn.release();` out of `finally`, so it no longer runs on every path: `if (stale) return cached(order);` leaves without it',
    );
  });

  it('does not call a moved block lost', () => {
    const text = diff('-} finally {', '+  log(x);', '+} finally {', '   conn.release();');
    expect(diffStory(text, POOL) ?? '').not.toContain('no longer runs');
  });

  it('knows the deferred call of another language, and a removed one', () => {
    expect(diffStory(diff('-\tdefer conn.Close()', '+\trows := conn.Query(q)'), POOL)).toBe(
      'removes `defer conn.Close()`, which ran on every path',
    );
    expect(diffStory(diff('-\tpool.Release(conn)', '+\tpool.Acquire(conn)'), POOL)).toBe(
      'removes `pool.Release(conn)`',
    );
  });

  it('does not take a give-back that only moved for one that is gone', () => {
    const text = diff('-  pool.release(a);', '   work();', '+  pool.release(a);', '+  pool.max = other;');
    expect(diffStory(text, POOL) ?? '').not.toContain('removes');
  });

  it('names both sides of a changed number or switch', () => {
    expect(diffStory(diff('-  timeoutMs: 800,', '+  timeoutMs: 8000,'), POOL)).toBe(
      'changes `timeoutMs: 800,` to `timeoutMs: 8000,`',
    );
    expect(diffStory(diff('-"batch": true', '+"batch": false'), POOL)).toBe(
      'changes `"batch": true` to `"batch": false`',
    );
  });

  it('prefers a line that does something to one that declares it, and says nothing of an unrelated diff', () => {
    const text = diff('+import { Pool, Connection } from "./pool.ts";', '+  await pool.reserve(connection);');
    expect(diffStory(text, POOL)).toBe('adds `await pool.reserve(connection);`');
    expect(diffStory(diff('-<b>Footer</b>', '+<i>Footer here</i>'), POOL)).toBeNull();
  });
});
