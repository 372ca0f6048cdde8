/** The system prompt: the agent's own, then what the session brings along. Same mounts, same bytes. Pure. */
import type { AgentDefinition } from '../documents.ts';
import { type Mounts, skillFolder } from './mounts.ts';

export function systemPrompt(agent: AgentDefinition, mounts: Mounts): string {
  return [agent.system, filesNote(mounts), skillsNote(mounts)]
    .filter((part) => part !== null && part !== '')
    .join('\n\n');
}

function filesNote(mounts: Mounts): string | null {
  if (mounts.files.length === 0) return null;
  const paths = mounts.files.map((file) => `- ${file.mount_path}`);
  return ['# Files', 'Mounted read-only in the sandbox:', ...paths].join('\n');
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
