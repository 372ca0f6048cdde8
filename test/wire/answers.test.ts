/**
 * Checked by the compiler: what the OpenAPI document says of an answer is what the server's types say of it, both ways,
 * and neither names a field that the other does not.
 */
import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { Noun, nouns } from '../../src/core/api/openapi/answers/nouns.ts';
import type { Shown } from './shown.ts';

type Told<Name extends Noun> = z.output<(typeof nouns)[Name]>;
/** Have no type: they are put together where they are answered, and the arms compare what comes. */
type Untyped =
  | 'WorkHeartbeat'
  | 'WorkStats'
  | 'CredentialValidation'
  | 'MemoryEntry'
  | 'Model'
  | 'ModelList'
  | 'TunnelToken'
  | 'UserProfileUrl'
  | 'Deleted';

type FieldsOf<Form> = Form extends unknown ? keyof Form : never;
type Unlike<One, Other> = [One] extends [Other]
  ? [Other] extends [One]
    ? Exclude<FieldsOf<One>, FieldsOf<Other>> | Exclude<FieldsOf<Other>, FieldsOf<One>>
    : 'narrower'
  : 'wider';
/** The nouns that differ, by name. */
type Differing = {
  [Name in keyof Shown]: [Unlike<Told<Name>, Shown[Name]>] extends [never] ? never : Name;
}[keyof Shown];
type Forgotten = Exclude<Noun, keyof Shown | Untyped>;

test('the document and the types of what is answered agree', () => {
  const differing: Record<Differing | Forgotten, never> = {};
  expect(differing).toEqual({});
});
