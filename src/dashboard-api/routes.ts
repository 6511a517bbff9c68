import type { z } from 'zod';
import {
  ActionAnswer,
  ActionRequest,
  DetailAnswer,
  DiffAnswer,
  EventsAnswer,
  ListAnswer,
  Me,
  RolloutAnswer,
  SeriesAnswer,
  detailEvents,
  listEvents,
} from './schemas.ts';

/** One operation of the API, as the OpenAPI document tells of it. */
export interface Route {
  method: 'get' | 'post';
  /** Below `/api/v1`, with parameters in braces. */
  path: string;
  operationId: string;
  summary: string;
  /** Parameters behind the question mark, with what they mean. All are optional. */
  query?: Readonly<Record<string, string>>;
  takes?: z.ZodType;
  answers?: z.ZodType;
  /** The status of success; default 200. */
  status?: 200 | 201;
  /** Of a stream of server-sent events: their data, by name. */
  events?: Readonly<Record<string, z.ZodType>>;
}

const one = '/namespaces/{namespace}/modeldeployments/{name}';
const onlyNamespace = { namespace: 'Only those of one namespace.' };

export const routes = {
  me: { method: 'get', path: '/me', operationId: 'me', summary: 'Who the person is.', answers: Me },
  list: {
    method: 'get',
    path: '/modeldeployments',
    operationId: 'list',
    summary: 'ModelDeployments that the person may see.',
    query: onlyNamespace,
    answers: ListAnswer,
  },
  listStream: {
    method: 'get',
    path: '/stream',
    operationId: 'listStream',
    summary: 'The same, live.',
    query: onlyNamespace,
    events: listEvents,
  },
  detail: {
    method: 'get',
    path: one,
    operationId: 'detail',
    summary: 'Everything about one ModelDeployment.',
    answers: DetailAnswer,
  },
  detailStream: {
    method: 'get',
    path: `${one}/stream`,
    operationId: 'detailStream',
    summary: 'The same, live.',
    events: detailEvents,
  },
  series: {
    method: 'get',
    path: `${one}/series`,
    operationId: 'series',
    summary: 'The metrics of a rollout over time, both revisions.',
    query: { rollout: 'Name of a ModelRollout that is kept. Default: the one that runs, or the last one.' },
    answers: SeriesAnswer,
  },
  diff: {
    method: 'get',
    path: `${one}/diff`,
    operationId: 'diff',
    summary: 'How two revisions differ.',
    query: {
      from: 'A revision that is kept. Default: the stable one, or the one before it.',
      to: 'A revision that is kept. Default: the candidate, or what the spec asks for.',
    },
    answers: DiffAnswer,
  },
  events: {
    method: 'get',
    path: `${one}/events`,
    operationId: 'events',
    summary: "Kubernetes' events about it.",
    answers: EventsAnswer,
  },
  rollout: {
    method: 'get',
    path: `${one}/rollouts/{rollout}`,
    operationId: 'rollout',
    summary: 'The record of one rollout.',
    answers: RolloutAnswer,
  },
  act: {
    method: 'post',
    path: `${one}/actions`,
    operationId: 'act',
    summary: "Asks for a verb by a RolloutAction in the person's own name.",
    takes: ActionRequest,
    answers: ActionAnswer,
    status: 201,
  },
} as const satisfies Record<string, Route>;

/** Where the API begins, below the prefix of the page. */
export const apiRoot = '/api/v1';
