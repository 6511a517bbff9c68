import { resolveGate } from '../../api/gate.ts';
import type { ModelPicture } from '../../presentation/picture.ts';
import { ago, conditions, model, old, rollout, stepping, young } from './pictures.ts';

const checks = { webhook: { url: 'https://ann:secret@checks.example.com/?token=secret' } };
const record = (name: string, seconds: number, place: number) => ({
  ...{ name, place, round: 0, failures: 0, at: ago(seconds) },
});

/** In the middle of a canary with gates in every state that it can have. */
export function checked(): ModelPicture {
  const picture = stepping();
  const rollout = picture.rollouts[0]!;
  rollout.spec.gates = [
    resolveGate({ name: 'golden-answers', when: 'before', ...checks }),
    resolveGate({
      ...{ name: 'load-test', when: 'during', failureLimit: 2 },
      job: { template: { spec: { containers: [{ name: 'load', image: 'load:1' }] } } },
    }),
    resolveGate({ name: 'complaints', when: 'during', interval: '2m', onSilence: 'rollback', ...checks }),
    resolveGate({ name: 'licence', when: 'during', ...checks }),
    resolveGate({ name: 'desk', when: 'during', onSilence: 'ignore', ...checks }),
    resolveGate({ name: 'sign-off', when: 'after', onFailure: 'pause', ...checks }),
  ];
  rollout.status!.gates = [
    { ...record('golden-answers', 372, 0), said: 'Pass', message: '40 of 40 answers are the same' },
    {
      ...{ ...record('load-test', 25, 1), round: 1, failures: 2, said: 'Fail' as const },
      message: 'container load exited with code 1',
      log: 'p50 21 ms, p99 187 ms\nslowest: a batch of 512 rows took 2,310 ms\np99 of large batches is above 2 s',
    },
    { ...record('complaints', 200, 0), said: 'Pass', message: 'nobody complains' },
    { ...record('licence', 70, 1), said: 'Wait', message: 'the lawyers are asleep' },
    { ...record('desk', 30, 1), said: 'Silent', message: 'no answer within 10s' },
  ];
  return picture;
}

/** Ready, and kept from all traffic by a gate that said no. */
export function gated(): ModelPicture {
  const picture = stepping();
  const record = rollout({
    phase: 'Preparing',
    weight: 0,
    step: { index: 0, enteredAt: ago(80) },
    gates: [
      {
        ...{ name: 'golden-answers', place: 0, round: 0, failures: 1, at: ago(40) },
        said: 'Fail',
        message: '3 of 40 answers differ',
      },
    ],
  });
  record.spec.gates = [
    resolveGate({
      name: 'golden-answers',
      when: 'before',
      onFailure: 'pause',
      webhook: { url: 'https://checks.example.com/' },
    }),
  ];
  return {
    ...picture,
    model: model({
      observedGeneration: 4,
      phase: 'Paused',
      message: 'paused: gate golden-answers failed: 3 of 40 answers differ',
      stable: { ...old, replicas: 4, ready: 4 },
      candidate: { ...young, replicas: 1, ready: 1 },
      rollout: { name: 'sentiment-7', step: 0, steps: 4, since: ago(80) },
      traffic: { desired: 0, applied: 0 },
      conditions: conditions(
        40,
        'Paused=True GateFailed: gate golden-answers failed: 3 of 40 answers differ',
      ),
    }),
    rollouts: [record],
    openActions: [],
  };
}
