/** One fenced block of a Markdown document. */
export interface FencedBlock {
  language: string;
  /** Line on which its content begins. */
  line: number;
  content: string;
}

/** The fenced blocks of a document, also those that are indented below a list. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { block: FencedBlock; indent: number } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, indent = '', language = ''] = /^(\s*)```(\S*)\s*$/.exec(line) ?? [];
    const isFence = /^\s*```\S*\s*$/.test(line);
    if (isFence && open) {
      blocks.push(open.block);
      open = undefined;
    } else if (isFence) {
      open = { block: { language, line: index + 2, content: '' }, indent: indent.length };
    } else if (open) {
      open.block.content += `${line.slice(open.indent)}\n`;
    }
  }
  return blocks;
}

/** The document without what stands in code: that holds no links and no headings. */
export const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^\s*```[\s\S]*?^\s*```\s*$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** What stands in code within the lines of a document, outside its fenced blocks. */
export const inlineCode = (markdown: string): string[] =>
  [...markdown.replaceAll(/^\s*```[\s\S]*?^\s*```\s*$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );

/** The anchors that GitHub gives to the headings of a document. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const text = markdown.replaceAll(/^\s*```[\s\S]*?^\s*```\s*$/gm, '');
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = plain
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let free = slug;
    for (let number = 1; anchors.has(free); number += 1) free = `${slug}-${number}`;
    anchors.add(free);
  }
  for (const [, id = ''] of markdown.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}
