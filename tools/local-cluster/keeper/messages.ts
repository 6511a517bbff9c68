import type { Endpoint } from '../cluster/layout.ts';

/** What the owner of a cluster asks its keeper. A `forward` comes with the listening socket as handle. */
export type KeeperRequest =
  { id: number; kind: 'probe'; host: string; port: number } | { id: number; kind: 'forward'; to: Endpoint };

export type KeeperAnswer = { ready: true } | { ready: false; reason: string } | { id: number; ok: boolean };
