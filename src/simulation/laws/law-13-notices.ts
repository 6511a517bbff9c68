import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import { type NoticeKind, type NotificationStatus, toldByDefault } from '../../api/notification.ts';
import { readRollout } from '../../controller/objects/model-rollout.ts';
import { isAhead, type Notice } from '../../domain/notices/notice.ts';
import { noticesOf } from '../../domain/notices/notices.ts';
import type { RolloutView } from '../../domain/world.ts';
import { type KubernetesObject, nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import type { Telling } from '../outside/outside-targets.ts';
import type { Law } from './law.ts';

export interface ToldTarget {
  name: string;
  events?: readonly NoticeKind[];
}

export interface NoticesOptions {
  server: SimulatedApiServer;
  /** The ModelDeployment. */
  key: string;
  targets: readonly ToldTarget[];
  /** The ids of what a target has. */
  has: (target: string) => ReadonlySet<string>;
}

/**
 * Law 13, of notifications: nobody is told what no record says; each decision is told under one id, and no id stands for two; and the status says
 * of a target that it was told something only when the target has it.
 */
export class NoticesLaw implements Law {
  readonly #options: NoticesOptions;
  /** What has stood in a record, by id. */
  readonly #stood = new Set<string>();
  readonly #said = new Map<string, string>();
  /** How far each target was told, as the status had it. */
  #marks = new Map<string, NotificationStatus>();
  #uid: string | undefined;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** At a write of a record, or of the status. */
  readonly written: NonNullable<Law['written']> = ({ write: { kind, verb, object } }) => {
    if (kind === 'ModelRollout' && verb !== 'delete') this.#note();
    if (kind !== 'ModelDeployment' || object.metadata.name !== nameOf(this.#options.key).name)
      return undefined;
    return this.#statusWritten(object);
  };

  readonly happened: NonNullable<Law['happened']> = ({ write: { kind, object } }) => {
    if (kind === 'ModelRollout') this.#note();
    const isLost = kind === 'ModelDeployment' && object['status'] === undefined;
    if (isLost) this.#marks.clear();
  };

  /** At each attempt to tell something. */
  told({ target, id, idOfHeader, said }: Telling): string | undefined {
    if (idOfHeader !== id) return `law 13: target ${target} is sent ${id} under the key ${idOfHeader}`;
    if (!this.#stood.has(id)) return `law 13: target ${target} is told ${id}, which no record says: ${said}`;
    const before = this.#said.get(id) ?? said;
    this.#said.set(id, said);
    return before === said ? undefined : `law 13: ${id} stands for "${before}" and for "${said}"`;
  }

  /** What the status does not say yet that a target was told. */
  untold(): string[] {
    return this.#options.targets.flatMap(({ name, events }) =>
      this.#notices(events)
        .filter((notice) => isUntold(notice, this.#marks.get(name)))
        .map(({ id }) => `${name} ${id}`),
    );
  }

  #statusWritten(object: KubernetesObject): string[] {
    const { uid } = object.metadata;
    if (uid !== this.#uid) this.#marks = new Map();
    this.#uid = uid;
    const { notifications = [] } = (object['status'] ?? {}) as ModelDeploymentStatus;
    return notifications.flatMap((mark) => {
      const { target: name } = mark;
      const events = this.#options.targets.find((target) => target.name === name)?.events;
      const before = this.#marks.get(name) ?? beginningOf(mark, this.#newest());
      this.#marks.set(name, mark);
      const missing = this.#notices(events).find(
        (notice) =>
          isAhead(notice, before) && !isAhead(notice, mark) && !this.#options.has(name).has(notice.id),
      );
      return missing
        ? [
            `law 13: the status says that ${name} was told ${missing.id} (${missing.kind}), and it has not got it`,
          ]
        : [];
    });
  }

  #note(): void {
    for (const { id } of this.#notices(undefined, true)) this.#stood.add(id);
  }

  #notices(events: readonly NoticeKind[] = toldByDefault, all = false): Notice[] {
    const { server, key } = this.#options;
    const uid = server.find(resourceKinds.modelDeployment, key)?.metadata.uid ?? '';
    const about = { ...nameOf(key), namespace: nameOf(key).namespace ?? '', uid };
    return this.#records(uid)
      .flatMap((rollout) => noticesOf(about, rollout))
      .filter(({ kind }) => all || events.includes(kind));
  }

  #newest(): RolloutView | undefined {
    const { server, key } = this.#options;
    return this.#records(server.find(resourceKinds.modelDeployment, key)?.metadata.uid ?? '').at(-1);
  }

  #records(uid: string): RolloutView[] {
    return [...this.#options.server.list(resourceKinds.modelRollout)]
      .filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === uid)
      .map((rollout) => readRollout(rollout, 0))
      .sort((left, right) => left.spec.number - right.spec.number);
  }
}

/** Who was told nothing that anybody knows of hears of a rollout that runs from its beginning, and nothing of those that are over. */
const beginningOf = (mark: NotificationStatus, newest: RolloutView | undefined): NotificationStatus =>
  newest && newest.status.phase !== 'Ended' ? { ...mark, rollout: newest.spec.number, told: 0 } : mark;

const isUntold = (notice: Notice, told: NotificationStatus | undefined): boolean =>
  !told || isAhead(notice, told);
