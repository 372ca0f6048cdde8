/** The hosts that the operator named: `hooks.internal`, `hooks.internal:8080`, `192.168.1.5`, `[fd00::5]:443`. Pure. */

/** Whether one of the names is that of the URL's host; a name without a port holds for every port. */
export function isNamedHost(names: readonly string[], url: URL): boolean {
  const host = bare(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return names.some((name) => {
    const { host: wanted, port: only } = split(name.toLowerCase());
    return wanted === host && (only === null || only === port);
  });
}

function split(name: string): { host: string; port: string | null } {
  const found = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(name);
  return found === null ? { host: name, port: null } : { host: bare(found[1] ?? ''), port: found[2] ?? null };
}

/** Without the brackets that a URL puts around an IPv6 address. */
export function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
