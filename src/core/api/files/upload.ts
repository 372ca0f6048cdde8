import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { FileBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc, shown } from '../core.ts';
import { invalid } from '../errors.ts';
import { holding } from '../holds.ts';
import { bytesOf, parts } from '../multipart.ts';
import { fileName, mimeType } from './name.ts';
import { expiresIn } from './schema.ts';

/** Streams the part `file` to durable storage, then writes the document; up to 500 MB unless the limits say less. */
export async function uploadFile(core: Core, _: object, request: FastifyRequest): Promise<object> {
  return await holding(core, async () => {
    const { stored, expires } = await receive(core, request);
    const now = core.clock.now();
    const body: FileBody = {
      id: mint('file', now),
      type: 'file',
      filename: stored.name,
      mime_type: stored.mime,
      size_bytes: stored.size,
      created_at: isoTime(now),
      downloadable: true,
      expires_at: expires === null ? null : isoTime(now + expires * 1000),
      scope: null,
      hidden: { blob: stored.key },
    };
    await core.store.commit({ puts: [{ doc: newDoc(core, 'file', body.id, body, { createdAt: now }), expect: 0 }] });
    return shown(body);
  });
}

type Stored = { key: string; size: number; name: string; mime: string };

async function receive(core: Core, request: FastifyRequest): Promise<{ stored: Stored; expires: number | null }> {
  let stored: Stored | null = null;
  let expires: number | null = null;
  for await (const part of parts(request, core.limits.fileBytes)) {
    if (part.type === 'field') {
      if (part.fieldname === 'expires_in_seconds') expires = seconds(part.value);
    } else if (part.fieldname === 'file' && stored === null) {
      stored = await store(core, part);
    } else {
      throw invalid(`file: one part named "file" is expected, not "${part.fieldname.slice(0, 64)}"`);
    }
  }
  if (stored === null) throw invalid('file: send the file as a multipart part named "file"');
  return { stored, expires };
}

async function store(core: Core, part: MultipartFile): Promise<Stored> {
  const { key, size } = await core.blobs.put(bytesOf(part), core.limits.fileBytes);
  const name = fileName(part.filename);
  return { key, size, name, mime: mimeType(name, part.mimetype) };
}

function seconds(value: unknown): number {
  const read = expiresIn.safeParse(value);
  if (!read.success) throw invalid('expires_in_seconds: must be a whole number from 3600 to 7776000');
  return read.data;
}
