"""Powertools for AWS Lambda (Python): parameters in batches of ten, secrets one by one, as it offers them."""

from aws_lambda_powertools.utilities.parameters import SecretsProvider, SSMProvider

from peer import field, names, serve

parameters, secrets = names()


def load():
    ssm, secretsmanager = SSMProvider(), SecretsProvider()
    found = ssm.get_parameters_by_name({name: {} for name in parameters}, decrypt=True)
    values = {field(name): value for name, value in found.items()}
    for name in secrets:
        values.update(secretsmanager.get(name, transform="json"))
    return values


serve(load)
