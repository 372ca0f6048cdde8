import { json, type Route } from '../route.ts';

/** Describes the routes it is given, and itself. Written once, when it is first asked for. */
export function openApiRoute(routes: readonly Route[]): Route {
  let text: string | null = null;
  const route: Route = json('GET', '/openapi.json', {}, async () => {
    // Loaded here: what answers are made of is said for those who ask, and checks nothing.
    const { openApiDocument } = await import('./document.ts');
    text ??= JSON.stringify(openApiDocument([...routes, route]));
    return text;
  });
  return route;
}
