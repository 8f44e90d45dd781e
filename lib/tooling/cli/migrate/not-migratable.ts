/** Why an app is not migrated: its main file is not that of a Nest app, it uses the library already, or TypeScript is missing. */
export class NotMigratable extends Error {
  override readonly name = 'NotMigratable';

  constructor(
    message: string,
    readonly advice: string,
    /** True if the app uses the library already. */
    readonly isDone = false,
  ) {
    super(message);
  }
}
