import { json, type Route } from '../route.ts';
import { openApiDocument } from './document.ts';

/** Describes the routes it is given, and itself. Written once, when it is first asked for. */
export function openApiRoute(routes: readonly Route[]): Route {
  let text: string | null = null;
  const route: Route = json('GET', '/openapi.json', {}, async () => {
    text ??= JSON.stringify(openApiDocument([...routes, route]));
    return text;
  });
  return route;
}
