import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { labels } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { RecordingLogger } from '../../runtime/testing/recording-logger.ts';
import type { Objects } from '../objects.ts';
import { People, type Person, type Right } from '../people/person.ts';
import { SeriesReader } from '../series.ts';
import { DashboardHandler, type DashboardOptions } from '../serve/dashboard-handler.ts';
import { StaticFiles } from '../serve/static-files.ts';

/** Objects that a test changes by hand. */
export class HandObjects implements Objects {
  readonly models = new Map<string, KubernetesObject>();
  rollouts: KubernetesObject[] = [];
  failure: { sinceMs: number; message: string } | undefined;
  readonly #handlers: ((key: string) => void)[] = [];

  keys = () => [...this.models.keys()];
  modelDeployment = (key: string) => this.models.get(key);
  modelRollouts = (key: string) => this.rollouts.filter((one) => this.#isOf(one, key));
  actions = (): KubernetesObject[] => [];
  deployments = (): KubernetesObject[] => [];
  pods = (): KubernetesObject[] => [];
  onChange = (changed: (key: string) => void) => void this.#handlers.push(changed);
  state = () => ({ synced: true, failure: this.failure });

  /** Sets or takes away one, and tells of it. */
  put(key: string, object: KubernetesObject | undefined): void {
    if (object) this.models.set(key, object);
    else this.models.delete(key);
    for (const changed of this.#handlers) changed(key);
  }

  #isOf({ metadata, spec }: KubernetesObject, key: string): boolean {
    const name = metadata.labels?.[labels.modelDeployment] ?? spec?.modelDeployment;
    return `${metadata.namespace}/${name}` === key;
  }
}

/** People by their tokens, with what they may. */
export class HandPeople extends People {
  readonly mode = 'cluster';
  anonymous: 'none' | 'readOnly' = 'none';
  readonly known = new Map<string, { name: string; may: (right: Right) => boolean }>();
  /** What they made, with the name of who did. */
  readonly made: { by: string; object: KubernetesObject }[] = [];
  refuse: Error | undefined;

  identify(token: string | undefined): Promise<Person | undefined> {
    const found = this.known.get(token ?? '');
    if (!found) return Promise.resolve(undefined);
    const { name, may } = found;
    const create = (object: KubernetesObject) => {
      if (this.refuse) return Promise.reject(this.refuse);
      this.made.push({ by: name, object });
      return Promise.resolve({ ...object, metadata: { ...object.metadata, uid: 'made' } });
    };
    const list = () => Promise.resolve({ items: [], resourceVersion: '1' });
    return Promise.resolve({
      key: name,
      user: { name, groups: [] },
      may: (right) => Promise.resolve(may(right)),
      cluster: { create, list },
    });
  }
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  json: () => unknown;
}

/** A dashboard on loopback over objects and people of a test. */
export async function serveDashboard(more: Partial<DashboardOptions> = {}) {
  const objects = new HandObjects();
  const people = new HandPeople();
  const clock = more.clock ?? new SystemClock();
  const logger = new RecordingLogger();
  const handler = new DashboardHandler({
    ...{ objects, people, clock, logger, version: '1.2.3', program: 'understudy' },
    series: new SeriesReader({ sourceOf: () => undefined, clock }),
    files: new StaticFiles(undefined),
    ...more,
  });
  const server = createServer((request, response) => {
    void handler.handle(request, response).then((isAnswered) => isAnswered || response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const open = (
    path: string,
    {
      method = 'GET',
      headers = {},
      body,
    }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ port, host: '127.0.0.1', path, method, headers }, resolve);
      sent.on('error', reject).end(body);
    });
  return {
    ...{ objects, people, logger, handler, port, open },
    ask: async (path: string, options: Parameters<typeof open>[1] = {}): Promise<Answer> => {
      const answer = await open(path, options);
      let text = '';
      for await (const part of answer) text += String(part);
      return {
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        text,
        json: () => JSON.parse(text) as unknown,
      };
    },
    stop: async () => {
      handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The events of a stream, as they come. */
export async function* eventsOf(
  answer: IncomingMessage,
): AsyncGenerator<{ event: string; id?: string; data: never }> {
  let text = '';
  for await (const part of answer) {
    text += String(part);
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      ) as { event: string; id?: string; data: string };
      text = text.slice(end + 2);
      yield { ...fields, data: JSON.parse(fields.data) as never };
    }
  }
}
