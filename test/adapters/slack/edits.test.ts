import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { edits } from '../../../src/adapters/slack/edits.ts';
import type { SlackWeb } from '../../../src/adapters/slack/slack-web.ts';

/** A workspace that takes every edit at once. */
function workspace() {
  const shown: number[] = [];
  const refuse = () => Promise.reject(new Error('only edits are sent here'));
  const web: SlackWeb = {
    ...{ clientOptions: {}, client: refuse, identity: refuse, once: refuse },
    again: async () => {
      shown.push(Date.now());
      return JSON.parse('{}');
    },
  };
  return { shown, editing: edits(web, 0) };
}
const edit = { text: 'x', blocks: [] };

test('of the edits of a minute some are kept for what is urgent, however many cards wait', async () => {
  const { shown, editing } = workspace();
  const cards = Array.from({ length: 45 }, (_, i) => editing.edit('C', `card ${i}`, edit));
  await pause(50);
  expect(shown).toHaveLength(30);
  for (let i = 0; i < 10; i++) await editing.edit('C', `approval ${i}`, edit, { urgent: true });
  expect(shown).toHaveLength(40);
  const late = editing.edit('C', 'approval 10', edit, { urgent: true });
  await pause(50);
  expect(shown).toHaveLength(40);
  // At the end all that waits is shown at once, and nobody is left waiting.
  await editing.flush();
  await Promise.all([late, ...cards]);
  expect(shown).toHaveLength(56);
});
