/** An empty repository for one fetch, with a tunnel to its host; both are gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RepositoryFailed, type RepositorySource } from '../../ports/repositories.ts';
import { failureOf } from './failure.ts';
import { type GitResult, git } from './run.ts';
import { type Connect, openTunnel } from './tunnel.ts';

export interface Bench {
  url: string;
  /** The output. Rejects with `RepositoryFailed`. */
  run(args: readonly string[], more?: { stdin?: string; maxBytes?: number }): Promise<Buffer>;
  /** Null when it ends with an error of its own. */
  attempt(args: readonly string[]): Promise<Buffer | null>;
}

const MAX_OUTPUT = 16 * 1024 * 1024;

export async function onBench<Result>(
  { url, token }: RepositorySource,
  {
    connect,
    maxBytes,
    timeoutMs,
    signal,
  }: { connect: Connect; maxBytes: number; timeoutMs: number; signal: AbortSignal },
  work: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const to = new URL(url);
  if (to.protocol !== 'https:' && to.protocol !== 'http:') {
    throw new RepositoryFailed('clone', `${to.protocol} is not spoken here: give the repository's https address`);
  }
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = AbortSignal.any([signal, deadline]);
  const folder = await mkdtemp(join(tmpdir(), 'vigil-checkout-'));
  const tunnel = await openTunnel(to, connect, maxBytes);
  const call = {
    folder,
    settings: { 'http.proxy': tunnel.proxy, [`protocol.${to.protocol.slice(0, -1)}.allow`]: 'always' },
    authorization: token === null ? null : `Basic ${Buffer.from(`${ACCOUNT}:${token}`).toString('base64')}`,
    maxBytes: MAX_OUTPUT,
    signal: stop,
  };
  const explained = (result: Exclude<GitResult, { ok: true }>): RepositoryFailed =>
    failureOf(result, {
      trouble: tunnel.trouble(),
      hasToken: token !== null,
      timedOut: deadline.aborted && !signal.aborted,
      seconds: timeoutMs / 1_000,
    });
  const bench: Bench = {
    url: to.href,
    async run(args, more) {
      const result = await git(args, { ...call, ...more });
      if (!result.ok) throw explained(result);
      return result.stdout;
    },
    async attempt(args) {
      const result = await git(args, call);
      if (!result.ok && result.why !== 'exit') throw explained(result);
      return result.ok ? result.stdout : null;
    },
  };
  try {
    await bench.run(['init', '--bare', '--quiet', '--template=', folder]);
    return await work(bench);
  } finally {
    await tunnel.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Beside a token the hosts of repositories take any name. */
const ACCOUNT = 'x-access-token';
