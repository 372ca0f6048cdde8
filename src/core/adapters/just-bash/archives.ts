/** The commands `zip` and `unzip`, which the shell lacks: office documents are zip archives. */
import { type CommandContext, defineCommand, type ExecResult } from 'just-bash';
import { unzip, ZipError, type ZipFile, zip } from '../../../lib/zip.ts';

/** Of one archive, unpacked. */
const mostBytes = 64 * 1024 * 1024;
const usage = {
  zip: 'usage: zip [-rqj] ARCHIVE FILE...   (-r takes folders along, -j drops the folders of names)',
  unzip: 'usage: unzip [-l | -p] [-oq] [-d FOLDER] ARCHIVE [MEMBER...]   (a member may be a pattern)',
};

type Place = Pick<CommandContext, 'fs' | 'cwd'>;

export const archiveCommands = [
  defineCommand('zip', (args, context) => orFault('zip', () => pack(args, context))),
  defineCommand('unzip', (args, context) => orFault('unzip', () => unpack(args, context))),
];

async function orFault(name: 'zip' | 'unzip', work: () => Promise<ExecResult | null>): Promise<ExecResult> {
  try {
    return (await work()) ?? { stdout: '', stderr: `${usage[name]}\n`, exitCode: 10 };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { stdout: '', stderr: `${name}: ${reason}\n`, exitCode: 1 };
  }
}

/** An archive of that name is made anew. Members stand in the order in which they were named. */
async function pack(args: readonly string[], { fs, cwd }: Place): Promise<ExecResult | null> {
  const { flags, names } = read(args, /^-[rqjXDo\d]+$/);
  const [target, ...sources] = names;
  if (target === undefined || sources.length === 0) return null;
  const files: ZipFile[] = [];
  for (const source of sources) {
    for (const name of await membersOf(source, flags.includes('r'), { fs, cwd })) {
      const path = flags.includes('j') ? (name.split('/').at(-1) ?? name) : name.replace(/^(\.?\/)+/, '');
      const at = fs.resolvePath(cwd, name);
      const executable = ((await fs.stat(at)).mode & 0o111) !== 0;
      files.push({ path, bytes: Buffer.from(await fs.readFileBuffer(at)), executable });
    }
  }
  await fs.writeFile(fs.resolvePath(cwd, /\.[^/]+$/.test(target) ? target : `${target}.zip`), zip(files));
  return said(flags.includes('q') ? '' : files.map((file) => `  adding: ${file.path}\n`).join(''));
}

async function membersOf(name: string, recursive: boolean, place: Place): Promise<string[]> {
  const at = place.fs.resolvePath(place.cwd, name);
  if (!(await place.fs.exists(at))) throw new ZipError(`${name}: no such file`);
  if (!(await place.fs.stat(at)).isDirectory) return [name];
  if (!recursive) return [];
  const inside = (await place.fs.readdir(at)).sort();
  const folder = name.replace(/\/+$/, '');
  return (await Promise.all(inside.map((one) => membersOf(`${folder}/${one}`, true, place)))).flat();
}

async function unpack(args: readonly string[], { fs, cwd }: Place): Promise<ExecResult | null> {
  const { flags, names, folder } = read(args, /^-[lpoqn]+$/);
  const [archive, ...wanted] = names;
  if (archive === undefined) return null;
  const all = unzip(Buffer.from(await fs.readFileBuffer(fs.resolvePath(cwd, archive))), mostBytes);
  const files = wanted.length === 0 ? all : all.filter(({ path }) => wanted.some((one) => matches(one, path)));
  if (wanted.length > 0 && files.length === 0) throw new ZipError(`${archive}: no member ${wanted.join(', ')}`);
  if (flags.includes('l')) return said(files.map(({ path, bytes }) => `${bytes.length}\t${path}\n`).join(''));
  if (flags.includes('p')) return said(Buffer.concat(files.map((file) => file.bytes)).toString('latin1'), 'bytes');
  await place(files, fs.resolvePath(cwd, folder ?? '.'), fs);
  return said(flags.includes('q') ? '' : files.map(({ path }) => `  inflating: ${path}\n`).join(''));
}

async function place(files: readonly ZipFile[], root: string, fs: Place['fs']): Promise<void> {
  for (const { path, bytes, executable } of files) {
    const at = fs.resolvePath(root, path);
    if (!at.startsWith(root === '/' ? '/' : `${root}/`)) throw new ZipError(`${path}: leads out of the folder`);
    await fs.mkdir(at.slice(0, at.lastIndexOf('/')) || '/', { recursive: true });
    await fs.writeFile(at, bytes);
    if (executable) await fs.chmod(at, 0o755);
  }
}

function said(stdout: string, stdoutKind: 'text' | 'bytes' = 'text'): ExecResult {
  return { stdout, stdoutKind, stderr: '', exitCode: 0 };
}

function read(args: readonly string[], known: RegExp): { flags: string; names: string[]; folder: string | null } {
  let flags = '';
  let folder: string | null = null;
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-d') folder = args[++i] ?? null;
    else if (known.test(arg)) flags += arg.slice(1);
    else if (arg.startsWith('-') && arg !== '-') throw new ZipError(`option ${arg} is not known here`);
    else names.push(arg);
  }
  return { flags, names, folder };
}

/** `*` and `?` cross folders, as in the command itself. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(path);
}
