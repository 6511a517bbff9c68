import { describe, expect, it } from '@jest/globals';
import { checksumIn } from './checksums.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

describe('checksumIn', () => {
  it.each([
    ['the line of the file', `${a}  other.tar.gz\n${b}  file.tar.gz\n`, b],
    ['binary mode', `${b} *file.tar.gz`, b],
    ['a path in front', `${b}  ./file.tar.gz`, b],
    ['a bare checksum', `${b}\n`, b],
    ['upper case', b.toUpperCase(), b],
    ['another file only', `${a}  other.tar.gz`, undefined],
    ['a page that is no list', '<html></html>', undefined],
    ['a checksum that is too short', `${'b'.repeat(63)}  file.tar.gz`, undefined],
  ])('%s', (_, list, expected) => {
    expect(checksumIn(list, 'file.tar.gz')).toBe(expected);
  });
});
