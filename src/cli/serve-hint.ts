/** What to type next to a server that has just started. Pure. */
import { isAbsolute, join, relative, sep } from 'node:path';

export interface Started {
  url: string;
  /** Absolute. */
  dataDir: string;
  /** Given by the environment; otherwise each is in a file of the data directory. */
  given: { apiKey: boolean; hookToken: boolean };
}

export function serveHint({ url, dataDir, given }: Started, workingDir: string): string[] {
  const data = shortest(dataDir, workingDir);
  const token = given.hookToken ? '$VIGIL_HOOK_TOKEN' : `$(cat ${quoted(join(data, 'hook-token'))})`;
  const place = given.apiKey ? '--key "$VIGIL_API_KEY"' : `--data ${quoted(data)}`;
  const key = given.apiKey ? 'the API key in VIGIL_API_KEY' : `the API key in ${join(data, 'api-key')}`;
  return [
    'Send it an alert as Alertmanager does:',
    `  curl -sS ${url}/hooks/alertmanager -H "Authorization: Bearer ${token}" \\`,
    '    -H "Content-Type: application/json" --data-binary @alert.json',
    `Then follow it: vigil tail --url ${url} ${place}`,
    `or read it at ${url}/incidents (any user name; the password is ${key})`,
  ];
}

/** Relative where that leads down; a path that climbs says nothing to who stands elsewhere. */
function shortest(dir: string, workingDir: string): string {
  const path = relative(workingDir, dir) || '.';
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? dir : path;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
