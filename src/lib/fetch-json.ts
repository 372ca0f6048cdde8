/**
 * One question to an HTTP server that answers JSON, bounded in time and size. Redirects are not followed: credentials
 * are for the server they were given for. Every failure is a `NoAnswer` with a word for it and what to do.
 */
import { NoAnswer } from './no-answer.ts';
import { oneLine } from './one-line.ts';
import { pauseAskedMs, refusal } from './refusal.ts';

export interface JsonServer {
  /** How it is named in messages and evidence: never with credentials in it. */
  name: string;
  /** Without a trailing slash. */
  url: string;
  headers: Record<string, string>;
  /** For one question; else 15 s. */
  timeoutMs?: number;
}

export interface ServerOptions {
  /** Which one of several of its kind. */
  name?: string | null;
  /** Base address; `user:password@` in it is sent as basic authentication. */
  url: string;
  /** Sent as bearer token, and wins. */
  token?: string | null;
  /** Sent as `X-Scope-OrgID`. */
  tenant?: string | null;
  /** For one question. Default 15 s. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** A server that is busy is asked again after so long, or after what it says itself, within the time that there is. */
const PAUSES_MS = [500, 1500];
const LONGEST_PAUSE_MS = 5000;

/** `kind` as it is named: "loki", and with a name of its own "loki eu". */
export function jsonServer(kind: string, options: ServerOptions): JsonServer {
  const address = new URL(options.url);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (address.username !== '') {
    const pair = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (options.tenant) headers['x-scope-orgid'] = options.tenant;
  const url = `${address.origin}${address.pathname}`.replace(/\/+$/, '');
  const { timeoutMs } = options;
  const called = options.name ? `${kind} ${options.name}` : kind;
  return { name: `${called} ${url}`, url, headers, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

export interface Limits {
  timeoutMs?: number;
  maxBytes?: number;
}

/** Rejects with `NoAnswer`, or with the reason of `signal` when that is what ended it. */
export async function fetchJson(
  server: JsonServer,
  path: string,
  params: URLSearchParams,
  signal: AbortSignal,
  limits: Limits = {},
): Promise<unknown> {
  const query = params.size === 0 ? '' : `?${params}`;
  return parsed(await fetchText(server, `${path}${query}`, {}, signal, limits));
}

/** The body of an answer that is no refusal, whatever it holds; rejects like `fetchJson`. For clients that read answers themselves. */
export async function fetchText(
  server: JsonServer,
  pathAndQuery: string,
  question: { method?: 'GET' | 'POST'; body?: string },
  signal: AbortSignal,
  { timeoutMs = server.timeoutMs ?? TIMEOUT_MS, maxBytes = MAX_BYTES }: Limits = {},
): Promise<string> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { headers } = server;
  const [path = ''] = pathAndQuery.split('?');
  try {
    for (const pause of [...PAUSES_MS, null]) {
      const init = { ...question, headers, signal: limited, redirect: 'manual' as const };
      const response = await fetch(`${server.url}${pathAndQuery}`, init);
      const text = await boundedText(response, maxBytes);
      if (response.status === 429 && pause !== null) {
        await rest(Math.min(pauseAskedMs(response) ?? pause, LONGEST_PAUSE_MS), limited);
        continue;
      }
      if (!response.ok) throw refusal(response, path, text);
      return text;
    }
    throw new NoAnswer('it stayed busy', { why: 'unreachable' });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoAnswer) throw error;
    if (limited.aborted) throw new NoAnswer(`no answer within ${timeoutMs / 1000} s`, { why: 'timeout', cause: error });
    throw new NoAnswer(`it cannot be reached (${causeOf(error)})`, { why: 'unreachable', cause: error });
  }
}

async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) {
      throw new NoAnswer(`the answer is larger than ${maxBytes / 1024 / 1024} MiB: ask for less at a time`, {
        why: 'bad_query',
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Rejects with `NoAnswer` what is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const start = oneLine(text, 80);
    throw new NoAnswer(`the answer is not JSON; it begins with "${start}"`, { why: 'malformed', cause });
  }
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : null;
  return code ?? (cause instanceof Error ? cause.message : String(cause));
}
