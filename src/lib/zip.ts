/** The little of the ZIP format that skills and documents need: files, folders by name, the executable bit. No encryption, no ZIP64. */
import { crc32, inflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UNIX = 3;
const KIND = 0o170000;
const REGULAR = 0o100000;
const UTF8_NAMES = 0x0800;

export interface ZipFile {
  path: string;
  bytes: Buffer;
  executable: boolean;
}
export class ZipError extends Error {
  override readonly name = 'ZipError';
  /** Unpacked it would be more than was allowed. */
  readonly isTooLarge: boolean;
  constructor(message: string, { isTooLarge = false, cause }: { isTooLarge?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.isTooLarge = isTooLarge;
  }
}

/** Stored, not deflated: what is packed here is small and read once. */
export function zip(files: readonly ZipFile[]): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.path, 'utf8');
    const local = Buffer.alloc(30);
    local.writeUInt32LE(LOCAL, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(UTF8_NAMES, 6);
    local.writeUInt16LE(0x21, 12);
    local.writeUInt32LE(crc32(file.bytes), 14);
    local.writeUInt32LE(file.bytes.length, 18);
    local.writeUInt32LE(file.bytes.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(CENTRAL, 0);
    central.writeUInt16LE((UNIX << 8) | 20, 4);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(((file.executable ? 0o100755 : 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    entries.push(local, name, file.bytes);
    directory.push(central, name);
    offset += local.length + name.length + file.bytes.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries, list, end]);
}

/** Throws `ZipError` for a damaged or unusual archive and above `limit` bytes unpacked. Paths are as they were given. */
export function unzip(archive: Buffer, limit: number): ZipFile[] {
  try {
    return readDirectory(archive, limit);
  } catch (error) {
    if (error instanceof RangeError) throw new ZipError('the zip archive is damaged', { cause: error });
    throw error;
  }
}

function readDirectory(archive: Buffer, limit: number): ZipFile[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw new ZipError('the zip archive is cut off');
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  let room = limit;
  const files: ZipFile[] = [];
  for (let i = 0; i < count; i++) {
    if (archive.readUInt32LE(at) !== CENTRAL) throw new ZipError('the zip archive is damaged');
    const nameLength = archive.readUInt16LE(at + 28);
    const path = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (!path.endsWith('/')) {
      const mode = archive[at + 5] === UNIX ? archive.readUInt16LE(at + 40) : 0;
      const kind = mode & KIND;
      if (kind !== 0 && kind !== REGULAR) throw new ZipError(`"${path.slice(0, 100)}" is no plain file`);
      const bytes = readEntry(archive, at, room);
      room -= bytes.length;
      files.push({ path, bytes, executable: (mode & 0o111) !== 0 });
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

function readEntry(archive: Buffer, at: number, room: number): Buffer {
  const method = archive.readUInt16LE(at + 10);
  const packed = archive.readUInt32LE(at + 20);
  const size = archive.readUInt32LE(at + 24);
  if (size > room) throw new ZipError('the zip archive unpacks to more than may be held', { isTooLarge: true });
  const local = archive.readUInt32LE(at + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const data = archive.subarray(start, start + packed);
  const bytes = method === 0 ? Buffer.from(data) : method === 8 ? inflate(data, size) : null;
  if (bytes === null || bytes.length !== size || crc32(bytes) !== archive.readUInt32LE(at + 16)) {
    throw new ZipError('the zip archive is damaged or packed in an unusual way');
  }
  return bytes;
}

/** Never inflates past the size the archive promised. */
function inflate(data: Buffer, size: number): Buffer | null {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return null;
  }
}
