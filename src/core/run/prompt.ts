/** The system prompt: the agent's own, then what the session brings along. Same mounts, same bytes. Pure. */
import type { AgentDefinition } from '../documents.ts';
import { type Mounts, skillFolder } from './mounts.ts';

export function systemPrompt(agent: Pick<AgentDefinition, 'system'>, mounts: Mounts): string {
  return [agent.system, filesNote(mounts), memoryNote(mounts), repositoriesNote(mounts), skillsNote(mounts)]
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

function repositoriesNote(mounts: Mounts): string | null {
  if (mounts.repositories.length === 0) return null;
  const entries = mounts.repositories.map(({ url, mount_path }) => `- ${url}: not at ${mount_path}`);
  return ['# Repositories', 'These could not be checked out into the sandbox. Go on without them:', ...entries].join(
    '\n',
  );
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
