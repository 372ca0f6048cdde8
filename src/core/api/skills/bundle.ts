/** The files of one skill version, brought to one form: paths below the skill's folder. Pure. */
import { invalid } from '../errors.ts';
import { readFrontMatter } from './front-matter.ts';

const MAX_FILES = 1000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

export interface BundleFile {
  path: string;
  bytes: Buffer;
  executable: boolean;
}
export interface Bundle {
  name: string;
  description: string;
  files: BundleFile[];
}

/** Strips the one enclosing folder, if there is one, and reads SKILL.md. */
export function toBundle(given: readonly BundleFile[]): Bundle {
  if (given.length === 0) throw invalid('files[]: send at least SKILL.md');
  if (given.length > MAX_FILES) throw invalid(`files[]: at most ${MAX_FILES} files`);
  const meant = given.map((file) => ({ ...file, path: safePath(file.path) })).filter((file) => !isLitter(file.path));
  const files = withoutFolder(meant);
  const paths = files.map((file) => file.path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw invalid(`files[]: ${twice} is there twice`);
  const main = files.find((file) => file.path === 'SKILL.md');
  if (main === undefined) throw invalid('files[]: SKILL.md must stand at the top, or at the top of one folder');
  return { ...readFrontMatter(main.bytes.toString('utf8')), files };
}

function withoutFolder(files: BundleFile[]): BundleFile[] {
  if (files.some((file) => file.path === 'SKILL.md')) return files;
  const folders = new Set(files.map((file) => file.path.split('/')[0] ?? ''));
  const [folder] = folders;
  if (folders.size !== 1 || folder === undefined || files.some((file) => !file.path.includes('/'))) {
    throw invalid('files[]: all files must stand in one folder, with SKILL.md at its top');
  }
  return files.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
}

/** What macOS leaves in folders and archives. */
function isLitter(path: string): boolean {
  return path.startsWith('__MACOSX/') || path.split('/').at(-1) === '.DS_Store';
}

function safePath(path: string): string {
  const plain = path.replaceAll('\\', '/').replace(/^\.\//, '');
  const parts = plain.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || CONTROL.test(part));
  if (bad || plain.length > 512) throw invalid(`files[]: "${path.slice(0, 100)}" is not a plain relative path`);
  return plain;
}
