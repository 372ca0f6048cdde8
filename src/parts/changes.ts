/** The sources of changes that the configuration names, as one. */
import type { ChangeSources } from '../config.ts';
import { mergeChanges, type NamedChanges } from '../sre/merging/merge-changes.ts';
import type { Changes } from '../sre/ports/changes.ts';

/** `more`: sources that bring other things, too. `reported`: what others sent, believed last about an id. Null when nothing is configured. */
export async function liveChanges(
  { argocd, kubernetes, github }: ChangeSources,
  reported: Changes | null,
  now: () => Date,
  more: readonly NamedChanges[] = [],
): Promise<Changes | null> {
  const sources: NamedChanges[] = [...more];
  if (github !== null) {
    const { githubChanges } = await import('../adapters/github/index.ts');
    const { token, apiUrl } = github;
    const account = { token, now, ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }) };
    for (const { name, ...whose } of github.repositories)
      sources.push({ name: `github ${name}`, changes: githubChanges({ ...account, repository: name, ...whose }) });
  }
  if (argocd !== null) {
    const { argocdChanges } = await import('../adapters/argocd/index.ts');
    sources.push({ name: 'argocd', changes: argocdChanges({ ...labelled(argocd), now }) });
  }
  if (kubernetes !== null) {
    const { kubernetesChanges } = await import('../adapters/kubernetes/index.ts');
    sources.push({ name: 'kubernetes', changes: kubernetesChanges({ ...labelled(kubernetes), now }) });
  }
  if (sources.length === 0) return null;
  return mergeChanges(reported === null ? sources : [...sources, { name: 'reported changes', changes: reported }]);
}

/** Null stands for an adapter's usual labels. */
function labelled<Source extends { serviceLabels: string[] | null }>({ serviceLabels, ...source }: Source) {
  return { ...source, ...(serviceLabels === null ? {} : { serviceLabels }) };
}
