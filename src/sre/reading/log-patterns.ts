/** Lines of two windows → templates with counts in each: what the logs began to say. Holds counts, never lines. */
import type { LogLine } from '../ports/logs.ts';
import { diffTemplates, type TemplateChange } from '../stats/template-diff.ts';
import { type Miner, templateMiner, templateText } from '../stats/templates.ts';
import { cut } from './fit-size.ts';
import { round } from './round.ts';

interface Tally {
  service: string;
  level: string;
  template: () => string;
  before: number;
  after: number;
  first: string;
  last: string;
  sample: string;
}
export interface PatternReport {
  template: string;
  service: string;
  level: string;
  count: number;
  rate_per_minute: number;
  baseline_count: number;
  baseline_rate_per_minute: number;
  status: TemplateChange['status'] | 'unknown';
  new_vs_baseline: boolean;
  /** First and last line in the window asked for; of the baseline when it has vanished. */
  first: string;
  last: string;
  sample: string;
  score: number;
}

export interface PatternCounter {
  add(line: LogLine, side: 'before' | 'after'): void;
  /** Without a usable baseline no pattern is called new or changed. */
  report(minutes: { before: number; after: number }, usable: boolean): { patterns: PatternReport[]; unmatched: number };
}

export function patternCounter(): PatternCounter {
  const miners = new Map<string, Miner>();
  const tallies = new Map<string, Tally>();
  let unmatched = 0;
  return {
    add(line, side) {
      const group = `${line.service} ${line.level}`;
      const miner = miners.get(group) ?? templateMiner({ maxTemplates: 200 });
      miners.set(group, miner);
      const template = miner.add(line.message);
      if (template === null) {
        unmatched++;
        return;
      }
      const key = `${group} ${template.id}`;
      const tally = tallies.get(key) ?? fresh(line, () => templateText(template));
      tallies.set(key, tally);
      count(tally, line, side);
    },
    report(minutes, usable) {
      const counts = [...tallies].map(([key, { before, after }]) => ({ key, before, after }));
      const patterns = diffTemplates(counts, minutes).flatMap((change) => {
        const tally = tallies.get(change.key);
        return tally === undefined ? [] : [patternReport(tally, change, usable)];
      });
      return { patterns, unmatched };
    },
  };
}

function fresh(line: LogLine, template: () => string): Tally {
  return {
    service: line.service,
    level: line.level,
    template,
    before: 0,
    after: 0,
    first: line.time,
    last: line.time,
    sample: line.message,
  };
}

function count(tally: Tally, line: LogLine, side: 'before' | 'after'): void {
  if (side === 'after' && tally.after === 0) {
    tally.first = line.time;
    tally.sample = line.message;
  }
  if (side === 'after' || tally.after === 0) tally.last = line.time;
  tally[side]++;
}

function patternReport(tally: Tally, change: TemplateChange, usable: boolean): PatternReport {
  return {
    template: cut(tally.template(), 300),
    service: tally.service,
    level: tally.level,
    count: tally.after,
    rate_per_minute: round(change.ratePerMinute, 3),
    baseline_count: tally.before,
    baseline_rate_per_minute: round(change.baselineRatePerMinute, 3),
    status: usable ? change.status : 'unknown',
    new_vs_baseline: usable && change.status === 'new',
    first: tally.first,
    last: tally.last,
    sample: cut(tally.sample, 300),
    score: round(change.score, 3),
  };
}
