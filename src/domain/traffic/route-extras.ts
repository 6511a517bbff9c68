import { canonicalJson } from '../revision/canonical-json.ts';

/**
 * What a route does beside its split: testers who always reach the candidate, copies of live requests, and clients who stay
 * with the revision that they met. None of it changes the shares of everybody else (law 2).
 */
export interface RouteExtras {
  testers?: Testers;
  mirror?: Mirror;
  sticky?: Sticky;
}

/** Requests that match go to one revision, whatever its weight; all others are split as the backends say. */
export interface Testers {
  revision: string;
  /** Any of them suffices; within one, everything must match. */
  matches: TesterMatch[];
}

/** Header, query and path matches as the Gateway API has them. */
export interface TesterMatch {
  headers?: NamedMatch[];
  queryParams?: NamedMatch[];
  path?: { type: 'PathPrefix' | 'Exact' | 'RegularExpression'; value: string };
}

export interface NamedMatch {
  name: string;
  type: 'Exact' | 'RegularExpression';
  value: string;
}

/** A copy of this percentage of the live requests goes to the revision's mirror Service; nobody sees the answers (law 8). */
export interface Mirror {
  revision: string;
  /** More than 0, at most 100. */
  percent: number;
}

/** Clients stay with the revision that they met first, known by a cookie that the router sets, or by a header of theirs. */
export type Sticky = { kind: 'cookie'; name: string; maxAgeMs?: number } | { kind: 'header'; name: string };

/** Whether a route that says one of them also says the other. */
export const sameExtras = (left: RouteExtras, right: RouteExtras): boolean =>
  canonicalJson(extrasOf(left)) === canonicalJson(extrasOf(right));

/** The extras alone, of an intent that holds more. */
export const extrasOf = ({ testers, mirror, sticky }: RouteExtras): RouteExtras => ({
  ...(testers && { testers }),
  ...(mirror && { mirror }),
  ...(sticky && { sticky }),
});

/** What not every router can do, and what a plan may need. */
export const capabilities = [
  'matchHeaders',
  'matchQueryParams',
  'matchPath',
  'mirror',
  'mirrorPercent',
  'sticky',
  'previewRoute',
] as const;
export type Capability = (typeof capabilities)[number];

/** What a router cannot do here, each with the reason in words; what is not named it can. */
export type Lacking = Partial<Record<Capability, string>>;
