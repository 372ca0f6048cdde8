/** The system prompt: the agent's own, then what the session brings along. Same mounts, same bytes. Pure. */
import type { AgentDefinition } from '../../documents.ts';
import { type Mounts, skillFolder } from '../hands/mounts.ts';
import type { Checkout } from '../repositories/checkouts.ts';

export function systemPrompt(
  agent: Pick<AgentDefinition, 'system'>,
  mounts: Mounts,
  checkouts: readonly Checkout[],
): string {
  return [agent.system, filesNote(mounts), memoryNote(mounts), ...repositoriesNotes(checkouts), skillsNote(mounts)]
    .filter((part) => part !== null && part !== '')
    .join('\n\n');
}

function filesNote(mounts: Mounts): string | null {
  if (mounts.files.length === 0) return null;
  const paths = mounts.files.map((file) => `- ${file.mount_path}`);
  return ['# Files', 'Mounted read-only in the sandbox:', ...paths].join('\n');
}

function memoryNote(mounts: Mounts): string | null {
  if (mounts.memories.length === 0) return null;
  const entries = mounts.memories.map(({ mount_path, access, name, description, instructions }) => {
    const may = access === 'read_write' ? 'read and write' : 'read only';
    const about = [oneLine(name), oneLine(description)].filter((part) => part !== '').join(': ');
    const how = instructions === null || instructions === '' ? '' : `\n  Instructions: ${instructions}`;
    return `- ${mount_path} (${may}) ${about}${how}`;
  });
  const what = [
    'Directories that outlive this session: text files that earlier sessions and people wrote, and that later ones will read.',
    'Look there before you begin. What you write there is kept as soon as the call that wrote it is over.',
  ];
  return ['# Memory', ...what, ...entries].join('\n');
}

function repositoriesNotes(checkouts: readonly Checkout[]): string[] {
  if (checkouts.length === 0) return [];
  const there = checkouts.flatMap((one) =>
    'commit' in one ? [`- ${one.mount_path}: ${one.url} at commit ${one.commit}`] : [],
  );
  const missing = checkouts.flatMap((one) =>
    'why' in one ? [`- ${one.url} is not at ${one.mount_path}: ${one.why}`] : [],
  );
  const notes = ['# Repositories'];
  if (there.length > 0) {
    notes.push('Checked out in the sandbox: the files of one commit, without history. Changes stay in the sandbox.');
  }
  notes.push(...there);
  if (missing.length > 0) notes.push('These could not be checked out. Go on without them:');
  return [[...notes, ...missing].join('\n')];
}

function skillsNote(mounts: Mounts): string | null {
  if (mounts.skills.length === 0) return null;
  const entries = mounts.skills.map(
    (skill) => `- ${skill.name}: ${oneLine(skill.description)} (${skillFolder(mounts, skill)}/SKILL.md)`,
  );
  return ['# Skills', 'Read the SKILL.md of a skill with the read tool before you use it:', ...entries].join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
