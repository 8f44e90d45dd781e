/**
 * An address that a path of the platform's own notation stands for: `/orders/1` for `/orders/:id`, `/files/x` for
 * `/files/*path`. Where a parameter has a pattern of its own it may not fit, which shows when it is asked about.
 */
export function examplePath(path: string): string {
  return path
    .replace(/[{}]/g, '')
    .replace(/:\w+(\([^)]*\))?[?+*]?/g, '1')
    .replace(/\*\w*/g, 'x');
}
