import type { GateRecord } from '../../api/gate-record.ts';
import { toMs, toTime } from '../../domain/time.ts';
import type { RolloutView } from '../../domain/world.ts';
import { GateRunner } from '../../gates/gate-runner.ts';
import type { GateAnswer, GateQuestion } from '../../domain/gates/gate-question.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import type { ControllerVariant } from '../simulated-controller.ts';
import { decides, misreads, type Mutation, runningRollout, withRecord } from './mutation.ts';
import { PassedOnCluster } from './passed-on-cluster.ts';

/** The decision with what the record says of gates changed. */
const withGates = (
  status: RolloutView['status'],
  change: (record: GateRecord) => GateRecord,
): RolloutView['status'] => (status.gates ? { ...status, gates: status.gates.map(change) } : status);

const withoutGatesOf = (time: string, rollout: RolloutView): RolloutView => ({
  ...rollout,
  spec: { ...rollout.spec, gates: rollout.spec.gates?.filter(({ when }) => when !== time) },
});

const forgets = (time: string): Mutation =>
  misreads('law 9', `goes on without the gates that are asked ${time}`, (world) => ({
    ...world,
    rollouts: world.rollouts.map((rollout) => withoutGatesOf(time, rollout)),
  }));

/** Tells of each question when it ends. */
class WatchedRunner extends GateRunner {
  readonly #runner: GateRunner;
  readonly #open: Set<Promise<unknown>>;

  constructor(runner: GateRunner, open: Set<Promise<unknown>>) {
    super();
    this.#runner = runner;
    this.#open = open;
  }

  async run(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> {
    const answer = this.#runner.run(question, signal);
    const ended = answer.catch(() => {});
    this.#open.add(ended);
    void ended.then(() => this.#open.delete(ended));
    return answer;
  }
}

/** It waits for the answers of gates at some place around its writes. */
function waitsInThePass(
  law: string,
  does: string,
  around: (
    write: () => Promise<KubernetesObject>,
    answers: () => Promise<unknown>,
  ) => Promise<KubernetesObject>,
): Mutation {
  const variant = (): ControllerVariant => {
    const open = new Set<Promise<unknown>>();
    return {
      gateRunner: (runner) => new WatchedRunner(runner, open),
      cluster: (cluster) =>
        new PassedOnCluster(cluster, {
          apply: (object, options) =>
            around(
              () => cluster.apply(object, options),
              () => Promise.all(open),
            ),
        }),
    };
  };
  return { law, does, variant };
}

/** Gates of the user's own: what is made of their answers, and of their silence. */
export const mutationsOfGates: Mutation[] = [
  forgets('before'),
  forgets('during'),
  forgets('after'),
  misreads('law 9', 'takes a gate that nobody answers for as one that said yes', (world) => ({
    ...world,
    gates: world.gates?.map(({ id, answer }) =>
      answer?.kind === 'silent'
        ? { id, answer: { kind: 'answered', verdict: 'Pass', message: answer.message } }
        : { id, ...(answer && { answer }) },
    ),
  })),
  decides('law 9', 'says that nobody answers when it has not asked yet', (decision, { nowMs }) =>
    withRecord(decision, (status) => {
      const asked =
        status.phase === 'Stepping' && !status.gates?.some(({ place }) => place === status.step.index);
      const said = {
        place: status.step.index,
        round: 0,
        said: 'Silent',
        at: toTime(nowMs),
        failures: 0,
        message: '',
      } as const;
      return asked ? { ...status, gates: [{ name: 'check-1', ...said }] } : status;
    }),
  ),
  decides('law 12', 'counts each no of a gate twice', (decision, world) =>
    withRecord(decision, (status) =>
      withGates(status, (record) => {
        const known = runningRollout(world)?.status.gates ?? [];
        const isNews = !known.some(
          ({ name, place, round }) =>
            name === record.name && place === record.place && round === record.round,
        );
        return isNews && record.said === 'Fail' ? { ...record, failures: record.failures + 1 } : record;
      }),
    ),
  ),
  decides('law 12', 'notes an answer as one of long ago, and asks again at once', (decision) =>
    withRecord(decision, (status) =>
      withGates(status, (record) => ({ ...record, at: toTime((toMs(record.at) ?? 0) - 60_000) })),
    ),
  ),
  decides('law 5', 'leaves everything as it is until its gates have answered', (decision, world) => {
    const rollout = runningRollout(world);
    const isAsked = world.gates?.some(({ answer }) => !answer) ?? false;
    if (!rollout || !isAsked) return decision;
    const { traffic: _traffic, ...others } = decision;
    return { ...others, rolloutStatus: { name: rollout.name, status: rollout.status } };
  }),
  waitsInThePass(
    'law 17',
    'writes nothing before the gates that it asked have answered',
    async (write, answers) => {
      await answers();
      return write();
    },
  ),
  waitsInThePass(
    'law 5',
    'ends no pass before the gates that it asked have answered',
    async (write, answers) => {
      const written = await write();
      if (written.kind === resourceKinds.modelDeployment.kind) await answers();
      return written;
    },
  ),
];
