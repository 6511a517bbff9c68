import { describe, expect, it } from '@jest/globals';
import { LoadOptionError, loadTarget } from './load-target.ts';

describe('loadTarget', () => {
  it.each([
    ['http://127.0.0.1:8080', '127.0.0.1'],
    ['http://127.9.8.7', '127.9.8.7'],
    ['http://[::1]:80', '[::1]'],
    ['http://localhost:3000/base', '127.0.0.1'],
    ['http://10.244.3.9:8080', '10.244.3.9'],
  ])('accepts %s', (url, hostname) => {
    expect(loadTarget(url).hostname).toBe(hostname);
  });

  it.each([
    'http://example.com',
    'http://10.245.0.1',
    'http://192.168.1.1',
    'http://128.0.0.1',
    'http://0.0.0.0',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://[::ffff:8.8.8.8]',
    'http://169.254.169.254',
    'https://127.0.0.1',
    'http://user:secret@127.0.0.1',
    'file:///etc/passwd',
    '127.0.0.1:80',
    '',
  ])('refuses %j', (url) => {
    expect(() => loadTarget(url)).toThrow(LoadOptionError);
  });

  it('names option, found and accepted', () => {
    expect(() => loadTarget('http://example.com')).toThrow(
      /^url: found "http:\/\/example.com", accepted .*10\.244\.0\.0\/16/,
    );
  });
});
