import type { Arm, Arms } from '../domain/analysis/preset.ts';
import type { ArmSeen, CensusScope } from '../domain/analysis/presets/arm-census.ts';
import { ReplayError } from './replay-error.ts';
import type { Span } from './take-census.ts';

/** What is said about who is compared. */
export interface AskedArms {
  /** The revision of the manifest. */
  manifest: string;
  /** A revision or a Service, where somebody named one. */
  candidate?: string | undefined;
  stable?: string | undefined;
  /** The candidate had copies of requests, at a Service of its own. */
  mirrored?: boolean;
}

export interface ChosenArms {
  arms: Arms;
  /** Why these, in words. */
  because: string;
}

/** A revision that was seen, with the Service that its series may name. */
interface Seen extends ArmSeen {
  revision: string;
  service: string;
}

const mirrorSuffix = '-mirror';

/**
 * Who is compared: whom somebody named; else the candidate is the manifest's revision, or of two the one that came later, and the stable is
 * the only other one. Pure. Throws `ReplayError`, which lists what was seen, where that leaves a choice.
 */
export function chooseArms(
  seen: readonly ArmSeen[],
  scope: CensusScope,
  span: Span,
  asked: AskedArms,
): ChosenArms {
  const revisions = revisionsOf(seen, scope);
  const fail = (words: string): never => {
    throw new ReplayError(`${words}\n${inventory(seen, revisions, scope, span)}`);
  };
  const named = (flag: string, name: string): Seen =>
    find(seen, revisions, scope, name) ?? fail(`${flag} ${name}: no request to it was counted in this time.`);

  const chosen =
    asked.candidate === undefined
      ? candidateOf(revisions, asked.manifest)
      : { one: named('--candidate', asked.candidate), because: 'as --candidate says' };
  if (!chosen) {
    return fail(
      `Who is the candidate? The manifest's revision ${asked.manifest} was not seen; name one with --candidate.`,
    );
  }
  const others = revisions.filter(({ revision }) => revision !== chosen.one.revision);
  const stable = asked.stable === undefined ? only(others) : named('--stable', asked.stable);
  if (!stable) return fail('Who is the stable revision? Name one with --stable.');
  if (stable.service === chosen.one.service) return fail('--candidate and --stable are the same.');
  const copies = { ...chosen.one, service: `${chosen.one.service}${mirrorSuffix}` };
  if (asked.mirrored && !seen.some(({ name }) => name === copies.service)) {
    return fail(`--mirrored: no copies were counted at the Service ${copies.service}.`);
  }
  const { namespace, name } = scope;
  return {
    arms: {
      namespace,
      name,
      candidate: armOf(asked.mirrored ? copies : chosen.one, scope),
      stable: armOf(stable, scope),
    },
    because: chosen.because,
  };
}

const armOf = ({ revision, service }: Seen, { port }: CensusScope): Arm => ({ revision, service, port });

function candidateOf(
  revisions: readonly Seen[],
  manifest: string,
): { one: Seen; because: string } | undefined {
  const own = revisions.find(({ revision }) => revision === manifest);
  if (own) return { one: own, because: "it is the manifest's revision" };
  const [first, second, ...more] = revisions;
  if (!first || !second || more.length > 0 || second.firstMs === first.firstMs) return undefined;
  return { one: second, because: 'of two revisions it was seen later' };
}

const only = (revisions: readonly Seen[]): Seen | undefined =>
  revisions.length === 1 ? revisions[0] : undefined;

/** The revisions of the ModelDeployment among all that was seen, the first one first. */
function revisionsOf(seen: readonly ArmSeen[], { name }: CensusScope): Seen[] {
  const found = new Map<string, Seen>();
  for (const one of seen) {
    const revision = revisionIn(one.name, name);
    const known = revision === undefined ? undefined : found.get(revision);
    if (revision === undefined || known) continue;
    found.set(revision, { ...one, revision, service: `${name}-${revision}` });
  }
  return [...found.values()];
}

function revisionIn(seen: string, model: string): string | undefined {
  const revision = seen.startsWith(`${model}-`) ? seen.slice(model.length + 1) : seen;
  return /^[a-z0-9]{10}$/.test(revision) ? revision : undefined;
}

/** By its revision or its Service; Services that no ModelDeployment made have their own name for a revision. */
function find(
  seen: readonly ArmSeen[],
  revisions: readonly Seen[],
  { name: model }: CensusScope,
  asked: string,
): Seen | undefined {
  const known = revisions.find(({ revision, service }) => asked === revision || asked === service);
  if (known) return known;
  const one = seen.find(({ name }) => name === asked);
  if (!one) return undefined;
  const revision = asked.startsWith(`${model}-`) ? asked.slice(model.length + 1) : asked;
  return { ...one, revision, service: asked };
}

/** What there is to choose from. */
function inventory(
  seen: readonly ArmSeen[],
  revisions: readonly Seen[],
  { namespace, name, port }: CensusScope,
  { fromMs, toMs }: Span,
): string {
  const when = `from ${timeOf(fromMs)} to ${timeOf(toMs)}`;
  if (seen.length === 0) {
    return (
      `Prometheus has no counted request of any Service of namespace ${namespace} with port ${port} ${when}. ` +
      'Look at the namespace (--namespace), the time (--from, --to), service.port of the manifest, and at how requests are counted (--preset; docs/presets.md).'
    );
  }
  const own = new Set(revisions.map(({ name: seenAs }) => seenAs));
  const line = (label: string, one: ArmSeen) => `  ${label}, ${timeOf(one.firstMs)} to ${timeOf(one.lastMs)}`;
  const others = seen.filter((one) => !own.has(one.name) && revisionIn(one.name, name) === undefined);
  const shown = others.slice(0, mostListed);
  return [
    revisions.length > 0
      ? `Revisions of ${namespace}/${name} that were seen ${when}:`
      : `No revision of ${namespace}/${name} was seen ${when}.`,
    ...revisions.map((one) => line(one.revision, one)),
    ...(others.length > 0
      ? ['Other Services that were seen:', ...shown.map((one) => line(one.name, one))]
      : []),
    ...(others.length > shown.length ? [`  and ${others.length - shown.length} more`] : []),
  ].join('\n');
}

const mostListed = 20;
const timeOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
