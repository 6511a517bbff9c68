import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export class MissingProgramError extends Error {}

/** The absolute path of a program, so that it is found whatever PATH a pod asks for. */
export function findProgram(name: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder: the next one is tried, and the error below names the program.
    }
  }
  throw new MissingProgramError(`${name} was not found in PATH; it is part of util-linux (Linux only)`);
}

export interface HostPrograms {
  sh: string;
  setpriv: string;
  unshare: string;
  nsenter: string;
  mount: string;
}

/** Fails at the start of the agent, not at the first pod. */
export function findHostPrograms(): HostPrograms {
  return {
    sh: findProgram('sh'),
    setpriv: findProgram('setpriv'),
    unshare: findProgram('unshare'),
    nsenter: findProgram('nsenter'),
    mount: findProgram('mount'),
  };
}
