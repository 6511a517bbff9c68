import { setTimeout as sleep } from 'node:timers/promises';
import { digitRequests, type DigitRequest } from '../load/digit-requests.ts';
import { InferenceClient } from '../load/inference-client.ts';
import { isFailure, type RequestRecord } from '../load/request-record.ts';
import { WaitTimeout } from './rollout-observer.ts';

/** What a tester got under the preview's host name. */
export interface PreviewTest {
  readonly requests: number;
  readonly failures: number;
  readonly correct: number;
  /** The model versions that answered, each once. */
  readonly versions: readonly string[];
  /** In milliseconds since the epoch. */
  readonly endedAtMs: number;
}

export interface PreviewTestOptions {
  readonly gatewayUrl: string;
  readonly host: string;
  /** The version that is to be tested: the tests begin when the preview shows it. */
  readonly version: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const everyMs = 100;
const answerTimeoutMs = 5_000;

/**
 * Tests the candidate as a person would before users get it: each digit once, through the gateway. Version 3 passes, for
 * none of these ten images is one that it throws on. Throws `WaitTimeout` when the preview never shows the version.
 */
export async function testPreview(options: PreviewTestOptions): Promise<PreviewTest> {
  const client = new InferenceClient({
    target: new URL(options.gatewayUrl),
    hostHeader: options.host,
    modelName: 'digits',
    connections: 1,
    requestTimeoutMs: answerTimeoutMs,
  });
  try {
    const requests = eachDigitOnce(digitRequests());
    await untilShown(client, requests[0] as DigitRequest, options);
    const records: RequestRecord[] = [];
    for (const request of requests) records.push(await client.send(request));
    return {
      requests: records.length,
      failures: records.filter(isFailure).length,
      correct: records.filter(({ correct }) => correct).length,
      versions: [...new Set(records.map(({ version }) => version ?? 'none'))],
      endedAtMs: Date.now(),
    };
  } finally {
    await client.close();
  }
}

/** The first image of each digit, from 0 to 9. */
export const eachDigitOnce = (requests: readonly DigitRequest[]): DigitRequest[] =>
  Array.from({ length: 10 }, (_, wanted) => requests.find(({ digit }) => digit === wanted)).filter(
    (request) => request !== undefined,
  );

/** Until then the preview is that of the version before, or nobody's. */
async function untilShown(
  client: InferenceClient,
  request: DigitRequest,
  { host, version, timeoutMs, signal }: PreviewTestOptions,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await client.send(request);
    if (answer.version === version && !isFailure(answer)) return;
    if (Date.now() >= deadlineMs) {
      const found = `status ${answer.status ?? answer.error} from ${answer.version ? `version ${answer.version}` : 'no model'}`;
      throw new WaitTimeout(
        `${host} did not show version ${version} within ${timeoutMs / 1_000} s; found ${found}`,
      );
    }
    await sleep(everyMs, undefined, { signal });
  }
}
