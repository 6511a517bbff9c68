import type { ModelDeployment } from '../../api/model-deployment.ts';
import { stepOf } from '../../presentation/words.ts';
import { trafficOf } from './models-table.ts';
import type { Canvas } from './view.ts';
import { isServing, messageOf, nothing, phaseOf } from '../../presentation/words.ts';
import { phaseWords, verdictWords } from './words.ts';

/**
 * Tells of ModelDeployments in lines that are only ever added, for logs: one whenever something changed that a person would want to know. The
 * message alone is not that: its numbers change with every look.
 */
export class ChangeTeller {
  readonly #told = new Map<string, string>();

  /** Lines for those that changed since they were told of last, or are gone. */
  tell(models: readonly ModelDeployment[], canvas: Canvas): string[] {
    const present = new Set(models.map(keyOf));
    const gone = [...this.#told.keys()].filter((key) => !present.has(key));
    for (const key of gone) this.#told.delete(key);
    return [
      ...models.filter((model) => this.#isNews(model)).map((model) => changeLine(model, canvas)),
      ...gone.map((key) => `${timeOf(canvas)}  ${key}  was deleted`),
    ];
  }

  #isNews(model: ModelDeployment): boolean {
    const key = keyOf(model);
    const { status } = model;
    const now = JSON.stringify([
      phaseOf(model),
      status?.rollout?.name,
      status?.rollout?.outcome,
      stepOf(model),
      trafficOf(model),
      status?.stable?.revision,
      isServing(model),
      status?.analysis?.map(({ metric, verdict }) => [metric, verdict]),
    ]);
    if (this.#told.get(key) === now) return false;
    this.#told.set(key, now);
    return true;
  }
}

const keyOf = ({ metadata }: ModelDeployment): string => `${metadata.namespace}/${metadata.name}`;

const timeOf = ({ nowMs }: Canvas): string => `${new Date(nowMs).toISOString().slice(0, 19)}Z`;

function changeLine(model: ModelDeployment, canvas: Canvas): string {
  const { paint } = canvas;
  const place = [
    trafficOf(model) === nothing ? [] : [`candidate ${trafficOf(model)}`],
    stepOf(model) === nothing ? [] : [stepOf(model) === 'bake' ? 'bake' : `step ${stepOf(model)}`],
    isServing(model) ? [] : [paint('red', 'users ARE NOT SERVED')],
    gateOf(model, canvas),
  ].flat();
  return [timeOf(canvas), keyOf(model), phaseWords(phaseOf(model), paint), ...place, messageOf(model)].join(
    '  ',
  );
}

/** The verdicts of a gate that is open. */
function gateOf({ status }: ModelDeployment, { paint }: Canvas): string[] {
  const verdicts = (status?.analysis ?? []).map(
    ({ metric, verdict }) => `${metric} ${verdictWords(verdict, paint)}`,
  );
  return verdicts.length === 0 ? [] : [verdicts.join(', ')];
}
