/**
 * GitHub on this machine, over a real bare repository: the REST and GraphQL calls that a forge makes, with GitHub's
 * answers and refusals, and faults before or after the effect.
 */
import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Delivered, deliveries } from './fake-github-deliveries.ts';
import { gitIn } from './git-repository.ts';

/** `before`: nothing happens. `after`: it happens, and the answer is lost. */
export type GithubFault =
  | { how: 'before'; status: number; message?: string; headers?: Record<string, string> }
  | { how: 'after'; status: number }
  | { how: 'drop' }
  /** It happens, is told here, and no answer ever comes. */
  | { how: 'hang'; happened: () => void }
  /** Somebody else does something first. */
  | { how: 'meanwhile'; act: () => Promise<unknown> };
export interface GithubCall {
  route: string;
  body: Record<string, unknown>;
  at: number;
}
interface Pull {
  number: number;
  title: string;
  body: string;
  draft: boolean;
  head: string;
  base: string;
  labels: string[];
  state: 'open' | 'closed';
}
interface File {
  filename: string;
  previous_filename?: string;
  status: string;
  patch?: string;
}
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export const TOKEN = 'ghp_test';

export class FakeGithub {
  readonly repository = 'acme/shop';
  readonly pulls: Pull[] = [];
  readonly delivered: Delivered = { deployments: [], statuses: [], releases: [] };
  readonly calls: GithubCall[] = [];
  readonly bare: string;
  readonly #faults = new Map<string, GithubFault[]>();
  readonly #server: Server;

