import { labels } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/** What a pod does from the moment on that a node has it. Times are milliseconds from then. */
export type PodBehaviour =
  | { kind: 'ready'; afterMs: number }
  /** It runs, and its readiness probe never passes. */
  | { kind: 'neverReady' }
  /** Its image cannot be pulled. */
  | { kind: 'neverPulls' }
  /** It ends with this exit code again and again, after it was ready for a while or never. */
  | { kind: 'crashes'; afterMs: number; readyAfterMs?: number; exitCode: number }
  /** No node has room for it. */
  | { kind: 'unschedulable'; message: string };

export type BehaviourListener = () => void;

/** Which pods behave how: by revision, else by image, else as all others. What is said of a revision holds for pods that live too. */
export class PodBehaviours {
  readonly #byRevision = new Map<string, PodBehaviour>();
  readonly #byImage = new Map<string, PodBehaviour>();
  readonly #listeners = new Set<BehaviourListener>();
  #otherwise: PodBehaviour;

  constructor(otherwise: PodBehaviour) {
    this.#otherwise = otherwise;
  }

  of({ metadata, spec }: KubernetesObject): PodBehaviour {
    const revision = metadata.labels?.[labels.revision] ?? '';
    const images: string[] = (spec?.containers ?? []).map(({ image }: { image: string }) => image);
    const byImage = images
      .map((image) => this.#byImage.get(image))
      .find((behaviour) => behaviour !== undefined);
    return this.#byRevision.get(revision) ?? byImage ?? this.#otherwise;
  }

  forRevision(revision: string, behaviour: PodBehaviour): void {
    this.#byRevision.set(revision, behaviour);
    this.#tell();
  }

  /** Nothing that was said of single revisions holds any more. */
  forgetRevisions(): void {
    this.#byRevision.clear();
    this.#tell();
  }

  forImage(image: string, behaviour: PodBehaviour): void {
    this.#byImage.set(image, behaviour);
    this.#tell();
  }

  forAllOthers(behaviour: PodBehaviour): void {
    this.#otherwise = behaviour;
    this.#tell();
  }

  onChange(listener: BehaviourListener): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
