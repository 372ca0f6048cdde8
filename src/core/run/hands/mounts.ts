/** What a session brings along: its resources and the skills of its agent, as documents say. */
import type { SessionBody, SkillBody, SkillRef, SkillVersionBody } from '../../documents.ts';
import type { SessionId, WorkspaceId } from '../../ids.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { SandboxFile } from '../../ports/sandbox.ts';
import type { Store } from '../../ports/store.ts';
import type {
  FileResourceBody,
  MemoryResourceBody,
  RepositoryResourceBody,
  SessionResourceBody,
} from '../../resources.ts';

export interface Mounts {
  files: readonly FileResourceBody[];
  memories: readonly MemoryResourceBody[];
  repositories: readonly RepositoryResourceBody[];
  skills: readonly SkillVersionBody[];
  /** Workers of a self-hosted environment unpack them under their working directory. */
  skillsRoot: '/mnt/skills' | 'skills';
}
const maxResources = 500;

export async function findMounts(
  store: Store,
  session: { id: SessionId; workspace: WorkspaceId; body: SessionBody },
  agent: { skills: readonly SkillRef[] },
): Promise<Mounts> {
  const [rows, skills] = await Promise.all([
    store.list<SessionResourceBody>({
      kind: 'session_resource',
      workspace: session.workspace,
      parent: session.id,
      order: 'asc',
      limit: maxResources,
      includeArchived: false,
    }),
    findSkills(store, agent.skills),
  ]);
  const resources = rows.map((row) => row.body);
  return {
    files: resources.filter((resource) => resource.type === 'file'),
    memories: resources.filter((resource) => resource.type === 'memory_store'),
    repositories: resources.filter((resource) => resource.type === 'github_repository'),
    skills,
    skillsRoot: session.body.hidden.environment.type === 'self_hosted' ? 'skills' : '/mnt/skills',
  };
}

/** Without those that are gone. */
export async function findSkills(store: Store, refs: readonly SkillRef[]): Promise<SkillVersionBody[]> {
  const found = await Promise.all(refs.map((ref) => findSkill(store, ref)));
  return found.filter((skill) => skill !== null);
}

/** Null when the skill is gone, or is one of Anthropic's own, which this server does not carry. */
async function findSkill(store: Store, ref: SkillRef): Promise<SkillVersionBody | null> {
  const version = ref.version === 'latest' ? await latest(store, ref.skill_id) : ref.version;
  return version === null ? null : ((await store.get<SkillVersionBody>('skill_version', version))?.body ?? null);
}
async function latest(store: Store, skill: string): Promise<string | null> {
  return (await store.get<SkillBody>('skill', skill))?.body.latest_version_id ?? null;
}

export function skillFolder(mounts: Pick<Mounts, 'skillsRoot'>, skill: SkillVersionBody): string {
  return `${mounts.skillsRoot}/${skill.name}`;
}

export function sandboxFiles(mounts: Mounts, blobs: Blobs): SandboxFile[] {
  const uploads = mounts.files.map((file) => ({
    path: file.mount_path,
    bytes: () => blobs.get(file.hidden.blob),
  }));
  const skills = mounts.skills.flatMap((skill) =>
    skill.hidden.files.map((file) => ({
      path: `${skillFolder(mounts, skill)}/${file.path}`,
      bytes: () => blobs.get(file.blob),
      executable: file.executable,
    })),
  );
  return [...uploads, ...skills];
}
