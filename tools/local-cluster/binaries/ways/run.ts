import { spawn } from 'node:child_process';
import { WayUnavailable } from '../package.ts';

const complaintLines = 12;

export interface RunOptions {
  cwd?: string;
  environment?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Told every line of standard error while the program runs. */
  onLine?: (line: string) => void;
  /** What brings the program, for the message where it is missing. */
  from?: string;
}

/**
 * Runs a program to its end and returns its standard output. Throws `WayUnavailable`, with the end of what it
 * said, if it is not installed or fails.
 */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { cwd, environment, signal, onLine } = options;
  const child = spawn(command, args, { cwd, env: environment, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  let complaint: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    for (const line of lines) onLine?.(line);
    complaint = [...complaint, ...lines].slice(-complaintLines);
  });
  const ended = await new Promise<string | undefined>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        resolve(`${command} is not installed${options.from ? ` (${options.from})` : ''}`);
      else reject(error);
    });
    child.once('close', (code, killedBy) => {
      resolve(
        code === 0 ? undefined : [`${command} ended with ${killedBy ?? code}`, ...complaint].join('\n'),
      );
    });
  });
  if (ended !== undefined) throw new WayUnavailable(ended);
  return output.join('');
}
