import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom/worker';
import { Markup } from './markup.ts';

export interface ChartOptions extends PlotOptions {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in words. */
  readonly description: string;
}

/**
 * A chart as SVG, drawn now: the page needs no script. Its colours are variables of the page, so that it is readable in
 * light and dark.
 */
export function chart({ id, title, description, ...options }: ChartOptions): Markup {
  const { document } = parseHTML('<!doctype html><body></body>');
  const svg = plot({ ...options, document });
  // The page's own style says the same, and its policy permits no other.
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const labelled of svg.querySelectorAll('[aria-label]')) labelled.removeAttribute('aria-label');
  svg.setAttribute('class', 'chart');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-labelledby', `${id}-name ${id}-description`);
  svg.removeAttribute('font-family');
  for (const [tag, text] of [
    ['desc', description],
    ['title', title],
  ] as const) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    element.setAttribute('id', `${id}-${tag === 'title' ? 'name' : 'description'}`);
    element.textContent = text;
    svg.prepend(element);
  }
  return new Markup(svg.outerHTML);
}
