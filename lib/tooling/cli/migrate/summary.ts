import type { Migration } from './migrate.js';

/** A sentence of the summary, and a list below it. */
export interface SummaryPart {
  readonly text: string;
  readonly items: readonly string[];
}

/** Tells what a migration changes, what it leaves and why, and what is different afterwards. */
export function summarize({ replaced, left, notes }: Migration): readonly SummaryPart[] {
  if (replaced.length === 0 && left.length === 0) {
    return [{ text: 'Nothing turns CORS on in these files: there is nothing to migrate.', items: [] }];
  }
  const requests = replaced.filter(({ isGateway }) => !isGateway);
  const gateways = replaced.filter(({ isGateway }) => isGateway);
  const isLeftOn = left.some(({ isGateway }) => !isGateway);
  const parts: readonly (SummaryPart | undefined)[] = [
    listed('Replaced by the default policy of CorsModule.forRoot():', requests.map(shownPlace)),
    listed('Replaced by @CorsPolicy() on the gateway:', gateways.map(shownPlace)),
    listed(
      'Not translated, with a comment in the code:',
      left.map((each) => `${shownPlace(each)}. ${each.reason}`),
    ),
    listed('Different from before, in this app:', notes),
    sentence(
      requests.length > 0,
      'Different in every app: docs/migration.md of the package, "What changes". Run the tests of the app.',
    ),
    sentence(
      isLeftOn,
      'No policy is added, because the library does not start beside another CORS layer: the app goes on as before.',
    ),
  ];
  return parts.filter((each) => each !== undefined);
}

const shownPlace = ({ place, what }: { readonly place: string; readonly what: string }): string => `${place}: ${what}`;

const listed = (text: string, items: readonly string[]): SummaryPart | undefined =>
  items.length === 0 ? undefined : { text, items };

const sentence = (applies: boolean, text: string): SummaryPart | undefined =>
  applies ? { text, items: [] } : undefined;
