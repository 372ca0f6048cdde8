/** What a server means that answers and does not give: a word for it, its own words, and what to do. */
import { NoAnswer } from './no-answer.ts';
import { oneLine } from './one-line.ts';

const MAX_REASON = 300;

export function refusal(response: Response, path: string, text: string): NoAnswer {
  const { status } = response;
  const words = reasonIn(text);
  const said = words === '' ? `${status}` : `${status}: ${words}`;
  if (status >= 300 && status < 400) {
    const to = oneLine(response.headers.get('location') ?? 'nowhere', 200);
    const advice = 'redirects are not followed; give the address that answers itself';
    return new NoAnswer(`it redirects (${status}) to ${to}: ${advice}`, { why: 'unreachable' });
  }
  if (status === 401 || status === 403 || status === 407)
    return new NoAnswer(`it refuses us (${said})`, { why: 'forbidden' });
  if (status === 404)
    return new NoAnswer(`there is no ${path} at this address (${said})`, { why: 'malformed', status });
  if (status === 408 || status === 504 || (status >= 500 && /deadline exceeded|time[d ]*out/i.test(words))) {
    return new NoAnswer(`the query took too long there (${said})`, { why: 'timeout' });
  }
  if (status === 429) {
    const pause = pauseAskedMs(response);
    const again = pause === null ? '' : `; it can be asked again in ${Math.ceil(pause / 1000)} s`;
    return new NoAnswer(`it limits how often we may ask (${said})${again}`, { why: 'rate_limited' });
  }
  if (status === 410)
    return new NoAnswer(`what was being read there is no longer kept (${said}): ask again`, { why: 'unreachable' });
  if (status >= 500) return new NoAnswer(`it is out of order (${said})`, { why: 'unreachable' });
  return new NoAnswer(`it refused the query (${said})`, { why: 'bad_query' });
}

/** The server's own words: `error`, `errors` or `message` of a JSON body, else the text. */
function reasonIn(text: string): string {
  let words = text;
  try {
    const body: unknown = JSON.parse(text);
    const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
    const kind = typeof fields.errorType === 'string' ? `${fields.errorType}: ` : '';
    const several = Array.isArray(fields.errors) ? fields.errors.map(wordsOf).join('; ') : undefined;
    words = kind + String(fields.error ?? several ?? fields.message ?? text);
  } catch {
    // Plain text, or a page.
  }
  return oneLine(words, MAX_REASON);
}

function wordsOf(error: unknown): string {
  const fields: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  return String(fields.msg ?? fields.message ?? fields.detail ?? error);
}

/** `x-ratelimit-reset` is Datadog's, in seconds from now, too. */
export function pauseAskedMs({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? headers.get('x-ratelimit-reset') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
