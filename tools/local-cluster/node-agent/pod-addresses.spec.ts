import { describe, expect, test } from '@jest/globals';
import { parsePodCidr, PodAddresses, PodCidrError } from './pod-addresses.ts';

test('parsePodCidr takes the usable addresses of the network', () => {
  const addresses = new PodAddresses(parsePodCidr('10.244.64.9/18'));
  expect(addresses.allocate()).toBe('10.244.64.1');
  expect(parsePodCidr('10.0.0.0/29')).toMatchObject({ last: parsePodCidr('10.0.0.0/29').first + 5 });
});

test.each(['', '10.244.0.0', '10.244.0.0/31', '10.244.0.0/4', '10.244.300.0/18', 'fd00::/64'])(
  'refuses %j',
  (cidr) => {
    expect(() => parsePodCidr(cidr)).toThrow(PodCidrError);
  },
);

describe('PodAddresses', () => {
  test('a released address rests until the range has been gone through', () => {
    const addresses = new PodAddresses(parsePodCidr('10.0.0.0/29'));
    const first = addresses.allocate();
    addresses.release(first);
    const later = Array.from({ length: 6 }, () => addresses.allocate());
    expect(later).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.0.1']);
    expect(() => addresses.allocate()).toThrow('all 6 addresses of 10.0.0.0/29 are in use');
  });

  test('gives the earlier address back where it is free and in the range', () => {
    const addresses = new PodAddresses(parsePodCidr('10.0.0.0/29'));
    expect(addresses.allocate('10.0.0.4')).toBe('10.0.0.4');
    expect(addresses.allocate('10.0.0.4')).toBe('10.0.0.1');
    expect(addresses.allocate('10.9.9.9')).toBe('10.0.0.2');
  });
});
