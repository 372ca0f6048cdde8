/** Published releases: a name for a commit, and the moment somebody gave it. */
import { z } from 'zod';
import { fewAtATime } from '../../../lib/few-at-a-time.ts';
import { firstLine } from '../../../lib/one-line.ts';
import type { Change } from '../../../sre/change.ts';
import { orNull, where } from '../hub.ts';
import { type Brought, broughtAlone, broughtBetween } from './brought.ts';
import { readCommit } from './commits.ts';
import { type Listing, moment, person, type Repository, read } from './repository.ts';

const release = z.object({
  id: z.number(),
  tag_name: z.string(),
  name: z.string().nullish(),
  draft: z.boolean(),
  published_at: moment.nullish(),
  author: person,
  html_url: z.string().optional(),
});
type Release = z.infer<typeof release>;

const DAY = 86_400_000;
/** Who has released nothing for so long does not release. */
const HABIT = 180 * DAY;
/** Each costs a question: which commit its tag names. */
const MOST_TAGS = 20;

export async function listReleases(
  repository: Repository,
  { from, to }: { from: number; to: number },
): Promise<Listing & { isKept: boolean }> {
  const { published, isAll } = await published100(repository);
  const inTime = published.filter(({ at }) => at >= from && at <= to);
  const limited = fewAtATime(4);
  const changes = await Promise.all(
    inTime.map(({ one, at }, i) =>
      limited(async () => asChange(repository, one, at, i < MOST_TAGS ? await commitOf(repository, one) : null)),
    ),
  );
  const oldest = published.at(-1)?.at ?? 0;
  const isKept = published.some(({ at }) => at <= to && at >= to - HABIT);
  return { changes, truncated: !isAll && oldest > from, warnings: [], isKept };
}

/** Null when there is no such release. */
export async function broughtByRelease(
  repository: Repository,
  id: number,
): Promise<(Brought & { change: Change }) | null> {
  const { hub } = repository;
  const found = await orNull(hub.octokit.rest.repos.getRelease({ ...where(hub), release_id: id }));
  if (found === null) return null;
  const one = read('a release', release, found.data);
  const at = Date.parse(one.published_at ?? '');
  const { published } = await published100(repository);
  const before = published.find((other) => other.at < at);
  const sha = await commitOf(repository, one);
  const change = asChange(repository, one, at, sha);
  if (before !== undefined) return { ...(await broughtBetween(repository, before.one.tag_name, one.tag_name)), change };
  const commit = sha === null ? null : await readCommit(repository, sha);
  return { ...broughtAlone(commit, 'release'), change };
}

/** Newest first. Drafts are nobody's but their author's. */
async function published100({
  hub,
}: Repository): Promise<{ published: { one: Release; at: number }[]; isAll: boolean }> {
  const { data } = await hub.octokit.rest.repos.listReleases({ ...where(hub), per_page: 100 });
  const all = read('the list of releases', z.array(release), data);
  const published = all.flatMap((one) =>
    one.draft || !one.published_at ? [] : [{ one, at: Date.parse(one.published_at) }],
  );
  return { published: published.toSorted((a, b) => b.at - a.at), isAll: all.length < 100 };
}

async function commitOf(repository: Repository, { tag_name }: Release): Promise<string | null> {
  return (await readCommit(repository, `tags/${tag_name}`))?.change.ref ?? null;
}

function asChange({ name, service }: Repository, one: Release, at: number, sha: string | null): Change {
  const words = firstLine(one.name ?? '', 300);
  return {
    id: `github:${name}:release:${one.id}`,
    kind: 'deploy',
    service,
    time: new Date(at).toISOString(),
    actor: one.author?.login ?? '',
    title: `release ${one.tag_name}${words === '' || words === one.tag_name ? '' : `: ${words}`}`,
    ref: sha,
    hasDiff: true,
    basis: 'released',
    ...(one.html_url === undefined ? {} : { url: one.html_url }),
  };
}
