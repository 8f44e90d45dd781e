/** The reason why a call is not translated: what it says, and what to do. */
export class Untranslatable extends Error {
  override readonly name = 'Untranslatable';
}
