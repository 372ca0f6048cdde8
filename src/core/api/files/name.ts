/** The name and type of an uploaded file, from what the part says about itself. */
import { typeByExtension } from '../../../lib/type-by-extension.ts';

/** The last component of the path, without control characters; `unnamed` when nothing is left. */
export function fileName(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const clean = last.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, 255);
  return clean === '' || clean === '.' || clean === '..' ? 'unnamed' : clean;
}

export function mimeType(name: string, given: string): string {
  const vague = given === '' || given === 'application/octet-stream';
  return vague ? typeByExtension(name) : given;
}
