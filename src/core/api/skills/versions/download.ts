import type { FastifyReply, FastifyRequest } from 'fastify';
import { zip } from '../../../../lib/zip.ts';
import type { Core } from '../../core.ts';
import type { BundleFile } from '../bundle.ts';
import { bundledVersion } from '../bundled.ts';
import { findVersion } from './find.ts';

/** A zip with one folder, named as the skill. */
export async function downloadSkillVersion(
  core: Core,
  { skill_id, version }: { skill_id: string; version: string },
  _: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  const { name, files } = await contentOf(core, skill_id, version);
  await reply
    .headers({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name}.zip"`,
      'x-content-type-options': 'nosniff',
    })
    .send(zip(files.map((file) => ({ ...file, path: `${name}/${file.path}` }))));
}

async function contentOf(core: Core, id: string, version: string): Promise<{ name: string; files: BundleFile[] }> {
  const own = bundledVersion(core, id, version);
  if (own !== null) {
    return { name: own.name, files: own.files.map((file) => ({ ...file, bytes: Buffer.from(file.bytes) })) };
  }
  const { body } = (await findVersion(core, id, version)).version;
  const files: BundleFile[] = [];
  for (const { path, blob, executable } of body.hidden.files) {
    files.push({ path, bytes: Buffer.from(await core.blobs.get(blob)), executable });
  }
  return { name: body.name, files };
}
