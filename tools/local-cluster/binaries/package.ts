import type { ProgressStep } from './progress.ts';

/** The machine that a binary is for, in the words of Go releases: `linux-amd64`. */
export interface Platform {
  os: 'linux';
  arch: 'amd64' | 'arm64';
}

/** Something that one step of resolution brings: one or more files of one version. */
export interface Package {
  name: string;
  version: string;
  /** Base names of the files that it holds. */
  files: string[];
  /** Executables are checked to be executable; data files (CRDs) only to be there. */
  kind: 'executables' | 'data';
  /** The path that the user gave for a file, and the variable that a message names for it. */
  override: (file: string, environment: NodeJS.ProcessEnv) => string | undefined;
  overrideVariable: string;
  /** Whether a program of that name on PATH is good enough, whatever its version. */
  acceptFromPath: boolean;
  /** In the order in which they are tried. */
  ways: Way[];
}

/** One way to make a package. */
export interface Way {
  /** How messages call it: "official release", "Go module build". */
  name: string;
  /** Where it does not bring the wanted version but one of its own: how the cache calls that. */
  cacheVersion?: string;
  /** What the user should know before it starts, such as that it takes minutes. */
  note?: string;
  /**
   * Puts the files into `folder`. Throws `WayUnavailable` with the reason when this way does not work on
   * this machine; the next way is tried then.
   */
  make(folder: string, context: WayContext): Promise<void>;
}

export interface WayContext {
  platform: Platform;
  environment: NodeJS.ProcessEnv;
  step: ProgressStep;
  signal?: AbortSignal;
}

/** A way that does not work here, with the reason for the message that lists them all. */
export class WayUnavailable extends Error {
  override readonly name = 'WayUnavailable';
}

/** No way worked. The message names all of them and what to set. */
export class BinaryNotFound extends Error {
  override readonly name = 'BinaryNotFound';
}

/** The platform of this process. Throws where no binaries exist for it. */
export function currentPlatform(os: string = process.platform, arch: string = process.arch): Platform {
  const arches: Record<string, Platform['arch']> = { x64: 'amd64', arm64: 'arm64' };
  const found = arches[arch];
  if (os !== 'linux' || found === undefined) {
    throw new Error(`The local cluster runs on Linux on x64 or arm64; this is ${os} on ${arch}.`);
  }
  return { os: 'linux', arch: found };
}

export function platformName(platform: Platform): string {
  return `${platform.os}-${platform.arch}`;
}
