/** The texts of the files of this folder, by their names. tools/page-assets.js writes the module. */
export declare const ASSETS: Readonly<Record<string, string>>;
