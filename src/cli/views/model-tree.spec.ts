import { describe, expect, it } from '@jest/globals';
import { expectGolden } from '../testing/golden.ts';
import { checked, gated } from '../testing/gated-picture.ts';
import { canvas, healthy, outage, rolledBack, stepping, unseen } from '../testing/pictures.ts';
import { visibleWidth } from './layout.ts';
import { modelTree } from './model-tree.ts';

const pictures = { stepping, checked, gated, rolledBack, healthy, outage, unseen };

describe('the tree of a ModelDeployment', () => {
  it.each(Object.entries(pictures))('looks so: %s', (name, picture) => {
    expectGolden(`model-tree-${name}`, modelTree(picture(), canvas({ width: Infinity })));
  });
  it.each(Object.entries(pictures))('looks so on a narrow terminal with colours: %s', (name, picture) => {
    const lines = modelTree(picture(), canvas({ width: 90, coloured: true, program: 'kubectl understudy' }));
    expectGolden(`model-tree-${name}-coloured`, lines);
    for (const line of lines) expect(visibleWidth(line)).toBeLessThanOrEqual(90);
  });
  it('names the nodes of pods when it is wide', () => {
    expectGolden('model-tree-wide', modelTree(stepping(), canvas({ width: Infinity }), true));
  });
  it('says of gates what they ask when it is wide, and of an address only the host', () => {
    const lines = modelTree(checked(), canvas({ width: Infinity }), true);
    expectGolden('model-tree-checked-wide', lines);
    expect(lines.join('\n')).not.toContain('secret');
  });
});
