import { resolveGate } from '../../api/gate.ts';
import type { ModelPicture } from '../../presentation/picture.ts';
import { ago, conditions, model, old, rollout, stepping, young } from './pictures.ts';

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
