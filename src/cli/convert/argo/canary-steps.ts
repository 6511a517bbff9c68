import type { Metric } from '../../../api/analysis.ts';
import type { Step } from '../../../api/strategy/step.ts';
import { durationText, type SourceNode } from '../source-node.ts';
import type { AnalysisUse, AskedAnalysis } from './analysis-use.ts';
import { needsPartialMirror } from '../traffic.ts';
import { headerMatch } from './header-match.ts';

/** The most steps of a plan, and the most metrics of one step. */
const mostSteps = 32;
const mostMetrics = 8;

export interface CanaryPlan {
  steps: Step[];
  /** Metrics of analyses for which there is no step with a gate. */
  homeless: Metric[];
  intervalMs: number | undefined;
}

interface StepContext {
  analysis: AnalysisUse;
  /** Whether a gateway is there for what only a gateway can do. */
  hasGateway: boolean;
  /** What `setWeight` counts up to. */
  maxWeight: number;
}

/** The steps of a canary, one after another: a weight, with the pause behind it as its hold. */
export class CanarySteps {
  readonly #context: StepContext;
  readonly #steps: Step[] = [];
  /** Metrics that wait for the first step with a gate. */
  #waiting: Metric[] = [];
  #weight = 0;
  #intervalMs: number | undefined;

  constructor(context: StepContext) {
    this.#context = context;
  }

  plan(nodes: readonly SourceNode[]): CanaryPlan {
    for (const node of nodes) this.#add(node);
    this.#endAtEverybody(nodes);
    const steps = this.#steps.slice(0, mostSteps);
    if (this.#steps.length > mostSteps)
      nodes[mostSteps]?.dropped(`a plan has at most ${mostSteps} steps; those behind are left out`);
    return { steps, homeless: this.#waiting, intervalMs: this.#intervalMs };
  }

  #add(node: SourceNode): void {
    if (node.at('setWeight').isPresent) this.#setWeight(node.at('setWeight'));
    if (node.at('pause').isPresent || 'pause' in Object(node.raw)) this.#pause(node.at('pause'));
    if (node.at('setCanaryScale').isPresent) this.#scale(node.at('setCanaryScale'));
    if (node.at('analysis').isPresent) this.#analysis(node.at('analysis'));
    if (node.at('experiment').isPresent) this.#experiment(node.at('experiment'));
    if (node.at('setHeaderRoute').isPresent) this.#testers(node.at('setHeaderRoute'));
    if (node.at('setMirrorRoute').isPresent) this.#mirror(node.at('setMirrorRoute'));
    node
      .at('plugin')
      .dropped('there are no plugins for steps; a pause waits for whatever else has to happen');
    node.at('replicaProgressThreshold').dropped('spec.readiness.percent is the same for all steps');
  }

  #setWeight(node: SourceNode): void {
    const { maxWeight } = this.#context;
    const weight = Math.round(((node.number() ?? 0) / maxWeight) * 1000) / 10;
    if (weight <= this.#weight) {
      const words =
        this.#weight === 0
          ? 'a rollout begins at weight 0'
          : `weights only grow: it stays at ${this.#weight} %`;
      node.changed(`${words}; a step back is a rollback`);
      return;
    }
    if (maxWeight !== 100) node.changed(`of ${maxWeight} parts: ${weight} %`);
    this.#weight = Math.min(weight, 100);
    const step: Step = { weight: this.#weight };
    this.#steps.push(step);
    this.#origins.set(step, node);
    this.#settle();
  }
  /** Where weights stand in the source. */
  readonly #origins = new Map<Step, SourceNode>();

  #pause(node: SourceNode): void {
    const durationMs = node.at('duration').durationMs();
    node.take();
    const last = this.#steps.at(-1);
    if (durationMs === undefined) {
      if (last?.pause && last.pause.duration === undefined) return;
      // The hold would have to be left by a promote of its own before the pause is reached.
      if (last?.weight !== undefined && last.hold === undefined) last.hold = '0s';
      if (last?.mirror)
        node.saidOf('changed', 'copies end with the step before; then a person is waited for');
      this.#steps.push({ pause: {} });
      return;
    }
    if (last) this.#stay(last, durationMs);
    else this.#steps.push({ pause: { duration: durationText(durationMs) } });
  }

