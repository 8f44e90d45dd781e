// The topics of the reference: which exports belong together. The first topic whose files match an export has it.

/** Exports by the file that declares them. */
export const TOPICS = [
  { title: 'Module and decorators', files: /^lib\/nest\/cors(\.module|-policy\.decorator)\.ts$/ },
  {
    title: 'Options',
    files:
      /^lib\/(config|core\/policy)\/|^lib\/providers\/(options|config-origins|callback\/.+)\.ts$|\/origin-checks\.ts$|^lib\/core\/request\.ts$/,
  },
  { title: 'Providers of origins', files: /^lib\/providers\/ports\.ts$/ },
  { title: 'Services', files: /^lib\/(nest|pipeline\/sockets|providers)\/|\/policy-admits\.ts$/ },
  { title: 'Explain and audit', files: /^lib\/inspect\// },
  {
    title: 'Decisions and events',
    files: /^lib\/(pipeline\/events|core\/decide|core\/http)\/|^lib\/core\/decision\.ts$/,
  },
  { title: 'Errors', files: /^lib\/core\/(issues|origin)\// },
  { title: 'Testing', files: /^lib\/tooling\/testing\// },
  { title: 'Model of a browser', files: /^lib\/core\/browser\// },
  { title: 'TypeORM', files: /^lib\/integrations\/typeorm\// },
  { title: 'PostgreSQL', files: /^lib\/integrations\/postgres\// },
  { title: 'Redis', files: /^lib\/integrations\/redis\// },
  { title: 'WebSockets', files: /^lib\/integrations\/websockets\// },
  { title: 'Development page', files: /^lib\/tooling\/devtools\// },
];
