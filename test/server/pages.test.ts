/** The pages: who may read them, what they show, and that nothing in an incident can act on whoever reads it. */
import { createHash } from 'node:crypto';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { evidencePage } from '../../src/server/pages/evidence-page.ts';
import { incidentPage } from '../../src/server/pages/incident-page.ts';
import { registerPages } from '../../src/server/pages/index.ts';
import { render } from '../../src/server/pages/layout.ts';
import type { Hypothesis } from '../../src/sre/hypothesis.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { aFinding, anAction, anAlert, anEvidence, anIncident } from '../kit/nouns.ts';

const KEY = 'vk_right';
const password = (key: string) => ({ authorization: `Basic ${Buffer.from(`ann:${key}`).toString('base64')}` });

async function pages() {
  const incidents = await freshIncidents();
  const server = fastify();
  registerPages(server, { incidents, apiKey: KEY });
  const get = (url: string, headers: Record<string, string> = password(KEY)) => server.inject({ url, headers });
  return { incidents, get };
}

describe('the pages', () => {
  test('ask a browser for the API key, and take nothing else', async () => {
    const { get } = await pages();
    for (const headers of [{}, password('wrong'), password(''), { authorization: `Bearer ${KEY}` }]) {
      const refused = await get('/incidents', headers);
      expect(refused.statusCode).toBe(401);
      expect(refused.headers['www-authenticate']).toContain('Basic');
      expect(refused.body).toContain('DATA/api-key');
    }
    expect((await get('/incidents')).statusCode).toBe(200);
  });

  test('can load nothing, send nothing and stand in no other page', async () => {
    const { get } = await pages();
    const { headers } = await get('/incidents');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; .*form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  test('list incidents, say when there are none, and lead to older ones', async () => {
    const { incidents, get } = await pages();
    expect((await get('/incidents')).body).toContain('No alert has come in yet');
    expect((await get('/incidents?open=true')).body).toContain('Nothing is open');
    for (let n = 10; n < 61; n++) await incidents.save(anIncident({ id: `inc_${n}`, groupKey: String(n) }), 0);
    const first = (await get('/incidents')).body;
    expect(first.match(/href="\/incidents\/inc_/g)).toHaveLength(50);
    expect(first).toContain('/incidents?before=inc_11');
    expect((await get('/incidents?before=inc_11')).body.match(/href="\/incidents\/inc_/g)).toHaveLength(1);
  });

  test('show an incident whose claims lead to their evidence, and the evidence', async () => {
    const { incidents, get } = await pages();
    await incidents.save(anIncident({ finding: aFinding() }), 0);
    await incidents.record(anEvidence());
    expect((await get('/incidents/inc_1')).body).toContain('<a href="/incidents/inc_1/evidence/E1">E1</a>');
    expect((await get('/incidents/inc_1/evidence/E1')).body).toContain('Checkout is slow.');
    expect((await get('/incidents/inc_1/postmortem')).headers['content-type']).toContain('text/plain');
    for (const gone of ['/incidents/inc_2', '/incidents/inc_1/evidence/E9'])
      expect(await get(gone)).toMatchObject({ statusCode: 404, body: expect.stringContaining('there is no') });
  });
});

test('what people raised stands beside the finding, and what is told in it is not told twice', () => {
  const at = '2026-05-01T10:00:00Z';
  const settled: Hypothesis['state'] = { is: 'refuted', why: 'Hits are at 98.', evidence: ['E7'], at };
  const by = { is: 'person', name: 'ann', remark: 3 } as const;
  const own = { is: 'investigator' } as const;
  const finding = aFinding({ ruled_out: [{ hypothesis: 'the campaign', why: 'later', evidence: ['E1'] }] });
  const hypotheses: Hypothesis[] = [
    { id: 'H1', statement: 'the campaign', by: own, at, state: settled },
    { id: 'H2', statement: 'the <b>cache</b>', by, at, state: settled },
    { id: 'H3', statement: 'the moon', by, at, state: { is: 'open' } },
  ];
  const record = { actions: [], evidence: [], timeline: [] };
  const page = render(incidentPage({ ...record, incident: anIncident({ finding, hypotheses }) }));
  expect(page).toContain('the &lt;b&gt;cache&lt;/b&gt; (raised by ann) <strong>refuted</strong>: Hits are at 98.');
  expect(page).toContain('the moon (raised by ann) <strong>not settled</strong>');
  expect(page).not.toContain('H1');
  expect(render(incidentPage({ ...record, incident: anIncident({ hypotheses }) }))).toContain('H1');
  expect(render(evidencePage(anIncident({ finding, hypotheses }), anEvidence({ id: 'E7' })))).toContain('H2, refuted');
});

test('series of evidence are drawn, with where they changed', () => {
  const points = [0, 1, 2].map((minute) => [`2026-05-01T10:0${minute}:00Z`, minute * 10]);
  const series = [{ labels: { pod: 'a' }, points, change: { at: '2026-05-01T10:01:00Z' } }];
  const content = JSON.stringify({ source: 'world', data: { metric: 'latency', unit: 'seconds', series } });
  const piece = anEvidence({ content, hash: createHash('sha256').update(content).digest('hex') });
  const page = render(evidencePage(anIncident(), piece));
  expect(page).toContain('<polyline points="6.0,114.0 300.0,60.0 594.0,6.0"/>');
  expect(page).toContain('<line x1="300.0"');
  expect(page).toContain('latency pod=a: from 0 to 20 seconds, 10:00 to 10:02 UTC');
  expect(page).toContain('is that of the content below');
  expect(render(evidencePage(anIncident(), { ...piece, content: `${content} ` }))).toContain(
    'is not that of the content below',
  );
});

test('a page that is still being written loads itself again', () => {
  const record = { actions: [], evidence: [], timeline: [] };
  const moving = render(incidentPage({ ...record, incident: anIncident({ state: { is: 'investigating' } }) }));
  expect(moving).toContain('http-equiv="refresh"');
  const still = render(
    incidentPage({ ...record, incident: anIncident({ state: { is: 'concluded', at: '2026-05-01T10:00:00Z' } }) }),
  );
  expect(still).not.toContain('http-equiv="refresh"');
});

test('words of alerts, telemetry and models are text in a page, whatever they are made of', () => {
  const words = `</title></pre><script>x</script><img src=x onerror=x>" onload="x' &lt; \u202e\u001b[2J`;
  const href = 'javascript:alert(1)';
  const finding = aFinding({
    ...{ summary: words, trigger: words, blast_radius: words, would_change_my_mind: words, could_not_access: [words] },
    cause: { service: words, change_id: words, kind: words, mechanism: words },
    claims: [{ text: words, evidence: ['E1'] }],
    ruled_out: [{ hypothesis: words, why: words, evidence: ['E1'] }],
    runbooks: [{ name: words, age: words, sources: words, contradicted: [{ says: words, seen: words, evidence: [] }] }],
    proposed_actions: [{ title: words, why: words, reversible: true, temporary: false }],
  });
  const alert = anAlert({ title: words, links: [{ rel: words, href }] });
  const incident = anIncident({ title: words, service: words, model: words, finding, alerts: [alert] });
  const by = { id: words, name: words, via: 'cli' as const };
  const action = anAction({
    ...{ risk: words, rollback: words },
    plan: { ...anAction().plan, title: words, repository: words, branch: words, diff: `+${words}` },
    state: { is: 'done', by, at: words, url: href, number: null, branch: words },
  });
  const entry = { seq: 1, incident: incident.id, kind: 'note', actor: 'agent', ref: null } as const;
  const piece = anEvidence({ tool: words, source: words, query: { words }, url: href, content: words });
  const timeline = [{ ...entry, at: words, text: words }];
  const shown = [
    render(incidentPage({ incident, actions: [action], evidence: [piece], timeline })),
    render(evidencePage(incident, piece)),
  ];
  for (const page of shown) {
    expect(page).not.toMatch(/<script|<img|onerror=x>|" onload="|javascript:[^<]*"|\u202e/);
    expect(page.includes('\u001b')).toBe(false);
    expect(page.match(/<pre/g)?.length).toBe(page.match(/<\/pre>/g)?.length);
    expect(page).toContain('\\u202e');
  }
});
