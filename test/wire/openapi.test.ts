import { expect, test } from 'vitest';
import { onBothArms } from './arms.ts';
import { verifies } from './verifies.ts';

onBothArms('the OpenAPI document', (wire) => {
  test('it is served to whoever has a key', async () => {
    verifies('wire.openapi');
    const document = await wire().client.get('/v1/openapi.json');
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: { '/sessions': { post: { operationId: 'post.sessions' } }, '/openapi.json': { get: {} } },
    });
    expect((await fetch(`${wire().url}/v1/openapi.json`)).status).toBe(401);
  });
});
