import type { Manifest } from './model-deployment-cases/changes.ts';

/** A MetricTemplate with this spec; `metadata.namespace` is ignored for the kind of the cluster. */
export const metricTemplate = (spec: Manifest, kind = 'MetricTemplate', name = 'queue'): Manifest => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind,
  metadata: { name, ...(kind === 'MetricTemplate' && { namespace: 'default' }) },
  spec,
});

const team = { name: 'team', description: 'Whose pods', default: 'search' };
const query = 'max(waiting{team="{{ args.team }}"})';

/** Specs of a template: those that are taken, and those that are refused, with the field and a part of the message. */
export const templateSpecs: {
  accept: Manifest[];
  refuse: { spec: Manifest; path: string; says?: string }[];
} = {
  accept: [
    { query: 'up' },
    { query, args: [team], resultType: 'vector', nullable: true, window: '5m', description: 'A queue' },
    { query, args: [{ name: 'team' }] },
  ],
  refuse: [
    { spec: {}, path: 'spec.query' },
    { spec: { query: '' }, path: 'spec.query' },
    { spec: { query: 'up', args: [team] }, path: 'spec.query', says: 'the query uses none of them' },
    { spec: { query }, path: 'spec.query', says: 'none is declared in args' },
    { spec: { query, args: [{ name: 'Team' }] }, path: 'spec.args[0].name', says: 'name must consist of' },
    { spec: { query: 'up', resultType: 'matrix' }, path: 'spec.resultType' },
    { spec: { query: 'up', window: '0s' }, path: 'spec.window', says: 'window must be at least 1s' },
    { spec: { query: 'up', window: 'soon' }, path: 'spec.window', says: 'window must be a duration' },
  ],
};
