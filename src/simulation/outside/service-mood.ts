import type { OutboundAnswer } from '../../outbound/outbound-http.ts';
import type { Random } from '../random.ts';

/** What a service does with one call. */
export type Reply =
  | { kind: 'answers'; afterMs: number; answer: OutboundAnswer; means: Meaning }
  /** Nobody listens at its address. */
  | { kind: 'unreachable'; afterMs: number }
  /** The call is taken, and nothing comes back. */
  | { kind: 'hangs'; means?: Meaning };

/** What documents promise that an answer of a gate means. */
export type Meaning = 'Pass' | 'Fail' | 'Wait' | 'Silent';

/** How a service outside of the cluster is just now: what it does with a call. */
export type ServiceMood = (nowMs: number, random: Random) => Reply;

/** A server that is near and well. */
const usualMs = (random: Random): number => 10 + random.integer(150);
/** Beyond the time limits of the impatient, and within those of the patient. */
export const lateMs = 2_500;
/** How long somebody who cannot decide stays at one answer. */
const flipsEveryMs = 1_500;

const answering =
  (means: Meaning, status: number, body = '', more: Partial<OutboundAnswer> = {}): ServiceMood =>
  (_nowMs, random) => ({
    kind: 'answers',
    afterMs: usualMs(random),
    answer: { status, body, ...more },
    means,
  });
const saying = (means: Meaning, verdict: string): ServiceMood =>
  answering(means, 200, JSON.stringify({ verdict, message: `it says ${verdict}` }));
const [yes, waits, no] = [saying('Pass', 'pass'), saying('Wait', 'wait'), saying('Fail', 'fail')];

export const gateMoods = {
  yes,
  no,
  waits,
  refuses: answering('Fail', 403),
  /** What is no JSON of a verdict says nothing: the status counts. */
  babbles: answering('Pass', 200, '{"verdict": "perhaps"'),
  late: () => ({ kind: 'answers', afterMs: lateMs, answer: { status: 204, body: '' }, means: 'Pass' }),
  never: () => ({ kind: 'hangs' }),
  unreachable: (_nowMs, random) => ({ kind: 'unreachable', afterMs: usualMs(random) }),
  unwell: answering('Silent', 503, 'try again', { retryAfterMs: 2_000 }),
  redirects: answering('Silent', 302),
  flips: (nowMs, random) => [yes, waits, no][Math.floor(nowMs / flipsEveryMs) % 3]!(nowMs, random),
} satisfies Record<string, ServiceMood>;
export type GateMood = keyof typeof gateMoods;
export const gateMoodNames = Object.keys(gateMoods) as GateMood[];

/** What a target of notifications does with what it is sent: `Pass` means that it has it. */
export const targetMoods = {
  takes: answering('Pass', 200),
  late: gateMoods.late,
  refuses: answering('Fail', 410),
  unwell: gateMoods.unwell,
  redirects: gateMoods.redirects,
  unreachable: gateMoods.unreachable,
  never: gateMoods.never,
  /** It has it, and its answer never comes. */
  mute: () => ({ kind: 'hangs', means: 'Pass' }),
} satisfies Record<string, ServiceMood>;
export type TargetMood = keyof typeof targetMoods;
export const targetMoodNames = Object.keys(targetMoods) as TargetMood[];
