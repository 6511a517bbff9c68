import { describe, expect, it } from '@jest/globals';
import { AllowedHosts, isAllowedHostsEntry, mayConnect, wellKnownHosts } from './allowed-hosts.ts';

const hosts = new AllowedHosts([
  'hooks.example.com',
  '*.example.org',
  'alertmanager.monitoring:9093',
  'http://receiver.ci:8080',
  'smtp://mail.example.com',
]);

describe('the list of allowed hosts', () => {
  it.each([
    ['https://hooks.example.com/services/x', 'exact'],
    ['https://HOOKS.example.com./x', 'exact'],
    ['https://a.example.org/', 'pattern'],
    ['https://a.b.example.org/', 'pattern'],
    ['https://alertmanager.monitoring:9093/', 'exact'],
    ['http://receiver.ci:8080/', 'exact'],
    ['smtp://mail.example.com:587', 'exact'],
  ])('has %s', (url, trust) => {
    expect(hosts.trust(new URL(url))).toBe(trust);
  });

  it.each([
    // Another scheme, another port.
    'http://hooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://alertmanager.monitoring/',
    'https://receiver.ci:8080/',
    // Names that only look alike.
    'https://hooks.example.com.evil.test/',
    'https://evilexample.org/',
    'https://example.org/',
    'https://kubernetes.default.svc/',
    'https://169.254.169.254/',
  ])('has no %s', (url) => {
    expect(hosts.trust(new URL(url))).toBeUndefined();
  });

  it('takes hosts, and no addresses with a path, a user or a pattern elsewhere', () => {
    for (const entry of [...wellKnownHosts, '[::1]:8080', 'http://127.0.0.1:9000']) {
      expect([entry, isAllowedHostsEntry(entry)]).toEqual([entry, true]);
    }
    for (const entry of [
      '*',
      'a.*.com',
      'https://example.com/x',
      'user@example.com',
      'ftp://example.com',
      '',
    ]) {
      expect([entry, isAllowedHostsEntry(entry)]).toEqual([entry, false]);
    }
  });
});

describe('an address to connect to', () => {
  it.each([
    '169.254.169.254',
    'fe80::1',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '::ffff:169.254.169.254',
    'no address',
  ])('%s is none, whoever named it', (address) => {
    expect(mayConnect(address, 'exact')).toBe(false);
  });

  it.each(['10.0.0.1', '127.0.0.1', '192.168.1.1', '172.20.0.1', '::1', 'fd00:ec2::254', '::ffff:10.0.0.1'])(
    '%s is one only where the administrator named the very host',
    (address) => {
      expect([mayConnect(address, 'exact'), mayConnect(address, 'pattern')]).toEqual([true, false]);
    },
  );

  it('of the outside is one', () => {
    expect([mayConnect('93.184.216.34', 'pattern'), mayConnect('2606:2800:220:1::1', 'pattern')]).toEqual([
      true,
      true,
    ]);
  });
});
