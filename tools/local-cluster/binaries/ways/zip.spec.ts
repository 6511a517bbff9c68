import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readZipMember } from './zip.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zip-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A zip archive by the format's description: local headers with content, central directory, end record. */
function zip(members: { name: string; content: Buffer; stored?: boolean }[], comment = ''): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored } of members) {
    const body = stored ? content : deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(stored ? 0 : 8, 8);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(4, 28);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(body.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), Buffer.alloc(4), body);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + 4 + body.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, central, end, Buffer.from(comment)]);
}

const content = Buffer.from('a program '.repeat(1000));

async function archive(bytes: Buffer): Promise<string> {
  const path = join(folder, 'archive.zip');
  await writeFile(path, bytes);
  return path;
}

describe('readZipMember', () => {
  const members = [
    { name: 'a/first', content: Buffer.from('first') },
    { name: 'a/program', content },
    { name: 'a/stored', content, stored: true },
  ];

  it.each(['a/program', 'a/stored'])('reads %s', async (name) => {
    expect((await readZipMember(await archive(zip(members)), name)).equals(content)).toBe(true);
  });

  it('finds the end behind a comment', async () => {
    const path = await archive(zip(members, 'a comment of some length'));
    expect((await readZipMember(path, 'a/first')).toString()).toBe('first');
  });

  it('says so where there is no such file, or no archive', async () => {
    await expect(readZipMember(await archive(zip(members)), 'a/none')).rejects.toThrow(/has no a\/none/);
    await expect(readZipMember(await archive(content), 'x')).rejects.toThrow(/no zip archive/);
  });
});
