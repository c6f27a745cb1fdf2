// middy with its two middlewares: parameters in batches of ten, secrets one by one, all at once.

import middy from "@middy/core";
import secretsManager from "@middy/secrets-manager";
import ssm from "@middy/ssm";
import { clearCache } from "@middy/util";
import { field, parameters, secrets, serve } from "./peer.mjs";

const named = (names) => Object.fromEntries(names.map((name) => [field(name), name]));

await serve(async () => {
  clearCache();
  const handler = middy()
    .use(ssm({ fetchData: named(parameters), setToContext: true }))
    .use(secretsManager({ fetchData: named(secrets), setToContext: true }))
    .handler(async (_, context) => {
      const values = parameters.map(field).map((key) => [key, context[key]]);
      return Object.assign(Object.fromEntries(values), ...secrets.map((name) => context[field(name)]));
    });
  return await handler({}, { getRemainingTimeInMillis: () => 60_000 });
});
