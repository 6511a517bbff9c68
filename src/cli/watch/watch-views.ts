import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster, ObjectName } from '../../kubernetes/cluster.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { followAll, followOne } from '../cluster/follow.ts';
import { type ModelPicture } from '../../presentation/picture.ts';
import { gatherAround } from '../cluster/gather-model.ts';
import { asModel } from '../cluster/objects.ts';
import type { Terminal } from '../terminal.ts';
import { ChangeTeller } from '../views/change-lines.ts';
import { modelTree } from '../views/model-tree.ts';
import { modelsTable } from '../views/models-table.ts';
import { canvasOf } from '../views/view.ts';
import { Screen } from './screen.ts';

const { modelDeployment } = resourceKinds;

/** Where a view plays, and what ends it. */
export interface Scene {
  cluster: Cluster;
  terminal: Terminal;
  signal: AbortSignal;
}

/** One ModelDeployment, those of a namespace, or all. */
export interface WatchScope {
  namespace?: string;
  name?: string;
}

/** Times on the screen go on by themselves. */
const redrawMs = 1_000;
/** Pods and rollouts are read again at most so often, and so often where nothing says that they changed. */
const lookMs = { least: 1_000, longest: 5_000 };

/** For logs and pipes: a line for each change. Ends when the one that it is about is deleted. */
export async function watchInLines(
  { cluster, terminal, signal }: Scene,
  { namespace, name }: WatchScope,
): Promise<void> {
  const teller = new ChangeTeller();
  const scope = {
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
  };
  const onTrouble = ({ message }: ClusterError) => terminal.complain(`understudy: ${message}; still trying`);
  for await (const objects of followAll(cluster, modelDeployment, scope, { signal, onTrouble })) {
    const lines = teller.tell(objects.map(asModel), canvasOf(terminal, Date.now(), true));
    for (const line of lines) terminal.print(line);
    if (name !== undefined && objects.length === 0) return;
  }
}

/** On a terminal: the table, drawn again in its place. */
export async function watchMany(scene: Scene, { namespace }: WatchScope): Promise<void> {
  let models: ModelDeployment[] | undefined;
  await play(
    scene,
    (canvas) =>
      models === undefined
        ? ['waiting for the API server']
        : models.length === 0
          ? ['There is no ModelDeployment here yet.']
          : modelsTable(models, canvas, { namespaces: namespace === undefined }),
    async (options) => {
      const scope = namespace === undefined ? {} : { namespace };
      for await (const objects of followAll(scene.cluster, modelDeployment, scope, options)) {
        models = objects.map(asModel).sort(byName);
        options.onNews();
      }
    },
  );
}

const byName = ({ metadata: one }: ModelDeployment, { metadata: other }: ModelDeployment): number =>
  `${one.namespace}/${one.name}` < `${other.namespace}/${other.name}` ? -1 : 1;

/** On a terminal: everything about one, drawn again in its place. Ends when it is deleted. */
export async function watchOne(scene: Scene, name: ObjectName): Promise<void> {
  let model: ModelDeployment | undefined;
  let around: Omit<ModelPicture, 'model'> | undefined;
  let isGone = false;
  await play(
    scene,
    (canvas) => {
      if (isGone) return [`${name.namespace}/${name.name} was deleted.`];
      return model && around ? modelTree({ model, ...around }, canvas) : ['waiting for the API server'];
    },
    async (options) => {
      const ended = new AbortController();
      const signal = AbortSignal.any([options.signal, ended.signal]);
      const news = new Bell();
      const look = async () => {
        while (!signal.aborted) {
          try {
            around = await gatherAround(scene.cluster, name);
            options.onNews();
          } catch (error) {
            // Who stops while it is read wants no answer any more.
            if (signal.aborted) return;
            if (!ClusterError.is(error)) throw error;
            options.onTrouble(error);
          }
          await sleep(lookMs.least, undefined, { signal }).catch(() => undefined);
          await news.rung(lookMs.longest - lookMs.least, signal);
        }
      };
      const follow = async () => {
        for await (const object of followOne(scene.cluster, modelDeployment, name, { ...options, signal })) {
          isGone = object === undefined;
          if (object) model = asModel(object);
          news.ring();
          options.onNews();
          if (isGone) break;
        }
        ended.abort();
      };
      await Promise.all([look(), follow().finally(() => ended.abort())]);
    },
  );
}

interface PlayOptions {
  signal: AbortSignal;
  onTrouble: (error: ClusterError) => void;
  onNews: () => void;
}

/** Draws what `view` says whenever there is news, and every second, until `source` ends or the scene does. */
async function play(
  { terminal, signal }: Scene,
  view: (canvas: ReturnType<typeof canvasOf>) => string[],
  source: (options: PlayOptions) => Promise<void>,
): Promise<void> {
  const screen = new Screen(terminal);
  const bell = new Bell();
  let trouble: string | undefined;
  let isOver = false;
  const draw = () => {
    const notes = trouble === undefined ? [] : ['', terminal.style('yellow', `! ${trouble}`)];
    screen.draw([...view(canvasOf(terminal, Date.now())), ...notes]);
  };
  const fed = source({
    signal,
    onTrouble: ({ message }) => {
      trouble = `${message}; still trying`;
      bell.ring();
    },
    onNews: () => {
      trouble = undefined;
      bell.ring();
    },
  }).finally(() => {
    isOver = true;
    bell.ring();
  });
  // It is awaited below, when the loop has seen that it is over.
  fed.catch(() => undefined);
  try {
    while (!isOver && !signal.aborted) {
      draw();
      await bell.rung(redrawMs, signal);
    }
    await fed;
    draw();
  } finally {
    screen.close();
  }
}

/** Wakes somebody who waits; one ring that nobody waited for is kept. */
class Bell {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** When it rings, the time is over, or the signal ends it. */
  async rung(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal.aborted) {
      const over = new AbortController();
      this.#wake = () => over.abort();
      await sleep(timeoutMs, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(
        () => undefined,
      );
      this.#wake = undefined;
    }
    this.#isRung = false;
  }
}
