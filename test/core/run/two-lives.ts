/** A session whose first process dies as it is told to, and a second that goes on with what it left. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelRequest } from '../../../src/core/ports/model.ts';
import { type Death, mortal } from './mortal.ts';
import { type Setting, type Stage, stage } from './stage.ts';

interface Story<T> {
  setting: Setting;
  begin(it: Stage): Promise<unknown>;
  /** Sees it through to its end, whoever began it. */
  finish(it: Stage): Promise<unknown>;
  look(it: Stage): Promise<T>;
}

export interface Lives<T> {
  told: T;
  requests: ModelRequest[];
  died: boolean;
  /** What may be the last call of the first life. */
  calls: readonly string[];
}

export async function twoLives<T>(story: Story<T>, death: Death | null): Promise<Lives<T>> {
  const directory = await mkdtemp(join(tmpdir(), 'lives-'));
  const process = mortal(death);
  const limits = { ...story.setting.limits, drainMs: 10 };
  const first = await stage({ ...story.setting, directory, limits, wrap: process.wrap });
  await story.begin(first);
  await Promise.race([process.died, story.finish(first).catch(() => undefined)]);
  await first.close();
  const second = await stage({ ...story.setting, directory });
  await story.finish(second);
  const told = await story.look(second);
  await second.close();
  await rm(directory, { recursive: true, force: true });
  return { told, requests: [...first.requests, ...second.requests], died: process.dead(), calls: process.calls };
}

/** Every call that a whole life makes, each as the last one, before and after it took effect. */
export async function pointsOf<T>(story: Story<T>): Promise<(Death & { name: string })[]> {
  const { calls } = await twoLives(story, null);
  return calls.flatMap((name, index) => [
    { at: index + 1, name, after: false },
    { at: index + 1, name, after: true },
  ]);
}
