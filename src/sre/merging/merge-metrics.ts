/** Several sources of metrics as one: each is asked, series stay apart by the label `vigil_source`. */
import type { Unavailable } from '../ports/answer.ts';
import type { MetricInfo, MetricQuery, Metrics, Series } from '../ports/metrics.ts';
import type { Named, Told } from './ask-all.ts';
import { foldSame, type Sourced } from './fold-same.ts';
import { merger } from './merger.ts';
import { SOURCE_LABEL, sourcesIn, withSource } from './name-source.ts';
import { type Answered, inTurn, together } from './together.ts';

/** Of values of a label that are listed. */
const LABEL_VALUES = 20;

export const mergeMetrics = merger<Metrics>((ask, sources) => {
  /** A source that has no such metric has looked: it found none. Only one that refuses what it has could not. */
  async function orNone(told: Told<Series[]>, metric: string, signal: AbortSignal): Promise<Told<Series[]>> {
    const { name, answer } = told;
    if (answer.status === 'ok' || answer.why !== 'bad_query') return told;
    const query = { match: metric, service: null, limit: 50 };
    const among = sources.filter((source) => source.name === name);
    const [known] = await ask((port, limited) => port.list(query, limited), signal, among);
    if (known?.answer.status !== 'ok' || known.answer.data.some((info) => info.name === metric)) return told;
    return { name, answer: { ...known.answer, data: [], truncated: false, warnings: [], url: null } };
  }

  return {
    async list(query, signal) {
      const told = await ask((port, limited) => port.list(query, limited), signal);
      return together(
        told,
        ({ length }) => length,
        (answered) => listed(answered, query.limit),
      );
    },
    async query(asked, signal) {
      const value = asked.labels[SOURCE_LABEL];
      const names = value === undefined ? null : sourcesIn(value);
      const among = names === null ? sources : sources.filter(({ name }) => names.includes(name));
      if (among.length === 0) return unknownSource(sources);
      const { [SOURCE_LABEL]: _source, ...labels } = asked.labels;
      const query = { ...asked, labels, groupBy: asked.groupBy.filter((label) => label !== SOURCE_LABEL) };
      const first = await ask((port, limited) => port.query(query, limited), signal, among);
      const some = first.some(({ answer }) => answer.status === 'ok');
      const told = some ? await Promise.all(first.map((one) => orNone(one, query.metric, signal))) : first;
      return together(
        told,
        ({ length }) => length,
        (answered) => asSeries(answered, asked),
      );
    },
  };
});

function unknownSource(sources: readonly Named<Metrics>[]): Unavailable {
  const names = sources.map(({ name }) => name);
  const detail = `no source of metrics is called so in the label ${SOURCE_LABEL}; there are ${names.join(' | ')}`;
  return { status: 'unavailable', source: names.join(', '), why: 'bad_query', detail };
}

function asSeries(answered: Answered<Series[]>[], { groupBy, stepSeconds, limit }: MetricQuery) {
  const all = answered.map(({ name, answer }) => answer.data.map((series): Sourced => ({ names: [name], series })));
  const turned = inTurn(all);
  // Who asks for the sources apart gets them apart.
  const folded = groupBy.includes(SOURCE_LABEL) ? turned : foldSame(turned, stepSeconds * 1000);
  const shown = folded.slice(0, limit);
  const warnings: string[] = [];
  if (shown.length < folded.length)
    warnings.push(`${shown.length} of ${folded.length} series are shown, some of each source`);
  if (new Set(shown.flatMap(({ names }) => names.join())).size > 1)
    warnings.push(`sources are kept apart by the label ${SOURCE_LABEL}; nothing is joined across them`);
  const units = new Set(shown.map(({ series }) => series.unit));
  if (units.size > 1)
    warnings.push(`the units differ between sources: ${[...units].map((unit) => unit || 'none').join(', ')}`);
  return {
    data: shown.map(({ names, series }) => ({ ...series, labels: withSource(series.labels, names) })),
    truncated: shown.length < folded.length,
    warnings,
  };
}

/** A metric that several have is one, with the labels of all. The label of the source is not among them: nobody has to ask by it. */
function listed(answered: Answered<MetricInfo[]>[], limit: number) {
  const lists = answered.map(({ answer }) => answer.data);
  const byName = new Map<string, MetricInfo>();
  for (const info of inTurn(lists)) {
    const known = byName.get(info.name);
    byName.set(info.name, known === undefined ? info : both(known, info));
  }
  const all = [...byName.values()];
  const data = all.slice(0, limit);
  return { data, truncated: data.length < all.length, warnings: [] };
}

function both(one: MetricInfo, other: MetricInfo): MetricInfo {
  const names = [...new Set([...Object.keys(one.labels), ...Object.keys(other.labels)])];
  const values = (name: string) =>
    [...new Set(inTurn([one.labels[name] ?? [], other.labels[name] ?? []]))].slice(0, LABEL_VALUES);
  return {
    name: one.name,
    type: one.type === 'unknown' ? other.type : one.type,
    help: one.help || other.help,
    unit: one.unit || other.unit,
    labels: Object.fromEntries(names.map((name) => [name, values(name)])),
    series: one.series + other.series,
  };
}
