import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

/** What a run of the built command line left. */
export interface CliResult {
  code: number;
  output: string;
  complaints: string;
}

/** The built command line as a process of its own: as people and pipelines run it. */
export class CliProcess {
  readonly #child;
  readonly #result: Promise<CliResult>;
  #output = '';

  constructor(kubeconfig: string, argv: readonly string[]) {
    const environment = { ...process.env, KUBECONFIG: kubeconfig, NODE_OPTIONS: '' };
    const child = spawn(process.execPath, [program, ...argv], { env: environment });
    let complaints = '';
    child.stdout.on('data', (data: Buffer) => (this.#output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
    this.#child = child;
    this.#result = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, output: this.#output, complaints }));
    });
  }

  /** What it has written to standard output so far. */
  get output(): string {
    return this.#output;
  }

  result(): Promise<CliResult> {
    return this.#result;
  }

  /** As a person at the keyboard does. */
  async interrupt(): Promise<CliResult> {
    this.#child.kill('SIGINT');
    return await this.#result;
  }
}
