/** An answer of the app that says why there is no other. */
export class AskError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** The field of the question that is wrong. */
    readonly field?: string,
    /** A right value for that field. */
    readonly suggestion?: string,
  ) {
    super(message);
  }
}

/**
 * Asks the app that this page belongs to for data.
 *
 * @throws AskError (a rejection) with the sentence that the app gives
 * @throws TypeError (a rejection) where the app does not answer
 */
export async function ask<T>(name: string, question?: string): Promise<T> {
  const url = addressOf(name);
  if (question !== undefined) {
    url.searchParams.set('q', question);
  }
  const response = await fetch(url);
  const answer = (await response.json().catch(() => ({}))) as Record<string, string>;
  if (!response.ok) {
    const { error = `The app answered ${response.status}.`, field, suggestion } = answer;
    throw new AskError(error, response.status, field, suggestion);
  }
  return answer as T;
}

/** The address of a file or a stream of the page. */
export const addressOf = (name: string): URL => new URL(name, import.meta.url);
