import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostPrograms } from './host-programs.ts';
import { readHostView } from './host-view.ts';
import { planMounts, type BindMount } from './mount-plan.ts';

const script = fileURLToPath(new URL('launch-container.sh', import.meta.url));
const keptLogs = 3;

export interface Launch {
  /** Folder of this container on the machine, for its mount plan. */
  folder: string;
  command: string[];
  workingDir: string;
  mounts: BindMount[];
}

/**
 * The command line that starts a container: it dies with the agent, has a mount namespace of its own,
 * and becomes the container's command once the mounts are there. The process id stays the same.
 */
export function launchCommand(launch: Launch, programs: HostPrograms): string[] {
  const scratch = join(launch.folder, 'scratch');
  rmSync(join(launch.folder, 'error'), { force: true });
  mkdirSync(scratch, { recursive: true });
  const plan = planMounts(launch.mounts, scratch, readHostView());
  writeFileSync(join(launch.folder, 'fstab'), plan.fstab);
  writeFileSync(join(launch.folder, 'folders'), plan.folders.map((folder) => `${folder}\n`).join(''));
  writeFileSync(join(launch.folder, 'links'), plan.rootLinks.map((link) => `${link}\n`).join(''));
  return [
    ...[programs.setpriv, '--pdeathsig', 'KILL', '--'],
    ...[programs.unshare, '--mount', '--propagation', 'private', '--'],
    ...[programs.sh, script, launch.folder, scratch, launch.workingDir],
    ...launch.command,
  ];
}

/** Why the container's command was never reached, when that is so. */
export function launchError(folder: string, exitCode: number): string | undefined {
  const file = join(folder, 'error');
  if (exitCode !== 125 || !existsSync(file)) return undefined;
  return readFileSync(file, 'utf8').trim().replaceAll('\n', '; ') || undefined;
}

/** A new log for a new run of the container; those of the runs before it move on to `.log.1` to `.log.3`. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  for (let index = keptLogs - 1; index >= 0; index -= 1) {
    const from = index === 0 ? file : `${file}.${index}`;
    if (existsSync(from)) renameSync(from, `${file}.${index + 1}`);
  }
  return openSync(file, 'a');
}
