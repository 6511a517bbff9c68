import { spawn } from 'node:child_process';

export interface ExecResult {
  exitCode: number;
  /** The first part of what it printed, for messages. */
  output: string;
}

const keptOutput = 1_000;

/**
 * Runs a command inside of a running container: in its mount namespace, root and working directory.
 * After `timeoutMs` its process group is killed, and the exit code is 124.
 */
export function execInContainer(
  nsenter: string,
  container: { pid: number; environment: Record<string, string> },
  command: string[],
  timeoutMs: number,
): Promise<ExecResult> {
  const args = ['--target', String(container.pid), '--mount', '--root', '--wd', '--', ...command];
  return new Promise((resolve) => {
    const child = spawn(nsenter, args, {
      detached: true,
      env: container.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => (output = (output + chunk.toString()).slice(0, keptOutput));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => {
      finish({ exitCode: 124, output: `timed out after ${timeoutMs} ms` });
    }, timeoutMs);
    const finish = (result: ExecResult) => {
      clearTimeout(timer);
      killGroup(child.pid);
      resolve(result);
    };
    child.on('error', (error) => finish({ exitCode: 126, output: error.message }));
    child.on('exit', (code) => finish({ exitCode: code ?? 137, output }));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
