import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, type LoopbackApi, startLoopbackApi } from '../../../test/support/loopback-api.ts';
import { ClientNodeCluster } from '../../kubernetes/client-node-cluster.ts';
import { terminalOf } from '../terminal.ts';
import { list } from '../testing/api-answers.ts';
import { healthy, model, stepping } from '../testing/pictures.ts';
import { watchInLines, watchMany, watchOne } from './watch-views.ts';

const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

describe('watching', () => {
  let api: LoopbackApi;
  let cluster: ClientNodeCluster;
  let stop: AbortController;
  let written: string;
  let onWrite: () => void;
  const { model: before, rollouts } = stepping();
  const { model: after } = healthy();
  /** What the watch of ModelDeployments says. */
  let events: string[];

  beforeEach(async () => {
    stop = new AbortController();
    written = '';
    onWrite = () => undefined;
    api = await startLoopbackApi(({ path, query }, response) => {
      const isModels = path.endsWith('/modeldeployments');
      if (query.has('watch')) {
        response.writeHead(200).flushHeaders();
        for (const event of isModels ? events : []) response.write(event);
        return;
      }
      const items = isModels ? [before] : path.endsWith('/modelrollouts') ? rollouts : [];
      json(response, list(...items));
    });
    cluster = await ClientNodeCluster.connect({ kubeconfig: api.kubeconfig });
  });
  afterEach(async () => {
    stop.abort();
    await cluster.close();
    await api.stop();
  });

  function scene({ isTTY }: { isTTY: boolean }) {
    const stream = {
      ...{ isTTY, columns: 150, rows: 40 },
      write: (text: string) => {
        written += text;
        onWrite();
      },
    };
    return { cluster, terminal: terminalOf(stream, stream, { NO_COLOR: '1' }), signal: stop.signal };
  }
  /** Stops the view as soon as it shows this. */
  const stopAt = (text: string) => {
    onWrite = () => {
      if (written.includes(text)) stop.abort();
    };
  };
  const name = { namespace: 'ml', name: 'sentiment' };

  it('adds a line for each change where no terminal is, and ends when the one is deleted', async () => {
    events = [line('MODIFIED', after), line('MODIFIED', after), line('DELETED', after)];
    await watchInLines(scene({ isTTY: false }), name);
    expect(
      written
        .trimEnd()
        .split('\n')
        .map((each) => each.replace(/^\S+ +/, '')),
    ).toEqual([
      expect.stringMatching(/^ml\/sentiment {2}Progressing {2}candidate 25 % {2}step 2\/4 /),
      'ml/sentiment  Healthy  revision b81e0c4d5e serves with 4 ready pods',
      'ml/sentiment  was deleted',
    ]);
  });

  it('draws the table in its place', async () => {
    events = [line('ADDED', { ...model({}), metadata: { ...before.metadata, name: 'fraud' } })];
    stopAt('fraud');
    await watchMany(scene({ isTTY: true }), { namespace: 'ml' });
    expect(written).toMatch(/NAME +PHASE.*\[\d+A.*fraud +Pending.*sentiment +Progressing.*\[\?25h$/s);
  });

  it('draws everything about one in its place, until it is deleted', async () => {
    events = [];
    stopAt('▶ 2  weight 25 %');
    await watchOne(scene({ isTTY: true }), name);
    expect(written).toContain('ml/sentiment   Progressing');
    stop = new AbortController();
    onWrite = () => undefined;
    written = '';
    events = [line('DELETED', before)];
    await watchOne(scene({ isTTY: true }), name);
    expect(written).toMatch(/ml\/sentiment was deleted\..*\[\?25h$/s);
  });
});
