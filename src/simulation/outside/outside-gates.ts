import { GateRunners } from '../../gates/gate-runners.ts';
import type { GateRunner } from '../../gates/gate-runner.ts';
import { WebhookRunner } from '../../gates/webhook-runner.ts';
import type { OutboundRequest } from '../../outbound/outbound-http.ts';
import { SecretReader } from '../../outbound/secret-reader.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../random.ts';
import { type GateMood, gateMoods, type Meaning } from './service-mood.ts';
import { type ReceivedCall, SimulatedHttp } from './simulated-http.ts';

/** One time that a gate was called. */
export interface GateCall {
  /** Of the question: the same at every attempt. */
  id: string;
  gate: string;
  /** Of the ModelRollout. */
  rolloutUid: string;
  place: number;
  round: number;
  /** The process that asked. */
  by: string;
  /** It waits no more. */
  isOver: boolean;
  /** What it heard, and when; absent for one that was killed, or hung up. */
  heard?: { said: Meaning; atMs: number };
}

/** A process that calls. */
export interface Caller {
  name: string;
  clock: Clock;
  random: Random;
}

export const questionId = ({
  rolloutUid,
  gate,
  place,
  round,
}: Pick<GateCall, 'rolloutUid' | 'gate' | 'place' | 'round'>): string =>
  `${rolloutUid}/${gate}/${place}/${round}`;

/** The webhooks of users that are asked as gates, each in a mood of its own; and the truth about who was asked what, and heard what. */
export class OutsideGates {
  /** By the id of the question, in order. */
  readonly #calls = new Map<string, GateCall[]>();
  readonly #moods = new Map<string, GateMood>();
  readonly #clock: Clock;
  readonly #random: Random;
  /** Called when a call comes in, before it is one of those that were. */
  onCall: (call: GateCall) => void = () => {};

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Of which nothing is said answers yes. */
  setMood(gate: string, mood: GateMood): void {
    this.#moods.set(gate, mood);
  }

  callsOf(id: string): readonly GateCall[] {
    return this.#calls.get(id) ?? [];
  }

  /** What asks them from one process: all of it is the real one but for the network. */
  runnerFor({ name, clock, random }: Caller): GateRunner {
    const http = new SimulatedHttp({ clock, receive: (request) => this.#receive(name, request) });
    const secrets = new SecretReader({ get: () => Promise.reject(new Error('no gate here has a Secret')) });
    return new GateRunners({
      webhook: new WebhookRunner({ http, secrets, clock, random: () => random.uniform() }),
    });
  }

  #receive(by: string, { body }: OutboundRequest): ReceivedCall {
    const { id, data } = JSON.parse(body) as {
      id: string;
      data: { gate: string; step: number; round: number };
    };
    const { gate, step: place, round } = data;
    const call: GateCall = { id, gate, place, round, by, rolloutUid: uidIn(id), isOver: false };
    this.onCall(call);
    this.#calls.set(id, [...this.callsOf(id), call]);
    const reply = gateMoods[this.#moods.get(gate) ?? 'yes'](this.#clock.now(), this.#random);
    return {
      reply,
      ended: (how) => {
        call.isOver = true;
        if (how === 'hungUp') return;
        const said = how === 'answered' && reply.kind === 'answers' ? reply.means : 'Silent';
        call.heard = { said, atMs: this.#clock.monotonic() };
      },
    };
  }
}

const uidIn = (id: string): string => id.slice(0, id.indexOf('/'));
