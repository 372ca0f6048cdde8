/** The domain lists of the web tools. */
import { z } from 'zod';

const RESERVED = ['localhost', 'local', 'internal', 'localdomain', 'invalid'];
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** A plain host name of two or more labels; no scheme, port, wildcard, address or reserved suffix. */
function isDomain(text: string): boolean {
  const labels = text.split('.');
  const last = labels.at(-1)?.toLowerCase() ?? '';
  if (text.length > 255 || labels.length < 2 || RESERVED.includes(last)) return false;
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(last);
}

function list(allowed: (text: string) => boolean) {
  return z
    .array(z.string().refine(allowed, 'must be a plain domain name'))
    .min(1)
    .max(64)
    .refine(
      (names) => new Set(names.map((name) => name.toLowerCase())).size === names.length,
      'must not name a domain twice',
    );
}

export const hostList = list(isDomain);
/** Searches may also be narrowed to a path below the host. */
export const hostOrPathList = list((text) => isDomain(text.split('/')[0] ?? ''));
