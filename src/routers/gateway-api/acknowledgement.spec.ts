import { describe, expect, it } from '@jest/globals';
import type { ResolvedParentReference } from '../../api/defaults.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { acknowledgementOf } from './acknowledgement.ts';

const group = 'gateway.networking.k8s.io';
const publicGateway: ResolvedParentReference = { group, kind: 'Gateway', namespace: 'infra', name: 'public' };
const own: ResolvedParentReference = { group, kind: 'Gateway', name: 'own' };

const condition = (type: string, overrides: object = {}) => ({
  type,
  status: 'True',
  observedGeneration: 7,
  reason: type,
  message: '',
  ...overrides,
});
const good = [condition('Accepted'), condition('ResolvedRefs')];
const report = (parentRef: object, conditions: object[] = good, controllerName = 'example.com/one') => ({
  parentRef,
  controllerName,
  conditions,
});
const route = (...parents: object[]): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'sentiment', namespace: 'ml', generation: 7 },
  status: { parents },
});

describe('acknowledgementOf', () => {
  const accepted: [string, ResolvedParentReference[], object[]][] = [
    ['conditions true at our generation', [publicGateway], [report(publicGateway)]],
    [
      'group and kind left to their defaults',
      [publicGateway],
      [report({ namespace: 'infra', name: 'public' })],
    ],
    ['own namespace not repeated', [own], [report({ name: 'own' })]],
    ['own namespace repeated', [own], [report({ ...own, namespace: 'ml' })]],
    ['every one of two parents', [publicGateway, own], [report(own), report(publicGateway)]],
    [
      'a report of an earlier controller beside a good one',
      [own],
      [report(own, [condition('Accepted', { observedGeneration: 2 })], 'example.com/gone'), report(own)],
    ],
    ['a listener by name', [{ ...own, sectionName: 'https' }], [report({ ...own, sectionName: 'https' })]],
    ['a port', [{ ...own, port: 443 }], [report({ ...own, port: 443 })]],
    [
      'more conditions than the two',
      [own],
      [report(own, [...good, condition('PartiallyInvalid', { status: 'False' })])],
    ],
  ];
  it.each(accepted)('law 7: takes over: %s', (_name, parentRefs, parents) => {
    expect(acknowledgementOf(route(...parents), parentRefs)).toMatchObject({ acknowledged: true });
  });

  const refused: [string, ResolvedParentReference[], object[], string][] = [
    ['nobody reports', [publicGateway], [], 'Gateway infra/public: no controller has reported'],
    [
      'an older generation',
      [own],
      [report(own, [condition('Accepted', { observedGeneration: 6 }), condition('ResolvedRefs')])],
      'Gateway ml/own: condition Accepted is of generation 6, the route has generation 7',
    ],
    [
      'no generation',
      [own],
      [report(own, [condition('Accepted', { observedGeneration: undefined }), condition('ResolvedRefs')])],
      'generation unknown',
    ],
    [
      'the second parent is missing',
      [publicGateway, own],
      [report(publicGateway)],
      'Gateway ml/own: no controller',
    ],
    [
      'references do not resolve',
      [own],
      [
        report(own, [
          condition('Accepted'),
          condition('ResolvedRefs', { status: 'False', reason: 'BackendNotFound', message: 'no Service' }),
        ]),
      ],
      'Gateway ml/own: condition ResolvedRefs is False, BackendNotFound: no Service',
    ],
    [
      'ResolvedRefs is not reported',
      [own],
      [report(own, [condition('Accepted')])],
      'ResolvedRefs is not reported',
    ],
    [
      'not accepted',
      [own],
      [
        report(own, [
          condition('Accepted', { status: 'False', reason: 'NoMatchingParent' }),
          condition('ResolvedRefs'),
        ]),
      ],
      'Accepted is False, NoMatchingParent',
    ],
    [
      'another listener reports',
      [{ ...own, sectionName: 'https' }],
      [report({ ...own, sectionName: 'http' })],
      'Gateway ml/own (listener https): no controller',
    ],
    [
      'the whole gateway reports for a listener',
      [{ ...own, sectionName: 'https', port: 443 }],
      [report(own)],
      '(listener https, port 443)',
    ],
    [
      'a gateway of that name elsewhere',
      [own],
      [report({ ...own, namespace: 'infra' })],
      'Gateway ml/own: no controller',
    ],
    ['another kind of parent', [own], [report({ ...own, kind: 'Service', group: '' })], 'no controller'],
  ];
  it.each(refused)('law 7: does not take over: %s', (_name, parentRefs, parents, words) => {
    const { acknowledged, acknowledgement } = acknowledgementOf(route(...parents), parentRefs);
    expect(acknowledged).toBe(false);
    expect(acknowledgement).toContain(words);
  });

  const older = (own: ResolvedParentReference) =>
    report(own, [condition('Accepted', { observedGeneration: 6 }), condition('ResolvedRefs')]);
  const refusedNow = report(publicGateway, [condition('Accepted', { status: 'False' })]);
  const pendings: [string, ResolvedParentReference[], ReturnType<typeof report>[], boolean | undefined][] = [
    ['an older generation was accepted', [own], [older(own)], true],
    ['nobody has ever reported', [own], [], undefined],
    ['this generation is refused', [publicGateway], [refusedNow], undefined],
    ['one of two refuses', [own, publicGateway], [older(own), refusedNow], undefined],
    ['it is accepted', [own], [report(own)], undefined],
  ];
  it.each(pendings)('says whether it is only a matter of time: %s', (_name, parentRefs, parents, pending) => {
    expect(acknowledgementOf(route(...parents), parentRefs).pending).toBe(pending);
  });

  it('a route that does not exist is not acknowledged', () => {
    expect(acknowledgementOf(undefined, [own])).toEqual({
      acknowledged: false,
      acknowledgement: 'the HTTPRoute does not exist yet',
    });
  });
});
