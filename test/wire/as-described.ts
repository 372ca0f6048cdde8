/** Whether answers are what the OpenAPI document says of them: no field less, none of another kind, none that it does not name. */
import { isDeepStrictEqual } from 'node:util';
import { answerOf, checkedBy } from '../../src/core/api/openapi/answers/of-route.ts';
import { templateOf } from '../../src/core/api/openapi/document.ts';
import { routes } from '../../src/core/api/routes.ts';

/** Names in a path come after words: `…/work/poll` is not the item `poll`. */
const endpoints = routes
  .map(({ method, path }) => ({
    method,
    template: templateOf(path),
    pattern: new RegExp(`^/v1${path.replace(/:[a-z_]+/g, '[^/]+')}$`),
  }))
  .sort((a, b) => a.template.split('{').length - b.template.split('{').length);

/** Sends as `send` does, and tells of each answer that is not as described. */
export function asDescribed(send: typeof fetch, tell: (misfit: string) => void): typeof fetch {
  const described: typeof fetch = async (input, init) => {
    const response = await send(input, init);
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    if (response.ok && isJson && typeof input === 'string') {
      const misfit = misfitOf(init?.method ?? 'GET', new URL(input).pathname, await response.clone().json());
      if (misfit !== null) tell(misfit);
    }
    return response;
  };
  return Object.assign(described, { Response });
}

function misfitOf(method: string, path: string, body: unknown): string | null {
  const endpoint = endpoints.find((one) => one.method === method.toUpperCase() && one.pattern.test(path));
  const answer = endpoint === undefined ? null : answerOf(endpoint.method, endpoint.template);
  if (answer === null) return null;
  const checked = checkedBy(answer).safeParse(body);
  const where = `${method} ${endpoint?.template}`;
  if (!checked.success) return `${where}: ${checked.error.message.slice(0, 500)}`;
  return isDeepStrictEqual(checked.data, body)
    ? null
    : `${where}: a field is not described: ${JSON.stringify(body).slice(0, 500)}`;
}
