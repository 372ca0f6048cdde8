import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approvalBlocks, denialModal, diffFits } from '../../../src/adapters/slack/approval.ts';
import { cardBlocks, cardText } from '../../../src/adapters/slack/card.ts';
import { escaped, plain } from '../../../src/adapters/slack/text.ts';
import { threadMessage } from '../../../src/adapters/slack/thread.ts';
import { visible } from '../../../src/lib/visible.ts';
import type { Action, ActionState } from '../../../src/sre/action.ts';
import type { CardView } from '../../../src/sre/ports/chat.ts';
import { blockProblems, viewProblems } from '../../kit/fake-slack-blocks.ts';
import { aFinding, anAction, anIncident } from '../../kit/nouns.ts';

const at = '2026-11-21T05:10:00.000Z';
const by = { id: 'U0ANN', name: 'Ann', via: 'slack' as const };
const states: ActionState[] = [
  { is: 'proposed' },
  { is: 'approved', by, at },
  { is: 'executing', by, at, startedAt: at },
  { is: 'done', by, at, url: 'https://forge.example/pull/7', number: 7, branch: 'vigil/inc_1' },
  { is: 'rejected', by, at, reason: 'wrong service' },
  { is: 'expired', at },
  { is: 'void', at, why: 'base moved' },
  { is: 'failed', by, at, why: 'forge is down' },
];
const view = (over: Partial<CardView> = {}): CardView => ({
  incident: anIncident(),
  action: null,
  evidenceCount: 3,
  link: 'http://127.0.0.1:8400/incidents/inc_1',
  rev: 1,
  ...over,
});
const withPlan = (plan: Partial<Action['plan']>): Action => anAction({ plan: { ...anAction().plan, ...plan } });

/** Everything hostile that a label, a log line or a model may carry. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '<!channel>',
    '<@U0ANN> &amp; <http://evil|fine>',
    '\u202egnp.exe',
    '```',
    '',
    ' ',
    'x'.repeat(20_000),
    '&'.repeat(9_000),
    '\u0000\u001b[31m',
  ),
);

/** Every text that Slack would look for markup in. */
function parsedText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? String(value.text) : '';
  return own + Object.values(value).map(parsedText).join('\n');
}

describe('whatever the words', () => {
  test('Slack takes the card, and it has at most twelve blocks', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, fc.integer({ min: 0, max: 30 }), (title, words, id, count) => {
        const finding = aFinding({
          summary: words,
          cause: { service: title, change_id: id, kind: words, mechanism: words },
          ruled_out: Array.from({ length: count }, () => ({ hypothesis: words, why: title, evidence: ['E1'] })),
          proposed_actions: Array.from({ length: count }, () => ({
            title,
            reversible: true,
            temporary: true,
            why: words,
          })),
          would_change_my_mind: words,
          could_not_access: Array.from({ length: count }, () => title),
        });
        const incident = anIncident({
          title,
          service: words,
          finding,
          hypotheses: Array.from({ length: count }, (_one, seq) => ({
            ...{ id: `H${seq + 1}` as const, statement: words, at, by: { is: 'person', name: title, remark: seq } },
            state: seq % 2 === 0 ? { is: 'open' } : { is: 'refuted', why: words, evidence: ['E1'], at },
          })),
          model: id,
          state: { is: 'failed', at, why: words },
        });
        const blocks = cardBlocks(view({ incident, action: anAction() }));
        expect(blockProblems(blocks)).toEqual([]);
        expect(blocks.length).toBeLessThanOrEqual(12);
        expect(cardText(view({ incident }))).not.toMatch(/<[!@]/);
        expect(parsedText(blocks)).not.toMatch(/<!(channel|here|everyone)|<@|<http:\/\/evil/);
      }),
    );
  });

  test('Slack takes each thread message and each state of an approval', () => {
    fc.assert(
      fc.property(nasty, nasty, fc.constantFrom(...states), (words, other, state) => {
        const action = {
          ...withPlan({
            title: words,
            body: other,
            diff: words,
            branch: other,
            repository: words,
            files: Array.from({ length: 20 }, () => ({ path: other, content: words, mode: '100644' as const })),
          }),
          state,
          risk: words,
          rollback: other,
        };
        for (const fullDiff of [null, 'https://files.example/F1']) {
          expect(blockProblems(approvalBlocks(action, { fullDiff }))).toEqual([]);
        }
        const entry = {
          seq: 1,
          incident: 'inc_1' as const,
          at,
          kind: 'hypothesis' as const,
          actor: 'agent' as const,
          text: words,
          ref: other,
        };
        expect(blockProblems(threadMessage({ kind: 'progress', key: 'k', entry }, { fullDiff: null }).blocks)).toEqual(
          [],
        );
        expect(blockProblems(threadMessage({ kind: 'decided', key: 'k', action }, { fullDiff: null }).blocks)).toEqual(
          [],
        );
      }),
    );
  });

  test('escaping never exceeds its limit, marks what it cuts, and leaves no markup', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 20, max: 300 }), (words, limit) => {
        const safe = escaped(words, limit);
        expect(safe.length).toBeLessThanOrEqual(limit);
        expect(safe).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        if (visible(words).length > limit) expect(safe).toMatch(/… \(cut\)$/);
      }),
    );
  });
});

