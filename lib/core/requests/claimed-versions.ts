/**
 * The versions that routes already met take, of those that only a version tells apart. A route whose versions are all
 * taken serves nobody, and so has no say in what a preflight may grant.
 */
export class ClaimedVersions {
  private readonly claimed = new Set<unknown>();

  /** Notes what a route takes (`undefined`: none is named); reports whether anything was left for it. */
  claim(versions: readonly unknown[] | undefined): boolean {
    const left = versions === undefined || versions.some((version) => !this.claimed.has(version));
    versions?.forEach((version) => this.claimed.add(version));
    return left;
  }
}
