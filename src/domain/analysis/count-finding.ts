import { formatDuration } from '../../api/duration.ts';
import { strongestBoundary } from '../statistics/bucket-test.ts';
import { lnRejection } from '../statistics/error-budget.ts';
import type { Counts } from './arm-counts.ts';
import { type CountStanding, countsOf } from './count-metric.ts';
import { healthyShare, lnDrift, lnDriftNeeded, lnHealth, suspicionOdds } from './count-tests.ts';
import type { Harm } from './harm.ts';
import type { MetricFinding, MetricReason } from './metric-finding.ts';
import { remainingRequests } from './remaining-requests.ts';
import { countedWords, oddsWords, percent } from './words.ts';

/** The verdict on one metric, in words and numbers, from what it counted and from what the tests of all metrics say together. */
export function findingOf(standing: CountStanding, harm: Harm, minRequests: number): MetricFinding {
  const { metric, evidence, silent, limits } = standing;
  const { name } = metric;
  const counts = countsOf(evidence);
  const say = (verdict: 'Pass' | 'Fail' | 'Inconclusive', reason: MetricReason, words: string) => ({
    name,
    verdict,
    reason,
    message: `${countsInWords(standing)}; ${words}${notesInWords(standing)}`,
    ...(counts.candidate.requests > 0 && { value: counts.candidate.bad / counts.candidate.requests }),
    ...counts,
  });

  if (silent) return silent;
  const [heaviest] = harm.tests;
  if (harm.lnE >= harm.lnNeeded && heaviest?.metric === name) {
    return heaviest.kind === 'limit'
      ? say(
          'Fail',
          'LimitExceeded',
          `${limitInWords(standing)} is exceeded: ${oddsOf(harm.lnE, harm.lnNeeded)}`,
        )
      : say('Fail', 'HarmDetected', `${harmInWords(standing)} is ${oddsOf(harm.lnE, harm.lnNeeded)}`);
  }
  const drift = evidence.tests && lnDrift(evidence.tests);
  const lnAlarm = lnDriftNeeded(standing.scrapeIntervalMs);
  if (drift !== undefined && drift >= lnAlarm) {
    return say('Fail', 'WorseThanStable', `worse than the stable revision was: ${oddsOf(drift, lnAlarm)}`);
  }
  if (counts.candidate.requests < minRequests) {
    return say('Inconclusive', 'TooFewRequests', `${minRequests} requests are needed`);
  }
  if (limits.isPromoted) return say('Pass', 'NoHarm', 'no harm is seen');

  const suspicion = ownLn(harm, name);
  const lnNeeded = lnRejection(limits.falsePromotion);
  if (evidence.tests?.passed && suspicion < Math.log(suspicionOdds)) {
    return say('Pass', 'NoHarm', `${healthInWords(standing)} is proved, ${oddsWords(lnNeeded)}`);
  }
  const health = `${healthInWords(standing)} is ${oddsOf(lnHealth(evidence.tests), lnNeeded)}`;
  const more = remainingInWords(standing, remainingRequests(standing, harm));
  const harmful = `${harmInWords(standing)} is ${oddsOf(suspicion, harm.lnNeeded)}`;
  return say('Inconclusive', 'NotDecided', `${harmful}; ${health}; ${more}`);
}

/** How long that takes at this weight and traffic; where it is longer than a rollout lasts, what helps. */
function remainingInWords({ evidence, countedMs }: CountStanding, remaining: number | undefined): string {
  if (remaining === undefined) return 'more requests like these decide nothing';
  const { candidate } = countsOf(evidence);
  const more = `about ${remaining} more requests of the candidate decide`;
  if (countedMs <= 0) return more;
  const leftMs = (remaining * countedMs) / candidate.requests;
  const help = leftMs > longMs ? '; more weight, copies (mirror) or a larger max decide sooner' : '';
  return `${more}, in ${formatDuration(roughly(leftMs))} at this traffic${help}`;
}

/** The longest hold that a plan has by itself. */
const longMs = 30 * 60_000;

/** Seconds up to a minute, minutes from there on: words that do not change with each request. */
const roughly = (durationMs: number): number =>
  durationMs < 60_000 ? Math.ceil(durationMs / 10_000) * 10_000 : Math.round(durationMs / 60_000) * 60_000;

/** The part of the common e-value that one metric brings. */
function ownLn({ tests }: Harm, name: string): number {
  return Math.max(-Infinity, ...tests.filter(({ metric }) => metric === name).map(({ lnShare }) => lnShare));
}

const oddsOf = (lnE: number, lnNeeded: number): string =>
  `${oddsWords(lnE)} likely, ${oddsWords(lnNeeded)} are needed`;

function countsInWords({ metric, evidence, limits, what }: CountStanding): string {
  const { candidate, stable } = countsOf(evidence);
  const allowed = limits.max === undefined ? '' : `, allowed are ${percent(limits.max)}`;
  const compared = (counts: Counts) => (counts.requests > 0 ? `; stable: ${countedWords(counts, what)}` : '');
  return `${metric.name}: ${countedWords(candidate, what)}${allowed}${compared(stable)}`;
}

const limitInWords = ({ limits }: CountStanding): string => `the limit of ${percent(limits.max ?? 1)}`;

const harmInWords = ({ limits: { tolerance }, evidence }: CountStanding): string =>
  `${tolerance === 1 ? 'any harm' : `harm of more than ${percent(tolerance - 1)}`}${whereInWords(evidence)}`;

/** Where distributions are compared: the bound that says most, if it is not the one that the counts are of. */
function whereInWords({ boundsMs = [], tests }: CountStanding['evidence']): string {
  const strongest = strongestBoundary(tests?.harm?.running ?? [], boundsMs.length);
  return strongest && strongest.index > 0
    ? `, by requests that take longer than ${boundsMs[strongest.index]} ms,`
    : '';
}

const healthInWords = ({ limits }: CountStanding): string =>
  `less than ${limits.passMargin} times as bad, or below ${percent(healthyShare(limits.max))},`;

const notesInWords = ({ notes }: CountStanding): string => (notes.length > 0 ? ` (${notes.join('; ')})` : '');
