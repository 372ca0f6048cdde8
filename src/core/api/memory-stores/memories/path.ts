/** Paths of memories, as the wire takes them. */
import { z } from 'zod';
import { pathProblem } from '../../../memories.ts';

/** `/` and 1 to 20 segments, in NFC, at most 1,024 bytes. */
export const memoryPath = z.string().superRefine((path, context) => {
  const problem = pathProblem(path);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

/** As a path, but ending in `/`; the root alone is fine. */
export const pathPrefix = z.string().superRefine((prefix, context) => {
  const problem = prefix.endsWith('/') ? pathProblem(`${prefix}x`) : 'must end with "/"';
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});
