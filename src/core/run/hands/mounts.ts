/** What a session brings along: its resources and the skills of its agent, as documents say. */
import type { SessionBody, SkillBody, SkillRef, SkillVersionBody } from '../../documents.ts';
import type { SessionId, WorkspaceId } from '../../ids.ts';
import { bundledSkill } from '../../ports/bundled-skills.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SandboxFile } from '../../ports/sandbox.ts';
import type {
  FileResourceBody,
  MemoryResourceBody,
  RepositoryResourceBody,
  SessionResourceBody,
} from '../../resources.ts';

export interface MountedSkill {
  /** In the sandbox its files stand in a folder of this name. */
  name: string;
  description: string;
  files: readonly SandboxFile[];
}
export interface Mounts {
  files: readonly FileResourceBody[];
  memories: readonly MemoryResourceBody[];
  repositories: readonly RepositoryResourceBody[];
  skills: readonly MountedSkill[];
  /** Workers of a self-hosted environment unpack them under their working directory. */
  skillsRoot: '/mnt/skills' | 'skills';
}
type Has = Pick<Ports, 'store' | 'blobs' | 'bundledSkills'>;
const maxResources = 500;

export async function findMounts(
  ports: Has,
  session: { body: SessionBody; resources: () => Promise<readonly SessionResourceBody[]> },
  agent: { skills: readonly SkillRef[] },
): Promise<Mounts> {
  const [resources, skills] = await Promise.all([session.resources(), findSkills(ports, agent.skills)]);
  return {
    files: resources.filter((resource) => resource.type === 'file'),
    memories: resources.filter((resource) => resource.type === 'memory_store'),
    repositories: resources.filter((resource) => resource.type === 'github_repository'),
    skills,
    skillsRoot: session.body.hidden.environment.type === 'self_hosted' ? 'skills' : '/mnt/skills',
  };
}

export async function readResources(
  { store }: Pick<Ports, 'store'>,
  session: { id: SessionId; workspace: WorkspaceId },
): Promise<SessionResourceBody[]> {
  const rows = await store.list<SessionResourceBody>({
    kind: 'session_resource',
    workspace: session.workspace,
    parent: session.id,
    order: 'asc',
    limit: maxResources,
    includeArchived: false,
  });
  return rows.map((row) => row.body);
}

/** Without those that are gone. */
export async function findSkills(ports: Has, refs: readonly SkillRef[]): Promise<MountedSkill[]> {
  const found = await Promise.all(refs.map((ref) => findSkill(ports, ref)));
  return found.filter((skill) => skill !== null);
}

/** Null when the skill is gone. */
async function findSkill(ports: Has, ref: SkillRef): Promise<MountedSkill | null> {
  if (ref.type === 'anthropic') {
    const own = bundledSkill(ports.bundledSkills, ref.skill_id, ref.version);
    return own && { ...own, files: own.files.map((file) => ({ ...file, bytes: async () => file.bytes })) };
  }
  const { store, blobs } = ports;
  const version = ref.version === 'latest' ? await latest(ports, ref.skill_id) : ref.version;
  const found = version === null ? null : await store.get<SkillVersionBody>('skill_version', version);
  if (found === null) return null;
  const { name, description, hidden } = found.body;
  const files = hidden.files.map(({ path, blob, executable }) => ({
    path,
    executable,
    bytes: () => blobs.get(blob),
  }));
  return { name, description, files };
}
async function latest({ store }: Has, skill: string): Promise<string | null> {
  return (await store.get<SkillBody>('skill', skill))?.body.latest_version_id ?? null;
}

export function skillFolder(mounts: Pick<Mounts, 'skillsRoot'>, skill: MountedSkill): string {
  return `${mounts.skillsRoot}/${skill.name}`;
}

export function sandboxFiles(mounts: Mounts, { blobs }: Has): SandboxFile[] {
  const uploads = mounts.files.map((file) => ({
    path: file.mount_path,
    bytes: () => blobs.get(file.hidden.blob),
  }));
  const skills = mounts.skills.flatMap((skill) =>
    skill.files.map((file) => ({ ...file, path: `${skillFolder(mounts, skill)}/${file.path}` })),
  );
  return [...uploads, ...skills];
}
