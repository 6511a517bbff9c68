import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { environmentOf, type Instruction, type Stage } from './dockerfile.ts';

/** Where the stages' files lie: one folder a stage, in which `/app` is a folder. */
export interface StageFolders {
  readonly context: string;
  /** The folder of a stage, by its name or its number. */
  readonly of: (stage: string) => string;
}

/**
 * Carries out the COPY and RUN steps of each stage in its own folder, in their order, as a build would. It is no container: `RUN` sees this machine's
 * programs, so that a step may only write below its WORKDIR.
 */
export function runStages(
  stages: readonly Stage[],
  folders: StageFolders,
  log: (line: string) => void,
): void {
  stages.forEach((stage, index) => {
    const root = folders.of(stage.name ?? String(index));
    let folder = root;
    const environment: Record<string, string> = {};
    for (const instruction of stage.instructions) {
      const { name, text } = instruction;
      if (name === 'COPY' || name === 'RUN') log(`${stage.name ?? 'image'}: ${name} ${text}`);
      if (name === 'WORKDIR') mkdirSync((folder = join(root, text)), { recursive: true });
      else if (name === 'ENV') Object.assign(environment, environmentOf([instruction]));
      else if (name === 'COPY') copy(instruction, folder, root, folders);
      else if (name === 'RUN')
        execFileSync('sh', ['-ec', text], {
          cwd: folder,
          // Where packages come from, and whose certificates are believed, is a setting of the machine.
          env: { ...process.env, ...environment },
          stdio: ['ignore', 'inherit', 'inherit'],
        });
    }
  });
}

/** As COPY: a folder's content goes into the target, a file keeps its name in a target that ends with a slash. */
function copy({ flags, text }: Instruction, folder: string, root: string, folders: StageFolders): void {
  const words = text.split(/\s+/);
  const target = words.pop() ?? '';
  const base = flags['from'] === undefined ? folders.context : folders.of(flags['from']);
  const into = isAbsolute(target) ? join(root, target) : join(folder, target);
  for (const word of words) {
    const source = join(base, word);
    if (!existsSync(source)) throw new Error(`COPY: ${word} is not there`);
    const place = statSync(source).isDirectory() || !target.endsWith('/') ? into : join(into, basename(word));
    cpSync(source, place, { recursive: true, verbatimSymlinks: true, mode: 0 });
  }
}
