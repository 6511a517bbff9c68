import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelDeploymentSpec } from '../../src/api/model-deployment.ts';
import type { ModelDeploymentStatus } from '../../src/api/model-deployment-status.ts';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { CliProcess } from './cli-process.ts';
import { conversionFile } from './conversion-cases.ts';
import type { TestBed } from './test-bed.ts';
import { waitFor } from './wait-for.ts';
import type { RolloutRecord } from './watched-model.ts';

const root = join(import.meta.dirname, '..', '..');

/** What stands in the source, and what stands there while a test runs it. */
export type Edit = readonly [from: string, to: string];

export interface ConvertedOptions {
  /** Of the ModelDeployment, where several come out. */
  name: string;
  /** Of the source, before it is converted. */
  edits: readonly Edit[];
  /** Of `understudy convert`. */
  flags?: readonly string[];
  /** What the user adds to the result, because the source has no word for it. */
  added?: (spec: ModelDeploymentSpec) => void;
}

interface ConvertedDeployment extends KubernetesObject {
  spec: ModelDeploymentSpec;
}

/** A ModelDeployment that `understudy convert` made of a manifest of another tool, in its own namespace on a test bed. */
export class ConvertedModel {
  readonly #bed: TestBed;
  readonly #object: ConvertedDeployment;
  readonly name: string;
  readonly #namespace: string;

  private constructor(bed: TestBed, object: ConvertedDeployment) {
    this.#bed = bed;
    this.#object = object;
    const { name, namespace = 'default' } = object.metadata;
    this.name = name;
    this.#namespace = namespace;
  }

  /** Converts the fixture, applies all that comes out for this model, and waits until its first revision serves. */
  static async serve(bed: TestBed, fixture: string, options: ConvertedOptions): Promise<ConvertedModel> {
    const { name, added } = options;
    const items = await convert(bed, fixture, options);
    const object = items.find(
      (item): item is ConvertedDeployment => item.kind === 'ModelDeployment' && item.metadata.name === name,
    );
    if (!object) throw new Error(`no ModelDeployment ${name} comes out of ${fixture}`);
    added?.(object.spec);
    const model = new ConvertedModel(bed, object);
    await bed.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: model.#namespace } });
    for (const template of items.filter(({ kind }) => kind !== 'ModelDeployment')) await bed.apply(template);
    await bed.apply(object);
    await model.until('Healthy');
    return model;
  }

  /** As a user who releases another image. */
  async release(image: string): Promise<void> {
    this.#object.spec.serving.workload.template.spec.containers[0]!['image'] = image;
    await this.#bed.apply(this.#object);
  }

  /** Says a verb at the command line, as a person does. Throws with its words when it did not take effect. */
  async say(verb: 'promote' | 'abort'): Promise<void> {
    await run(this.#bed, [verb, this.name, '-n', this.#namespace]);
  }

  /** Waits until the status is about the spec of now, and has this phase, at this step from 0 where one is given. */
  until(phase: ModelDeploymentStatus['phase'], step?: number): Promise<ModelDeploymentStatus> {
    const place = step === undefined ? '' : ` at step ${step}`;
    return waitFor(
      `${this.name} is ${phase}${place}`,
      async () => {
        const { status, metadata } = (await this.#find())!;
        const seen = status as ModelDeploymentStatus | undefined;
        const isOfNow = seen?.observedGeneration === metadata['generation'];
        const isThere = seen?.phase === phase && (step === undefined || seen?.rollout?.step === step);
        if (isOfNow && isThere) return seen;
        throw new Error(JSON.stringify(status));
      },
      { timeoutMs: 120_000 },
    );
  }

  /** The record of the rollout with this number, when it has ended. */
  outcome(number: number): Promise<RolloutRecord> {
    return waitFor(
      `rollout ${number} of ${this.name} has an outcome`,
      async () => {
        const record = await this.#bed.get(
          resourceKinds.modelRollout,
          `${this.name}-${number}`,
          this.#namespace,
        );
        if (record?.['status']?.outcome !== undefined) return record as RolloutRecord;
        throw new Error(
          JSON.stringify({ rollout: record?.['status'], of: (await this.#find())?.['status'] }),
        );
      },
      { timeoutMs: 120_000 },
    );
  }

  /** The image of the revision that users have. */
  async servedImage(): Promise<string> {
    const { revision } = ((await this.#find())!['status'] as ModelDeploymentStatus).stable!;
    const name = `${this.name}-${revision}`;
    const deployment = await this.#bed.get(resourceKinds.deployment, name, this.#namespace);
    return deployment!['spec'].template.spec.containers[0].image;
  }

  #find(): Promise<KubernetesObject | undefined> {
    return this.#bed.get(resourceKinds.modelDeployment, this.name, this.#namespace);
  }
}

/** By the built command line, from a file, as users do. Throws when an edit is of nothing, so that none is left behind by its fixture. */
async function convert(
  bed: TestBed,
  fixture: string,
  { edits, flags = [] }: ConvertedOptions,
): Promise<KubernetesObject[]> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-convert-'));
  try {
    let source = readFileSync(join(root, conversionFile({ name: fixture })), 'utf8');
    for (const [from, to] of edits) {
      if (!source.includes(from)) throw new Error(`${fixture} does not hold ${JSON.stringify(from)}`);
      source = source.replaceAll(from, to);
    }
    const file = join(folder, 'source.yaml');
    writeFileSync(file, source);
    const output = await run(bed, ['convert', '-f', file, ...flags, '-o', 'json']);
    return (JSON.parse(output) as { items: KubernetesObject[] }).items;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the built command line prints. Throws with its words when it does not end well. */
async function run(bed: TestBed, argv: readonly string[]): Promise<string> {
  const { code, output, complaints } = await new CliProcess(bed.cluster.kubeconfigPath, argv).result();
  if (code !== 0) throw new Error(`understudy ${argv.join(' ')}: ${code}\n${output}${complaints}`);
  return output;
}

/** The weights that a rollout had, each once in a row. */
export function weightsOf({ status }: RolloutRecord): number[] {
  const weights = (status?.decisions ?? []).map(({ weight }) => weight);
  return weights.filter((weight, index) => weight !== weights[index - 1]);
}
