import { useLabel } from '../../api/group.ts';
import type { NoticeSender } from '../../notifications/notice-sender.ts';
import { TargetSender } from '../../notifications/target-sender.ts';
import type { OutboundRequest } from '../../outbound/outbound-http.ts';
import { SecretReader } from '../../outbound/secret-reader.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../random.ts';
import type { Caller } from './outside-gates.ts';
import { type ServiceMood, type TargetMood, targetMoods } from './service-mood.ts';
import { type ReceivedCall, SimulatedHttp } from './simulated-http.ts';

/** Something that a target was sent. */
export interface Telling {
  target: string;
  /** By which the target knows what it has had already: of the body, and of the header `webhook-id`. */
  id: string;
  idOfHeader: string;
  /** What it says of what was decided, as one text. */
  said: string;
  by: string;
}

/** The webhooks that people are told by, each in a mood of its own; and the truth about what each of them has. */
export class OutsideTargets {
  readonly #has = new Map<string, Set<string>>();
  readonly #moods = new Map<string, TargetMood>();
  readonly #clock: Clock;
  readonly #random: Random;
  /** Called when something is sent, whatever becomes of it. */
  onTelling: (telling: Telling) => void = () => {};

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Of which nothing is said takes everything. */
  setMood(target: string, mood: TargetMood): void {
    this.#moods.set(target, mood);
  }

  /** The ids of what a target has. */
  has(target: string): ReadonlySet<string> {
    return this.#has.get(target) ?? new Set();
  }

  /** What sends to them from one process: all of it is the real one but for the network and the Secrets. */
  senderFor({ name, clock }: Caller): NoticeSender {
    return new TargetSender({
      http: new SimulatedHttp({ clock, receive: (request) => this.#receive(name, request) }),
      mail: { send: () => Promise.reject(new Error('there is no mail here')) },
      secrets: new SecretReader({ get: () => Promise.resolve(secret) }),
      clock,
    });
  }

  #receive(by: string, { url, headers, body }: OutboundRequest): ReceivedCall {
    const target = new URL(url).pathname.slice(1);
    const { id, type, subject, time, data } = JSON.parse(body) as Record<string, string> & {
      data: { reason: string; message: string };
    };
    const said = [type, subject, time, data.reason, data.message].join(' ');
    this.onTelling({ target, id: id!, idOfHeader: headers['webhook-id'] ?? '', said, by });
    const mood: ServiceMood = targetMoods[this.#moods.get(target) ?? 'takes'];
    const reply = mood(this.#clock.now(), this.#random);
    const take = () => this.#has.set(target, new Set([...this.has(target), id!]));
    if (reply.kind === 'hangs' && reply.means === 'Pass') take();
    // What was sent arrives, also when whoever sent it is dead by then.
    if (reply.kind === 'answers' && reply.means === 'Pass') this.#clock.after(reply.afterMs, take);
    return { reply, ended: () => {} };
  }
}

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'ml', name: 'targets', labels: { [useLabel.key]: useLabel.value } },
  data: { signingKey: Buffer.from('simulated').toString('base64') },
};