test('hidden marks are shown', () => {
  expect(visible('a\u202eb\u200bc\u0007\n\td')).toBe('a\\u202eb\\u200bc\\u0007\n\td');
  expect(plain('\u202e', 100)).toBe('\\u202e');
});

describe('the approval message', () => {
  const text = (blocks: unknown) => JSON.stringify(blocks);

  test('shows the stored change and carries only id and digest in its buttons', () => {
    const blocks = approvalBlocks(anAction(), { fullDiff: null });
    expect(text(blocks)).toContain('--- a/x\\n+++ b/x');
    const actions = blocks.find((block) => block.type === 'actions');
    expect(text(actions)).toContain(`"value":"act_1|${'d'.repeat(64)}"`);
  });

  test('a diff that does not fit is marked, and approvable only where the whole one can be read', () => {
    const action = withPlan({ diff: '+line\n'.repeat(200) });
    expect(diffFits(action)).toBe(false);
    expect(text(approvalBlocks(action, { fullDiff: null }))).toContain('Not approvable here');
    expect(text(approvalBlocks(action, { fullDiff: null }))).not.toContain('vigil_approve');
    const linked = text(approvalBlocks(action, { fullDiff: 'https://files.example/F1' }));
    expect(linked).toContain('This is only the beginning');
    expect(linked).toContain('<https://files.example/F1|The whole diff>');
    expect(linked).toContain('vigil_approve');
  });

  test.each(states.slice(1))('after it is $is no button is left', (state) => {
    expect(approvalBlocks({ ...anAction(), state }, { fullDiff: null }).some((block) => block.type === 'actions')).toBe(
      false,
    );
  });

  test('says who decided, as a mention only when that is a Slack person', () => {
    const approved = (person: typeof by | { id: string; name: string; via: 'cli' }) =>
      text(approvalBlocks({ ...anAction(), state: { is: 'approved', by: person, at } }, { fullDiff: null }));
    expect(approved(by)).toContain('<@U0ANN>');
    expect(approved({ id: 'U0ANN', name: '<!here>', via: 'cli' })).toContain('&lt;!here&gt; (cli)');
  });
});

test('the modal for a reason is one that Slack opens', () => {
  const place = { action: 'act_1', digest: 'd'.repeat(64), channel: 'C1', ts: '1.2' };
  expect(viewProblems(denialModal(place))).toEqual([]);
});

test('the judge of blocks refuses what Slack refuses', () => {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
  const refused: unknown[] = [
    [],
    Array.from({ length: 51 }, () => ({ type: 'divider' })),
    [{ type: 'marquee' }],
    [section('')],
    [section('x'.repeat(3001))],
    [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    [{ type: 'context', elements: [] }],
    [{ type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'x' } }] }],
    [{ type: 'section', fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) }],
    [
      { ...section('x'), block_id: 'a' },
      { ...section('y'), block_id: 'a' },
    ],
    [{ ...section('x'), colour: 'red' }],
  ];
  for (const blocks of refused) expect(blockProblems(blocks)).not.toEqual([]);
});
