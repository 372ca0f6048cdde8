import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Core } from '../../core.ts';
import type { BundleFile } from '../bundle.ts';
import { zip } from '../zip.ts';
import { findVersion } from './find.ts';

/** A zip with one folder, named as the skill. */
export async function downloadSkillVersion(
  core: Core,
  { skill_id, version }: { skill_id: string; version: string },
  _: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  const { body } = (await findVersion(core, skill_id, version)).version;
  const files: BundleFile[] = [];
  for (const file of body.hidden.files) {
    const bytes = Buffer.from(await core.blobs.get(file.blob));
    files.push({ path: `${body.name}/${file.path}`, bytes, executable: file.executable });
  }
  await reply
    .headers({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${body.name}.zip"`,
      'x-content-type-options': 'nosniff',
    })
    .send(zip(files));
}
