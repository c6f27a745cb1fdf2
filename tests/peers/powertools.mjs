// Powertools for AWS Lambda (TypeScript): parameters in batches of ten, one after the other; it has no batches of
// secrets, so those are asked for all at once, beside the parameters.

import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";
import { field, parameters, secrets, serve } from "./peer.mjs";

await serve(async () => {
  const ssm = new SSMProvider();
  const secretsManager = new SecretsProvider();
  const wanted = Object.fromEntries(parameters.map((name) => [name, {}]));
  const [found, documents] = await Promise.all([
    ssm.getParametersByName(wanted, { decrypt: true }),
    Promise.all(secrets.map((name) => secretsManager.get(name, { transform: "json" }))),
  ]);
  const values = Object.entries(found).map(([name, value]) => [field(name), value]);
  return Object.assign(Object.fromEntries(values), ...documents);
});
