import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { failureOf } from '../../../../src/core/adapters/git/failure.ts';
import { gitRepositories } from '../../../../src/core/adapters/git/index.ts';
import type { GitLimits } from '../../../../src/core/adapters/git/repositories.ts';
import { readListing } from '../../../../src/core/adapters/git/tree.ts';
import { guardedConnect } from '../../../../src/core/adapters/outbound/index.ts';
import type { Revision } from '../../../../src/core/ports/repositories.ts';
import { gitIn, gitWorkshop, type Workshop } from '../../../kit/git-repository.ts';
import { type GitServer, startGitServer } from '../../../kit/git-server.ts';

const never = new AbortController().signal;
const token = 'ghp_canaryOfTheGitAdapter';
let shop: Workshop;
let root: string;
let bare: string;
let server: GitServer;
let first: string;
let second: string;

beforeAll(async () => {
  shop = await gitWorkshop();
  first = await shop.commit('first', { 'a.txt': 'one\n' });
  second = await shop.commit('second', {
    'a.txt': 'two\n',
    'deep/er/b.bin': Buffer.from([0, 255, 10]),
    '.gitattributes': '*.bin filter=lfs\na.txt text eol=crlf ident\n',
    '.lfsconfig': '[lfs]\nurl = http://127.0.0.1:1/\n',
  });
  await writeFile(join(shop.folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await gitIn(shop.folder, 'update-index', '--add', '--cacheinfo', `160000,${first},module`);
  second = await commitLink();
  await gitIn(shop.folder, 'branch', 'old', first);
  bare = await shop.bare();
  root = dirname(bare);
  server = await startGitServer(root);
});
afterAll(async () => {
  await server.close();
  await shop.remove();
});
beforeEach(() => {
  server.token = null;
  server.instead = null;
  server.asked = [];
});

async function commitLink(): Promise<string> {
  await gitIn(shop.folder, 'config', 'core.symlinks', 'true');
  await symlink('/etc/passwd', join(shop.folder, 'link'));
  await gitIn(shop.folder, 'add', 'run.sh', 'link');
  await gitIn(shop.folder, 'commit', '--quiet', '--message', 'third');
  return await gitIn(shop.folder, 'rev-parse', 'HEAD');
}

function repositories(limits: Partial<GitLimits> = {}, named = ['127.0.0.1']) {
  return gitRepositories({ connect: guardedConnect(named), limits });
}
const name = () => basename(bare);
const source = (more: { token?: string; name?: string } = {}) => ({
  url: server.url(more.name ?? name()),
  token: more.token ?? null,
});
const resolve = (revision: Revision, more = {}) => repositories().resolve(source(more), revision, never);

test('a revision is resolved to a whole commit id: default branch, branch, short and whole id', async () => {
  expect(await resolve(null)).toBe(second);
  expect(await resolve({ type: 'branch', name: 'old' })).toBe(first);
  expect(await resolve({ type: 'commit', sha: first.slice(0, 8) })).toBe(first);
  server.asked = [];
  expect(await resolve({ type: 'commit', sha: first.toUpperCase() })).toBe(first);
  expect(server.asked).toEqual([]);
});

test('the files of any commit come as they are in the objects, without filters, submodules or a look through links', async () => {
  const files = await repositories().files(source(), second, never);
  const shown = files.map((file) =>
    'link' in file ? [file.path, file.link] : [file.path, Buffer.from(file.bytes).toString('latin1'), file.executable],
  );
  expect(shown.sort()).toEqual([
    ['.gitattributes', '*.bin filter=lfs\na.txt text eol=crlf ident\n', false],
    ['.lfsconfig', '[lfs]\nurl = http://127.0.0.1:1/\n', false],
    ['a.txt', 'two\n', false],
    ['deep/er/b.bin', '\x00\xff\n', false],
    ['link', '/etc/passwd'],
    ['run.sh', '#!/bin/sh\n', true],
  ]);
  const old = await repositories().files(source(), first, never);
  expect(old.map((file) => file.path)).toEqual(['a.txt']);
});

test('a token opens what asks for it, and what is missing or wrong is told without the words of the host', async () => {
  server.token = token;
  expect(await resolve(null, { token })).toBe(second);
  expect(await repositories().files(source({ token }), first, never)).toHaveLength(1);
  await expect(resolve(null)).rejects.toMatchObject({
    fault: 'authentication',
    message: expect.stringContaining('attach it with'),
  });
  const wrong = await resolve(null, { token: `${token}-wrong` }).catch((error: unknown) => error);
  expect(wrong).toMatchObject({ fault: 'authentication', message: expect.stringContaining('update the resource') });
  expect(String(wrong)).not.toContain(token);
});

test('no repository, no branch, no commit and no access are told apart', async () => {
  await expect(resolve(null, { name: 'none.git' })).rejects.toMatchObject({ fault: 'not_found' });
  await expect(resolve({ type: 'branch', name: 'none' })).rejects.toMatchObject({
    fault: 'checkout',
    message: 'it has no branch "none"',
  });
  await expect(resolve({ type: 'branch', name: '--upload-pack=x' })).rejects.toMatchObject({ fault: 'checkout' });
  await expect(resolve({ type: 'commit', sha: 'deadbee' })).rejects.toMatchObject({ fault: 'checkout' });
  await expect(repositories().files(source(), 'd'.repeat(40), never)).rejects.toMatchObject({ fault: 'checkout' });
  const blob = await gitIn(shop.folder, 'rev-parse', `${first}:a.txt`);
  await expect(repositories().files(source(), blob, never)).rejects.toMatchObject({ fault: 'checkout' });
  server.instead = (_, answer) => answer.writeHead(403).end(token);
  await expect(resolve(null)).rejects.toMatchObject({ fault: 'forbidden' });
});

test('an address that is not public is not connected to unless it was named', async () => {
  const refused = repositories({}, []).resolve(source({ token }), null, never);
  await expect(refused).rejects.toMatchObject({
    fault: 'clone',
    message: expect.stringContaining('not a public address'),
  });
  const byName = { url: server.url(name()).replace('127.0.0.1', 'localhost'), token };
  await expect(repositories().resolve(byName, null, never)).rejects.toThrow('not a public address');
  expect(server.asked).toEqual([]);
});

test('a redirect to another host leads nowhere, and the token does not go there; one on the same host is followed', async () => {
  const seen: unknown[] = [];
  const other = createServer((ask, answer) => {
    seen.push(ask.headers);
    answer.end();
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.instead = (ask, answer) => answer.writeHead(301, { location: `http://127.0.0.1:${port}${ask.url}` }).end();
  await expect(resolve(null, { token })).rejects.toThrow('redirects to another host');
  expect(seen).toEqual([]);
  other.close();
  server.instead = (ask, answer) => {
    server.instead = null;
    answer.writeHead(301, { location: ask.url?.replace('/old-name', `/${name()}`) }).end();
  };
  expect(await resolve(null, { token, name: 'old-name' })).toBe(second);
});

test('other protocols than HTTP are not spoken', async () => {
  for (const url of [`file://${bare}`, `ext::sh -c touch% /tmp/x`, `ssh://127.0.0.1/${bare}`, `git://127.0.0.1/x`]) {
    await expect(repositories().resolve({ url, token: null }, null, never), url).rejects.toThrow();
  }
});

test('a fetch is bounded in bytes, in files, in their size and in time, and ends when it is interrupted', async () => {
  const files = (limits: Partial<GitLimits>, signal = never) => repositories(limits).files(source(), second, signal);
  await expect(files({ fetchBytes: 100 })).rejects.toThrow('it is larger than');
  await expect(files({ files: 3 })).rejects.toThrow('it has 6 files, and at most 3 files are checked out');
  await expect(files({ bytes: 20 })).rejects.toThrow('MB of files');
  server.instead = () => undefined;
  const began = Date.now();
  await expect(files({ fetchMs: 300 })).rejects.toThrow('not there after 0.3 seconds');
  const stop = AbortSignal.timeout(200);
  await expect(files({}, stop)).rejects.toThrow('interrupted');
  expect(Date.now() - began).toBeLessThan(3_000);
});

test('a machine without git says so', () => {
  const around = { trouble: null, hasToken: false, timedOut: false, seconds: 1 };
  expect(failureOf({ ok: false, why: 'missing' }, around).message).toBe('git is not installed on this server');
});

test('paths that git would not write are refused, however they are sent', () => {
  const listing = (path: string) => Buffer.from(`100644 blob ${'a'.repeat(40)}       3\t${path}\0`);
  const limits = { files: 1, bytes: 3 };
  expect(readListing(listing('a/b'), limits)).toHaveLength(1);
  for (const path of ['../x', 'a/../b', '/etc/x', 'a//b', '.git/config', 'a/.GIT/hooks/x', './a']) {
    expect(() => readListing(listing(path), limits), path).toThrow('a path that no checkout may have');
  }
});

test('nothing stays on this machine', async () => {
  const before = process.env.TMPDIR;
  const own = await mkdtemp(join(tmpdir(), 'own-'));
  process.env.TMPDIR = own;
  try {
    await repositories().files(source(), second, never);
    await expect(repositories({ fetchBytes: 10 }).files(source(), second, never)).rejects.toThrow('larger');
    expect(await readdir(own)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(own, { recursive: true });
  }
});
