/** A unified diff, as a model or a person writes it, put on today's base. */
import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { CHANGE_LIMITS, refusedPath } from '../../sre/ports/change-limits.ts';
import type { Prepared } from '../../sre/ports/forge.ts';
import type { FileChange } from './file-change.ts';
import type { Worked } from './revert.ts';
import type { Trees } from './trees.ts';

type Refusal = Extract<Prepared, { ok: false }>;

export async function patchOn(files: Trees, base: string, text: string): Promise<Worked> {
  if (Buffer.byteLength(text) > CHANGE_LIMITS.bytes) {
    return { ok: false, why: 'too_large', detail: `the patch is over ${CHANGE_LIMITS.bytes} bytes` };
  }
  const parts = readPatch(text);
  if (!Array.isArray(parts)) return parts;
  if (parts.length > CHANGE_LIMITS.files)
    return { ok: false, why: 'too_large', detail: `${parts.length} files; at most ${CHANGE_LIMITS.files}` };
  const changes: FileChange[] = [];
  for (const part of parts) {
    const change = await applyPart(files, base, part);
    if ('ok' in change) return change;
    changes.push(change);
  }
  return { ok: true, changes };
}

/** Strictly first; then with the line counts recomputed, which models often get wrong. */
function readPatch(text: string): StructuredPatch[] | Refusal {
  const whole = text.endsWith('\n') ? text : `${text}\n`;
  let trouble = '';
  for (const attempt of [whole, recount(whole)]) {
    try {
      const parts = parsePatch(attempt);
      if (parts.length > 0) return parts;
    } catch (error) {
      trouble ||= error instanceof Error ? error.message : String(error);
    }
  }
  return { ok: false, why: 'conflict', detail: `not a unified diff that can be read: ${trouble || 'no file in it'}` };
}

async function applyPart(files: Trees, base: string, part: StructuredPatch): Promise<FileChange | Refusal> {
  const from = pathOf(part.oldFileName);
  const to = pathOf(part.newFileName);
  const path = to ?? from;
  if (path === null) return conflict('a part of the patch names no file');
  const why = refusedPart(part, from, path);
  if (why !== null) return { ok: false, why: 'refused_path', detail: `${JSON.stringify(path)} ${why}` };
  const now = await files.read(base, path);
  if (!now.ok) return { ok: false, why: 'refused_path', detail: now.detail };
  if ((from === null) !== (now.file === null)) {
    return conflict(`${path} ${now.file === null ? 'does not exist' : 'exists already'}`);
  }
  const content = applyPatch(now.file?.content ?? '', part, { fuzzFactor: 0, autoConvertLineEndings: false });
  if (content === false) return conflict(`the patch does not apply to ${path}`);
  if (to !== null) return { path, before: now.file, after: { content, mode: now.file?.mode ?? '100644' } };
  return content === ''
    ? { path, before: now.file, after: null }
    : conflict(`${path} holds more than the patch deletes`);
}

function refusedPart(part: StructuredPatch, from: string | null, path: string): string | null {
  const why = refusedPath(path);
  if (why !== null) return why;
  if (from !== null && from !== path) return 'is renamed; propose it as a new file and a deletion';
  return part.newMode === undefined || part.newMode === '100644' ? null : `gets mode ${part.newMode}`;
}

function conflict(detail: string): Refusal {
  return { ok: false, why: 'conflict', detail };
}

function pathOf(name: string | undefined): string | null {
  if (name === undefined || name === '' || name === '/dev/null') return null;
  return name.replace(/^[ab]\//, '');
}

/** Hunk headers with the counts that their lines really have. */
function recount(text: string): string {
  const lines = text.split('\n');
  const at = (i: number) => lines[i] ?? '';
  const starts = (i: number) =>
    /^(@@ |diff --git )/.test(at(i)) || (at(i).startsWith('--- ') && at(i + 1).startsWith('+++ '));
  return lines
    .map((line, i) => {
      const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
      if (header === null) return line;
      let removed = 0;
      let added = 0;
      for (let j = i + 1; j < lines.length - 1 && !starts(j); j++) {
        if (!at(j).startsWith('+') && !at(j).startsWith('\\')) removed++;
        if (!at(j).startsWith('-') && !at(j).startsWith('\\')) added++;
      }
      return `@@ -${header[1]},${removed} +${header[2]},${added} @@`;
    })
    .join('\n');
}
