import type { ModulesContainer } from '@nestjs/core';
import { className } from '../core/issues/text.js';

type Class = abstract new (...parameters: never) => unknown;

/**
 * Gives each class of the app a name of its own for reports, findings and log lines: `UsersController`; where two
 * classes share that name, with the module that declares it, `AdminModule/UsersController`. Reports find routes, and
 * logs count them, by these names.
 */
export function classNames(modules: ModulesContainer): (type: object) => string {
  const all = new Map<string, Map<Class, string>>();
  for (const { metatype: module, controllers, providers, injectables } of modules.values()) {
    for (const { metatype, isNotMetatype } of [controllers, providers, injectables].flatMap((each) => [
      ...each.values(),
    ])) {
      if (typeof metatype === 'function' && !isNotMetatype) {
        const sharing = all.get(className(metatype)) ?? new Map<Class, string>();
        all.set(className(metatype), sharing);
        sharing.set(metatype as Class, sharing.get(metatype as Class) ?? className(module));
      }
    }
  }
  const names = new Map<object, string>();
  for (const [name, sharing] of all) {
    const modulesOf = [...sharing.values()];
    [...sharing].forEach(([type, module], index) => {
      const before = modulesOf.slice(0, index).filter((each) => each === module).length;
      const own = `${module}/${name}${before === 0 ? '' : ` (${before + 1})`}`;
      names.set(type, sharing.size === 1 ? name : own);
    });
  }
  return (type) => names.get(type) ?? className(type as Class);
}
