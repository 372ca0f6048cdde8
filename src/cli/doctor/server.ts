/** The server, seen from outside: does it answer, is the key right, do the clocks agree. */

import type { Place } from '../api.ts';
import { connect } from '../api.ts';
import { CommandFailed } from '../fail.ts';
import { health, incidentPage } from '../wire.ts';
import { type Check, fail, note, ok } from './check.ts';

/** Signed webhooks are refused beyond five minutes; half of that is worth a word. */
const SKEW_NOTE_MS = 30_000;
const SKEW_FAIL_MS = 150_000;

export interface Answered {
  answers: boolean;
  checks: Check[];
}

export async function checkServer(url: string, version: string): Promise<Answered> {
  const sent = Date.now();
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
  if (response === null)
    return { answers: false, checks: [note('server', `none answers at ${url}`, 'Start one with `vigil serve`.')] };
  const body = health.safeParse(await response.json().catch(() => null));
  if (!body.success) {
    const other = fail('server', `${url} is answered by something else`, 'Choose another port, or the right --url.');
    return { answers: true, checks: [other] };
  }
  const checks = [checkClock(response.headers.get('date'), sent)];
  if (!body.data.ok)
    checks.push(fail('server', `not healthy: ${String(body.data.detail)}`, 'Read its log; it says what it waits for.'));
  else if (body.data.version !== version) {
    checks.push(
      note('server', `${url} runs ${body.data.version}, this command is ${version}`, 'Update the older one.'),
    );
  } else checks.push(ok('server', `${url}, version ${body.data.version}`));
  return { answers: true, checks };
}

export async function checkKey(place: Place): Promise<Check> {
  try {
    await connect(place).get('/api/incidents?limit=1', incidentPage);
    return ok('key', 'accepted');
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return fail('key', error.message, error.hint ?? 'Give the right key with --key.');
  }
}

export function checkClock(date: string | null, here: number): Check {
  if (date === null) return note('clock', 'nothing to compare with');
  const skew = Math.abs(Date.parse(date) - here);
  const said = `${Math.round(skew / 1000)} s from the server's`;
  if (skew > SKEW_FAIL_MS) return fail('clock', said, 'Synchronise the time; signed webhooks are refused otherwise.');
  return skew > SKEW_NOTE_MS ? note('clock', said, 'Synchronise the time.') : ok('clock', said);
}
