import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import type { Script } from '../../src/core/adapters/scripted/index.ts';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { history, onBothArms, runUntilIdle, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError } = Anthropic;
type Turn = Extract<Script, readonly unknown[]>[number];
const tools = [{ type: 'agent_toolset_20260401' as const }];
const text = (words: string): Turn => ({ blocks: [{ text: words }] });
const verdict = (result: string, explanation = result) => text(JSON.stringify({ result, explanation }));
const isGrader = (request: ModelRequest) => request.system.startsWith('You grade');

onBothArms('outcomes', (wire) => {
  const define = (more: object = {}) => ({
    type: 'user.define_outcome' as const,
    description: 'Write a report.',
    rubric: { type: 'text' as const, content: 'It must name the cause.' },
    ...more,
  });
  /** An agent that writes a report and says so, and a grader that gives these verdicts in turn. */
  const worker = (verdicts: Turn[], asked: ModelRequest[] = []) => {
    let answers = 0;
    return (request: ModelRequest): Turn => {
      if (isGrader(request)) return verdicts[asked.push(structuredClone(request)) - 1] ?? verdict('failed');
      const write = { tool: 'bash', input: { command: 'echo the pool leaked > /mnt/session/outputs/report.md' } };
      return answers++ === 0 ? { blocks: [write] } : text(`done ${answers}`);
    };
  };
  const spans = async (session: string) =>
    (await history(wire().client, session)).flatMap((event) =>
      event.type === 'span.outcome_evaluation_end' ? [[event.result, event.iteration, event.explanation]] : [],
    );
  const evaluations = async (session: string) =>
    (await wire().client.beta.sessions.retrieve(session)).outcome_evaluations;

  test('work is graded by its deliverables and evidence, revised, and satisfied', async () => {
    verifies('sessions.events.send', 'sessions.retrieve');
    const { client } = wire();
    const asked: ModelRequest[] = [];
    const script = worker([verdict('needs_revision', 'Name the service.'), verdict('satisfied')], asked);
    const session = await wire().session(script, { tools, system: 'A secret way of working.' });
    await runUntilIdle(client, session.id, [says('Between us: be quick.'), define()]);
    const log = await history(client, session.id);
    const defined = log.find((event) => event.type === 'user.define_outcome');
    expect(defined).toMatchObject({ outcome_id: expect.stringMatching(/^outc_/), max_iterations: 3 });
    expect(await spans(session.id)).toEqual([
      ['needs_revision', 0, 'Name the service.'],
      ['satisfied', 1, 'satisfied'],
    ]);
    const starts = log.flatMap((event) => (event.type === 'span.outcome_evaluation_start' ? [event.id] : []));
    const ends = log.flatMap((event) =>
      event.type === 'span.outcome_evaluation_end' ? [event.outcome_evaluation_start_id] : [],
    );
    expect(ends).toEqual(starts);
    const seen = JSON.stringify(asked[0]);
    for (const part of ['It must name the cause.', 'the pool leaked', 'report.md']) expect(seen).toContain(part);
    for (const part of ['A secret way of working.', 'Between us']) expect(seen).not.toContain(part);
    expect(asked[0]?.tools).toEqual([]);
    expect(await evaluations(session.id)).toEqual([
      {
        type: 'outcome_evaluation',
        outcome_id: defined?.outcome_id,
        description: 'Write a report.',
        result: 'satisfied',
        iteration: 1,
        explanation: 'satisfied',
        completed_at: expect.any(String),
      },
    ]);
    await runUntilIdle(client, session.id, [define({ description: 'Another.' })]);
    expect((await evaluations(session.id)).map((one) => one.description)).toEqual(['Write a report.', 'Another.']);
  });

  test('after the last try the agent has one more turn and nothing more is graded', async () => {
    verifies('sessions.create', 'sessions.events.send');
    const { client } = wire();
    const no = verdict('needs_revision', 'no');
    const base = await wire().session(worker([no, no, no]), { tools });
    const session = await client.beta.sessions.create({
      agent: base.agent.id,
      environment_id: base.environment_id,
      initial_events: [define({ max_iterations: 2 })],
    });
    expect(session.status).toBe('running');
    const stream = await client.beta.sessions.events.stream(session.id);
    if ((await client.beta.sessions.retrieve(session.id)).status !== 'idle') await until(stream, 'session.status_idle');
    expect((await spans(session.id)).map(([result]) => result)).toEqual(['needs_revision', 'max_iterations_reached']);
    const types = (await history(client, session.id)).map((event) => event.type);
    expect(types.lastIndexOf('agent.message')).toBeGreaterThan(types.lastIndexOf('span.outcome_evaluation_end'));
    expect((await evaluations(session.id))[0]).toMatchObject({ result: 'max_iterations_reached', iteration: 1 });
  });

  test('an answer that is no verdict is asked for again, and is no pass', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const session = await wire().session(worker([text('Looks great!'), verdict('failed', 'no fit')]), { tools });
    await runUntilIdle(client, session.id, [define()]);
    expect(await spans(session.id)).toEqual([['failed', 0, 'no fit']]);
  });

  test('an interrupt ends it, before an evaluation and during one; one outcome at a time', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    for (const grading of [false, true]) {
      const slow: Turn = { ...text('late'), delayMs: 20_000 };
      const script = (request: ModelRequest) => (grading === isGrader(request) ? slow : text('worked'));
      const session = await wire().session(script, { tools });
      const stream = await client.beta.sessions.events.stream(session.id);
      await client.beta.sessions.events.send(session.id, { events: [define()] });
      await until(stream, grading ? 'span.outcome_evaluation_start' : 'span.model_request_start');
      const second = client.beta.sessions.events.send(session.id, { events: [define()] });
      await expect(second).rejects.toThrow(BadRequestError);
      const rest = await client.beta.sessions.events.stream(session.id);
      await client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }] });
      const { all, last } = await until(rest, 'session.status_idle');
      expect(last.stop_reason).toEqual({ type: 'end_turn' });
      const end = all.find((event) => event.type === 'span.outcome_evaluation_end');
      expect(end).toMatchObject({ result: 'interrupted', iteration: 0 });
      expect(end?.outcome_evaluation_start_id === '').toBe(!grading);
      expect((await evaluations(session.id))[0]).toMatchObject({
        result: 'interrupted',
        completed_at: expect.any(String),
      });
    }
  });

  test('a rubric from a file is echoed as its text; bad ones are refused', async () => {
    verifies('sessions.events.send', 'sessions.create');
    const { client } = wire();
    const file = await client.beta.files.upload({ file: await toFile(Buffer.from('By the file.'), 'rubric.md') });
    const session = await wire().session(worker([verdict('satisfied')]), { tools });
    const rubric = { type: 'file' as const, file_id: file.id };
    const sent = await client.beta.sessions.events.send(session.id, { events: [define({ rubric })] });
    expect(sent.data?.[0]).toMatchObject({ rubric: { type: 'text', content: 'By the file.' } });
    const bad = [
      { rubric: { type: 'file', file_id: 'file_none' } },
      { rubric: { type: 'text', content: '' } },
      { max_iterations: 21 },
      { rubric: undefined },
    ];
    const other = await wire().session([], { tools });
    for (const more of bad) {
      const attempt = client.beta.sessions.events.send(other.id, { events: [define(more)] });
      await expect(attempt).rejects.toThrow(BadRequestError);
    }
    expect(await history(client, other.id)).toEqual([]);
  });
});
