/** Content blocks as clients may send them. */
import { z } from 'zod';
import { DOCUMENT_TYPES, IMAGE_TYPES } from '../../../ports/media.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const text = z.object({ type: z.literal('text'), text: z.string().min(1) });
const base64 = (types: readonly string[]) =>
  z.object({
    type: z.literal('base64'),
    media_type: z.string().refine((type) => types.includes(type), { error: `must be one of ${types.join(', ')}` }),
    data: z
      .string()
      .min(1)
      .refine((data) => data.length % 4 === 0 && BASE64.test(data), 'must be base64 with its padding'),
  });
const url = z.object({ type: z.literal('url'), url: z.url({ protocol: /^https?$/ }).max(8192) });
const file = z.object({ type: z.literal('file'), file_id: z.string().min(1).max(128) });
const plain = z.object({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() });

const image = z.object({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [base64(IMAGE_TYPES), url, file]),
});
const document = z.object({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [base64(DOCUMENT_TYPES), plain, url, file]),
  title: z.string().max(1024).nullable().exactOptional(),
  context: z.string().nullable().exactOptional(),
});
const searchResult = z.object({
  type: z.literal('search_result'),
  source: z.string().min(1),
  title: z.string(),
  content: z.array(text).min(1),
  citations: z.object({ enabled: z.boolean() }),
});

export const textBlock = text;
export const userBlock = z.discriminatedUnion('type', [text, image, document]);
export const resultBlock = z.discriminatedUnion('type', [text, image, document, searchResult]);
