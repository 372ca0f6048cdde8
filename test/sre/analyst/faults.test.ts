/** Sources that fail while they are asked: asked once more, and what stays lost is said. */
import { describe, expect, it } from 'vitest';
import { type Faults, failing } from '../../../src/adapters/folder/faults.ts';
import { investigate } from '../../kit/investigate.ts';
import { LEAK, leakingWorld } from '../../kit/leaking-world.ts';
import { noise, smallWorld } from '../../kit/small-world.ts';

const world = smallWorld(leakingWorld);
const fault = (source: Faults[number]['source'], first: number, last: number, why: Faults[number]['why']) => ({
  ...{ source, first, last, why },
  detail: 'it broke in the middle',
});
const asked = async (...faults: Faults) => {
  const { finding, sentBack, said } = await investigate({ ...world, ...failing(world, faults, 'small world') });
  expect(sentBack).toEqual([]);
  return { finding, lost: finding?.could_not_access.join('\n') ?? '', said: said.join('\n') };
};

describe('sources that fail for a while', () => {
  it.each([['timeout'], ['unreachable']] as const)('with %s are asked once more, and nothing is lost', async (why) => {
    const { finding, lost, said } = await asked(fault('metrics', 3, 3, why));
    expect(said).toContain('1 got no answer. Asking once more.');
    expect(finding?.cause?.change_id).toBe(LEAK);
    expect(lost).toBe('');
  });

  it.each([['forbidden'], ['malformed']] as const)('with %s would answer so again: it is said at once', async (why) => {
    const { lost, said } = await asked(fault('metrics', 3, 3, why));
    expect(said).not.toContain('once more');
    expect(lost).toContain(`could not look (${why}): it broke in the middle`);
  });

  it('and go on failing are named, and the finding rests on the others', async () => {
    const { finding, lost } = await asked(fault('logs', 1, 99, 'timeout'));
    expect(lost).toContain('search_logs: could not look (timeout)');
    expect(finding?.cause?.change_id).toBe(LEAK);
  });

  it.each([
    ['metrics', 'get_metrics'],
    ['changes', 'get_recent_changes'],
    ['topology', 'get_service_graph'],
  ] as const)('altogether, the %s: no cause is claimed with high confidence, and it is said', async (source, tool) => {
    const { finding, lost } = await asked(fault(source, 1, 999, 'unreachable'));
    expect(lost).toContain(source === 'metrics' ? 'list_metrics' : tool);
    if (source !== 'topology') expect(finding?.cause?.change_id ?? null).toBeNull();
  });
});

describe('an instrument that', () => {
  const blind = async (at: (minutesAgo: number) => number | null) => {
    const series = [...leakingWorld.series, { metric: 'cache_hit_ratio', labels: { service: 'billing' }, at }];
    const { finding, sentBack } = await investigate(smallWorld({ ...leakingWorld, series }));
    expect(sentBack).toEqual([]);
    return finding?.could_not_access.join('\n') ?? '';
  };

  it('ended is named, with its last sample', async () => {
    expect(await blind((m) => (m < 90 ? null : 0.9 + 0.01 * noise(5, m)))).toMatch(
      /cache hit \(`cache_hit_ratio`\).*no samples since 2026-05-12T13:30/,
    );
  });

  it('is stuck is named, with the moment', async () => {
    expect(await blind((m) => 0.9 + 0.01 * noise(5, Math.max(m, 60)))).toMatch(
      /cache hit \(`cache_hit_ratio`\).*same value since 2026-05-12T14:0/,
    );
  });

  it('works is not', async () => {
    expect(await blind((m) => 0.9 + 0.01 * noise(5, m))).toBe('');
  });
});

describe('a log that', () => {
  const minutes = Array.from({ length: 300 }, (_, m) => m + 1);
  const lines = (service: string, written: (minutesAgo: number) => boolean) =>
    minutes.filter(written).map((minutesAgo) => ({ ...{ minutesAgo, service }, level: 'INFO', message: 'all well' }));
  const finding = async (own: (minutesAgo: number) => boolean, others: (minutesAgo: number) => boolean) => {
    const logs = [...lines(leakingWorld.alert.service, own), ...lines('other', others)];
    const { finding, sentBack } = await investigate(smallWorld({ ...leakingWorld, logs }));
    expect(sentBack).toEqual([]);
    return finding?.could_not_access.join('\n') ?? '';
  };

  it('stopped altogether is named, with its newest line: what was not found since is no answer', async () => {
    const lost = await finding(
      (m) => m > 90,
      (m) => m > 90,
    );
    expect(lost).toMatch(/search_logs: .*no line of any service is newer than 2026-05-12T13:29/);
  });

  it('stopped for one service is named, while those of others go on', async () => {
    expect(
      await finding(
        (m) => m > 40,
        () => true,
      ),
    ).toMatch(/search_logs: no line of \S+ is newer than 2026-05-12T14:19/);
  });

  it('is often silent as long, or goes on, is not', async () => {
    expect(
      await finding(
        (m) => m % 41 === 0,
        () => true,
      ),
    ).toBe('');
    expect(
      await finding(
        () => true,
        () => true,
      ),
    ).toBe('');
  });
});
