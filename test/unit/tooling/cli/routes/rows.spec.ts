import { booleanFields } from '../../../../../lib/core/policy/boolean-fields.js';
import type { RouteReport } from '../../../../../lib/inspect/policy-report.js';
import { routeColumns, routeRow } from '../../../../../lib/tooling/cli/routes/rows.js';
import { tableOrRecords } from '../../../../../lib/tooling/cli/text/table.js';
import { stylesFor } from '../../../../../lib/tooling/cli/text/terminal.js';

const plain = stylesFor(false);

describe('routes on a narrow terminal', () => {
  const report: RouteReport = {
    kind: 'handler',
    handler: 'PartnerOrdersController.updateTheWholeOrder',
    methods: ['PUT'],
    path: '/partners/:partner/orders/:id',
    policy: {
      name: 'tenant',
      noCors: false,
      origin: ['https://app.example', 'https://*.partner.example', 'https://third.example', 'TenantOrigins'],
      ...booleanFields((field) => field === 'credentials'),
      allowedHeaders: 'any',
      exposedHeaders: [],
      maxAge: 60,
      enforce: true,
      dangerously: [],
    },
    provenance: {},
    sources: {},
    findings: [],
  };

  it.each([60, 80])('are records at %i columns, with nothing cut', (width) => {
    const shown = tableOrRecords(routeColumns(plain), [report, report].map(routeRow), width, plain);
    const lines = shown.split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines[0]).toBe('PUT /partners/:partner/orders/:id');
    expect(shown.replaceAll(/\s+/g, ' ').split(' PUT ')[0]).toBe(
      'PUT /partners/:partner/orders/:id Policy tenant ' +
        'Origins https://app.example, https://*.partner.example, https://third.example, TenantOrigins ' +
        'Credentials yes Max age 60 s Enforced yes Handler PartnerOrdersController.updateTheWholeOrder',
    );
  });

  it('are a table from 100 columns on', () => {
    const shown = tableOrRecords(routeColumns(plain), [routeRow(report)], 100, plain);
    expect(shown).toMatch(/^METHOD +PATH/);
    expect(shown.split('\n')).toHaveLength(3);
  });
});
