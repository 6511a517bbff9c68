import { untilAnswered, type ApiClient } from './api-client.ts';
import type { Pod } from './kubernetes-types.ts';

interface TokenRequest {
  status: { token: string; expirationTimestamp: string };
}

export interface TokenSource {
  audience?: string;
  expirationSeconds?: number;
}

const dayMs = 86_400_000;

/** One token bound to one pod, from the TokenRequest API, renewed when 80 % of its life or a day is over. */
export class ServiceAccountToken {
  private readonly client: ApiClient;
  private readonly signal: AbortSignal;
  private readonly source: TokenSource;
  private token = '';
  /** Unix time in milliseconds from which `read` asks for a new token. */
  renewAtMs = 0;

  constructor(client: ApiClient, source: TokenSource, signal: AbortSignal) {
    this.client = client;
    this.source = source;
    this.signal = signal;
  }

  async read(pod: Pod): Promise<string> {
    const now = Date.now();
    if (now < this.renewAtMs) return this.token;
    const account = pod.spec.serviceAccountName ?? 'default';
    const { namespace, name, uid } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const answer = await untilAnswered(`token for ${namespace}/${name}`, this.signal, () =>
      this.client.create<TokenRequest>(path, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          ...(this.source.audience === undefined ? {} : { audiences: [this.source.audience] }),
          expirationSeconds: this.source.expirationSeconds ?? 3_600,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      }),
    );
    if (answer === undefined) return this.token;
    this.token = answer.status.token;
    const lifeMs = Date.parse(answer.status.expirationTimestamp) - now;
    this.renewAtMs = now + Math.min(lifeMs * 0.8, dayMs);
    return this.token;
  }
}
