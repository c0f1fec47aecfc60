import { SesError } from './errors.ts';
import { paged } from './lookups.ts';
import type { Operation } from './operation.ts';
import { pagedRequest, read, tenantRequest } from './requests.ts';

/** The calls that show tenants. */
export const TENANT_OPERATIONS: readonly Operation[] = [
  {
    name: 'ListTenants',
    method: 'POST',
    path: '/v2/email/tenants/list',
    run: ({ ses }, { body }) =>
      paged(read(pagedRequest, body), 'Tenants', ses.tenants, (tenant) => ({ TenantName: tenant.name })),
  },
  {
    name: 'GetTenant',
    method: 'POST',
    path: '/v2/email/tenants/get',
    run: ({ ses }, { body }) => {
      const { TenantName } = read(tenantRequest, body);
      const tenant = ses.tenants.find((one) => one.name === TenantName);
      if (tenant === undefined) {
        throw new SesError('NotFoundException', `Tenant <${TenantName}> does not exist.`);
      }
      return {
        Tenant: {
          TenantName,
          SendingStatus: tenant.sendingStatus ?? 'ENABLED',
          SuppressionAttributes: {
            SuppressedReasons: tenant.suppressedReasons,
            SuppressionScope: tenant.suppressionScope ?? 'ACCOUNT',
          },
        },
      };
    },
  },
];
