import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import { list } from '../testing/api-answers.ts';
import { healthy, rolledBack, stepping } from '../testing/pictures.ts';
import { runCaptured } from '../testing/run-captured.ts';

const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

describe('understudy wait', () => {
  let api: LoopbackApi;
  const { model: before } = stepping();
  /** What the watch says before it waits. */
  let events: string[];

  const run = async (...argv: string[]) => {
    const { code, output, complaints } = await runCaptured([
      ...['wait', 'sentiment', '-n', 'ml', '--kubeconfig', api.kubeconfig, ...argv],
    ]);
    return { code, verdict: JSON.parse(output), complaints, lines: output.trimEnd().split('\n').length };
  };

  beforeEach(async () => {
    api = await startLoopbackApi(({ path, query }, response) => {
      if (query.has('watch')) {
        response.writeHead(200).flushHeaders();
        for (const event of events) response.write(event);
      } else if (path.endsWith('/sentiment')) json(response, before);
      else json(response, list(before));
    });
  });
  afterEach(() => api.stop());

  it('ends with 0 as soon as it is as asked, and tells what happened on the way', async () => {
    events = [line('MODIFIED', healthy().model)];
    const { code, verdict, complaints, lines } = await run('--for', 'promoted');
    expect([code, lines]).toEqual([0, 1]);
    expect(verdict).toEqual({
      ...{ verdict: 'AsAsked', exitCode: 0, for: 'promoted', namespace: 'ml', name: 'sentiment' },
      ...{ phase: 'Healthy', reason: 'Healthy', rollout: 'sentiment-7', outcome: 'Promoted' },
      stable: { revision: 'b81e0c4d5e', name: 'sentiment', version: '4' },
      message: 'revision b81e0c4d5e serves with 4 ready pods',
      waitedSeconds: expect.any(Number),
    });
    expect(complaints).toMatch(/ml\/sentiment {2}Progressing .*\n.*ml\/sentiment {2}Healthy /);
  });

  it('ends with 1 when the opposite comes', async () => {
    events = [line('MODIFIED', rolledBack().model)];
    const { code, verdict, complaints } = await run('--for', 'traffic', '--quiet');
    expect([code, verdict.verdict, verdict.exitCode, verdict.outcome]).toEqual([
      1,
      'Opposite',
      1,
      'RolledBack',
    ]);
    expect(complaints).toBe('');
    events = [line('DELETED', before)];
    expect(await run('--for', 'promoted')).toMatchObject({
      code: 1,
      verdict: { verdict: 'Opposite', message: 'it was deleted' },
    });
  });

  it('ends with 2 when the time is over', async () => {
    events = [];
    const { code, verdict } = await run('--for', 'promoted', '--timeout', '200ms');
    expect([code, verdict.verdict, verdict.candidatePercent]).toEqual([2, 'TimedOut', 25]);
    expect(verdict.message).toMatch(/^not promoted within .*: step 2 of 4 with revision b81e0c4d5e/);
  });

  it('ends with 3 when the cluster cannot be asked: that is no outcome', async () => {
    await api.shut();
    const { code, verdict, complaints } = await run('--for', 'promoted');
    expect([code, verdict.verdict, verdict.exitCode]).toEqual([3, 'Error', 3]);
    expect(complaints).toContain('does not answer');
  });
});
