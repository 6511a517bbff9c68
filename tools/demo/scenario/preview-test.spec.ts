import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadModel, modelFile } from '../../../examples/digits-server/model/model-file.ts';
import { predict } from '../../../examples/digits-server/model/model.ts';
import { digitRequests } from '../load/digit-requests.ts';
import { eachDigitOnce, testPreview } from './preview-test.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Answers with the version that is there at the n-th request, and notes the host names. */
async function gateway(versionAt: (request: number) => string, status = 200) {
  const hosts: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host);
    request.resume();
    response.writeHead(status, { 'x-model-version': versionAt(hosts.length) });
    response.end(JSON.stringify({ outputs: [{ name: 'digit', data: [3] }] }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { hosts, gatewayUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const options = {
  host: 'preview.example.com',
  version: '2',
  timeoutMs: 60_000,
  signal: AbortSignal.timeout(60_000),
};

describe('testPreview', () => {
  it('begins when the preview shows the version, and asks for each digit once', async () => {
    const { hosts, gatewayUrl } = await gateway((request) => (request < 3 ? '1' : '2'));
    const found = await testPreview({ ...options, gatewayUrl });
    expect(found).toMatchObject({ requests: 10, failures: 0, correct: 1, versions: ['2'] });
    expect(new Set(hosts)).toEqual(new Set(['preview.example.com']));
    expect(hosts).toHaveLength(13);
  });

  it('tells when another version answers in between', async () => {
    const { gatewayUrl } = await gateway((request) => (request === 5 ? '1' : '2'));
    expect((await testPreview({ ...options, gatewayUrl })).versions).toEqual(['2', '1']);
  });

  it.each([
    [200, '1', 'found status 200 from version 1'],
    [503, '2', 'found status 503 from version 2'],
  ])('gives up in the end, and says what was there: %d from version %s', async (status, version, found) => {
    const { gatewayUrl } = await gateway(() => version, status);
    await expect(testPreview({ ...options, gatewayUrl, timeoutMs: 300 })).rejects.toThrow(
      `preview.example.com did not show version 2 within 0.3 s; ${found}`,
    );
  });
});

it('the testers have no image on which version 3 throws: only live requests find it out', () => {
  const requests = eachDigitOnce(digitRequests());
  expect(requests.map(({ digit }) => digit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const model = loadModel(modelFile('digits', '3'));
  for (const { body } of requests) {
    const { inputs } = JSON.parse(body) as { inputs: [{ data: number[] }] };
    expect(() => predict(model, inputs[0].data)).not.toThrow();
  }
});
