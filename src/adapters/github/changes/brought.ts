/** What lies between two commits, as one unified diff made of GitHub's files. */
import { z } from 'zod';
import { where } from '../hub.ts';
import { type Repository, read } from './repository.ts';

export interface Brought {
  diff: string | null;
  truncated: boolean;
  warnings: string[];
}

export const changedFile = z.object({
  filename: z.string(),
  previous_filename: z.string().optional(),
  status: z.string(),
  /** Left out for what is no text, and for what is too large. */
  patch: z.string().optional(),
});
type ChangedFile = z.infer<typeof changedFile>;

const comparison = z.object({
  status: z.enum(['ahead', 'behind', 'identical', 'diverged']),
  total_commits: z.number(),
  files: z.array(changedFile).default([]),
});

/** What GitHub lists of one comparison; it says nothing when there are more. */
const MOST_FILES = 300;
const MOST_CHARACTERS = 512 * 1024;

/** Between what ran before and what runs since. Going back is a change like any other: its diff takes lines away again. */
export async function broughtBetween(repository: Repository, before: string, after: string): Promise<Brought> {
  const forward = await compare(repository, before, after);
  switch (forward.status) {
    case 'identical':
      return { diff: null, truncated: false, warnings: ['the same commit as before: it was only deployed again'] };
    case 'ahead':
      return unified(forward.files);
    case 'behind': {
      const { files } = await compare(repository, after, before);
      const back = unified(files.map(backwards));
      return { ...back, warnings: [...back.warnings, `this went back, from ${short(before)} to ${short(after)}`] };
    }
    case 'diverged': {
      const side = unified(forward.files);
      const warning = `${short(before)} and ${short(after)} lie on two lines of history: the diff starts where they part, and what ${short(before)} alone had is not in it`;
      return { ...side, warnings: [...side.warnings, warning] };
    }
  }
}

/** Where nothing earlier is known to compare with: of its last commit alone, if that can be read. `what`: "release". */
export function broughtAlone(commit: Parameters<typeof broughtByCommit>[0] | null, what: string): Brought {
  const warning = `no earlier ${what} is known: the diff is of its last commit alone`;
  if (commit === null) return { diff: null, truncated: false, warnings: [warning] };
  const brought = broughtByCommit(commit);
  return { ...brought, warnings: [...brought.warnings, warning] };
}

export function broughtByCommit({ files, parents }: { files: ChangedFile[]; parents: number }): Brought {
  const diff = unified(files);
  return parents < 2
    ? diff
    : { ...diff, warnings: [...diff.warnings, 'a merge: the diff is against its first parent'] };
}

async function compare(repository: Repository, base: string, head: string): Promise<z.infer<typeof comparison>> {
  const { hub } = repository;
  const basehead = `${base}...${head}`;
  const { data } = await hub.octokit.rest.repos.compareCommitsWithBasehead({ ...where(hub), basehead, per_page: 100 });
  return read('a comparison', comparison, data);
}

function unified(files: readonly ChangedFile[]): Brought {
  const parts: string[] = [];
  const untold: string[] = [];
  let size = 0;
  let left = 0;
  for (const file of files) {
    if (file.patch === undefined && file.status !== 'renamed') untold.push(file.filename);
    const part = asDiff(file);
    size += part.length;
    if (size > MOST_CHARACTERS) left += 1;
    else parts.push(part);
  }
  const warnings = [
    ...(untold.length === 0
      ? []
      : [
          `GitHub shows no text of ${untold.length} changed files (${untold.slice(0, 5).join(', ')}): not text, or too large`,
        ]),
    ...(left === 0 ? [] : [`${left} files were left out: the diff is too large`]),
    ...(files.length < MOST_FILES ? [] : [`GitHub lists at most ${MOST_FILES} files: there may be more`]),
  ];
  const truncated = left > 0 || files.length >= MOST_FILES;
  return { diff: parts.length === 0 ? null : parts.join(''), truncated, warnings };
}

function asDiff({ filename, previous_filename = filename, status, patch }: ChangedFile): string {
  const before = status === 'added' ? '/dev/null' : `a/${previous_filename}`;
  const after = status === 'removed' ? '/dev/null' : `b/${filename}`;
  const head = `diff --git a/${previous_filename} b/${filename}\n`;
  if (patch === undefined) return status === 'renamed' ? `${head}rename to ${filename}\n` : `${head}(no text shown)\n`;
  return `${head}--- ${before}\n+++ ${after}\n${patch.endsWith('\n') ? patch : `${patch}\n`}`;
}

/** The same change undone: names, ranges and signs swapped. */
function backwards(file: ChangedFile): ChangedFile {
  const status = { added: 'removed', removed: 'added' }[file.status] ?? file.status;
  const { filename, previous_filename = filename, patch } = file;
  const names = {
    filename: previous_filename,
    ...(previous_filename === filename ? {} : { previous_filename: filename }),
  };
  return patch === undefined
    ? { ...names, status }
    : { ...names, status, patch: patch.split('\n').map(undone).join('\n') };
}

function undone(line: string): string {
  const header = /^@@ -(\S+) \+(\S+) @@(.*)$/s.exec(line);
  if (header !== null) return `@@ -${header[2]} +${header[1]} @@${header[3]}`;
  if (line.startsWith('-')) return `+${line.slice(1)}`;
  return line.startsWith('+') ? `-${line.slice(1)}` : line;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
