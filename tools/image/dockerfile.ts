import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One instruction of a Dockerfile, with its flags (`--from=build`) apart. */
export interface Instruction {
  readonly name: 'COPY' | 'RUN' | 'WORKDIR' | 'ENV' | 'USER' | 'ENTRYPOINT';
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags, as it is written. */
  readonly text: string;
}

export interface Stage {
  /** What other stages call it; undefined for one that nobody names. */
  readonly name: string | undefined;
  /** The image that it begins with. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

const accepted: readonly string[] = ['COPY', 'RUN', 'WORKDIR', 'ENV', 'USER', 'ENTRYPOINT'];

/** Only what can be carried out without a container engine is read; the message names anything else. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
}

/** The stages of this repository's Dockerfile. Throws `DockerfileError`. */
export const readDockerfile = (): Stage[] =>
  parseDockerfile(readFileSync(join(import.meta.dirname, '..', '..', 'Dockerfile'), 'utf8'));

/** The stages of a Dockerfile, in their order. Throws `DockerfileError`. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string | undefined; from: string; instructions: Instruction[] }[] = [];
  const lines = text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) {
    const [word = '', ...words] = line.split(/\s+/);
    if (word === 'FROM') {
      const [from = '', as, name] = words;
      if (as !== undefined && as !== 'AS')
        throw new DockerfileError(`FROM: found ${line}; accepted: FROM image AS name`);
      stages.push({ from, name, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!accepted.includes(word) || !stage)
      throw new DockerfileError(`found ${line}; accepted: ${['FROM', ...accepted].join(', ')}`);
    stage.instructions.push(readInstruction(word as Instruction['name'], line.slice(word.length).trim()));
  }
  return stages;
}

function readInstruction(name: Instruction['name'], rest: string): Instruction {
  const flags: Record<string, string> = {};
  let text = rest;
  for (let found; (found = /^--([a-z-]+)=(\S+)\s+/.exec(text)); text = text.slice(found[0].length))
    flags[found[1]!] = found[2]!;
  return { name, flags, text };
}

/** What the last instruction of a name says in a stage; undefined where there is none. */
export const lastOf = ({ instructions }: Stage, name: Instruction['name']): string | undefined =>
  instructions.findLast((instruction) => instruction.name === name)?.text;

/** What the ENV instructions among these set. */
export function environmentOf(instructions: readonly Instruction[]): Record<string, string> {
  const pairs = instructions.filter(({ name }) => name === 'ENV').flatMap(({ text }) => text.split(/\s+/));
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
