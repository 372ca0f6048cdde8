/** Who depends on whom, as Datadog's software catalog says: what teams declared, and what its tracing discovered. */
import { SoftwareCatalogApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/SoftwareCatalogApi.js';
import type { Answer } from '../../sre/ports/answer.ts';
import { graphOfCalls } from '../../sre/ports/graph-of-calls.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { ServiceNode, Topology } from '../../sre/ports/topology.ts';
import { type Datadog, malformed } from './client.ts';

const PAGE = 100;
/** Far more than services depend on one another; beyond it the graph is cut and says so. */
const MOST_PAGES = 50;

export function datadogTopology(from: Datadog): Topology {
  return { graph: (signal) => orUnavailable(from.name, () => graphOf(from, signal)) };
}

async function graphOf({ ask, name, appUrl }: Datadog, signal: AbortSignal): Promise<Answer<ServiceNode[]>> {
  const calls: [string, string][] = [];
  let last = PAGE;
  let pages = 0;
  for (; last === PAGE && pages < MOST_PAGES; pages += 1) {
    const request = {
      ...{ pageOffset: pages * PAGE, pageLimit: PAGE },
      ...{ filterType: 'RelationTypeDependsOn' as const, includeDiscovered: true },
    };
    const { data } = await ask((to) => new SoftwareCatalogApi(to).listCatalogRelation(request), signal);
    if (!Array.isArray(data)) throw malformed('no list of relations');
    for (const { attributes } of data) calls.push(endsOf(attributes?.from?.name, attributes?.to?.name));
    last = data.length;
  }
  const truncated = last === PAGE && pages === MOST_PAGES;
  const warnings = ['dependencies that nobody declared and no trace shows are not in this graph'];
  if (calls.length === 0) warnings.push('the catalog knows no dependency: declare `dependsOn`, or trace the services');
  if (truncated) warnings.push(`only the first ${MOST_PAGES * PAGE} dependencies were read`);
  return {
    ...{ status: 'ok', source: name, range: null, truncated, warnings },
    data: graphOfCalls(calls),
    url: `${appUrl}/services?lens=Dependencies`,
  };
}

function endsOf(from: string | undefined, to: string | undefined): [string, string] {
  if (from === undefined || to === undefined) throw malformed('a relation without its ends');
  return [from, to];
}
