import type { RoutedRequest } from '../gateway/data-plane.ts';

/** Users who all send requests of the same kind. */
export interface Client {
  /** Tells them apart in the ledger. */
  name: string;
  requestsPerSecond: number;
  target: ClientTarget;
}

export type ClientTarget =
  /** Through the gateway, with this Host header. */
  | ({ kind: 'host'; host: string } & RoutedRequest)
  /** Inside the cluster, straight to a Service: every endpoint gets as much as every other one. */
  | { kind: 'service'; namespace: string; service: string };
