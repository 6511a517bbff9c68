import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { ProcessReaper } from './process-reaper.ts';

export interface ProcessSpec {
  commandLine: string[];
  environment: Record<string, string>;
  /** Open file for standard output and error; the caller closes its own copy. */
  logFile: number;
}

export interface ProcessExit {
  /** As a shell gives it: 128 plus the signal's number when a signal ended the process. */
  exitCode: number;
  signal?: number;
  startedAtMs: number;
  finishedAtMs: number;
  /** Set when there was no process at all. */
  spawnError?: string;
}

/** One container's process, leader of a session and a process group of its own. */
export class ContainerProcess {
  readonly startedAtMs = Date.now();
  readonly exited: Promise<ProcessExit>;
  private readonly child: ChildProcess;
  private ended = false;

  constructor(spec: ProcessSpec, reaper: Pick<ProcessReaper, 'add' | 'drop'>) {
    const [program = '', ...args] = spec.commandLine;
    this.child = spawn(program, args, {
      detached: true,
      env: spec.environment,
      stdio: ['ignore', spec.logFile, spec.logFile],
    });
    if (this.child.pid !== undefined) reaper.add(this.child.pid);
    this.exited = new Promise((resolve) => {
      const end = (exitCode: number, rest: Partial<ProcessExit>) => {
        // What the main process leaves behind ends with it, as in a container.
        this.kill();
        this.ended = true;
        if (this.child.pid !== undefined) reaper.drop(this.child.pid);
        resolve({ exitCode, startedAtMs: this.startedAtMs, finishedAtMs: Date.now(), ...rest });
      };
      this.child.on('error', (error) => {
        if (this.child.pid === undefined) end(128, { spawnError: error.message });
      });
      this.child.on('exit', (code, name) => {
        const signal = name === null ? undefined : constants.signals[name];
        end(code ?? 128 + (signal ?? 0), signal === undefined ? {} : { signal });
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** SIGTERM to the main process, which is what a container runtime does. */
  terminate(): void {
    if (!this.ended) this.child.kill('SIGTERM');
  }

  /** SIGKILL to the whole process group. */
  kill(): void {
    if (this.ended || this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      // ESRCH: nobody is left in the group, which is the aim.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
