/** A real git server over HTTP: `git http-backend` behind basic authentication. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface GitServer {
  /** Of the repository in the folder of this name below the root. */
  url(name: string): string;
  /** What it asks for as the password of everybody; null lets everybody in. May be changed. */
  token: string | null;
  /** Answers in its place while it is set. */
  instead: ((ask: IncomingMessage, answer: ServerResponse) => void) | null;
  /** `METHOD path` of each request, in order. */
  asked: string[];
  close(): Promise<void>;
}

export async function startGitServer(root: string): Promise<GitServer> {
  const server = createServer((ask, answer) => {
    it.asked.push(`${ask.method} ${ask.url}`);
    if (it.instead !== null) it.instead(ask, answer);
    else if (it.token !== null && passwordOf(ask) !== it.token) {
      answer.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end(`no: ${ask.headers.authorization}`);
    } else backend(root, ask, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const it: GitServer = {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    token: null,
    instead: null,
    asked: [],
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return it;
}

function passwordOf(ask: IncomingMessage): string | undefined {
  const [scheme, code = ''] = (ask.headers.authorization ?? '').split(' ');
  return scheme === 'Basic' ? Buffer.from(code, 'base64').toString('utf8').split(':')[1] : undefined;
}

function backend(root: string, ask: IncomingMessage, answer: ServerResponse): void {
  const [path = '', query = ''] = (ask.url ?? '').split('?');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: ask.method ?? 'GET',
      CONTENT_TYPE: ask.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: String(ask.headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(ask.headers['git-protocol'] ?? ''),
    },
  });
  ask.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdout.on('end', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = output
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1];
    for (const [name, value] of headers) if (name !== 'Status') answer.setHeader(name, value);
    answer.writeHead(status === undefined ? 200 : Number(status.slice(0, 3))).end(output.subarray(end + 4));
  });
}
