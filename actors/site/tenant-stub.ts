import type { tenantStub } from "../kernel/stubs.ts";

/** The tenant actor as a site actor calls it. */
export type TenantStub = ReturnType<typeof tenantStub>;
