/** Block Kit in the few shapes Vigil uses, each within Slack's limits. Pure. */
import type { types } from '@slack/bolt';
import { escaped, plain } from './text.ts';

export type Block = types.KnownBlock;

export const LIMITS = { header: 150, section: 3000, field: 2000, context: 2000, preformatted: 3000, text: 3000 };

export function header(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text: plain(text, LIMITS.header) || ' ', emoji: false } };
}

/** `mrkdwn` the caller has made safe with `escaped`, `link` or `moment`. */
export function section(safe: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: safe.slice(0, LIMITS.section), verbatim: true } };
}

/** A heading and untrusted words under it. */
export function titled(title: string, words: string, safeTail = ''): Block {
  const head = `*${title}*\n`;
  return section(`${head}${escaped(words, LIMITS.section - head.length - safeTail.length)}${safeTail}`);
}

export function context(...safe: string[]): Block {
  const texts = safe.filter((text) => text !== '').slice(0, 10);
  return {
    type: 'context',
    elements: (texts.length === 0 ? ['nothing noted'] : texts).map((text) => ({
      type: 'mrkdwn',
      text: text.slice(0, LIMITS.context),
      verbatim: true,
    })),
  };
}

/** Name and value pairs in plain text: nothing in them is parsed. */
export function facts(pairs: [string, string][]): Block {
  return {
    type: 'section',
    fields: pairs
      .slice(0, 10)
      .map(([name, value]) => ({ type: 'plain_text', text: plain(`${name}\n${value}`, LIMITS.field), emoji: false })),
  };
}

/** Fixed-width text, character by character as it is. */
export function preformatted(text: string): Block {
  const shown = plain(text, LIMITS.preformatted);
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: shown === '' ? ' ' : shown }] }],
  };
}
