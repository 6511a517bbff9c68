/** What an API server answers, for servers of tests. */

export const list = (...items: object[]) => ({ metadata: { resourceVersion: '1' }, items });

export const failure = (code: number, reason: string, message: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  ...{ code, reason, message },
});
