/** The commands' only way to a server: HTTP with the API key. Every failure says what to do next. */
import type { z } from 'zod';
import { CommandFailed, codeOf } from './fail.ts';
import { refusal } from './wire.ts';

export interface Place {
  /** Base URL without a trailing slash. */
  url: string;
  apiKey: string;
}
export interface Api {
  place: Place;
  get<Body extends z.ZodType>(path: string, body: Body): Promise<z.infer<Body>>;
  post<Body extends z.ZodType>(path: string, payload: unknown, body: Body): Promise<z.infer<Body>>;
  /** An open response whose body the caller reads; the signal ends it. */
  open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
}

export function connect(place: Place): Api {
  async function call(path: string, init: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${place.apiKey}`, ...init.headers };
    const response = await fetch(`${place.url}${path}`, { ...init, headers }).catch((cause: unknown) => {
      throw unreachable(place.url, cause);
    });
    if (response.ok) return response;
    throw await refused(place.url, response);
  }
  return {
    place,
    async get(path, body) {
      return parsed(place.url, await call(path, { signal: AbortSignal.timeout(30_000) }), body);
    },
    async post(path, payload, body) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(payload) };
      return parsed(place.url, await call(path, { ...init, signal: AbortSignal.timeout(30_000) }), body);
    },
    open: (path, headers, signal) => call(path, { headers, signal }),
  };
}

async function parsed<Body extends z.ZodType>(url: string, response: Response, body: Body): Promise<z.infer<Body>> {
  const result = body.safeParse(await response.json().catch(() => null));
  if (result.success) return result.data;
  throw new CommandFailed(`${url} answered something that is not Vigil's API.`, {
    hint: 'Check --url; `vigil doctor` compares the versions of both sides.',
    cause: result.error,
  });
}

function unreachable(url: string, cause: unknown): CommandFailed {
  if (cause instanceof Error && cause.name === 'AbortError') throw cause;
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return new CommandFailed(`${url} did not answer within 30 s.`, { hint: 'Look at the log of the server.', cause });
  }
  return new CommandFailed(`No server answers at ${url} (${codeOf(cause) ?? 'connection failed'}).`, {
    hint: 'Start one with `vigil serve`, or name another with --url or VIGIL_URL.',
    cause,
  });
}

async function refused(url: string, response: Response): Promise<CommandFailed> {
  const body = refusal.safeParse(await response.json().catch(() => null));
  if (response.status === 401) {
    return new CommandFailed(`${url} refused the API key.`, {
      hint: 'Give the right one with --key or VIGIL_API_KEY; the server keeps its key in DATA/api-key.',
    });
  }
  if (!body.success) return new CommandFailed(`${url} answered ${response.status} ${response.statusText}.`);
  return new CommandFailed(body.data.error.message, { hint: body.data.error.hint ?? null });
}
