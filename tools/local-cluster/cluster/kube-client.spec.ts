import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KubeClient } from './kube-client.ts';

const whole = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('KubeClient', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kube-client-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['empty', ''],
    ['written in part', whole.slice(0, 40)],
  ])('reads the certificate again when it was %s', async (_, part) => {
    const caFile = join(folder, 'apiserver.crt');
    // A reserved port: nobody answers there.
    const client = new KubeClient('https://127.0.0.1:1', 'token', caFile);
    await writeFile(caFile, part);
    await expect(client.getText('/readyz')).rejects.toThrow('not written whole yet');
    await writeFile(caFile, whole);
    await expect(client.getText('/readyz')).rejects.toThrow('ECONNREFUSED');
  });
});
