/** The repository that is asked, and how a page of its answers is read. */
import { z } from 'zod';
import type { Change } from '../../../sre/change.ts';
import type { Hub } from '../hub.ts';

export interface Repository {
  hub: Hub;
  /** `owner/name`. */
  name: string;
  service: string | null;
  environment: string | null;
}

export interface Listing {
  changes: Change[];
  truncated: boolean;
  warnings: string[];
}

/** GitHub answered, but in another form than it documents: a proxy's page, or another product. */
export class NotGithub extends Error {
  override readonly name = 'NotGithub';
}

/** Throws `NotGithub`. */
export function read<Shape>(what: string, shape: z.ZodType<Shape>, data: unknown): Shape {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new NotGithub(`${what} came in another form than GitHub's: ${z.prettifyError(parsed.error).slice(0, 200)}`);
}

export const moment = z.string().datetime({ offset: true });
export const person = z.object({ login: z.string() }).nullish();
