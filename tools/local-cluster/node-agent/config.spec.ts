import { expect, test } from '@jest/globals';
import { ConfigError, parseConfig } from './config.ts';

const good = {
  apiServer: 'https://10.244.0.1:6443',
  token: 't',
  caFile: '/ca',
  nodeName: 'local',
  podCidr: '10.244.64.0/18',
  imagesFile: '/images',
  dataDir: '/data',
  kubeletPort: '10250',
  certificateFile: '/certificate',
  keyFile: '/key',
};

test('pods trust the same authority unless the file says otherwise', () => {
  expect(parseConfig(JSON.stringify(good), 'f').rootCaFile).toBe('/ca');
  expect(parseConfig(JSON.stringify({ ...good, rootCaFile: '/root-ca' }), 'f').rootCaFile).toBe('/root-ca');
});

test.each([
  ['{', 'f: no valid JSON'],
  ['[]', 'f: found [], wanted an object'],
  [JSON.stringify({ ...good, token: undefined }), 'f: token: found undefined'],
  [JSON.stringify({ ...good, nodeName: '' }), 'f: nodeName: found ""'],
  [JSON.stringify({ ...good, kubeletPort: 'http' }), 'f: kubeletPort: found "http", wanted the number'],
  [JSON.stringify({ ...good, apiServer: 'somewhere' }), 'f: apiServer: found "somewhere", wanted a URL'],
  [
    JSON.stringify({ ...good, dataDirectory: '/x' }),
    'f: unknown field dataDirectory; accepted are apiServer',
  ],
])('refuses %s', (text, message) => {
  expect(() => parseConfig(text, 'f')).toThrow(ConfigError);
  expect(() => parseConfig(text, 'f')).toThrow(message);
});
