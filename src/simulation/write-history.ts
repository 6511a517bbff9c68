import { createHash } from 'node:crypto';
import type { AcceptedWrite } from './api-server/object-writer.ts';
import type { SimulatedApiServer } from './api-server/simulated-api-server.ts';

/** Every write that the API server accepted, in order, whoever it came from. */
export class WriteHistory {
  readonly writes: AcceptedWrite[] = [];

  constructor(server: SimulatedApiServer) {
    server.onWrite((write) => this.writes.push(write));
  }

  /** The writes of some user, or of all. */
  by(user?: string): AcceptedWrite[] {
    return user === undefined ? this.writes : this.writes.filter((write) => write.user === user);
  }

  /** The same for two runs exactly when they wrote the same, at the same times, in the same order. */
  digest(): string {
    const hash = createHash('sha256');
    for (const { atMs, user, verb, kind, key, subresource, object } of this.writes) {
      hash.update(JSON.stringify([atMs, user, verb, kind, key, subresource, object]));
    }
    return hash.digest('hex');
  }
}

/** A write for people: `12000 understudy-1 apply HTTPRoute ml/sentiment`. */
export const inWords = ({ atMs, user, verb, kind, key, subresource }: AcceptedWrite): string =>
  `${atMs} ${user} ${verb} ${kind} ${key}${subresource ? `/${subresource}` : ''}`;