  constructor(bare: string) {
    this.bare = bare;
    this.#server = createServer((request, response) => {
      void this.#serve(request).then((reply) => {
        if (reply === null) return request.socket.destroy();
        response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
        response.end(JSON.stringify(reply.body));
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next calls of a route (`POST /git/refs`, `POST /graphql`, `POST /pulls`) go wrong, one fault each. */
  fail(route: string, ...faults: GithubFault[]): void {
    this.#faults.set(route, [...(this.#faults.get(route) ?? []), ...faults]);
  }

  count(route: string): number {
    return this.calls.filter((call) => call.route === route).length;
  }

  git(...args: string[]): Promise<string> {
    return gitIn(this.bare, ...args);
  }

  branches(): Promise<string> {
    return this.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/');
  }

  async #serve(request: IncomingMessage): Promise<Reply | null> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const url = new URL(request.url ?? '/', 'http://x');
    const path = url.pathname.replace(`/repos/${this.repository}`, '');
    const route = `${request.method} ${path || '/'}`;
    this.calls.push({ route, body, at: Date.now() });
    if (!/^(token|bearer) ghp_test$/i.test(request.headers.authorization ?? '')) return refuse(401, 'Bad credentials');
    if (path.startsWith('/repos/')) return refuse(404, 'Not Found');
    const fault = this.#faults.get(route)?.shift();
    if (fault?.how === 'before')
      return { ...refuse(fault.status, fault.message ?? 'Trouble'), headers: fault.headers ?? {} };
    if (fault?.how === 'meanwhile') await fault.act();
    const reply = await this.#answer(request.method ?? 'GET', path, url.searchParams, body).catch((error: unknown) =>
      refuse(500, error instanceof Error ? error.message : String(error)),
    );
    if (fault?.how === 'drop') return null;
    if (fault?.how === 'hang') {
      fault.happened();
      return new Promise(() => {});
    }
    return fault?.how === 'after' ? refuse(fault.status, 'Server Error') : reply;
  }

  async #answer(method: string, path: string, query: URLSearchParams, body: Record<string, unknown>): Promise<Reply> {
    const [, noun = '', ...rest] = path.split('/').map(decodeURIComponent);
    const [first = '', second = ''] = rest;
    switch (`${method} /${noun}${noun === 'git' ? `/${first}` : ''}`) {
      case 'GET /':
        return ok({ default_branch: await this.git('symbolic-ref', '--short', 'HEAD') });
      case 'POST /graphql':
        return this.#graphql(body);
      case 'GET /commits':
        return first === '' ? this.#commits(query) : this.#commit(rest.join('/'));
      case 'GET /deployments':
      case 'GET /releases':
        return deliveries(this.delivered, noun, rest, query) ?? refuse(404, 'Not Found');
      case 'GET /compare':
        return this.#compare(rest.join('/'));
      case 'GET /pulls':
        return ok(this.#listPulls(query));
      case 'POST /pulls':
        return this.#createPull(body);
      case 'POST /issues':
        return this.#label(Number(first), body);
      case 'GET /git/ref':
        return this.#ref(rest.slice(1).join('/'));
      case 'POST /git/refs':
        return this.#createRef(body);
      case 'GET /git/trees':
        return this.#tree(second);
      case 'GET /git/blobs':
        return this.#blob(second);
      default:
        return refuse(404, 'Not Found');
    }
  }

  async #resolve(name: string): Promise<string | null> {
    return this.git('rev-parse', '--verify', '--quiet', `${name}^{commit}`).catch(() => null);
  }

  async #ref(name: string): Promise<Reply> {
    const sha = await this.#resolve(`refs/${name}`);
    return sha === null ? refuse(404, 'Not Found') : ok({ ref: `refs/${name}`, object: { type: 'commit', sha } });
  }

  async #createRef({ ref, sha }: Record<string, unknown>): Promise<Reply> {
    if (await this.#resolve(String(ref))) return refuse(422, 'Reference already exists');
    if ((await this.#resolve(String(sha))) === null) return refuse(422, 'Object does not exist');
    await this.git('update-ref', String(ref), String(sha), '');
    return { status: 201, body: { ref, object: { type: 'commit', sha } } };
  }

  async #commit(name: string): Promise<Reply> {
    const sha = await this.#resolve(name);
    if (sha === null) return refuse(422, `No commit found for SHA: ${name}`);
    const shown = await this.#showCommit(sha);
    return ok({ ...shown, files: await this.#files(shown.parents[0]?.sha ?? '', sha) });
  }

  /** Of the default branch, newest first. */
  async #commits(query: URLSearchParams): Promise<Reply> {
    const size = Number(query.get('per_page') ?? 30);
    const bounds = ['since', 'until'].flatMap((name) => (query.has(name) ? [`--${name}=${query.get(name)}`] : []));
    const skip = `--skip=${size * (Number(query.get('page') ?? 1) - 1)}`;
    const listed = await this.git('rev-list', `--max-count=${size}`, skip, ...bounds, 'HEAD');
    const hashes = listed.split('\n').filter(Boolean);
    return ok(await Promise.all(hashes.map((sha) => this.#showCommit(sha))));
  }

  async #showCommit(sha: string): Promise<{ sha: string; parents: { sha: string }[] } & Record<string, unknown>> {
    const raw = await this.git('show', '--no-patch', '--format=parents %P%n%an%n%cI%n%B', sha);
    const [first = '', name, date, ...message] = raw.split('\n');
    return {
      sha,
      html_url: `https://github.example/${this.repository}/commit/${sha}`,
      commit: { message: message.join('\n').trim(), author: { name }, committer: { name, date } },
      author: null,
      parents: first
        .split(' ')
        .slice(1)
        .filter(Boolean)
        .map((parent) => ({ sha: parent })),
    };
  }

  async #files(from: string, to: string): Promise<File[]> {
    if (from === '') return [];
    const raw = await this.git('diff', '--name-status', '-M', '-z', from, to);
    const parts = raw.split('\0').filter(Boolean);
    const files: File[] = [];
    while (parts.length > 0) {
      const status = parts.shift() ?? '';
      const first = parts.shift() ?? '';
      if (status.startsWith('R'))
        files.push({ filename: parts.shift() ?? '', previous_filename: first, status: 'renamed' });
      else files.push({ filename: first, status: status === 'A' ? 'added' : status === 'D' ? 'removed' : 'modified' });
    }
    // Both list the same files in the same order.
    const diffs = (await this.git('diff', '-M', from, to)).split(/^(?=diff --git )/m);
    return files.map((file, i) => withPatch(file, diffs[i] ?? ''));
  }

  async #compare(range: string): Promise<Reply> {
    const [base, head] = await Promise.all(range.split('...').map((name) => this.#resolve(name)));
    if (!base || !head) return refuse(404, 'Not Found');
    const count = async (span: string) => Number(await this.git('rev-list', '--count', span));
    const ahead_by = await count(`${base}..${head}`);
    const behind_by = await count(`${head}..${base}`);
    const status = ahead_by && behind_by ? 'diverged' : ahead_by ? 'ahead' : behind_by ? 'behind' : 'identical';
    const fork = await this.git('merge-base', base, head);
    const files = await this.#files(fork, head);
    return ok({ status, ahead_by, behind_by, total_commits: ahead_by, commits: [], files });
  }

  async #tree(sha: string): Promise<Reply> {
    const listed = await this.git('ls-tree', '-l', '-z', sha).catch(() => null);
    if (listed === null) return refuse(404, 'Not Found');
    const tree = listed
      .split('\0')
      .filter(Boolean)
      .map((line) => {
        const [meta = '', path = ''] = line.split('\t');
        const [mode, type, id, size] = meta.split(/\s+/);
        return { path, mode, type, sha: id, ...(size === '-' ? {} : { size: Number(size) }) };
      });
    return ok({ sha, tree, truncated: false });
  }

  async #blob(sha: string): Promise<Reply> {
    const bytes = await this.#bytes(['cat-file', 'blob', sha], '');
    return ok({
      sha,
      encoding: 'base64',
      content: bytes.toString('base64').replace(/.{60}/g, '$&\n'),
      size: bytes.length,
    });
  }

  #listPulls(query: URLSearchParams): unknown[] {
    const head = query.get('head');
    const state = query.get('state') ?? 'open';
    return this.pulls
      .filter((pull) => (state === 'all' || pull.state === state) && (head === null || head === `acme:${pull.head}`))
      .map((pull) => this.#show(pull));
  }

  #show(pull: Pull): Record<string, unknown> {
    return {
      ...pull,
      html_url: `https://github.example/acme/shop/pull/${pull.number}`,
      head: { ref: pull.head },
      base: { ref: pull.base },
    };
  }

  async #createPull({ title, body, head, base, draft }: Record<string, unknown>): Promise<Reply> {
    const same = this.pulls.some((pull) => pull.head === head && pull.base === base && pull.state === 'open');
    if (same) return refuse(422, `Validation Failed: {"message":"A pull request already exists for acme:${head}."}`);
    if ((await this.#resolve(`refs/heads/${head}`)) === null) return refuse(422, 'Validation Failed: head is invalid');
    if ((await this.#resolve(`refs/heads/${head}`)) === (await this.#resolve(`refs/heads/${base}`))) {
      return refuse(422, `Validation Failed: No commits between ${base} and ${head}`);
    }
    const pull: Pull = {
      number: this.pulls.length + 1,
      title: String(title),
      body: String(body),
      draft: draft === true,
      head: String(head),
      base: String(base),
      labels: [],
      state: 'open',
    };
    this.pulls.push(pull);
    return { status: 201, body: this.#show(pull) };
  }

  #label(number: number, body: Record<string, unknown>): Reply {
    const pull = this.pulls.find((one) => one.number === number);
    if (pull === undefined) return refuse(404, 'Not Found');
    pull.labels = Array.from(new Set([...pull.labels, ...(body.labels as string[])]));
    return ok(pull.labels.map((name) => ({ name })));
  }

  async #graphql(body: Record<string, unknown>): Promise<Reply> {
    if (!String(body.query).includes('createCommitOnBranch'))
      return graphqlError('undefinedField', 'Field does not exist');
    const { input } = body.variables as { input: CommitInput };
    if (input.branch.repositoryNameWithOwner !== this.repository)
      return graphqlError('NOT_FOUND', 'Could not resolve to a Repository');
    const ref = `refs/heads/${input.branch.branchName}`;
    const head = await this.#resolve(ref);
    if (head === null) return graphqlError('NOT_FOUND', `Could not resolve branch ${input.branch.branchName}`);
    if (head !== input.expectedHeadOid) {
      return graphqlError(
        'STALE_DATA',
        `Expected branch to point to "${input.expectedHeadOid}" but it points to "${head}".`,
      );
    }
    const oid = await this.#write(head, input);
    await this.git('update-ref', ref, oid, head);
    return ok({ data: { createCommitOnBranch: { commit: { oid } } } });
  }

  async #write(parent: string, { message, fileChanges }: CommitInput): Promise<string> {
    const index = `${this.bare}/index-${Date.now()}-${Math.random()}`;
    await this.#bytes(['read-tree', parent], '', index);
    for (const { path, contents } of fileChanges.additions) {
      const blob = (await this.#bytes(['hash-object', '-w', '--stdin'], Buffer.from(contents, 'base64')))
        .toString()
        .trim();
      await this.#bytes(['update-index', '--index-info'], `100644 ${blob}\t${path}\n`, index);
    }
    for (const { path } of fileChanges.deletions) {
      await this.#bytes(['update-index', '--index-info'], `0 ${'0'.repeat(40)}\t${path}\n`, index);
    }
    const tree = (await this.#bytes(['write-tree'], '', index)).toString().trim();
    const words = `${message.headline}\n\n${message.body ?? ''}\n`;
    return (await this.#bytes(['commit-tree', tree, '-p', parent, '-F', '-'], words)).toString().trim();
  }

  #bytes(args: string[], stdin: string | Buffer, index?: string): Promise<Buffer> {
    const who = {
      GIT_AUTHOR_NAME: 'vigil[bot]',
      GIT_AUTHOR_EMAIL: 'bot@example.com',
      GIT_COMMITTER_NAME: 'GitHub',
      GIT_COMMITTER_EMAIL: 'noreply@example.com',
    };
    const env = {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      ...who,
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    };
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        args,
        { cwd: this.bare, env, encoding: 'buffer', maxBuffer: 32e6 },
        (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
      );
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
    });
  }
}

interface CommitInput {
  branch: { repositoryNameWithOwner: string; branchName: string };
  expectedHeadOid: string;
  message: { headline: string; body?: string };
  fileChanges: { additions: { path: string; contents: string }[]; deletions: { path: string }[] };
}

/** From the first hunk on; none for what is no text. */
function withPatch(file: File, diff: string): File {
  const start = diff.search(/^@@ /m);
  return start < 0 ? file : { ...file, patch: diff.slice(start).replace(/\n$/, '') };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
function refuse(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: 'https://docs.github.example/rest' } };
}
function graphqlError(type: string, message: string): Reply {
  return ok({ data: { createCommitOnBranch: null }, errors: [{ type, message, path: ['createCommitOnBranch'] }] });
}
