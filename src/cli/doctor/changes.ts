/** Sources of changes: whether each answers with the rights that it has. */
import { type ChangeSources, changeSourcesOf, variableOf } from '../../config.ts';
import { fetchJson, type JsonServer, jsonServer } from '../../lib/fetch-json.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { Environment } from '../place.ts';
import { type Check, fail, nameOf, note, ok } from './check.ts';

const TIMEOUT_MS = 5000;

export async function checkChanges(env: Environment): Promise<Check[]> {
  const { argocd, kubernetes, github } = changeSourcesOf(env, {});
  if (argocd.length + kubernetes.length === 0 && github === null) {
    const fix = 'Set ARGOCD_URL, KUBERNETES_URL or GITHUB_TOKEN, or have changes sent to /hooks/changes.';
    return [note('changes', 'not configured: changes from a world, or those that are reported', fix)];
  }
  const checks = await Promise.all([
    ...(github === null ? [] : github.repositories.map(({ name }) => checkRepository(name, github))),
    ...argocd.map(checkArgocd),
    ...kubernetes.map(checkKubernetes),
  ]);
  return checks;
}

async function checkRepository(
  repository: string,
  { token, apiUrl }: NonNullable<ChangeSources['github']>,
): Promise<Check> {
  const server = jsonServer('github', { url: apiUrl ?? 'https://api.github.com', token });
  const rights = 'Give GITHUB_TOKEN the rights Metadata, Contents and Deployments, read, on the repository.';
  return ask(
    'changes',
    server,
    `/repos/${repository}/deployments?per_page=1`,
    { forbidden: rights, malformed: rights },
    () => ok('changes', `GitHub lists what ${repository} deploys`),
  );
}

async function checkArgocd(source: ChangeSources['argocd'][number]): Promise<Check> {
  const server = jsonServer('argocd', source);
  const called = nameOf('argocd', source);
  const rights = `Check ${variableOf('ARGOCD', source.name)}_TOKEN; its account needs the right \`applications, get\`.`;
  return ask(called, server, '/api/v1/applications?fields=items.metadata.name', { forbidden: rights }, (body) =>
    // It lists what a token may see, and refuses nothing.
    isEmpty(body)
      ? fail(called, `${server.url} shows this token no application`, rights)
      : ok(called, `${server.url} answers`),
  );
}

async function checkKubernetes(source: ChangeSources['kubernetes'][number]): Promise<Check> {
  const { url, token, tokenFile, namespaces } = source;
  const called = nameOf('kubernetes', source);
  if (token === null && tokenFile !== null)
    return note(called, `${new URL(url).origin}: its token is read from ${tokenFile} by the server`);
  const server = jsonServer('kubernetes', { url, token });
  const place = namespaces[0] === undefined ? '' : `namespaces/${encodeURIComponent(namespaces[0])}/`;
  const variable = variableOf('KUBERNETES', source.name);
  const rights = `Check ${variable}_TOKEN; its account needs \`list\` on deployments and replicasets of the API group apps.`;
  return ask(called, server, `/apis/apps/v1/${place}replicasets?limit=1`, { forbidden: rights }, () =>
    ok(called, `${server.url} answers`),
  );
}

async function ask(
  name: string,
  server: JsonServer,
  question: string,
  fixes: { [Why in NoAnswer['why']]?: string },
  verdict: (body: unknown) => Check,
): Promise<Check> {
  const [path = '', query] = question.split('?');
  try {
    const signal = new AbortController().signal;
    return verdict(await fetchJson(server, path, new URLSearchParams(query), signal, { timeoutMs: TIMEOUT_MS }));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return fail(name, `${server.url}: ${error.message}`, fixes[error.why] ?? 'Check the address and the way there.');
  }
}

function isEmpty(body: unknown): boolean {
  const items = typeof body === 'object' && body !== null && 'items' in body ? body.items : null;
  return !Array.isArray(items) || items.length === 0;
}
