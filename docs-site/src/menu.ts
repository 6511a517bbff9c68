/** The list of pages where the window is too narrow for it: behind a button. */
export function startMenu(button: HTMLElement, navigation: HTMLElement): void {
  document.documentElement.classList.add('has-menu');
  const show = (isOpen: boolean): void => {
    button.setAttribute('aria-expanded', String(isOpen));
    document.documentElement.classList.toggle('menu-open', isOpen);
  };
  button.addEventListener('click', () => show(button.getAttribute('aria-expanded') !== 'true'));
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || button.getAttribute('aria-expanded') !== 'true') return;
    show(false);
    button.focus();
  });
  // Where one is, in a list that is longer than the window.
  const here = navigation.querySelector<HTMLElement>('[aria-current]');
  if (here) navigation.scrollTop = here.offsetTop - navigation.clientHeight / 2;
}
