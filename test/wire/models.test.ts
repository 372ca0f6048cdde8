import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { API_KEY } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, NotFoundError } = Anthropic;
const IDS = ['one', 'two', 'three', 'four', 'five'];
let dataDir: string;
let core: Embedded;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const models = Object.fromEntries(IDS.slice(0, 4).map((id) => [id, scriptedModel([])]));
  // What the service is used for is listed as well, each once.
  const anthropic = { apiKey: 'not-asked', listed: ['five', 'one'] };
  core = await embedCore({ dataDir, apiKey: API_KEY, models, anthropic });
});
afterAll(async () => {
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('the configured models can be looked up', async () => {
  verifies('models.retrieve');
  expect(await core.client.models.retrieve('two')).toMatchObject({ id: 'two', type: 'model', lifecycle: 'active' });
  await expect(core.client.models.retrieve('six')).rejects.toThrow(NotFoundError);
});

test('they are listed page after page, forwards and backwards', async () => {
  verifies('models.list');
  const { models } = core.client;
  const walked = async (query: Anthropic.ModelListParams) => {
    const pages: string[][] = [];
    for await (const page of (await models.list(query)).iterPages()) pages.push(page.data.map(({ id }) => id));
    return pages;
  };
  expect(await walked({ limit: 2 })).toEqual([['one', 'two'], ['three', 'four'], ['five']]);
  expect(await walked({ limit: 2, after_id: 'two' })).toEqual([['three', 'four'], ['five']]);
  expect(await walked({ limit: 2, before_id: 'four' })).toEqual([['two', 'three'], ['one']]);
  expect(await walked({ lifecycle: ['active', 'retired'] })).toEqual([IDS]);
  const none = await models.list({ lifecycle: ['retired'] });
  expect([none.data, none.has_more, none.first_id]).toEqual([[], false, null]);
  await expect(models.list({ after_id: 'six' })).rejects.toThrow(BadRequestError);
  await expect(models.list({ after_id: 'one', before_id: 'five' })).rejects.toThrow(BadRequestError);
});
