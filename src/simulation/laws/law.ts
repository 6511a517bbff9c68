import type { Decision } from '../../domain/decision.ts';
import type { Facts } from '../../domain/testing/facts.ts';
import type { World } from '../../domain/world.ts';
import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { GateCall } from '../outside/outside-gates.ts';

/** A write to the API server, with what the live objects said before and after it. */
export interface SeenWrite {
  write: AcceptedWrite;
  before: Facts;
  after: Facts;
  /** What the live objects said at the times that the writer may have decided on, the newest first. */
  earlier: () => Iterable<Facts>;
}

/** One pass of a controller process: what it knew and what it made of it. */
export interface SeenPass {
  controller: string;
  world: World;
  decision: Decision;
}

/** What is wrong, if anything is. */
export type Complaints = string | undefined | readonly string[];

/**
 * A law as a check of everything that happens. It is told in order, may remember what it was told, and says what is wrong, or undefined;
 * the first words are `law` and its number.
 */
export interface Law {
  /** After each write of a controller. */
  written?(seen: SeenWrite): Complaints;
  /** After each write of anybody else. */
  happened?(seen: SeenWrite): void;
  /** After each decision, before anything of it is written. */
  decided?(pass: SeenPass): Complaints;
  /** When a gate is called, before the call is one of those that were; with what the live objects say at that moment. */
  asked?(call: GateCall, facts: Facts): Complaints;
}

/** Which law a complaint is about, as `law 4`; `end` for a world that came to rest elsewhere. */
export const lawIn = (complaint: string): string => complaint.slice(0, complaint.indexOf(':'));
