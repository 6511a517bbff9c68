import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const content =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/**
 * A server of /metrics with one native histogram per pod, whose bounds are powers of two. Only protocol buffers can carry one: these are the few
 * fields of `io.prometheus.client.MetricFamily` that it takes.
 */
export class NativeHistogramServer {
  /** How many observations ended at each bound, by pod: `{a: [[-2, 5]]}` are five above 1/8 and up to 1/4. */
  readonly pods: Record<string, [exponent: number, count: number][]> = {};
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(name: string): Promise<NativeHistogramServer> {
    const server = createServer();
    const histograms = new NativeHistogramServer(server);
    server.on('request', (_, response) => {
      const metrics = Object.entries(histograms.pods).map(([pod, buckets]) => metric(pod, buckets));
      const family = [text(1, name), varint(3, 4), ...metrics.map((one) => message(4, one))];
      response.writeHead(200, { 'content-type': content, connection: 'close' });
      response.end(delimited(Buffer.concat(family)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return histograms;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function metric(pod: string, buckets: [number, number][]): Buffer {
  const all = buckets.reduce((sum, [, count]) => sum + count, 0);
  // One span for each bucket: how far it lies from the end of the one before, and its length of 1.
  const spans = buckets.map(([exponent], index) => {
    const before = index === 0 ? 0 : buckets[index - 1]![0] + 1;
    return message(12, Buffer.concat([varint(1, zigzag(exponent - before)), varint(2, 1)]));
  });
  const deltas = buckets.map(([, count], index) =>
    varint(13, zigzag(count - (index === 0 ? 0 : buckets[index - 1]![1]))),
  );
  const histogram = [varint(1, all), double(2, all), varint(5, zigzag(0)), double(6, 1e-9), varint(7, 0)];
  const label = Buffer.concat([text(1, 'pod'), text(2, pod)]);
  return Buffer.concat([message(1, label), message(7, Buffer.concat([...histogram, ...spans, ...deltas]))]);
}

/* Protocol buffers: a field is its number with the kind of its value, then the value. */

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

function bytesOf(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

const varint = (field: number, value: number): Buffer => Buffer.concat([bytesOf(field * 8), bytesOf(value)]);
const delimited = (content: Buffer): Buffer => Buffer.concat([bytesOf(content.length), content]);
const message = (field: number, content: Buffer): Buffer =>
  Buffer.concat([bytesOf(field * 8 + 2), delimited(content)]);
const text = (field: number, value: string): Buffer => message(field, Buffer.from(value));

function double(field: number, value: number): Buffer {
  const eight = Buffer.alloc(8);
  eight.writeDoubleLE(value);
  return Buffer.concat([bytesOf(field * 8 + 1), eight]);
}
