import { describe, expect, it } from 'vitest';
import { signsIn } from '../../../src/sre/analyst/runbook-signs.ts';
import { matchingSkills } from '../../../src/sre/analyst/runbooks.ts';

const entry = (slug: string, about: string) => `- ${slug}: ${about} (/mnt/skills/${slug}/SKILL.md)`;
const LIST = [
  '# Skills',
  entry('pool-exhaustion', 'No database connection left. Use when pool use is at its limit.'),
  entry('latency-high', 'Slow answers. Use when latency of a service is high.'),
  entry('disk-full', 'A volume fills up. Use when free space runs out.'),
].join('\n');
const slugs = (seen: string, list = LIST) => matchingSkills(list, seen).map(({ slug }) => slug);

describe('the runbooks that are read', () => {
  it('are about what moved first when the alert only says what hurts', () => {
    expect(slugs('checkout p99 latency above 1.5s')).toEqual([]);
    expect(slugs('checkout p99 latency above 1.5s db_pool_connection_count')).toEqual(['pool-exhaustion']);
  });

  it('share at least two words that say something', () => {
    expect(slugs('a service is high when it is used')).toEqual([]);
    expect(slugs('the disk')).toEqual([]);
    expect(slugs('the disk is full')).toEqual(['disk-full']);
  });

  it('are at most two, the best first, by name where they fit alike', () => {
    const alike = ['c', 'a', 'b'].map((name) => entry(`${name}-queue`, 'queue backlog')).join('\n');
    expect(slugs('queue backlog', alike)).toEqual(['a-queue', 'b-queue']);
    const better = `${alike}\n${entry('z-queue', 'queue backlog consumer')}`;
    expect(slugs('queue backlog consumer', better)).toEqual(['z-queue', 'a-queue']);
  });

  it('are told with the path to read them at', () => {
    expect(matchingSkills(LIST, 'disk full')).toEqual([{ slug: 'disk-full', path: '/mnt/skills/disk-full/SKILL.md' }]);
  });
});

describe('the signs of a runbook', () => {
  it('are read from its front matter, and what is no sign is left out', () => {
    expect(signsIn('metadata:\n  signs: "traffic steady, saturation rises, moon full"\n# X')).toEqual([
      { role: 'traffic', does: 'steady' },
      { role: 'saturation', does: 'rises' },
    ]);
    expect(signsIn('# X\nno signs here')).toEqual([]);
  });
});
