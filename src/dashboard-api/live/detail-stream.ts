import { createHash } from 'node:crypto';
import { ProblemError } from '../serve/problem.ts';
import { detailOf } from '../projection/detail.ts';
import type { Person } from '../people/person.ts';
import { maySee, rightsOf } from '../people/sight.ts';
import type { Detail, DetailAnswer, Rights } from '../schemas.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Board } from './board.ts';
import type { EventSink } from './event-sink.ts';
import type { Telling } from './stream.ts';

export interface Target {
  namespace: string;
  name: string;
}

/** Looks at one ModelDeployment as one person. */
export class DetailView {
  readonly #board: Board;
  readonly #person: Person;
  readonly #clock: Clock;
  readonly #program: string;
  readonly target: Target;

  constructor(
    board: Board,
    person: Person,
    target: Target,
    { clock, program }: { clock: Clock; program: string },
  ) {
    this.#board = board;
    this.#person = person;
    this.#clock = clock;
    this.#program = program;
    this.target = target;
  }

  get key(): string {
    return `${this.target.namespace}/${this.target.name}`;
  }

  get board(): Board {
    return this.#board;
  }

  /** Rejects where the person may not see it. */
  async rights(): Promise<Rights> {
    const { namespace, name } = this.target;
    if (await maySee(this.#person, namespace)) return await rightsOf(this.#person, namespace, name);
    throw notAllowed(this.#person, namespace);
  }

  /** Undefined where it is not there. */
  answer(rights: Rights): DetailAnswer | undefined {
    const found = this.#board.belongings(this.key);
    const row = this.#board.row(this.key);
    if (!found || !row) return undefined;
    const { serverTime, stale } = this.#board.state();
    const telling = { nowMs: this.#clock.now(), program: this.#program };
    return { serverTime, ...(stale && { stale }), detail: detailOf(found, row, rights, telling) };
  }
}

export const notAllowed = (person: Person, namespace: string): ProblemError =>
  person.user
    ? new ProblemError(
        'forbidden',
        `${person.user.name} may not see ModelDeployments in namespace ${namespace}`,
        ['The role understudy-viewer gives the right: docs/access.md.'],
      )
    : new ProblemError('unauthenticated', 'nobody is logged in', ['Log in with a token of the cluster.']);

export const notThere = ({ namespace, name }: Target): ProblemError =>
  new ProblemError('notFound', `there is no ModelDeployment "${name}" in namespace ${namespace}`, [
    'It was deleted, or it has another name: the list shows those that exist.',
  ]);

type Sections = Map<string, string>;

/** Bounded memory of what was sent, by its id: who comes back with one gets only what is different since. */
export class SentDetails {
  readonly #sent = new Map<string, Sections>();

  keep(id: string, sections: Sections): void {
    this.#sent.delete(id);
    this.#sent.set(id, sections);
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > 500 && oldest !== undefined) this.#sent.delete(oldest);
  }

  find(id: string | undefined): Sections | undefined {
    return id === undefined ? undefined : this.#sent.get(id);
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

/** Tells one person of one ModelDeployment. */
export class DetailTelling implements Telling {
  readonly #view: DetailView;
  readonly #memory: SentDetails;
  #rights: Rights;
  #sent: Sections | undefined;
  #stale: string | undefined;

  constructor(view: DetailView, rights: Rights, memory: SentDetails) {
    this.#view = view;
    this.#rights = rights;
    this.#memory = memory;
  }

  async check(): Promise<void> {
    this.#rights = await this.#view.rights();
  }

  snapshot(sink: EventSink): void {
    const answer = this.#view.answer(this.#rights);
    if (!answer) return this.#gone(sink);
    this.#stale = JSON.stringify(answer.stale);
    sink.send('snapshot', answer, this.#remember(answer.detail));
  }

  begin(sink: EventSink, lastEventId: string | undefined): () => void {
    this.#sent = this.#memory.find(lastEventId);
    if (this.#sent) this.#tell(sink);
    else this.snapshot(sink);
    return this.#view.board.onKeys((keys) => {
      if (keys.has(this.#view.key)) this.#tell(sink);
    });
  }

  /** Words such as "in 40s" change by themselves. */
  beat(sink: EventSink): boolean {
    return this.#tell(sink);
  }

  #tell(sink: EventSink): boolean {
    if (!this.#sent) {
      if (!this.#view.answer(this.#rights)) return false;
      this.snapshot(sink);
      return true;
    }
    const answer = this.#view.answer(this.#rights);
    if (!answer) {
      this.#gone(sink);
      return true;
    }
    const { serverTime, stale, detail } = answer;
    const now = sectionsOf(detail);
    const before = this.#sent;
    const changed = Object.fromEntries(
      Object.entries(detail).filter(([name]) => before.get(name) !== now.get(name)),
    );
    const removed = [...before.keys()].filter((name) => !now.has(name));
    const isStaleNew = JSON.stringify(stale) !== this.#stale;
    if (Object.keys(changed).length === 0 && removed.length === 0 && !isStaleNew) return false;
    this.#stale = JSON.stringify(stale);
    const news = { serverTime, changed, removed, ...(isStaleNew && { stale: stale ?? null }) };
    sink.send('delta', news, this.#remember(detail));
    return true;
  }

  #gone(sink: EventSink): void {
    this.#sent = undefined;
    sink.send('gone', { serverTime: this.#view.board.state().serverTime });
  }

  #remember(detail: Detail): string {
    this.#sent = sectionsOf(detail);
    const id = hash(JSON.stringify([this.#view.key, ...this.#sent]));
    this.#memory.keep(id, this.#sent);
    return id;
  }
}

const sectionsOf = (detail: Detail): Sections =>
  new Map(
    Object.entries(detail).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, hash(JSON.stringify(value))]],
    ),
  );
