/** The skills of the server itself, tried in the sandbox they are written for. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { justBashSandboxes } from '../../../src/core/adapters/just-bash/index.ts';
import { readSkillFolders } from '../../../src/core/adapters/skill-folders/index.ts';
import { mint } from '../../../src/core/ids.ts';
import type { BundledSkills } from '../../../src/core/ports/bundled-skills.ts';
import type { Sandbox } from '../../../src/core/ports/sandbox.ts';
import { packageRoot } from '../../../src/lib/package-root.ts';
import { unzip } from '../../../src/lib/zip.ts';

const never = new AbortController().signal;
let skills: BundledSkills;
let sandbox: Sandbox;

beforeAll(async () => {
  skills = await readSkillFolders(join(packageRoot(), 'skills'));
  const files = skills.flatMap((skill) =>
    skill.files.map(({ path, bytes, executable }) => ({
      path: `/mnt/skills/${skill.name}/${path}`,
      bytes: async () => bytes,
      executable,
    })),
  );
  sandbox = await justBashSandboxes().create({ session: mint('sesn'), files, allowedHosts: [] });
});
afterAll(() => sandbox.dispose());

async function run(command: string): Promise<string> {
  const { content, isError } = await sandbox.execute('bash', { command }, never);
  expect(isError, content).toBe(false);
  return content;
}

async function written(name: string): Promise<Buffer> {
  const outputs = await sandbox.outputs();
  return Buffer.from(outputs.find(({ path }) => path.endsWith(`/${name}`))?.bytes ?? '');
}

test('there are four, and every script that a text names is there', () => {
  expect(skills.map((skill) => skill.name)).toEqual(['docx', 'pdf', 'pptx', 'xlsx']);
  for (const { name, description, files } of skills) {
    expect(description.length, name).toBeLessThan(1024);
    const text = Buffer.from(files.find(({ path }) => path === 'SKILL.md')?.bytes ?? '').toString();
    const named = [...text.matchAll(/\$S\/([a-z-]+\.sh)/g)].map((match) => `scripts/${match[1]}`);
    expect(named.length, name).toBeGreaterThan(0);
    for (const path of named) expect(files).toContainEqual(expect.objectContaining({ path, executable: true }));
  }
});

test('a workbook is made of tables and read back as them', async () => {
  const rows = 'name,n\n"a, ""b""",1\n"00123",2.5\nx & <y>,=SUM(B2:B3)\n';
  await sandbox.execute('write', { file_path: '/tmp/rows.csv', content: rows }, never);
  const scripts = '/mnt/skills/xlsx/scripts';
  await run(`sh ${scripts}/from-csv.sh /mnt/session/outputs/book.xlsx 'A & B=/tmp/rows.csv' Second=/tmp/rows.csv`);
  expect(await run(`sh ${scripts}/to-csv.sh /mnt/session/outputs/book.xlsx`)).toBe('A &amp; B\nSecond');
  expect(await run(`sh ${scripts}/to-csv.sh /mnt/session/outputs/book.xlsx 2`)).toBe(
    'name,n\n"a, ""b""",1\n00123,2.5\nx & <y>,',
  );
  const sheet = unzip(await written('book.xlsx'), 100_000).find(({ path }) => path.endsWith('sheet1.xml'));
  expect(sheet?.bytes.toString()).toContain('<c r="B4"><f>SUM(B2:B3)</f></c>');
  expect(sheet?.bytes.toString()).toContain('<c r="B2"><v>1</v></c>');
});

test('a document and a deck are made of lines and read back as them', async () => {
  const text = '# One\n- a & <b>\n# Two\n\nplain\n';
  await sandbox.execute('write', { file_path: '/tmp/text.md', content: text }, never);
  for (const [kind, told] of [
    ['docx', 'One\n• a & <b>\nTwo\nplain'],
    ['pptx', '## Slide 1\nOne\n• a & <b>\n## Slide 2\nTwo\nplain'],
  ] as const) {
    const made = `/mnt/session/outputs/made.${kind}`;
    await run(`sh /mnt/skills/${kind}/scripts/from-text.sh ${made} /tmp/text.md`);
    expect(await run(`sh /mnt/skills/${kind}/scripts/to-text.sh ${made}`), kind).toBe(told);
    expect(unzip(await written(`made.${kind}`), 100_000)[0]?.path).toBe('[Content_Types].xml');
  }
});

test('a PDF says where each of its objects begins', async () => {
  const line = 'a line (in brackets) that is longer than the page is wide, so that it is broken before it ends there';
  await sandbox.execute('write', { file_path: '/tmp/long.md', content: `# Über\n${`${line}\n`.repeat(60)}` }, never);
  await run('sh /mnt/skills/pdf/scripts/from-text.sh /mnt/session/outputs/made.pdf /tmp/long.md');
  const pdf = (await written('made.pdf')).toString('latin1');
  expect(pdf).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
  const table = Number(/startxref\n(\d+)\n/.exec(pdf)?.[1]);
  expect(pdf.slice(table, table + 4)).toBe('xref');
  const offsets = [...pdf.slice(table).matchAll(/(\d{10}) 00000 n/g)].map((match) => Number(match[1]));
  expect(offsets.map((at) => Number.parseInt(pdf.slice(at), 10))).toEqual(offsets.map((_, index) => index + 1));
  expect(pdf.match(/\/Type \/Page /g)).toHaveLength(3);
  expect(pdf).toContain('a line \\(in brackets\\)');
});

test('archives are listed, taken apart and put together, and lead nowhere else', async () => {
  await run('mkdir -p /tmp/in/deep && cd /tmp/in && echo one > a.txt && echo two > deep/b.txt && zip -qr ../x.zip .');
  expect(await run('unzip -l /tmp/x.zip')).toBe('4\ta.txt\n4\tdeep/b.txt');
  expect(await run('unzip -p /tmp/x.zip "*b.txt"')).toBe('two');
  expect(await run('unzip -q /tmp/x.zip -d /tmp/out && cat /tmp/out/deep/b.txt')).toBe('two');
  expect(await run('cd /tmp/in && zip -j ../y a.txt deep/b.txt && unzip -l ../y.zip | cut -f 2')).toMatch(
    /a.txt\nb.txt$/,
  );
  expect(await run('unzip -p /tmp/x.zip none || echo "status $?"')).toContain('status 1');
  expect(await run('unzip -p /tmp/in/a.txt || echo "status $?"')).toContain('status 1');
  expect(await run('unzip -q /tmp/x.zip -d /mnt/skills || echo "status $?"')).toContain('status 1');
});
