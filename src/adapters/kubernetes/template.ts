/** What differs between two pod templates: in a few words, and as a unified diff with the secrets struck out. Pure. */
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Template } from './api.ts';

const container = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).nullish(),
});
const containers = z.object({ initContainers: z.array(container).nullish(), containers: z.array(container).nullish() });

/** Put there by the machinery for each revision; they say nothing about what somebody changed. */
const NOISE = ['pod-template-hash', 'kubectl.kubernetes.io/last-applied-configuration'];
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';
const SECRET_NAME = /pass(word|phrase|wd)?|secret|token|credential|api_?key|private|dsn|auth|cookie|salt/i;
const SECRET_TEXT = /((?:pass(?:word|phrase|wd)?|secret|token|credential|api[-_]?key)["']?\s*[=:]\s*)[^\s"',;&]+/gi;
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi;
const HIDDEN = '[hidden]';

export interface Difference {
  /** Half a sentence; null when nothing that runs differs. */
  words: string | null;
  /** True when another image runs; else only how it runs was changed. */
  isImage: boolean;
  /** A commit that an image's tag names. */
  commit: string | null;
}

/** `before` null: nothing is known of what ran before. */
export function difference(before: Template | null, after: Template): Difference {
  const now = imagesOf(after);
  const tags = [...now.values()].map(tagOf);
  const commit = tags.find((tag) => /^(?:sha-)?[0-9a-f]{7,64}$/i.test(tag))?.replace(/^sha-/i, '') ?? null;
  if (before === null) return { words: [...now.values()].join(', '), isImage: true, commit };
  const old = imagesOf(before);
  const images = [...now].filter(([name, image]) => old.get(name) !== image);
  const gone = [...old.keys()].filter((name) => !now.has(name));
  const words = [
    ...images.map(([name, image]) =>
      old.has(name) ? `${old.get(name)} → ${image}` : `new container ${name}: ${image}`,
    ),
    ...gone.map((name) => `container ${name} removed`),
  ];
  if (words.length > 0) return { words: words.join('; '), isImage: true, commit };
  const fields = changedFields(before, after);
  if (fields.length > 0) return { words: fields.join(', '), isImage: false, commit };
  return {
    words: restarted(before) === restarted(after) ? null : 'restarted, nothing else changed',
    isImage: false,
    commit,
  };
}

export function templateDiff(name: string, before: Template | null, after: Template): string {
  const text = (template: Template | null): string =>
    template === null ? '' : stringify(shown(template), { sortMapEntries: true });
  const path = `${name}.yaml`;
  return createTwoFilesPatch(
    before === null ? '/dev/null' : `a/${path}`,
    `b/${path}`,
    text(before),
    text(after),
    '',
    '',
    {
      context: 5,
    },
  ).replace(/^=+\n/, '');
}

function imagesOf(template: Template): Map<string, string> {
  const read = containers.safeParse(template.spec ?? {}).data;
  const all = [...(read?.initContainers ?? []), ...(read?.containers ?? [])];
  return new Map(all.map(({ name, image }) => [name, image]));
}

function tagOf(image: string): string {
  return /:([\w.-]+)(?:@sha256:[0-9a-f]+)?$/.exec(image)?.[1] ?? '';
}

/** Names of settings, without their values. */
function changedFields(before: Template, after: Template): string[] {
  const [old, now] = [flat(shown(before)), flat(shown(after))];
  const names = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => old.get(name) !== now.get(name) && !name.includes(RESTARTED) && !name.endsWith('.name'),
  );
  const short = names.map((name) => name.replace(/^spec\./, '').replace(/\.value$/, '')).slice(0, 6);
  return names.length > 6 ? [...short, `${names.length - 6} more`] : short;
}

function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const entries = Array.isArray(value)
    ? value.map((item, i): [string, unknown] => [nameIn(item) ?? String(i), item])
    : Object.entries(value);
  return new Map(entries.flatMap(([key, item]) => [...flat(item, path === '' ? key : `${path}.${key}`)]));
}

function nameIn(item: unknown): string | null {
  return z.object({ name: z.string() }).safeParse(item).data?.name ?? null;
}

function restarted({ metadata }: Template): string | undefined {
  return metadata?.annotations?.[RESTARTED];
}

/** Without noise, and without what may be a secret: a value under such a name, and what looks like one in any text. */
function shown(template: Template): unknown {
  return hidden(template, '');
}

function hidden(value: unknown, name: string): unknown {
  if (typeof value === 'string') {
    return SECRET_NAME.test(name)
      ? HIDDEN
      : value.replace(SECRET_TEXT, `$1${HIDDEN}`).replace(IN_ADDRESS, `$1${HIDDEN}@`);
  }
  if (Array.isArray(value)) return value.map((item) => hidden(item, ''));
  if (typeof value !== 'object' || value === null) return value;
  const own = nameIn(value);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !NOISE.includes(key))
      // References to secrets (`secretName`, `secretKeyRef`) hold names of keys, and no values.
      .map(([key, item]) => [key, hidden(item, key === 'value' && own !== null ? own : '')]),
  );
}
