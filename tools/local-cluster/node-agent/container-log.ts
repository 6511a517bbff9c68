import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a run of a container prints to; `.1` to `.3` behind it are the runs before. */
export const logFileOf = (dataDir: string, namespace: string, pod: string, container: string): string =>
  join(dataDir, 'logs', namespace, pod, `${container}.log`);

export interface LogPart {
  /** Absent: all lines. */
  tailLines?: number;
  /** Absent: all of their bytes. */
  limitBytes?: number;
}

const chunkBytes = 64 * 1024;
const newline = 0x0a;

/** The last lines of a log, and of them the first bytes: in this order, as a kubelet does it. Throws as `open` does where there is none. */
export async function readLog(file: string, { tailLines, limitBytes = Infinity }: LogPart): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const chunks: Buffer[] = [];
    let start = size;
    let lines = 0;
    while (start > 0 && (tailLines === undefined || lines <= tailLines)) {
      const length = Math.min(chunkBytes, start);
      start -= length;
      const chunk = Buffer.alloc(length);
      await handle.read(chunk, 0, length, start);
      chunks.unshift(chunk);
      lines += chunk.filter((byte) => byte === newline).length;
    }
    const end = Buffer.concat(chunks);
    const from = tailLines === undefined ? 0 : startOfTail(end, tailLines);
    return end.subarray(from, Math.min(end.length, from + limitBytes));
  } finally {
    await handle.close();
  }
}

/** Where the last lines begin. A last line without an end counts as one. */
function startOfTail(text: Buffer, tailLines: number): number {
  if (tailLines === 0) return text.length;
  let at = text.length > 0 && text.at(-1) === newline ? text.length - 1 : text.length;
  for (let line = 0; line < tailLines; line += 1) {
    if (at <= 0) return 0;
    at = text.lastIndexOf(newline, at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}
