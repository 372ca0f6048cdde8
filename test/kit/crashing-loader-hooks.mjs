const root = new URL('../../', import.meta.url).href;

/** Node's loader hook: `src/…ts` is answered by `dist/src/…js`, which starts in half the time. */
export async function resolve(specifier, context, nextResolve) {
  const found = await nextResolve(specifier, context);
  const path = found.url.startsWith(`${root}src/`) ? found.url.slice(root.length) : null;
  if (path === null || !path.endsWith('.ts')) return found;
  return { ...found, url: `${root}dist/${path.slice(0, -'.ts'.length)}.js` };
}
