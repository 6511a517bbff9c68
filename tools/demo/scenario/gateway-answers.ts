import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WaitTimeout } from './rollout-observer.ts';

const timeoutMs = 20_000;
const everyMs = 100;
const answerTimeoutMs = 2_000;

/** Resolves when the gateway answers for the host. Throws `WaitTimeout` with what came instead. */
export async function waitForGateway(gatewayUrl: string, host: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const found = await ask(gatewayUrl, host).catch((error: Error) => error.message);
    if (found === '200') return;
    if (Date.now() >= deadlineMs) {
      throw new WaitTimeout(
        `${gatewayUrl} did not answer for the host ${host} within ${timeoutMs / 1_000} s; found ${found}`,
      );
    }
    await sleep(everyMs, undefined, { signal });
  }
}

/** The status of one answer. `fetch` would not send another Host header. */
function ask(gatewayUrl: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = new URL('/v2/health/ready', gatewayUrl);
    const call = request(url, { headers: { host }, timeout: answerTimeoutMs, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', reject);
    call.end();
  });
}
