/** Sources as merging sees them: an answer, a refusal, or silence until it is stopped. */
import type { Answer, Unavailable } from '../../src/sre/ports/answer.ts';

export const signal = new AbortController().signal;
export const range = { start: '2026-05-06T12:00:00.000Z', end: '2026-05-06T13:00:00.000Z' };

export function ok<Data>(source: string, data: Data, over: object = {}): Extract<Answer<Data>, { status: 'ok' }> {
  const url = `http://${source.replaceAll(' ', '-')}/graph`;
  return {
    ...{ status: 'ok', source: `${source} http://x`, data, range, truncated: false, warnings: [], url },
    ...over,
  };
}

export function lost(name: string, why: Unavailable['why'], detail = `${name} is away`): Unavailable {
  return { status: 'unavailable', source: `${name} http://x`, why, detail };
}

export function silent(...[, until]: [unknown, AbortSignal]): Promise<never> {
  return new Promise((_resolve, reject) => until.addEventListener('abort', () => reject(until.reason)));
}

export function textOf(answer: Answer<unknown>): string {
  return answer.status === 'ok' ? answer.warnings.join('\n') : answer.detail;
}
