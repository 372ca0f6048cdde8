import { describe, expect, test } from 'vitest';
import { justBashSandboxes } from '../../../src/core/adapters/just-bash/index.ts';
import { mint } from '../../../src/core/ids.ts';
import { SandboxGone } from '../../../src/core/ports/sandbox.ts';
import { sandboxContract } from '../../contract/sandbox.ts';

sandboxContract('just-bash', () => justBashSandboxes());

describe('what does not stop is stopped', () => {
  const never = new AbortController().signal;
  const spec = { session: mint('sesn'), files: [], allowedHosts: [] };

  test('a command over its time is cut off and the sandbox lives on', async () => {
    const sandbox = await justBashSandboxes().create(spec);
    await sandbox.execute('bash', { command: 'echo kept > /tmp/file' }, never);
    const late = await sandbox.execute('bash', { command: 'sleep 30', timeout_ms: 200 }, never);
    expect(late).toMatchObject({ isError: true, content: expect.stringContaining('timed out after 200 ms') });
    expect((await sandbox.execute('bash', { command: 'cat /tmp/file' }, never)).content).toBe('kept');
    await sandbox.dispose();
  });

  test('an interrupt cuts a command off', async () => {
    const sandbox = await justBashSandboxes().create(spec);
    const interrupt = new AbortController();
    const running = sandbox.execute('bash', { command: 'sleep 30' }, interrupt.signal);
    setTimeout(() => interrupt.abort('interrupt'), 100);
    expect((await running).content).toContain('interrupted');
    await sandbox.dispose();
  });

  test('a loop that never yields is killed with its worker while the server goes on', async () => {
    const sandbox = await justBashSandboxes({ graceMs: 200 }).create(spec);
    let longestLag = 0;
    let last = performance.now();
    const lag = setInterval(() => {
      longestLag = Math.max(longestLag, performance.now() - last - 10);
      last = performance.now();
    }, 10);
    const began = performance.now();
    await sandbox.execute('write', { file_path: '/tmp/a', content: `${'a'.repeat(40)}!` }, never);
    const spin = sandbox.execute('grep', { pattern: '(a+)+$', path: '/tmp', timeout_ms: 300 }, never);
    await expect(spin).rejects.toBeInstanceOf(SandboxGone);
    clearInterval(lag);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(longestLag).toBeLessThan(250);
    await expect(sandbox.execute('bash', { command: 'true' }, never)).rejects.toBeInstanceOf(SandboxGone);
  });

  test('memory is bounded', async () => {
    const sandbox = await justBashSandboxes({ diskMb: 8, heapMb: 128 }).create(spec);
    const command = 'printf "%20000000s" x > /tmp/big';
    const answer = await sandbox.execute('bash', { command }, never).catch((error: unknown) => error);
    expect(answer instanceof SandboxGone || String(JSON.stringify(answer)).match(/"isError":true/)).toBeTruthy();
    await sandbox.dispose();
  });
});
