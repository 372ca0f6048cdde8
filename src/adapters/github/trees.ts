/** Files of one commit, read folder by folder, so that a repository of any size costs a few calls. */
import { createHash } from 'node:crypto';
import { utf8Text } from '../../lib/utf8-text.ts';
import { type Hub, where } from './hub.ts';

export interface Entry {
  mode: string;
  sha: string;
  type: string;
  size: number | null;
}
export interface Text {
  content: string;
  mode: string;
}
export type Read = { ok: true; file: Text | null } | { ok: false; detail: string };

export interface Trees {
  entry(commit: string, path: string): Promise<Entry | null>;
  /** A text file, or null where the commit has none. Refuses what is not plain text. */
  read(commit: string, path: string): Promise<Read>;
}

const MAX_FILE = 1024 * 1024;

export function trees(hub: Hub): Trees {
  const folders = new Map<string, Promise<Map<string, Entry>>>();

  function folder(sha: string): Promise<Map<string, Entry>> {
    const known = folders.get(sha) ?? list(hub, sha);
    folders.set(sha, known);
    return known;
  }

  async function entry(commit: string, path: string): Promise<Entry | null> {
    let here = commit;
    const parts = path.split('/');
    for (const [i, part] of parts.entries()) {
      const found = (await folder(here)).get(part);
      if (found === undefined) return null;
      if (i === parts.length - 1) return found;
      if (found.type !== 'tree') return null;
      here = found.sha;
    }
    return null;
  }

  async function read(commit: string, path: string): Promise<Read> {
    const found = await entry(commit, path);
    if (found === null) return { ok: true, file: null };
    if (found.type !== 'blob' || found.mode === '120000') return { ok: false, detail: `${path} is not a plain file` };
    if ((found.size ?? 0) > MAX_FILE) return { ok: false, detail: `${path} is over ${MAX_FILE} bytes` };
    const { data } = await hub.octokit.rest.git.getBlob({ ...where(hub), file_sha: found.sha });
    const content = utf8Text(Buffer.from(data.content, 'base64'));
    return content === null
      ? { ok: false, detail: `${path} is not UTF-8 text` }
      : { ok: true, file: { content, mode: found.mode } };
  }

  return { entry, read };
}

async function list(hub: Hub, sha: string): Promise<Map<string, Entry>> {
  const { data } = await hub.octokit.rest.git.getTree({ ...where(hub), tree_sha: sha });
  return new Map(
    data.tree.map(({ path, mode, sha: own, type, size }) => [path, { mode, sha: own, type, size: size ?? null }]),
  );
}

/** The id git gives this content, so that a file can be compared without fetching it. */
export function blobId(content: string): string {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
