import { h, render } from 'preact';
import { Playground, type PlaygroundParts } from './ui/playground.js';

/**
 * Shows the playground in an element of the page.
 *
 * @returns a function that removes it
 */
export function mount(place: HTMLElement, parts: PlaygroundParts): () => void {
  render(h(Playground, parts), place);
  return () => render(null, place);
}
