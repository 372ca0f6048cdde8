/** What changed between the base and a tree, as people and the plan see it. */
import { utf8Text } from '../../lib/utf8-text.ts';
import type { PullRequestPlan } from '../../sre/action.ts';
import { CHANGE_LIMITS, refusedMode, refusedPath } from '../../sre/ports/change-limits.ts';
import { type GitCall, git, mustGit } from './run.ts';

export type Changed =
  | { ok: true; diff: string; files: PullRequestPlan['files'] }
  | { ok: false; why: 'empty' | 'refused_path' | 'too_large'; detail: string };

type Refusal = Extract<Changed, { ok: false }>;

interface RawChange {
  path: string;
  oldMode: string;
  newMode: string;
  blob: string;
}

/** Deterministic: the same two trees give the same bytes, whatever the machine's git is configured to. */
const diffArgs = [
  'diff',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-renames',
  '--full-index',
  '--unified=3',
  '--diff-algorithm=myers',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

export async function changedBetween(call: GitCall, baseSha: string, tree: string): Promise<Changed> {
  const listing = await mustGit(['diff', '--raw', '-z', '--no-renames', '--no-abbrev', baseSha, tree], call);
  const raw = readRaw(listing.toString('utf8'));
  const refusal = refuse(raw);
  if (refusal !== null) return refusal;
  const files: PullRequestPlan['files'] = [];
  let bytes = 0;
  for (const change of raw) {
    const read = await contentOf(call, change);
    if (!read.ok) return read;
    bytes += Buffer.byteLength(read.content ?? '');
    const mode = plainMode(read.content === null ? change.oldMode : change.newMode);
    files.push({ path: change.path, content: read.content, mode });
  }
  if (bytes > CHANGE_LIMITS.bytes) return tooLarge(`the changed files hold ${bytes} bytes`);
  const diff = await git([...diffArgs, baseSha, tree], { ...call, maxBytes: CHANGE_LIMITS.bytes });
  if (!diff.ok) return tooLarge(`the diff is over ${CHANGE_LIMITS.bytes} bytes`);
  return { ok: true, diff: diff.stdout.toString('utf8'), files };
}

function refuse(raw: RawChange[]): Refusal | null {
  if (raw.length === 0) return { ok: false, why: 'empty', detail: 'the base branch already holds this content' };
  if (raw.length > CHANGE_LIMITS.files) return tooLarge(`${raw.length} files; at most ${CHANGE_LIMITS.files}`);
  for (const change of raw) {
    const why = refusedPath(change.path) ?? refusedMode(change.oldMode) ?? refusedMode(change.newMode);
    if (why !== null) return { ok: false, why: 'refused_path', detail: `${JSON.stringify(change.path)} ${why}` };
  }
  return null;
}

function tooLarge(detail: string): Refusal {
  return { ok: false, why: 'too_large', detail: `${detail} (a reviewer could not read it)` };
}

/** `:100644 100644 <old> <new> M\0path\0`, repeated. */
function readRaw(text: string): RawChange[] {
  const parts = text.split('\0');
  const changes: RawChange[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [oldMode = '', newMode = '', , blob = ''] = (parts[i] ?? '').slice(1).split(' ');
    changes.push({ path: parts[i + 1] ?? '', oldMode, newMode, blob });
  }
  return changes;
}

async function contentOf(call: GitCall, change: RawChange): Promise<{ ok: true; content: string | null } | Refusal> {
  if (change.newMode === '000000') return { ok: true, content: null };
  const blob = await git(['cat-file', 'blob', change.blob], { ...call, maxBytes: CHANGE_LIMITS.bytes });
  if (!blob.ok) return tooLarge(`${change.path} is over ${CHANGE_LIMITS.bytes} bytes`);
  const content = utf8Text(blob.stdout);
  if (content === null) return { ok: false, why: 'refused_path', detail: `${change.path} is not UTF-8 text` };
  return { ok: true, content };
}

function plainMode(mode: string): '100644' | '100755' {
  return mode === '100755' ? '100755' : '100644';
}
