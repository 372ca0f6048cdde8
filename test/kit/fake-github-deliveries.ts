/** Deployments, their statuses and releases, as GitHub's REST API lists them. */
import type { Reply } from './fake-github.ts';

export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  environment: string;
  production_environment?: boolean;
  description: string | null;
  payload: unknown;
  creator: { login: string } | null;
  created_at: string;
}
export interface DeploymentStatus {
  deployment: number;
  state: string;
  created_at: string;
}
export interface Release {
  id: number;
  tag_name: string;
  name: string | null;
  draft: boolean;
  published_at: string | null;
  author: { login: string };
}
export interface Delivered {
  deployments: Deployment[];
  statuses: DeploymentStatus[];
  releases: Release[];
}

/** Null for what GitHub does not have. */
export function deliveries(all: Delivered, noun: string, rest: string[], query: URLSearchParams): Reply | null {
  const [id, child] = rest;
  if (noun === 'releases') {
    const newest = all.releases.toSorted((a, b) => b.id - a.id);
    return id === undefined ? page(newest, query) : one(all.releases.find((each) => each.id === Number(id)));
  }
  if (id === undefined) {
    const environment = query.get('environment');
    const listed = all.deployments.filter((each) => environment === null || each.environment === environment);
    return page(
      listed.toSorted((a, b) => b.id - a.id),
      query,
    );
  }
  if (child === undefined) return one(all.deployments.find((each) => each.id === Number(id)));
  const statuses = all.statuses.filter((each) => each.deployment === Number(id));
  return child === 'statuses' ? page(statuses.toReversed(), query) : null;
}

function page(items: unknown[], query: URLSearchParams): Reply {
  const size = Number(query.get('per_page') ?? 30);
  const start = size * (Number(query.get('page') ?? 1) - 1);
  return { status: 200, body: items.slice(start, start + size) };
}

function one(item: unknown): Reply | null {
  return item === undefined ? null : { status: 200, body: item };
}