  /** Stays at the last step for so much longer. */
  #stay(last: Step, durationMs: number): void {
    const before = this.#stayed.get(last) ?? 0;
    const totalMs = before + durationMs;
    const duration = durationText(totalMs);
    let step = last;
    if (last.weight !== undefined || last.match) last.hold = duration;
    else if (last.mirror) last.mirror.duration = duration;
    else if (last.pause?.duration !== undefined) last.pause.duration = duration;
    else this.#steps.push((step = { pause: { duration: durationText(durationMs) } }));
    this.#stayed.set(step, step === last ? totalMs : durationMs);
  }
  readonly #stayed = new Map<Step, number>();

  #scale(node: SourceNode): void {
    const replicas = node.at('replicas').number();
    const percent = node.at('weight').number();
    const matchWeight = node.at('matchTrafficWeight').flag();
    if (replicas !== undefined && replicas >= 1)
      this.#steps.push({ scale: { replicas: Math.round(replicas) } });
    else if (percent !== undefined && percent >= 1) {
      if (percent > 100) node.at('weight').changed('at most 100 % of spec.replicas');
      this.#steps.push({ scale: { percent: Math.min(100, Math.round(percent)) } });
    } else if (matchWeight) this.#steps.push({ scale: { matchWeight: true } });
    else node.dropped('a candidate has at least one pod while its rollout runs');
  }

  /** Gates are asked before the first weight, and at no single step after it. */
  #analysis(node: SourceNode): void {
    this.#ask(node, this.#context.analysis.ask(node, this.#steps.some(hasGate) ? undefined : 'before'));
  }

  /** Metrics of an analysis belong to the step at which it stood. */
  #ask(node: SourceNode, asked: AskedAnalysis): void {
    if (asked.intervalMs !== undefined)
      this.#intervalMs = Math.min(this.#intervalMs ?? Infinity, asked.intervalMs);
    if (asked.metrics.length === 0 && asked.gates > 0) {
      if (asked.isIncomplete) node.changed('some of its metrics are left out: what is left decides');
      return;
    }
    if (asked.metrics.length === 0) {
      node.changed('none of its metrics can be asked here: a person decides in its place (pause: {})');
      if (!isOpenPause(this.#steps.at(-1))) this.#steps.push({ pause: {} });
      return;
    }
    if (asked.isIncomplete) node.changed('some of its metrics are left out: what is left decides');
    const last = this.#steps.at(-1);
    const step = this.#steps.findLast(hasGate);
    if (!step) {
      node.changed(
        'before the first weight there are no requests to judge: its metrics are asked at the first weight',
      );
      this.#waiting.push(...asked.metrics);
      return;
    }
    if (step !== last)
      node.changed('asked before the step that stands between: on the last one with a weight');
    this.#attach(step, asked.metrics, node);
    if (asked.takesMs > 0 && step === last) this.#stay(step, asked.takesMs);
  }

  #experiment(node: SourceNode): void {
    const durationMs = node.at('duration').durationMs();
    const last = this.#steps.at(-1);
    if (durationMs !== undefined && last) this.#stay(last, durationMs);
    for (const analysis of node.at('analyses').items()) {
      analysis.at('requiredForCompletion').dropped('every metric of a step has to pass before it is left');
      analysis.at('name').take();
      this.#analysis(analysis);
    }
    for (const field of [
      'templates',
      'dryRun',
      'analysisRunMetadata',
      'scaleDownDelaySeconds',
      'progressDeadlineSeconds',
    ])
      node.at(field).take();
    node
      .at('templates')
      .changed(
        'no other pods are started for it: at every step the candidate is compared with the pods of the stable revision, at the same moment',
      );
  }

  #testers(node: SourceNode): void {
    node.at('name').take();
    if (!this.#context.hasGateway) {
      node.dropped('testers are told apart by a gateway: --gateway names one');
      return;
    }
    const match = headerMatch(node.at('match'));
    if (!match && !this.#steps.some((step) => step.match)) {
      node.dropped('there are no testers to send back');
      return;
    }
    this.#steps.push({ match: match ?? {} });
  }

  #mirror(node: SourceNode): void {
    node.at('name').take();
    const percent = node.at('percentage').number() ?? 100;
    const conditions = node.at('match');
    if (!this.#context.hasGateway) {
      node.dropped('requests are copied by a gateway: --gateway names one');
    } else if (!conditions.isPresent) {
      // It takes a mirror away; ours ends with its step.
      node.take();
    } else if (this.#weight > 0) {
      node.dropped(
        'copies are made before the first weight: from there on live requests show how the candidate does',
      );
    } else {
      conditions.changed('all requests of the model are copied');
      if (percent < 100) node.at('percentage').changed(needsPartialMirror);
      this.#steps.push({ mirror: percent >= 100 ? {} : { percent: Math.max(1, Math.round(percent)) } });
    }
  }

  #settle(): void {
    const step = this.#steps.at(-1)!;
    const { length } = this.#waiting;
    if (length > 0) step.metrics = this.#waiting.splice(0, mostMetrics);
  }

  #attach(step: Step, metrics: readonly Metric[], node: SourceNode): void {
    const all = [...(step.metrics ?? []), ...metrics];
    if (all.length > mostMetrics)
      node.dropped(`a step has at most ${mostMetrics} metrics of its own; the others are left out`);
    step.metrics = all.slice(0, mostMetrics);
  }

  /** A weight of 100 at the end is the promotion. */
  #endAtEverybody(nodes: readonly SourceNode[]): void {
    const last = this.#steps.at(-1);
    if (last?.weight === 100 && last.hold === undefined && last.metrics === undefined) {
      this.#steps.pop();
      nodes
        .findLast((node) => node.at('setWeight').isPresent)
        ?.changed('the promotion: everybody at the end of the plan');
    }
    for (const [step, node] of this.#origins) {
      if (step.hold !== undefined || !this.#steps.includes(step)) continue;
      node.changed(
        'a weight without a pause behind it was left at once; here it is held for 2m: hold says otherwise',
      );
    }
  }
}

const hasGate = ({ weight, match, mirror }: Step): boolean =>
  weight !== undefined || match !== undefined || mirror !== undefined;
const isOpenPause = (step: Step | undefined): boolean =>
  step?.pause !== undefined && step.pause.duration === undefined;
