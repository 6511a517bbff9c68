import { excerpt, type Found, Search, type SearchEntry } from './search.ts';

const most = 12;

/** The box above each page. Its data are had when somebody goes to it for the first time. */
export function startSearch(box: HTMLElement): void {
  const input = box.querySelector('input')!;
  const results = box.querySelector<HTMLElement>('#results')!;
  const status = box.querySelector<HTMLElement>('[role=status]')!;
  const { search: address = '', root = './' } = document.body.dataset;
  let loading: Promise<Search> | undefined;
  const load = (): Promise<Search> =>
    (loading ??= fetch(address)
      .then(async (answer) => {
        if (!answer.ok) throw new Error(`the search data: ${answer.status}`);
        return new Search((await answer.json()) as SearchEntry[]);
      })
      .catch((error: unknown) => {
        // The next try asks again.
        loading = undefined;
        throw error;
      }));

  const show = async (): Promise<void> => {
    const words = input.value.trim();
    if (words === '') return close();
    try {
      const found = (await load()).find(words, most);
      if (words !== input.value.trim()) return;
      results.replaceChildren(...found.map((one) => resultOf(one, root)));
      status.textContent = found.length === 0 ? 'Nothing found' : `${found.length} places found`;
      if (found.length === 0) results.append(note(`Nothing has all of “${words}”.`));
    } catch {
      results.replaceChildren(note('The search cannot be reached. Try again in a moment.'));
      status.textContent = 'The search cannot be reached';
    }
    results.hidden = false;
  };
  const close = (): void => {
    results.hidden = true;
    results.replaceChildren();
    status.textContent = '';
  };

  input.addEventListener('focus', () => void load().catch(() => undefined));
  input.addEventListener('input', () => void show());
  box.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || !box.contains(relatedTarget)) results.hidden = true;
  });
  input.addEventListener('focusin', () => {
    if (results.childElementCount > 0) results.hidden = false;
  });
  box.addEventListener('keydown', (event) => {
    const links = [...results.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const go = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (event.key === 'Enter' && at < 0) links[0]?.click();
    if (event.key === 'Escape') {
      input.value = '';
      close();
      input.focus();
    }
    if (go === undefined || links.length === 0) return;
    event.preventDefault();
    (go < 0 ? input : links[Math.min(go, links.length - 1)])?.focus();
  });
  document.addEventListener('keydown', (event) => {
    const isTyping = (event.target as HTMLElement).closest('input, select, textarea');
    const isAsked = event.key === '/' || (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (isTyping || !isAsked) return;
    event.preventDefault();
    input.focus();
  });
}

function resultOf({ at, page, heading, text, terms }: Found, root: string): HTMLElement {
  const link = document.createElement('a');
  link.href = root + at;
  const title = document.createElement('strong');
  // The path of a field may break after each dot.
  for (const part of heading.split(/(?<=\.)/)) title.append(part, document.createElement('wbr'));
  link.append(title);
  if (page !== heading) link.append(piece('small', page));
  const words = document.createElement('span');
  for (const { text: part, isMarked } of excerpt(text, terms))
    words.append(isMarked ? piece('mark', part) : part);
  link.append(words);
  // Also where it leads to a place of the page that is open.
  link.addEventListener('click', () => (document.activeElement as HTMLElement | null)?.blur());
  return link;
}

function piece(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

const note = (text: string): HTMLElement => piece('p', text);
