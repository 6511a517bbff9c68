import { randomBytes } from 'node:crypto';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import type { RolloutAction } from '../../api/rollout-action.ts';
import { toTime } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessage, type Logger } from '../../runtime/logger.ts';
import type { Belongings } from '../projection/detail.ts';
import { ErrorTrends } from '../projection/error-trends.ts';
import { rowOf } from '../projection/row.ts';
import type { Objects } from '../objects.ts';
import type { ListAnswer, Row } from '../schemas.ts';

/** One change of a row, numbered; without a row it is gone. */
export interface BoardChange {
  number: number;
  key: string;
  row: Row | undefined;
}

export interface BoardOptions {
  objects: Objects;
  clock: Clock;
  logger: Logger;
  /** Changes that come closer together than this are told as one. */
  settleMs?: number;
  /** So many changes can be told again to who comes back. */
  mostHistory?: number;
}

const outdatedWords =
  'as it is now it cannot be shown, and this is how it was: the log of the server says why, kubectl shows the object';

type Listener = (changes: readonly BoardChange[]) => void;

/**
 * The rows of all ModelDeployments, kept up from the caches, and the last changes of them by number. One for all people: what a person may not
 * see is left out when it is told. Bounded: a row for each ModelDeployment, and so many changes.
 */
export class Board {
  /** Numbers of another process mean nothing here. */
  readonly epoch = randomBytes(6).toString('base64url');
  readonly #options: Required<BoardOptions>;
  readonly #trends = new ErrorTrends();
  readonly #rows = new Map<string, { row: Row; text: string }>();
  readonly #dirty = new Set<string>();
  readonly #listeners = new Set<Listener>();
  readonly #keyListeners = new Set<(keys: ReadonlySet<string>) => void>();
  #history: BoardChange[] = [];
  #number = 0;
  #flushIsDue = false;

  constructor(options: BoardOptions) {
    this.#options = { settleMs: 200, mostHistory: 2_000, ...options };
    options.objects.onChange((key) => this.#touch(key));
    for (const key of options.objects.keys()) this.#touch(key);
  }

  get number(): number {
    return this.#number;
  }

  rows(): Row[] {
    this.#flush();
    return [...this.#rows.values()]
      .map(({ row }) => row)
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  row(key: string): Row | undefined {
    this.#flush();
    return this.#rows.get(key)?.row;
  }

  namespaces(): string[] {
    return [...new Set(this.rows().map(({ namespace }) => namespace))];
  }

  /** What came after a number; undefined where that is not known any more. */
  since(number: number): BoardChange[] | undefined {
    this.#flush();
    if (number > this.#number) return undefined;
    const oldest = this.#history[0]?.number ?? this.#number + 1;
    return number + 1 < oldest ? undefined : this.#history.filter((change) => change.number > number);
  }

  /** Everything that the caches hold about one. */
  belongings(key: string): Belongings | undefined {
    const { objects } = this.#options;
    const model = objects.modelDeployment(key) as unknown as ModelDeployment | undefined;
    return (
      model && {
        model,
        rollouts: objects.modelRollouts(key) as unknown as ModelRollout[],
        actions: objects.actions(key) as unknown as RolloutAction[],
        deployments: objects.deployments(key),
        pods: objects.pods(key),
      }
    );
  }

  /** How fresh it is. */
  state(): Pick<ListAnswer, 'serverTime' | 'synced' | 'stale'> {
    const { clock, objects } = this.#options;
    const { synced, failure } = objects.state();
    return {
      serverTime: toTime(clock.now()),
      synced,
      ...(failure && { stale: { since: toTime(failure.sinceMs), message: failure.message } }),
    };
  }

  /** Tells of changes of rows; gives what ends it. */
  onRows(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells which ModelDeployments something has changed about, also where no row shows it. */
  onKeys(listener: (keys: ReadonlySet<string>) => void): () => void {
    this.#keyListeners.add(listener);
    return () => this.#keyListeners.delete(listener);
  }

  #touch(key: string): void {
    this.#dirty.add(key);
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    this.#options.clock.after(this.#options.settleMs, () => {
      this.#flushIsDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#dirty.size === 0) return;
    const keys = new Set(this.#dirty);
    this.#dirty.clear();
    const changes = [...keys].flatMap(
      (key) => this.#contained(key, () => this.#renewed(key)) ?? this.#outdated(key),
    );
    this.#history = [...this.#history, ...changes].slice(-this.#options.mostHistory);
    if (changes.length > 0)
      for (const listener of this.#listeners) this.#contained('a stream', () => listener(changes));
    for (const listener of this.#keyListeners) this.#contained('a stream', () => listener(keys));
  }

  /** An object of an odd form must harm neither the others nor the process that serves them (law 17). */
  #contained<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#options.logger.error('something cannot be shown on the dashboard', {
        what,
        error: errorMessage(error),
      });
      return undefined;
    }
  }

  #renewed(key: string): BoardChange[] {
    const found = this.belongings(key);
    if (!found) {
      this.#trends.forget(key);
      if (!this.#rows.has(key)) return [];
      this.#rows.delete(key);
      return [{ number: ++this.#number, key, row: undefined }];
    }
    const { model, rollouts, actions } = found;
    const rollout = rollouts.find(({ metadata }) => metadata.name === model.status?.rollout?.name);
    const trend = this.#trends.look(key, rollout, this.#options.clock.now());
    const row = rowOf({ model, rollout, actions, trend });
    return this.#kept(key, row);
  }

  /** The object is there and cannot be shown: its row stays as it was, and says so. */
  #outdated(key: string): BoardChange[] {
    const known = this.#rows.get(key);
    return known ? this.#kept(key, { ...known.row, outdated: true, message: outdatedWords }) : [];
  }

  #kept(key: string, row: Row): BoardChange[] {
    const text = JSON.stringify(row);
    if (this.#rows.get(key)?.text === text) return [];
    this.#rows.set(key, { row, text });
    return [{ number: ++this.#number, key, row }];
  }
}
