/** The sources of changes that the configuration names, as one. */
import type { DatadogSources } from '../adapters/datadog/index.ts';
import type { ChangeSources } from '../config.ts';
import type { Named } from '../sre/merging/ask-all.ts';
import { mergeChanges } from '../sre/merging/merge-changes.ts';
import type { Changes } from '../sre/ports/changes.ts';
import { named } from './named.ts';

/** `reported`: what others sent, believed last about an id; `account`: believed first. Null when nothing is configured. */
export async function liveChanges(
  { argocd, kubernetes, github }: ChangeSources,
  reported: Changes | null,
  now: () => Date,
  account: Pick<DatadogSources, 'name' | 'changes'> | null = null,
): Promise<Changes | null> {
  const sources: Named<Changes>[] = account === null ? [] : [{ name: account.name, port: account.changes }];
  if (github !== null) {
    const { githubChanges } = await import('../adapters/github/index.ts');
    const { token, apiUrl } = github;
    const account = { token, now, ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }) };
    for (const { name, ...whose } of github.repositories)
      sources.push({ name: `github ${name}`, port: githubChanges({ ...account, repository: name, ...whose }) });
  }
  if (argocd.length > 0) {
    const { argocdChanges } = await import('../adapters/argocd/index.ts');
    sources.push(...named('argocd', argocd, now, argocdChanges));
  }
  if (kubernetes.length > 0) {
    const { kubernetesChanges } = await import('../adapters/kubernetes/index.ts');
    sources.push(...named('kubernetes', kubernetes, now, kubernetesChanges));
  }
  if (sources.length === 0) return null;
  return mergeChanges(reported === null ? sources : [...sources, { name: 'reported changes', port: reported }]);
}
