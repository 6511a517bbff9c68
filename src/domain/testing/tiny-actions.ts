import type { RolloutActionSpec } from '../../api/rollout-action.ts';
import type { ActionIntent } from '../decision.ts';
import type { ActionView } from '../world.ts';
import type { TinyWorld } from './tiny-world.ts';

/** What is said of an action beside its verb. */
export interface Asked extends Partial<Pick<RolloutActionSpec, 'full' | 'revision' | 'reason'>> {
  name?: string;
  /** Default: alice; null: nobody says who. */
  by?: string | null;
  target?: Partial<RolloutActionSpec['target']>;
  createdAtMs?: number;
  ttlMs?: number;
}

const day = 24 * 60 * 60_000;

/** The RolloutActions of the model world. */
export class TinyActions {
  readonly #stored = new Map<string, ActionView>();
  #asked = 0;

  /** As a person makes one who looks at the status: of what runs now, at the step where it stands. */
  ask(world: TinyWorld, verb: RolloutActionSpec['verb'], asked: Asked): ActionView {
    const { name = `${verb}-${(this.#asked += 1)}`, by = 'alice', full, revision, reason } = asked;
    const { rollout } = world.status ?? {};
    const target = {
      name: 'sentiment',
      uid: 'uid',
      ...(rollout && { rollout: rollout.name, step: rollout.step }),
      ...asked.target,
    };
    const action: ActionView = {
      name,
      uid: `uid-${name}`,
      generation: 1,
      createdAtMs: asked.createdAtMs ?? Math.floor(world.nowMs / 1_000) * 1_000,
      ttlMs: asked.ttlMs ?? day,
      spec: {
        target,
        verb,
        ...(full !== undefined && { full }),
        ...(revision !== undefined && { revision }),
        ...(reason !== undefined && { reason }),
        ...(by !== null && { requestedBy: by }),
      },
      actor: { name: by ?? 'unknown', verified: by !== null },
      status: undefined,
      owned: false,
    };
    this.#stored.set(name, action);
    return action;
  }

  views(): ActionView[] {
    return [...this.#stored.values()];
  }

  find(name: string): ActionView | undefined {
    return this.#stored.get(name);
  }

  /** What became of each, as `promote-1 Applied`. */
  get states(): string[] {
    return this.views().map(({ name, status }) => `${name} ${status?.state ?? 'unseen'}`);
  }

  carryOut(intent: ActionIntent): void {
    const action = this.#stored.get(intent.name);
    if (!action) return;
    if (intent.kind === 'delete') this.#stored.delete(intent.name);
    else if (intent.kind === 'own') this.#stored.set(intent.name, { ...action, owned: true });
    else this.#stored.set(intent.name, { ...action, status: intent.status });
  }
}
