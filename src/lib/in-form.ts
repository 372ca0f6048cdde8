import { NoAnswer } from './no-answer.ts';

interface Form<Body> {
  safeParse(body: unknown): { success: true; data: Body } | { success: false };
}

/** A body in the form that a server of this kind promises. Throws `NoAnswer`. */
export function inForm<Body>(form: Form<Body>, body: unknown, path: string, kind: string): Body {
  const read = form.safeParse(body);
  if (read.success) return read.data;
  throw new NoAnswer(`${path} answers in another form than ${kind} does`, { why: 'malformed' });
}
