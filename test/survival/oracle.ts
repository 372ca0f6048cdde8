/** What must hold of a story however often its server was killed: everything once, nothing lost, nothing guessed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { openSqlite } from '../../src/core/adapters/sqlite/index.ts';
import type { SessionBody } from '../../src/core/documents.ts';
import type { SessionId } from '../../src/core/ids.ts';
import type { DocRow } from '../../src/core/ports/store.ts';
import type { Incident } from '../../src/sre/incident.ts';
import type { FakeSlack } from '../kit/fake-slack.ts';
import { judge, of, type SessionAtRest } from '../kit/whole-log.ts';
import type { Outcome } from './story.ts';

/** `undisturbed` is the same story without a death, where there is one: what people read must not differ. */
export async function expectOneStory(outcome: Outcome, undisturbed?: Outcome): Promise<void> {
  expectOneIncident(outcome);
  if (undisturbed !== undefined) expect(said(outcome)).toEqual(said(undisturbed));
  expectOneConversation(outcome.slack);
  expectNoLostClick(outcome);
  await expectOneChange(outcome);
  const sessions = await readSessions(outcome);
  for (const [id, session] of sessions) expectWholeLog(outcome, id, session);
  expectHonestTools(outcome, sessions);
}

function expectOneIncident({ incidents, told }: Outcome): void {
  expect(incidents).toHaveLength(1);
  expect(told.incident.alerts).toHaveLength(1);
  expect(told.incident.finding).not.toBeNull();
  expect(told.actions.map(({ state }) => state.is)).toEqual(['done']);
  expect(told.timeline.map(({ seq }) => seq)).toEqual(told.timeline.map((_, at) => at + 1));
  expectUnique(told.evidence.map(({ toolUseId }) => toolUseId));
  expect(told.evidence.map(({ id }) => id)).toEqual(told.evidence.map((_, at) => `E${at + 1}`));
}

/** A click that Slack heard was taken is never asked for again. */
function expectNoLostClick({ clicks }: Outcome): void {
  expect(clicks).toBeLessThanOrEqual(1);
}

/** Every line of the timeline, without what differs from story to story. Lines of one moment may change places. */
function said({ told }: Outcome): string[] {
  const plain = (text: string) => text.replaceAll(/(file:\/\/)?\/\S+#/g, '#').replaceAll(/inc_\w+\/\w+/g, 'BRANCH');
  return told.timeline.map(({ kind, actor, text }) => `${kind} ${actor} ${plain(text)}`).sort();
}

function expectOneConversation(slack: FakeSlack): void {
  const keys = slack.messages.map(({ metadata }) => String(metadata?.event_payload.key));
  expectUnique(keys);
  const kinds = slack.messages.map(({ metadata }) => String(metadata?.event_payload.kind));
  for (const kind of ['card', 'finding', 'approval', 'decided']) {
    expect(
      kinds.filter((one) => one === kind),
      `messages of kind ${kind}`,
    ).toHaveLength(1);
  }
  expect(slack.roots()).toHaveLength(1);
}

/** One branch with one commit, one pull request. */
async function expectOneChange({ dataDir, github, told }: Outcome): Promise<void> {
  const repository = github?.bare ?? join(dataDir, 'forge', 'repository.git');
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', ['-C', repository, ...args])).stdout.split('\n').filter((line) => line !== '');
  const branches = await git('for-each-ref', '--format=%(refname)', 'refs/heads/vigil');
  expect(branches).toHaveLength(1);
  const pulls = github?.pulls ?? (await git('for-each-ref', '--format=%(refname)', 'refs/pull'));
  expect(pulls).toHaveLength(1);
  expect(branches).toEqual([`refs/heads/${told.actions[0]?.plan.branch}`]);
  expect(await git('rev-list', `HEAD..${branches[0]}`)).toHaveLength(1);
}

/** From the file, after the last process has gone. */
async function readSessions({ dataDir, told: { incident } }: Outcome): Promise<Map<string, SessionAtRest>> {
  const { store, engine } = await openSqlite({ path: join(dataDir, 'core.db'), clock: { now: Date.now } });
  const rows = await store.list<SessionBody>({
    kind: 'session',
    workspace: 'wrkspc_01default',
    order: 'asc',
    limit: 10,
    includeArchived: true,
  });
  expectSecondReading(incident, rows);
  const sessions = new Map<string, SessionAtRest>();
  for (const { id } of rows) {
    const session = asSession(id);
    const log = await store.log({ session, order: 'asc', limit: 10_000 });
    sessions.set(id, { log, inbox: await store.inbox(session), calls: await engine.toolCalls(session) });
  }
  await store.close();
  return sessions;
}

/** Whoever died while it was made: a report is read once more, in one session beside that of the incident. */
function expectSecondReading({ sessionId, review }: Incident, rows: readonly DocRow<SessionBody>[]): void {
  const uses = rows.map(({ body }) => body.metadata.vigil_reads_report);
  expect(rows.filter((_, at) => uses[at] === undefined).map(({ id }) => id)).toEqual([sessionId]);
  expect(uses.filter((use) => use !== undefined)).toEqual([review?.use]);
  expect(review).toMatchObject({ readings: 1, grading: { is: 'graded' }, fate: 'kept' });
}

/** The store's word for it. */
function asSession(id: string): SessionId {
  return id as SessionId;
}

function expectWholeLog({ record }: Outcome, id: string, session: SessionAtRest): void {
  const accepted = record.flatMap((line) => ('accepted' in line && line.by === id ? [line.accepted] : []));
  const ran = (input: Record<string, unknown>) =>
    record.filter((line) => 'ran' in line && line.ran === JSON.stringify(input)).length;
  expect(judge(session, { accepted, ran }).faults).toEqual([]);
  expect(of(session.log, 'user.message')).toHaveLength(1);
}

function expectHonestTools({ told }: Outcome, sessions: ReadonlyMap<string, SessionAtRest>): void {
  const log = sessions.get(told.incident.sessionId ?? '')?.log ?? [];
  for (const { id } of of(log, 'agent.custom_tool_use')) {
    const results = of(log, 'user.custom_tool_result').filter((result) => result.custom_tool_use_id === id);
    expect(results, `results of ${id}`).toHaveLength(1);
  }
  const decisions = of(log, 'user.custom_tool_result').filter((event) => JSON.stringify(event).includes('decision'));
  expect(decisions).toHaveLength(1);
  expect(JSON.stringify(decisions)).toContain(told.actions[0]?.plan.branch);
}

function expectUnique(values: readonly string[]): void {
  expect(values.filter((value, at) => values.indexOf(value) !== at)).toEqual([]);
}
