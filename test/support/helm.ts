import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { resolveHelm } from '../../tools/local-cluster/binaries/binaries.ts';
import type { LocalCluster } from '../../tools/local-cluster/local-cluster.ts';

export const chart = join(import.meta.dirname, '..', '..', 'charts', 'understudy');

/** Values of a chart, as a file of them holds. */
export type Values = Record<string, unknown>;

/** What a run of helm said. */
export interface HelmAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real helm on a cluster, with settings of its own that end with it. */
export class Helm {
  readonly #binary: string;
  readonly #kubeconfig: string;
  readonly #folder: string;
  #files = 0;

  private constructor(binary: string, kubeconfig: string, folder: string) {
    this.#binary = binary;
    this.#kubeconfig = kubeconfig;
    this.#folder = folder;
  }

  static async on({ kubeconfigPath }: LocalCluster): Promise<Helm> {
    return new Helm(await resolveHelm(), kubeconfigPath, await mkdtemp(join(tmpdir(), 'understudy-helm-')));
  }

  get binary(): string {
    return this.#binary;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Runs helm with these arguments, and with the values from a file. */
  async run(args: string[], values?: Values): Promise<HelmAnswer> {
    const given = values === undefined ? [] : ['--values', await this.#write(values)];
    const env = {
      ...process.env,
      KUBECONFIG: this.#kubeconfig,
      HELM_CACHE_HOME: join(this.#folder, 'cache'),
      HELM_CONFIG_HOME: join(this.#folder, 'config'),
      HELM_DATA_HOME: join(this.#folder, 'data'),
    };
    const child = spawn(this.#binary, [...args, ...given], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const answer: HelmAnswer = { code: -1, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (answer.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (answer.stderr += chunk.toString()));
    answer.code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? -1));
    });
    return answer;
  }

  /** As `run`; throws with helm's words when it fails. */
  async must(args: string[], values?: Values): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, values);
    if (code !== 0) throw new Error(`helm ${args[0]} ended with ${code}: ${stderr || stdout}`);
    return stdout;
  }

  /** The objects that the chart makes of these values, as a release of this name. */
  async template(
    values: Values,
    { namespace = 'understudy-system', release = 'understudy' } = {},
  ): Promise<KubernetesObject[]> {
    const text = await this.must(['template', release, chart, '--namespace', namespace], values);
    return parseAllDocuments(text)
      .map((document) => document.toJS() as KubernetesObject | null)
      .filter((object) => object !== null);
  }

  async #write(values: Values): Promise<string> {
    const path = join(this.#folder, `values-${(this.#files += 1)}.yaml`);
    await writeFile(path, stringify(values));
    return path;
  }
}
