import type { z } from 'zod';
import type {
  ActionAnswer,
  ActionRequest,
  DiffAnswer,
  EventsAnswer,
  Me,
  RolloutAnswer,
  SeriesAnswer,
} from '../../../src/dashboard-api/schemas.ts';
import { ApiError, problemOf } from './api-error.ts';
import { authorization } from './token.ts';

/** Addresses are relative to the page, whatever path it is served under. */
const root = 'api/v1';

const part = encodeURIComponent;

/** Where everything about one ModelDeployment is, by its `namespace/name`. */
function ofModel(key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return `${root}/namespaces/${part(namespace)}/modeldeployments/${part(name)}`;
}

export const listStreamAddress = `${root}/stream`;
export const detailStreamAddress = (key: string): string => `${ofModel(key)}/stream`;

export const fetchMe = (signal?: AbortSignal) => get<Me>(`${root}/me`, signal);
export const fetchEvents = (key: string, signal?: AbortSignal) =>
  get<EventsAnswer>(`${ofModel(key)}/events`, signal);
export const fetchRollout = (key: string, rollout: string, signal?: AbortSignal) =>
  get<z.infer<typeof RolloutAnswer>>(`${ofModel(key)}/rollouts/${part(rollout)}`, signal);
export const fetchSeries = (key: string, rollout: string, signal?: AbortSignal) =>
  get<SeriesAnswer>(`${ofModel(key)}/series?rollout=${part(rollout)}`, signal);
export const fetchDiff = (key: string, from: string, to: string, signal?: AbortSignal) =>
  get<DiffAnswer>(`${ofModel(key)}/diff?from=${part(from)}&to=${part(to)}`, signal);

/** Asks for a verb. Throws `ApiError` with the reason where it was refused. */
export const act = (key: string, request: ActionRequest) =>
  answerOf<ActionAnswer>(`${ofModel(key)}/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });

const get = <Answer>(address: string, signal?: AbortSignal) =>
  answerOf<Answer>(address, { ...(signal && { signal }) });

async function answerOf<Answer>(address: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(address, {
    ...init,
    cache: 'no-store',
    headers: { accept: 'application/json', ...authorization(), ...(init.headers as Record<string, string>) },
  });
  if (!answer.ok) throw new ApiError(await problemOf(answer));
  return (await answer.json()) as Answer;
}
