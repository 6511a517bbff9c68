import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      terminationDrainMs: 3_000,
      faults: { latencyMs: 0, errorRate: 0, crashAfterRequests: 0 },
    });
    expect(readConfig({}).modelFile.pathname).toMatch(/\/models\/digits-v1\.json$/);
  });

  it('listens on the pod address unless told otherwise', () => {
    expect(readConfig({ POD_IP: '10.244.0.7' }).host).toBe('10.244.0.7');
    expect(readConfig({ POD_IP: '10.244.0.7', HOST: '127.0.0.1' }).host).toBe('127.0.0.1');
  });

  it('finds the model by name and version, or takes a path and renames it', () => {
    expect(readConfig({ MODEL_VERSION: '2' }).modelFile.pathname).toMatch(/\/models\/digits-v2\.json$/);
    const renamed = readConfig({ MODEL_PATH: '/some/where.json', MODEL_VERSION: '7' });
    expect(renamed).toMatchObject({ modelFile: new URL('file:///some/where.json'), modelVersion: '7' });
  });

  it.each([
    ['PORT', 'http', /^PORT: found "http", accepted a whole number from 0 to 65535$/],
    ['PORT', '70000', /^PORT/],
    ['ERROR_RATE', '1.5', /^ERROR_RATE: found "1.5", accepted a number from 0 to 1$/],
    ['LATENCY_MS', '-1', /^LATENCY_MS/],
    ['CRASH_AFTER_REQUESTS', '2.5', /^CRASH_AFTER_REQUESTS/],
    ['TERMINATION_DRAIN_MS', 'long', /^TERMINATION_DRAIN_MS/],
    ['MODEL_VERSION', '../../x', /^MODEL_VERSION: found "..\/..\/x", accepted 1 to 63 letters/],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });
});
