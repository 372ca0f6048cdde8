/** One endpoint as data: method, path, what it reads, the verb it calls. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Core } from './core.ts';
import { invalid, invalidFields } from './errors.ts';
import { readQuery } from './query.ts';

/** The ids in a path: `Params<'/a/:x/b/:y'>` is `{ x: string; y: string }`. */
export type Params<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { [Key in Name | keyof Params<`/${Rest}`>]: string }
  : Path extends `${string}:${infer Name}`
    ? { [Key in Name]: string }
    : object;

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Route {
  method: Method;
  path: string;
  /** What it reads, for those who describe it; a verb that reads the connection itself has none. */
  reads?: Reads<z.ZodType, z.ZodType>;
  /** The body is handed on as bytes, unread. */
  bytes?: true;
  /** Answers the value to send as JSON; a string or bytes are JSON already; undefined means that the reply was sent otherwise. */
  handle(core: Core, request: FastifyRequest, reply: FastifyReply): Promise<object | string | undefined>;
}

/** What a verb gets: the ids of the path, and query and body as their schemas made them. */
export type Input<Ids, Query, Body> = Ids & { query: Query; body: Body };

interface Reads<Query extends z.ZodType, Body extends z.ZodType> {
  query?: Query;
  body?: Body;
}

/** A verb that takes JSON and answers JSON. */
export function json<Path extends string, Query extends z.ZodType, Body extends z.ZodType>(
  method: Method,
  path: Path,
  reads: Reads<Query, Body>,
  verb: (core: Core, input: Input<Params<Path>, z.output<Query>, z.output<Body>>) => Promise<object | string>,
): Route {
  return {
    method,
    path,
    reads,
    async handle(core, request) {
      if (request.isMultipart()) throw invalid('this endpoint takes JSON, not a form');
      const query = readWith(reads.query, readQuery(request.url));
      const body = readWith(reads.body, request.body ?? {});
      return await verb(core, { ...idsOf<Params<Path>>(request), query, body });
    },
  };
}

/** A verb that reads or writes the connection itself: uploads, downloads, streams. */
export function raw<Path extends string>(
  method: Method,
  path: Path,
  verb: (
    core: Core,
    input: Params<Path>,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<object | string | undefined>,
): Route {
  return {
    method,
    path,
    handle: (core, request, reply) => verb(core, idsOf<Params<Path>>(request), request, reply),
  };
}

/** A verb that takes the bytes of the body as they came. */
export function bytes<Path extends string>(...given: Parameters<typeof raw<Path>>): Route {
  return { ...raw(...given), bytes: true };
}

export function readWith<Schema extends z.ZodType>(schema: Schema | undefined, value: unknown): z.output<Schema> {
  if (schema === undefined) return unread<z.output<Schema>>();
  const read = schema.safeParse(value);
  if (!read.success) throw invalidFields(read.error);
  return read.data;
}

/** The router matched `Path`, so each of its parameters is there and is a string. */
function idsOf<Ids>(request: FastifyRequest): Ids {
  return request.params as Ids;
}

/** Without a schema the verb's input type has no use for the value. */
function unread<Nothing>(): Nothing {
  return undefined as Nothing;
}
