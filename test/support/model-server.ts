/**
 * The smallest model that tests can send requests to: it answers with its name and with how many requests this pod has had,
 * and misbehaves as its environment says.
 *
 * NAME, PORT, ERROR_RATE (0 to 1), BY_CHANCE (errors come by chance, and times are spread), HARM_AFTER_MS (ten times the errors from then on),
 * ONE_FAULTY (a file: the first pod that makes it fails half of its requests), LATENCY_MS, READY_AFTER_MS, NEVER_READY, DRAIN_MS (how long it serves on after SIGTERM),
 * RESETS (answers nobody but the probe), EXIT_PATH (a request that ends it). Its counters are at /metrics.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const env = process.env;
const errorRate = Number(env.ERROR_RATE ?? 0);
const harmAtMs = Date.now() + Number(env.HARM_AFTER_MS ?? Infinity);
const isFaulty = env.ONE_FAULTY !== undefined && isFirst(env.ONE_FAULTY);
const latencyMs = Number(env.LATENCY_MS ?? 0);
const readyAtMs = env.NEVER_READY ? Infinity : Date.now() + Number(env.READY_AFTER_MS ?? 0);
let stopping = false;
let owed = 0;
let served = 0;
const answered = { '200': 0, '500': 0 };

const server = createServer((request, response) => {
  if (request.url === '/ready') {
    response.writeHead(!stopping && Date.now() >= readyAtMs ? 200 : 503).end();
    return;
  }
  if (request.url === '/metrics') {
    const lines = Object.entries(answered).map(
      ([code, count]) => `http_requests_total{code="${code}"} ${count}`,
    );
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines.join('\n')}\n`);
    return;
  }
  served += 1;
  if (env.EXIT_PATH !== undefined && request.url === env.EXIT_PATH) process.exit(1);
  if (env.RESETS) {
    request.socket.destroy();
    return;
  }
  const fails = env.BY_CHANCE ? Math.random() < rateNow() : failsInTurn();
  const headers: Record<string, string> = {
    'content-type': 'text/plain',
    'x-model': env.NAME ?? '',
    'x-pod': env.POD_NAME ?? '',
    'x-served': String(served),
  };
  if (stopping) headers['connection'] = 'close';
  setTimeout(() => {
    answered[fails ? '500' : '200'] += 1;
    response.writeHead(fails ? 500 : 200, headers).end(env.NAME ?? 'model');
  }, timeMs());
});

function rateNow(): number {
  if (isFaulty) return 0.5;
  return Date.now() >= harmAtMs ? 10 * errorRate : errorRate;
}

/** Spread evenly instead of by chance, so that a test of a few hundred requests knows what it will count. */
function failsInTurn(): boolean {
  owed += rateNow();
  if (owed < 1) return false;
  owed -= 1;
  return true;
}

/** By chance: log-normal around it, most within a quarter. */
function timeMs(): number {
  if (!env.BY_CHANCE) return latencyMs;
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return latencyMs * Math.exp(0.25 * normal);
}

function isFirst(file: string): boolean {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
// A gateway's idle connections must not be closed by us just as it sends a request.
server.keepAliveTimeout = 3_600_000;
server.listen(Number(env.PORT ?? 8080), env.POD_IP ?? '127.0.0.1');

process.on('SIGTERM', () => {
  stopping = true;
  setTimeout(() => process.exit(0), Number(env.DRAIN_MS ?? 1500));
});
