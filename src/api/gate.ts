import { z } from 'zod';
import { duration, parseDuration } from './duration.ts';
import { secretReference, targetUrl } from './notification.ts';
import { PodTemplate } from './pod-template.ts';
import { milliseconds } from './rollout-plan.ts';
import { dnsLabel, field } from './schema.ts';

/** When a gate is asked. */
export const gateTimes = {
  before: 'before the candidate gets its first request of a user or a copy of one',
  during: 'at every step at which it has some',
  after: 'when it has taken over, until the bake is over',
} as const;
export type GateTime = keyof typeof gateTimes;

/** What a gate means where a spec leaves it open. A Job has longer than a call. */
export const gateDefaults = {
  interval: '1m',
  webhookTimeout: '10s',
  jobTimeout: '10m',
  retries: 3,
  failureLimit: 0,
  onFailure: 'rollback',
  onSilence: 'hold',
  backoffLimit: 0,
} as const;

/** How much a spec may say of gates. */
export const gateLimits = {
  gates: 16,
  retries: 20,
  failures: 1000,
  metadata: 32,
  /** In characters, of one value of `metadata`. */
  metadataValue: 1024,
} as const;

const gateName = () =>
  dnsLabel('name', 'Name of the gate, unique in the list. It appears in status and in what is asked.');
const when = () => field(z.enum(['before', 'during', 'after']), timesInWords());
const onFailure = () =>
  field(
    z.enum(['rollback', 'pause']),
    `What more failures than \`failureLimit\` mean: the end of the rollout, or a pause until a person decides. Default: \`${gateDefaults.onFailure}\`.`,
  );
const onSilence = () =>
  field(
    z.enum(['hold', 'rollback', 'ignore']),
    `What it means when nobody answers, after all retries: the rollout waits and asks again, it ends, or it goes on without the gate. Default: \`${gateDefaults.onSilence}\`.`,
  );
const failureLimit = () =>
  field(
    z.int().min(0).max(gateLimits.failures),
    `How many failures at one place of the plan are tolerated. Default: ${gateDefaults.failureLimit}.`,
    { format: 'int32' },
  );
const retries = () =>
  field(
    z.int().min(0).max(gateLimits.retries),
    `How often a webhook is asked again, with growing delays, before nobody is said to answer. An answer is never asked for again. Default: ${gateDefaults.retries}.`,
    { format: 'int32' },
  );

const webhook = () =>
  field(
    z.object({
      url: targetUrl(
        "Where the question is sent. Its host must be on the controller's list of hosts that gates may ask.",
      ),
      secretRef: secretReference(
        'The Secret with the key `signingKey`, by which the receiver knows who asks.',
      ).optional(),
      metadata: field(
        z.record(z.string(), field(z.string().max(gateLimits.metadataValue), 'One value, as it is sent.')),
        'What else the receiver is told.',
        { maxProperties: gateLimits.metadata },
      ).optional(),
    }),
    'An HTTP service that is asked.',
  );

const job = () =>
  field(
    z.object({
      template: PodTemplate,
      backoffLimit: field(
        z.int().min(0).max(10),
        `How often the pod is started anew when it fails. Default: ${gateDefaults.backoffLimit}.`,
        { format: 'int32' },
      ).optional(),
    }),
    'A Job that is run: its success is a Pass, its failure is a Fail.',
  );

const eitherOr = {
  rule: 'has(self.webhook) != has(self.job)',
  message: 'a gate needs either webhook or job',
};

export const Gate = field(
  z.object({
    name: gateName(),
    when: when(),
    webhook: webhook().optional(),
    job: job().optional(),
    interval: duration(
      'interval',
      `How long after an answer that is no Pass it is asked again; \`during\` also after a Pass. Default: \`${gateDefaults.interval}\`.`,
      { min: '1s' },
    ).optional(),
    timeout: duration(
      'timeout',
      `How long an answer may take. Default: \`${gateDefaults.webhookTimeout}\`, of a Job \`${gateDefaults.jobTimeout}\`.`,
      { min: '1s' },
    ).optional(),
    retries: retries().optional(),
    failureLimit: failureLimit().optional(),
    onFailure: onFailure().optional(),
    onSilence: onSilence().optional(),
  }),
  'One check outside of the metrics.',
  {
    rules: [
      eitherOr,
      {
        rule: '!has(self.job) || !has(self.retries)',
        message: 'retries belongs to a webhook: a Job has job.backoffLimit',
        fieldPath: '.retries',
      },
    ],
  },
);
export type Gate = z.infer<typeof Gate>;

export const gates = () =>
  field(
    z.array(Gate).max(gateLimits.gates),
    'Checks outside of the metrics, each by an HTTP service or a Job of your own. A change of them applies to the next rollout.',
    { listType: 'map', listMapKeys: ['name'] },
  );

export const PlannedGate = field(
  z.object({
    name: gateName(),
    when: when(),
    webhook: webhook().optional(),
    job: job().optional(),
    intervalMs: milliseconds('How long after an answer it is asked again, in milliseconds.'),
    timeoutMs: milliseconds('How long an answer may take, in milliseconds.'),
    retries: retries(),
    failureLimit: failureLimit(),
    onFailure: onFailure(),
    onSilence: onSilence(),
  }),
  'One check outside of the metrics, with all defaults filled in.',
);
/** A gate as the plan of a rollout has it: exactly one of `webhook` and `job`. */
export type PlannedGate = z.infer<typeof PlannedGate>;

/** Fills in what a spec leaves out. */
export function resolveGate(gate: Gate): PlannedGate {
  const { interval, timeout, ...rest } = gate;
  const otherwise = gate.job ? gateDefaults.jobTimeout : gateDefaults.webhookTimeout;
  return {
    ...rest,
    intervalMs: parseDuration(interval ?? gateDefaults.interval),
    timeoutMs: parseDuration(timeout ?? otherwise),
    // A Job has its own.
    retries: gate.job ? 0 : (gate.retries ?? gateDefaults.retries),
    failureLimit: gate.failureLimit ?? gateDefaults.failureLimit,
    onFailure: gate.onFailure ?? gateDefaults.onFailure,
    onSilence: gate.onSilence ?? gateDefaults.onSilence,
  };
}

function timesInWords(): string {
  const times = Object.entries(gateTimes).map(([name, words]) => `\`${name}\`: ${words}`);
  return `When it is asked. ${times.join('; ')}.`;
}
