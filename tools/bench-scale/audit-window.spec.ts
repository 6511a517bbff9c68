import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditedRequest } from '../../test/support/audit-log.ts';
import { auditedSince, endOfAuditLog, figuresOfRequests } from './audit-window.ts';

const line = (user: string, verb: string, resource: string, stage = 'ResponseComplete') =>
  `${JSON.stringify({
    stage,
    verb,
    user: { username: user },
    objectRef: { resource, apiGroup: 'understudy.dev', namespace: 'default', name: 'model' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-11-28T10:00:00.000Z',
    stageTimestamp: '2026-11-28T10:00:00.020Z',
  })}\n`;

describe('the requests of a window', () => {
  let folder: string;
  let log: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-window-'));
    log = join(folder, 'audit.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are those of one user after its beginning', async () => {
    appendFileSync(log, line('understudy', 'create', 'modelrollouts'));
    const offset = endOfAuditLog(log);
    appendFileSync(log, line('understudy', 'patch', 'services') + line('understudy-2', 'patch', 'pods'));
    appendFileSync(log, line('understudy', 'watch', 'pods', 'ResponseStarted'));
    appendFileSync(log, line('understudy', 'watch', 'pods') + '{"stage":"Respon');
    const found = await auditedSince(log, offset, 'understudy');
    expect(found.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
      'patch services',
      'watch pods',
    ]);
    expect(found[0]!.answeredAtMs - found[0]!.receivedAtMs).toBe(20);
  });
});

describe('the figures of a window', () => {
  const request = (verb: string, resource: string) => ({ verb, resource }) as AuditedRequest;

  it('keep the Lease apart, and name what was written', () => {
    const requests = [
      request('update', 'leases'),
      request('get', 'leases'),
      request('watch', 'pods'),
      request('watch', 'services'),
      request('patch', 'modeldeployments/status'),
      request('patch', 'modeldeployments/status'),
      request('get', 'services'),
    ];
    expect(figuresOfRequests(requests, 10)).toEqual({
      seconds: 10,
      perSecond: 0.5,
      perSecondByVerb: { watch: 0.2, patch: 0.2, get: 0.1 },
      leasesPerSecond: 0.2,
      writes: { 'modeldeployments/status': 2 },
    });
  });
});
