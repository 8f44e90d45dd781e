/** The reason why a call is not translated: what it says, and what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
