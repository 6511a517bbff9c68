import { describe, expect, it } from '@jest/globals';
import { copier, freeAddresses, isLongAddress } from './stored-copies.ts';

const uid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`;

describe('a stored copy', () => {
  const originals = [
    { key: '/registry/pods/default/model-00003-abc', value: `\u000bmodel-00003 ${uid('a')} of ${uid('b')}` },
    { key: '/registry/ipaddresses/10.96.101.102', value: `10.96.101.102 is of model-00003 ${uid('b')}` },
    { key: '/registry/ipaddresses/10.96.103.104', value: '10.96.103.104' },
  ];
  const copy = copier(originals, { name: 'model-00003', addresses: ['10.96.101.102', '10.96.103.104'] });

  it('has the other name and addresses, and is as long', () => {
    // The address of one original is given to the copy of another.
    const copies = copy({ name: 'model-00042', addresses: ['10.96.103.104', '10.96.200.201'] });
    expect(copies.map(({ key }) => key)).toEqual([
      '/registry/pods/default/model-00042-abc',
      '/registry/ipaddresses/10.96.103.104',
      '/registry/ipaddresses/10.96.200.201',
    ]);
    expect(copies.map(({ value }) => value.length)).toEqual(originals.map(({ value }) => value.length));
    expect(copies[2]?.value).toBe('10.96.200.201');
  });

  it('has an identity of its own, and refers to the identities of its own', () => {
    const as = { name: 'model-00042', addresses: ['10.96.110.110', '10.96.111.111'] };
    const uids = () => copy(as).flatMap(({ value }) => value.match(/[0-9a-f-]{36}/g) ?? []);
    const [pod, owner, ofAddress] = uids();
    expect(owner).toBe(ofAddress);
    expect(new Set([pod, owner, uid('a'), uid('b'), ...uids()]).size).toBe(6);
  });
});

describe('addresses for copies', () => {
  it('are all as long, enough for two Services each of ten thousand, and none that is taken', () => {
    const taken = new Set(['10.96.100.100', '10.96.7.7']);
    const free = [...freeAddresses(taken)];
    expect(free.length).toBeGreaterThan(20_000);
    expect(new Set(free).size).toBe(free.length);
    expect(free).not.toContain('10.96.100.100');
    expect(free.every(isLongAddress)).toBe(true);
    expect(isLongAddress('10.96.7.107')).toBe(false);
  });
});
