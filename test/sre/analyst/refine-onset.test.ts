import { expect, it } from 'vitest';
import type { Judgement } from '../../../src/sre/analyst/judgement.ts';
import { onsetNear } from '../../../src/sre/analyst/refine-onset.ts';
import { sceneOf } from '../../../src/sre/analyst/scene.ts';
import type { Change } from '../../../src/sre/analyst/shapes.ts';

const AT = Date.UTC(2026, 4, 1, 10);
const brief = { incident: 'inc_1', now: new Date(AT).toISOString(), alerts: [], log_file: null };
const scene = sceneOf({ ...brief, can_open_pull_request: false }, new Map(), []);

/** Seconds by which the told onset is later than the change, of a sign so many seconds after it. */
function told(seen: number, plusMinusSeconds: number): number {
  const change: Change = {
    ...{ id: 'c', kind: 'infra', service: null, time: new Date(AT).toISOString(), actor: 'a', title: 't' },
    ...{ ref: null, has_diff: false },
  };
  const onset = { at: AT + seen * 1000, plusMinus: plusMinusSeconds * 1000, confidence: 1, signs: [] };
  const judgement: Judgement = {
    ...{ symptom: null, lead: null, onset, focus: null, together: [], ranking: [], services: [] },
  };
  return (onsetNear(scene, judgement, change) - AT) / 1000;
}

it('the time of the change is told where the samples leave it open, and what was seen where they do not', () => {
  expect(told(80, 60)).toBe(0);
  expect(told(-80, 60)).toBe(0);
  expect(told(100, 60)).toBe(100);
  expect(told(120, 20)).toBe(120);
  expect(told(70, 55)).toBe(70);
  expect(told(700, 600)).toBe(0);
  expect(told(800, 3600)).toBe(800);
});
