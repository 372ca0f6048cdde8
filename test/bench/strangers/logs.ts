/** Lines as services write them: JSON, logfmt, plain, with stack traces. */
import { type Company, ofRole } from './company.ts';
import type { Draw } from './draw.ts';
import type { Fault } from './fault.ts';

const HOURS = 3;
type Form = 'json' | 'logfmt' | 'plain';
const ROUTINE = [
  'request completed',
  'cache refreshed',
  'GET /v1/item 200',
  'token validated',
  'published event',
  'connection reused',
];
const GRUMBLES = [
  'slow client',
  'retrying after connection reset by peer',
  'deprecated field in request',
  'context canceled by caller',
];

export function tell(company: Company, fault: Fault, now: number, draw: Draw): string {
  const lines: { at: number; text: string }[] = [];
  const forms = new Map<string, Form>();
  const upper = draw.chance(0.5);
  function write(service: string, level: string, at: number, message: string, stack: string[] = []): void {
    const form = forms.get(service) ?? draw.pick<Form>(['json', 'logfmt', 'plain']);
    forms.set(service, form);
    const time = new Date(at * 1000).toISOString();
    const pod = company.services.find(({ name }) => name === service)?.pods.at(draw.whole(0, 1)) ?? `${service}-0`;
    const shown = upper ? level.toUpperCase() : level;
    lines.push({
      at,
      text: JSON.stringify({
        time,
        service,
        level: shown,
        message: formed(form, level, message, stack, draw),
        attributes: { pod },
      }),
    });
  }
  for (const { name } of ofRole(company, 'edge', 'app', 'worker', 'db')) {
    const every = draw.between(8, 25);
    for (let at = now - HOURS * 3600; at < now; at += every * -Math.log(1 - draw.next())) {
      const grumble = draw.chance(0.03);
      write(name, grumble ? draw.pick(['warn', 'error']) : 'info', at, draw.pick(grumble ? GRUMBLES : ROUTINE));
    }
  }
  for (const { service, level, from, to = now, perMinute, text, stack } of fault.told) {
    const begin = Math.max(from, now - HOURS * 3600);
    for (let at = begin; at < to; at += (60 / perMinute) * -Math.log(1 - draw.next()))
      write(service, level, at, text, stack);
  }
  return `${lines
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join('\n')}\n`;
}

function formed(form: Form, level: string, message: string, stack: string[], draw: Draw): string {
  const id = draw.hex(12);
  const frames = stack.map((frame) => `\n\t${frame}(${draw.whole(10, 400)})`).join('');
  switch (form) {
    case 'json':
      return JSON.stringify({
        msg: message,
        level,
        trace_id: id,
        took_ms: draw.whole(1, 900),
        ...(frames === '' ? {} : { stack: frames }),
      });
    case 'logfmt':
      return `level=${level} msg=${JSON.stringify(message)} trace=${id} took=${draw.whole(1, 900)}ms`;
    case 'plain':
      return `[${id}] ${message}${frames}`;
  }
}
