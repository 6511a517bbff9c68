import type { ComponentChildren } from 'preact';

/** A part of the page with its heading. */
export const Panel = ({
  title,
  children,
  className = '',
}: {
  title: string;
  children: ComponentChildren;
  className?: string;
}) => (
  <section class={`panel ${className}`}>
    <h2>{title}</h2>
    {children}
  </section>
);
