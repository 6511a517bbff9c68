import { describe, expect, it } from '@jest/globals';
import { expectGolden } from '../testing/golden.ts';
import { checked, gated } from '../testing/gated-picture.ts';
import {
  approval,
  canvas,
  healthy,
  outage,
  rolledBack,
  stepping,
  troubled,
  unseen,
} from '../testing/pictures.ts';
import { explanation } from './explanation.ts';
import { visibleWidth } from './layout.ts';

const pictures = { stepping, checked, approval, gated, troubled, rolledBack, healthy, outage, unseen };

describe('the explanation of a ModelDeployment', () => {
  it.each(Object.entries(pictures))('looks so: %s', (name, picture) => {
    const lines = explanation(picture(), canvas({ width: 100 }));
    expectGolden(`explanation-${name}`, lines);
    for (const line of lines) expect(visibleWidth(line)).toBeLessThanOrEqual(100);
  });
  it('looks so with colours', () =>
    expectGolden(
      'explanation-coloured',
      explanation(outage(), canvas({ coloured: true, program: 'kubectl understudy' })),
    ));
});
