import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endLength = 22;
const longestComment = 0xffff;
const deflated = 8;

/**
 * The content of one file of a zip archive (a Python wheel is one). Reads the central directory at the end;
 * archives over 4 GB are not supported. Throws if the archive has no such file.
 */
export async function readZipMember(archive: string, member: string): Promise<Buffer> {
  const file = await open(archive);
  const read = async (position: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    if (bytesRead < length) throw new Error(`${archive} is cut off`);
    return buffer;
  };
  try {
    const { size } = await file.stat();
    const tailLength = Math.min(size, endLength + longestComment);
    const tail = await read(size - tailLength, tailLength);
    const end = lastSignature(tail, archive);
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    const entry = findEntry(directory, member);
    if (entry === undefined) throw new Error(`${archive} has no ${member}`);
    // The local header repeats the name and has extra fields of a length of its own.
    const header = await read(entry.offset, 30);
    const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const content = await read(start, entry.compressedSize);
    return entry.method === deflated ? await inflate(content) : content;
  } finally {
    await file.close();
  }
}

function lastSignature(tail: Buffer, archive: string): number {
  for (let position = tail.length - endLength; position >= 0; position--) {
    if (tail.readUInt32LE(position) === endSignature) return position;
  }
  throw new Error(`${archive} is no zip archive`);
}

function findEntry(
  directory: Buffer,
  member: string,
): { method: number; compressedSize: number; offset: number } | undefined {
  let position = 0;
  while (position + 46 <= directory.length && directory.readUInt32LE(position) === entrySignature) {
    const nameLength = directory.readUInt16LE(position + 28);
    const name = directory.toString('utf8', position + 46, position + 46 + nameLength);
    if (name === member) {
      return {
        method: directory.readUInt16LE(position + 10),
        compressedSize: directory.readUInt32LE(position + 20),
        offset: directory.readUInt32LE(position + 42),
      };
    }
    position +=
      46 + nameLength + directory.readUInt16LE(position + 30) + directory.readUInt16LE(position + 32);
  }
  return undefined;
}
