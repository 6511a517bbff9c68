import { describe, expect, it } from '@jest/globals';
import { capabilities } from '../../domain/traffic/route-extras.ts';
import { type GatewayFacts, lackingOf } from './lacking.ts';

const query = 'HTTPRouteQueryParamMatching';
const mirror = 'HTTPRouteRequestMirror';
const percent = 'HTTPRouteRequestPercentageMirror';
const gateway = (more: Partial<GatewayFacts> = {}): GatewayFacts => ({
  parent: 'Gateway infra/public',
  className: 'some',
  controllerName: 'example.com/gateway',
  ...more,
});
const contour = 'projectcontour.io/gateway-controller';
const envoyGateway = 'gateway.envoyproxy.io/gatewayclass-controller';

describe('lackingOf', () => {
  const cases: [string, GatewayFacts[], string[]][] = [
    [
      'objects with names (Gateway API 1.3)',
      [gateway({ supportedFeatures: [{ name: query }, { name: mirror }] })],
      ['mirrorPercent', 'sticky'],
    ],
    ['names (older versions)', [gateway({ supportedFeatures: [query, mirror, percent] })], ['sticky']],
    [
      'a feature of session persistence',
      [gateway({ supportedFeatures: [query, mirror, percent, 'HTTPRouteSessionPersistence'] })],
      [],
    ],
    [
      'another feature with the beginning of a name',
      [gateway({ supportedFeatures: ['HTTPRouteRequestMirrorSomewhere'] })],
      ['matchQueryParams', 'mirror', 'mirrorPercent', 'sticky'],
    ],
    ['nothing', [gateway()], ['matchQueryParams', 'mirror', 'mirrorPercent', 'sticky']],
    [
      'an empty list',
      [gateway({ supportedFeatures: [] })],
      ['matchQueryParams', 'mirror', 'mirrorPercent', 'sticky'],
    ],
    ['nothing, and is Contour', [gateway({ controllerName: contour })], ['mirrorPercent', 'sticky']],
    [
      'less than the table: the class is believed',
      [gateway({ controllerName: contour, supportedFeatures: [percent] })],
      ['matchQueryParams', 'mirror', 'sticky'],
    ],
    [
      'features, and is Envoy Gateway',
      [gateway({ controllerName: envoyGateway, supportedFeatures: [query, mirror, percent] })],
      [],
    ],
    [
      'nothing, with the name of a property of every object',
      [gateway({ controllerName: 'constructor' })],
      ['matchQueryParams', 'mirror', 'mirrorPercent', 'sticky'],
    ],
    [
      'all of it, beside one that does not mirror',
      [
        gateway({ controllerName: envoyGateway, supportedFeatures: [query, mirror, percent] }),
        gateway({ controllerName: envoyGateway, supportedFeatures: [query] }),
      ],
      ['mirror', 'mirrorPercent'],
    ],
  ];
  it.each(cases)('a class that lists %s', (_name, gateways, expected) => {
    const lacking = lackingOf(gateways);
    expect(capabilities.filter((capability) => lacking[capability] !== undefined)).toEqual(expected);
  });

  it('never lacks what is core, nor a route for previews', () => {
    for (const lacking of [lackingOf([{ parent: 'Gateway infra/gone' }]), lackingOf([gateway()])]) {
      expect(lacking).not.toHaveProperty('matchHeaders');
      expect(lacking).not.toHaveProperty('matchPath');
      expect(lacking).not.toHaveProperty('previewRoute');
    }
  });

  it.each([
    [
      gateway({ controllerName: contour }),
      'mirrorPercent',
      'Gateway infra/public cannot mirror a part of the requests: Contour does not have the feature HTTPRouteRequestPercentageMirror',
    ],
    [
      gateway({ controllerName: contour }),
      'sticky',
      'Gateway infra/public cannot keep clients with one revision: Contour does not have session persistence',
    ],
    [
      gateway({ supportedFeatures: [query] }),
      'mirror',
      'Gateway infra/public cannot mirror requests: GatewayClass some does not list the feature HTTPRouteRequestMirror',
    ],
    [
      gateway(),
      'mirror',
      'Gateway infra/public is not known to mirror requests: GatewayClass some says nothing of the feature HTTPRouteRequestMirror in status.supportedFeatures',
    ],
    [
      { parent: 'Gateway infra/gone' },
      'matchQueryParams',
      'Gateway infra/gone is not known to match query parameters: it or its GatewayClass does not exist',
    ],
  ] as const)('says who lacks it and why', (one, capability, words) => {
    expect(lackingOf([one])[capability]).toBe(words);
  });

  it('names the first gateway that lacks it', () => {
    const able = gateway({ parent: 'Gateway infra/able', supportedFeatures: [mirror] });
    const unable = gateway({ parent: 'Gateway infra/unable', supportedFeatures: [query] });
    expect(lackingOf([able, unable]).mirror).toContain('Gateway infra/unable');
    expect(lackingOf([able, unable]).matchQueryParams).toContain('Gateway infra/able');
  });
});
