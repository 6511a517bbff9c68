import type { Contender, ContenderName, RunningController } from './contender.ts';
import { argoRollouts } from './argo-rollouts.ts';
import { flagger } from './flagger.ts';
import { understudy } from './understudy.ts';

export const contenders: Record<ContenderName, Contender<RunningController>> = {
  understudy: understudy as unknown as Contender<RunningController>,
  'argo-rollouts': argoRollouts,
  flagger,
};
