import { contenderNames, type ContenderName } from './contenders/contender.ts';

/** What the command was asked for. */
export interface ScaleOptions {
  /** Numbers of settled objects, one run each. */
  objects: readonly number[];
  contenders: readonly ContenderName[];
  /** Present: the soak is run, and nothing else. */
  soakMinutes?: number;
  /** Short windows, which say little: to see that the bench works. Its figures are printed and written nowhere. */
  quick: boolean;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage =
  'usage: npm run bench:scale -- [--quick] [--objects 1000,10000] [--contenders understudy,argo-rollouts,flagger] [--soak MINUTES]';

/** Throws `UsageError`, naming the flag, what was found and what is accepted. */
export function parseOptions(argv: readonly string[]): ScaleOptions {
  const quick = argv.includes('--quick');
  const options: ScaleOptions = {
    quick,
    objects: quick ? [200] : [1_000, 10_000],
    contenders: quick ? ['understudy'] : contenderNames,
  };
  const rest = argv.filter((flag) => flag !== '--quick');
  for (let at = 0; at < rest.length; at += 2) {
    const [flag = '', value] = rest.slice(at, at + 2);
    if (!['--objects', '--contenders', '--soak'].includes(flag)) {
      throw new UsageError(`found ${flag}; accepted: --quick, --objects, --contenders, --soak`);
    }
    if (value === undefined) throw new UsageError(`${flag} needs a value`);
    if (flag === '--objects') options.objects = value.split(',').map((text) => wholeNumber(flag, text));
    else if (flag === '--soak') options.soakMinutes = wholeNumber(flag, value);
    else options.contenders = value.split(',').map(contenderName);
  }
  return options;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new UsageError(`${flag}: found ${text}; accepted: whole numbers from 1`);
  return Number(text);
}

function contenderName(text: string): ContenderName {
  const found = contenderNames.find((name) => name === text);
  if (!found) throw new UsageError(`--contenders: found ${text}; accepted: ${contenderNames.join(', ')}`);
  return found;
}
