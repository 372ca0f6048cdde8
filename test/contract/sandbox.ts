/** What every sandbox must do. An adapter's test calls this with a way to make one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mint } from '../../src/core/ids.ts';
import type { Sandbox, Sandboxes } from '../../src/core/ports/sandbox.ts';

const never = new AbortController().signal;
const bytes = (text: string) => async () => new TextEncoder().encode(text);

export function sandboxContract(name: string, make: () => Sandboxes): void {
  describe(`${name} keeps the promises of a sandbox`, () => {
    let sandbox: Sandbox;
    const run = (command: string) => sandbox.execute('bash', { command }, never);

    beforeAll(async () => {
      sandbox = await make().create({
        session: mint('sesn'),
        files: [
          { path: '/mnt/session/uploads/log.jsonl', bytes: bytes('{"level":"info"}\n{"level":"error"}\n') },
          { path: '/mnt/skills/leak/SKILL.md', bytes: bytes('# Leak\n') },
        ],
        folders: [
          { path: '/mnt/memory/notes', writable: true },
          { path: '/mnt/memory/rules', writable: false },
        ],
        allowedHosts: [],
      });
    });
    afterAll(() => sandbox.dispose());

    test('directory and variables last from one bash call to the next', async () => {
      await run('mkdir -p /tmp/deep && cd /tmp/deep && export COLOUR=red');
      expect(await run('pwd; echo $COLOUR')).toEqual({ content: '/tmp/deep\nred', isError: false });
    });
    test('restart forgets them', async () => {
      await run('cd /tmp; X=1');
      const answer = await sandbox.execute('bash', { command: 'pwd; echo "[$X]"', restart: true }, never);
      expect(answer.content).toBe('/home/user\n[]');
    });
    test('a failing command is an error with its output and status', async () => {
      expect(await run('echo seen; ls /nowhere')).toMatchObject({
        isError: true,
        content: expect.stringContaining('seen'),
      });
      expect((await run('exit 7')).content).toContain('exit 7');
    });
    test('mounted files can be read and not changed, also not through a link', async () => {
      expect((await run('cat /mnt/skills/leak/SKILL.md')).content).toBe('# Leak');
      for (const command of [
        'echo x > /mnt/skills/leak/SKILL.md',
        'rm -r /mnt/skills/leak',
        'rm -r /mnt',
        'mv /mnt/skills/leak /tmp/leak',
        'ln -s /mnt/skills/leak /tmp/link; echo x > /tmp/link/SKILL.md',
        'chmod 777 /mnt/session/uploads/log.jsonl',
      ]) {
        expect((await run(command)).content, command).toMatch(/read-only|EROFS|cannot access/i);
      }
      const write = { file_path: '/mnt/session/uploads/log.jsonl', content: 'x' };
      expect((await sandbox.execute('write', write, never)).isError).toBe(true);
      expect((await run('cat /mnt/skills/leak/SKILL.md; wc -l < /mnt/session/uploads/log.jsonl')).content).toMatch(
        /# Leak\n\s*2/,
      );
    });
    test('a redirection that cannot be made fails its command, and the rest goes on', async () => {
      const refused = 'echo lost > /mnt/skills/leak/new';
      const answer = await run(`echo before; ${refused}; echo "status $?"; ${refused} || echo otherwise`);
      expect(answer).toMatchObject({ isError: false, content: expect.stringMatching(/read-only|EROFS/i) });
      expect(answer.content).toMatch(/^before\nstatus 1\notherwise\n/);
      expect((await run(`for n in 1 2; do echo $n; done > /mnt/skills/leak/new; echo "status $?"`)).content).toMatch(
        /^status 1/,
      );
      expect((await run(`told=$(${refused}; echo inside); echo "[$told]"`)).content).toMatch(/^\[inside\]/);
      expect((await run(`set -e; ${refused}; echo unreachable`)).content).not.toContain('unreachable');
      expect((await run('set -u; echo $nothing_of_that_name > /tmp/out; echo unreachable')).content).not.toContain(
        'unreach',
      );
    });
    test('what is written to the outputs can be fetched', async () => {
      await run('echo done > /mnt/session/outputs/report.txt');
      const outputs = await sandbox.outputs();
      expect(outputs.map((file) => [file.path, new TextDecoder().decode(file.bytes)])).toEqual([
        ['/mnt/session/outputs/report.txt', 'done\n'],
      ]);
    });
    test('a folder shows what was put there, and what the hands change in it is told once', async () => {
      const at = (path: string, text: string | null) => ({
        path: `/mnt/memory/${path}`,
        bytes: text === null ? null : new TextEncoder().encode(text),
      });
      const changes = async () =>
        (await sandbox.changes()).map(({ path, bytes }) => [
          path.slice('/mnt/memory/'.length),
          bytes && new TextDecoder().decode(bytes),
        ]);
      await sandbox.put([at('notes/a.md', 'one'), at('notes/deep/b.md', 'two'), at('rules/r.md', 'never')]);
      expect(await changes()).toEqual([]);
      expect((await run('cd /mnt/memory; cat notes/a.md notes/deep/b.md rules/r.md')).content).toBe('onetwonever');
      await run('cd /mnt/memory/notes; echo 1 > a.md; rm deep/b.md; mkdir -p x/y; echo 3 > x/y/c.md; mv a.md d.md');
      expect(await changes()).toEqual([
        ['notes/a.md', null],
        ['notes/d.md', '1\n'],
        ['notes/deep/b.md', null],
        ['notes/x/y/c.md', '3\n'],
      ]);
      expect(await changes()).toEqual([]);
      for (const command of [
        'echo x > /mnt/memory/rules/r.md',
        'echo x > /mnt/memory/else.md',
        'rm -r /mnt/memory/notes',
        'ln -s /mnt/memory/rules /mnt/memory/notes/link; echo x > /mnt/memory/notes/link/r.md',
      ]) {
        expect((await run(command)).content, command).toMatch(/read-only|EROFS|cannot access/i);
      }
      expect(await changes()).toEqual([]);
      await sandbox.put([at('rules/r.md', null), at('notes/d.md', 'theirs')]);
      expect((await run('cat /mnt/memory/notes/d.md; ls /mnt/memory/rules')).content).toBe('theirs');
      expect(await changes()).toEqual([]);
    });
    test('a working tree is put where it is wanted, is the hands’ own, and reaches no mount through a link', async () => {
      const file = (path: string, text: string, executable = false) => ({
        path,
        bytes: new TextEncoder().encode(text),
        executable,
      });
      await sandbox.place('/workspace/shop', [
        { path: 'bin/link', link: '../src/main.ts' },
        file('src/main.ts', 'one'),
        file('run.sh', 'echo ran', true),
      ]);
      expect(
        (await run('cd /workspace/shop; cat bin/link; echo two > src/main.ts; cat bin/link; ./run.sh')).content,
      ).toBe('onetwo\nran');
      expect(await sandbox.changes()).toEqual([]);
      await run('mkdir -p /workspace; ln -s /mnt/skills /workspace/trap');
      await expect(sandbox.place('/workspace/trap', [file('leak/SKILL.md', 'changed')])).rejects.toThrow(
        /EROFS|read-only/,
      );
      const huge = { path: 'big', bytes: new Uint8Array(300_000_000), executable: false };
      await expect(sandbox.place('/workspace/huge', [file('a', 'a'), huge])).rejects.toThrow();
      expect((await run('cat /mnt/skills/leak/SKILL.md; ls /workspace')).content).toBe('# Leak\nshop\ntrap');
    });
    test('write, read, edit and their refusals', async () => {
      const file_path = '/tmp/new/poem.txt';
      await sandbox.execute('write', { file_path, content: 'one\ntwo\nthree\ntwo' }, never);
      const read = async (view_range?: number[]) =>
        (await sandbox.execute('read', view_range ? { file_path, view_range } : { file_path }, never)).content;
      expect(await read()).toBe('one\ntwo\nthree\ntwo');
      expect(await read([2, 3])).toBe('two\nthree');
      expect(await read([3, -1])).toBe('three\ntwo');
      const twice = await sandbox.execute('edit', { file_path, old_string: 'two', new_string: 'deux' }, never);
      expect(twice).toEqual({
        isError: true,
        content: `edit: old_string appears 2 times in ${file_path} (must be unique)`,
      });
      await sandbox.execute('edit', { file_path, old_string: 'two', new_string: '$&', replace_all: true }, never);
      expect(await read()).toBe('one\n$&\nthree\n$&');
      expect((await sandbox.execute('read', { file_path: '/tmp/none' }, never)).isError).toBe(true);
      expect((await sandbox.execute('edit', { file_path, old_string: 'x', new_string: '' }, never)).content).toContain(
        'not found',
      );
    });
    test('glob and grep find by name and by content', async () => {
      await run('mkdir -p /tmp/src/a && touch /tmp/src/a/x.ts /tmp/src/y.ts /tmp/src/z.js');
      const glob = async (pattern: string) =>
        (await sandbox.execute('glob', { pattern, path: '/tmp/src' }, never)).content;
      expect((await glob('**/*.ts')).split('\n').sort()).toEqual(['/tmp/src/a/x.ts', '/tmp/src/y.ts']);
      expect(await glob('*.{js,mjs}')).toBe('/tmp/src/z.js');
      expect(await glob('*.py')).toBe('no matches');
      const found = await sandbox.execute('grep', { pattern: '"error"', path: '/mnt/session/uploads' }, never);
      expect(found.content).toBe('/mnt/session/uploads/log.jsonl:2:{"level":"error"}');
      expect((await sandbox.execute('grep', { pattern: '(', path: '/tmp' }, never)).isError).toBe(true);
    });
    test('long output is cut, marked, and the whole can be read in the sandbox', async () => {
      const { content } = await run('seq 1 40000');
      expect(content.length).toBeLessThanOrEqual(100_000);
      const path = /the whole is in (\S+)\]/.exec(content)?.[1];
      expect((await run(`tail -n 1 ${path}`)).content).toBe('40000');
    });
    test('there is no way to the host and none to the network', async () => {
      expect((await run('cat /etc/hostname || ls /root || curl -s http://127.0.0.1/')).isError).toBe(true);
      expect((await run('env')).content).not.toMatch(/KEY|TOKEN|VITEST/);
    });
  });
}
