import type { Endpoint } from '../cluster/layout.ts';

/**
 * What the owner of a cluster asks its keeper. A `forward` comes with a listening socket of the host as handle; the answer to a `listen`
 * comes with one of the namespace.
 */
export type KeeperRequest =
  | { id: number; kind: 'probe'; host: string; port: number }
  | { id: number; kind: 'forward'; to: Endpoint }
  | { id: number; kind: 'listen'; host: string };

export type KeeperAnswer = { ready: true } | { ready: false; reason: string } | { id: number; ok: boolean };
