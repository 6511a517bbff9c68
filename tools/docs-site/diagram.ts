import { renderMermaidSVG } from 'beautiful-mermaid';

/** Pixels that a phone shows without making the text too small. */
const narrow = 560;

/**
 * A Mermaid diagram as SVG to stand in a page, drawn here: a script that draws it in the browser would need styles that the policy of the page
 * forbids. Its colours are variables of the page's own style sheet. Throws where the text is no diagram.
 */
export function drawDiagram(text: string, id: string): { svg: string; isWide: boolean } {
  const drawn = renderMermaidSVG(text);
  const own = drawn
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/(<svg[^>]*?) style="[^"]*"/, '$1')
    // Arrowheads have the same names in each diagram of a page.
    .replaceAll(/\bid="([^"]+)"/g, `id="${id}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#${id}-$1)`);
  const [, width = '0'] = /<svg[^>]*? width="([\d.]+)"/.exec(own) ?? [];
  if (!(Number(width) > 0) || / style="|<style|@import/.test(own))
    throw new Error(`the diagram ${id} cannot stand in a page: ${own.slice(0, 200)}`);
  return { svg: own.trim(), isWide: Number(width) > narrow };
}
